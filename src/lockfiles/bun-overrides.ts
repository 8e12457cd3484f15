import type { LockfileFact } from '../model/inventory.ts';
import { isJsonObject, member, textMember, type JsonDocument, type JsonObject } from './json-document.ts';
import type { Manifest } from './npm-manifest.ts';

/** The overrides that the lockfile was written with, selector to replacement: nested ones as `parent>name`. */
export function bunOverrides(document: JsonDocument): ReadonlyMap<string, string> {
  const overrides = new Map<string, string>();
  const top = member(document.value, 'overrides');
  const open: { readonly above: string; readonly object: JsonObject }[] = isJsonObject(top) ? [{ above: '', object: top }] : [];
  for (let level = open.pop(); level !== undefined; level = open.pop()) {
    for (const [key, value] of Object.entries(level.object)) {
      const selector = key === '.' ? level.above : level.above === '' ? key : `${level.above}>${key}`;
      if (typeof value === 'string') overrides.set(selector, value);
      else if (isJsonObject(value)) open.push({ above: selector, object: value });
    }
  }
  return overrides;
}

/**
 * The manifest's overrides of a bare name that the lockfile was not written with. bun reads `resolutions` as well, and
 * leaves nested selectors out in most of its versions: those are nothing that a lockfile could be blamed for.
 */
export function overridesLeftOut(
  overrides: ReadonlyMap<string, string>,
  locked: ReadonlyMap<string, string>,
  manifest: Manifest | undefined,
): readonly LockfileFact[] {
  if (manifest === undefined) return [];
  const location = { file: manifest.file, line: 1 };
  return [...new Map([...resolutionsOf(manifest), ...overrides])]
    .filter(([selector, wanted]) => !/[>*]/.test(selector) && locked.get(selector) !== wanted && !isReference(wanted))
    .map(([selector, wanted]) => ({ type: 'override-ignored', selector, wanted, locked: locked.get(selector) ?? '', location }));
}

function resolutionsOf({ value }: Manifest): readonly (readonly [string, string])[] {
  const resolutions = member(value, 'resolutions');
  const names = isJsonObject(resolutions) ? Object.keys(resolutions) : [];
  return names.flatMap((name) => {
    const wanted = textMember(resolutions, name);
    return wanted === undefined || name.includes('/', name.startsWith('@') ? name.indexOf('/') + 1 : 0) ? [] : [[name, wanted] as const];
  });
}

/** `$name` and `catalog:` are replaced by a range when the lockfile is written. */
function isReference(wanted: string): boolean {
  return wanted.startsWith('$') || wanted.startsWith('catalog:');
}

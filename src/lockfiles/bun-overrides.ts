import type { BomRef } from '../model/component.ts';
import type { Edge, LockfileFact } from '../model/inventory.ts';
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
 * The manifest's overrides of a bare name that something asks for and that the lockfile was not written with. bun reads
 * `resolutions` where there are no `overrides`, and nested selectors only since version 3: those are left alone.
 */
export function overridesLeftOut(
  overrides: ReadonlyMap<string, string>,
  locked: ReadonlyMap<string, string>,
  manifest: Manifest | undefined,
  edges: ReadonlyMap<BomRef, readonly Edge[]>,
): readonly LockfileFact[] {
  if (manifest === undefined) return [];
  const location = { file: manifest.file, line: 1 };
  const missing = [...new Map([...resolutionsOf(manifest), ...overrides])].filter(
    ([selector, wanted]) => !/[>*]/.test(selector) && locked.get(selector) !== wanted && !isReference(wanted),
  );
  // Old versions write only the overrides that something is subject to.
  const asked = missing.length === 0 ? new Set() : new Set([...edges.values()].flatMap((list) => list.map(({ name }) => name)));
  return missing
    .filter(([selector]) => asked.has(selector))
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

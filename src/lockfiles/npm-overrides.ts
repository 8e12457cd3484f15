import type { BomRef, Component } from '../model/component.ts';
import type { Edge, LockfileFact } from '../model/inventory.ts';
import { rootRef } from './npm-components.ts';
import { isJsonObject, member, type JsonObject } from './json-document.ts';
import type { Manifest } from './npm-manifest.ts';

/**
 * The `overrides` of the project's manifest, selector to replacement: nested ones as `parent>name`, `$name` replaced
 * by the range that the project itself declares.
 */
export function overridesOf(manifest: Manifest | undefined): ReadonlyMap<string, string> {
  const overrides = new Map<string, string>();
  const top = member(manifest?.value, 'overrides');
  if (manifest === undefined || !isJsonObject(top)) return overrides;
  const open: { readonly above: string; readonly object: JsonObject }[] = [{ above: '', object: top }];
  for (let level = open.pop(); level !== undefined; level = open.pop()) {
    for (const [key, value] of Object.entries(level.object)) {
      const selector = key === '.' ? level.above : level.above === '' ? key : `${level.above}>${key}`;
      if (typeof value === 'string') overrides.set(selector, referred(value, manifest));
      else if (isJsonObject(value)) open.push({ above: selector, object: value });
    }
  }
  return overrides;
}

/**
 * Overrides that a lockfile certainly ignores: a bare name forced to one exact version, and a copy with another
 * version that some package, not the project itself, asks for under this name. Whatever takes more than that to
 * decide (ranges, versioned or nested selectors, bundled copies) is left alone.
 */
export function ignoredOverrides(
  overrides: ReadonlyMap<string, string>,
  components: ReadonlyMap<BomRef, Component>,
  edges: ReadonlyMap<BomRef, readonly Edge[]>,
): readonly LockfileFact[] {
  const exact = exactOverrides(overrides);
  if (exact.size === 0) return [];
  const found = new Map<BomRef, LockfileFact>();
  for (const [from, list] of edges) {
    if (from === rootRef) continue;
    for (const { to, name, range } of list) {
      const wanted = exact.get(name);
      const component = components.get(to);
      if (wanted === undefined || component?.source.type !== 'registry' || component.isBundled || range?.startsWith('npm:')) continue;
      if (component.version === wanted) continue;
      found.set(to, { type: 'override-ignored', selector: name, wanted, locked: component.version, location: component.location });
    }
  }
  return [...found.values()];
}

const exactVersion = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?$/;

function exactOverrides(overrides: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  // A name with a second selector may rightly have a second version.
  const nested = new Set([...overrides.keys()].filter((key) => key.includes('>') || key.lastIndexOf('@') > 0).map(nameOfSelector));
  return new Map(
    [...overrides].filter(
      ([selector, value]) => exactVersion.test(value) && !selector.includes('>') && selector.lastIndexOf('@') <= 0 && !nested.has(selector),
    ),
  );
}

function nameOfSelector(selector: string): string {
  const last = selector.slice(selector.lastIndexOf('>') + 1);
  const at = last.lastIndexOf('@');
  return at > 0 ? last.slice(0, at) : last;
}

function referred(value: string, manifest: Manifest): string {
  if (!value.startsWith('$')) return value;
  return manifest.wants.find(({ name }) => name === value.slice(1))?.range ?? value;
}

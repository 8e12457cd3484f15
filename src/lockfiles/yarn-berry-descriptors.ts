import type { BerryEntry } from './yarn-berry-entry.ts';
import { canonicalRange, splitIdent, splitReference } from './yarn-berry-reference.ts';

/** The keys of a berry lockfile, to be asked which entry a dependency leads to. */
export interface DescriptorIndex {
  /**
   * The entry for `name@range` as the package `parent` (a locator) asks for it. A built-in patch of yarn's for this
   * range comes first; a path is looked up as the parent's own.
   */
  readonly find: (name: string, range: string, parent: string) => BerryEntry | undefined;
  /** The entry of a name that is locked for one range only. */
  readonly only: (name: string) => BerryEntry | undefined;
}

interface Descriptor {
  readonly entry: BerryEntry;
  /** The locator whose paths it is relative to. */
  readonly boundTo: string | undefined;
}

/** Indexes every key of every entry by name and canonical range. */
export function indexDescriptors(entries: readonly BerryEntry[]): DescriptorIndex {
  const byRange = new Map<string, Descriptor[]>();
  const byName = new Map<string, BerryEntry[]>();
  const withBuiltinPatch = new Set<string>();
  for (const entry of entries) {
    for (const descriptor of entry.descriptors) {
      const [name, range] = splitIdent(descriptor);
      append(byRange, `${name}@${canonicalRange(range)}`, { entry, boundTo: splitReference(range).params.get('locator') });
      append(byName, name, entry);
      if (range.includes('builtin<compat/')) withBuiltinPatch.add(name);
    }
  }
  const lookUp = (descriptor: string, parent: string) => {
    const found = byRange.get(descriptor) ?? [];
    const own = found.find(({ boundTo }) => boundTo === parent) ?? found.find(({ boundTo }) => boundTo === undefined);
    // Bound to somebody else only: it is still the one that was meant, unless there are several to choose from.
    return (own ?? (found.length === 1 ? found[0] : undefined))?.entry;
  };
  return {
    find: (name, range, parent) => {
      const plain = canonicalRange(range);
      const patched = withBuiltinPatch.has(name) ? lookUp(`${name}@patch:${name}@${plain}#builtin<compat/${name}>`, parent) : undefined;
      return patched ?? lookUp(`${name}@${plain}`, parent);
    },
    only: (name) => {
      const [entry, ...others] = byName.get(name) ?? [];
      return others.length === 0 ? entry : undefined;
    },
  };
}

function append<Value>(map: Map<string, Value[]>, key: string, value: Value): void {
  const values = map.get(key);
  if (values === undefined) map.set(key, [value]);
  else values.push(value);
}

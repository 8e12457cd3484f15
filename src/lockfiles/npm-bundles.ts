import type { NpmEntry } from './npm-entry.ts';

const folder = '/node_modules/';

/**
 * The install paths that come inside another package's tarball, by npm's own rule: what a package lists as bundled, what stands
 * below that, and what those ask for as far as it lies beside them in the bundler's folder. The flag `inBundle` proves nothing,
 * and neither does a list that names others: npm fetches such an entry from the registry, whatever it is there.
 * @param lists by install path, the names that the package there brings along
 */
export function bundledPaths(entries: readonly NpmEntry[], lists: ReadonlyMap<string, readonly string[]>): ReadonlySet<string> {
  const bundled = new Set<string>();
  if (lists.size === 0) return bundled;
  const byPath = new Map(entries.map((entry) => [entry.path, entry]));
  const below = entriesBelow(entries, lists);
  for (const [bundler, names] of lists) {
    const base = bundler + folder;
    const tops = new Set<string>();
    const open = names.map((name) => base + name);
    const include = (top: string): void => {
      if (tops.has(top) || !byPath.has(top)) return;
      tops.add(top);
      for (const entry of below.get(top) ?? []) {
        bundled.add(entry.path);
        for (const { name } of entry.wants) if (isMetAt(base, entry.path, name, byPath)) open.push(base + name);
      }
    };
    for (let top = open.pop(); top !== undefined; top = open.pop()) include(top);
  }
  return bundled;
}

/** By the path of each package that lies directly in a bundler's folder: itself and everything below it. */
function entriesBelow(
  entries: readonly NpmEntry[],
  lists: ReadonlyMap<string, readonly string[]>,
): ReadonlyMap<string, readonly NpmEntry[]> {
  const below = new Map<string, NpmEntry[]>();
  for (const entry of entries) {
    for (let at = entry.path.indexOf(folder); at !== -1; at = entry.path.indexOf(folder, at + 1)) {
      if (!lists.has(entry.path.slice(0, at))) continue;
      const end = entry.path.indexOf(folder, at + 1);
      const top = end === -1 ? entry.path : entry.path.slice(0, end);
      const list = below.get(top);
      if (list === undefined) below.set(top, [entry]);
      else list.push(entry);
    }
  }
  return below;
}

/** Whether node would find the name in the folder `base`, and not nearer to who asks. */
function isMetAt(base: string, from: string, name: string, byPath: ReadonlyMap<string, NpmEntry>): boolean {
  for (let at = from; at.length > base.length; at = at.slice(0, at.lastIndexOf(folder))) {
    if (byPath.has(at + folder + name)) return false;
  }
  return byPath.has(base + name);
}

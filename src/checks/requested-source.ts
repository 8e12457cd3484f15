import type { Component, Source } from '../model/component.ts';
import type { Inventory } from '../model/inventory.ts';

/**
 * The range of the manifest that a package from git, a URL or a folder contradicts: nobody asked for it from there, the lockfile
 * alone says so. Undefined where somebody did ask for it, or where no range is known (an SBOM has none).
 */
export function contradictedRange(component: Component, inventory: Inventory): string | undefined {
  const ranges = rangesOf(inventory).get(component.bomRef) ?? [];
  if (ranges.some((range) => asksFor(range, component.source)) || isOverridden(component, inventory)) return undefined;
  return ranges[0];
}

const known = new WeakMap<Inventory, ReadonlyMap<string, readonly string[]>>();

/** By bom-ref: what the manifests of this repository ask for. Computed once, since a lockfile may hold many such packages. */
function rangesOf(inventory: Inventory): ReadonlyMap<string, readonly string[]> {
  const before = known.get(inventory);
  if (before !== undefined) return before;
  const ranges = new Map<string, string[]>();
  for (const { to, range } of inventory.declared) {
    const list = to === undefined ? undefined : ranges.get(to);
    if (list !== undefined) list.push(range);
    else if (to !== undefined) ranges.set(to, [range]);
  }
  known.set(inventory, ranges);
  return ranges;
}

function isOverridden({ name, alias = name, source }: Component, { overrides }: Inventory): boolean {
  for (const [selector, replacement] of overrides) {
    if ((selector.includes(name) || selector.includes(alias)) && asksFor(replacement, source)) return true;
  }
  return false;
}

/** `owner/repository`, which npm takes for GitHub's. */
const shorthand = /^[^@\s/:#]+\/[^@\s/:#]+(?:#.*)?$/;

function asksFor(written: string, source: Source): boolean {
  const range = decoded(written.replace(/^patch:@?[^@]+@/, ''));
  switch (source.type) {
    case 'registry':
    case 'workspace':
      return true;
    case 'file':
      return /^(?:file|link|portal):|^~?\.{0,2}\//.test(range);
    case 'git':
    case 'tarball':
      return shorthand.test(range) || /^(?:git\+|git:|git@|ssh:|https?:|github:|gitlab:|bitbucket:|gist:)/i.test(range)
        ? namesAddress(range, source.url)
        : false;
  }
}

/** Whether the path that a range names is the path of the address: hosts serve archives of a repository under other names of theirs. */
function namesAddress(range: string, url: string): boolean {
  const wanted = pathIn(range);
  return wanted !== '' && `${pathIn(decoded(url))}/`.includes(`${wanted}/`);
}

/** `/owner/repository` of an address or shorthand, in lower case, without `.git`, query and fragment. */
function pathIn(address: string): string {
  const bare = address.replace(/[?#].*$/s, '').toLowerCase();
  const start = /^(?:[a-z+]+:)?\/\/[^/]*\//.exec(bare)?.[0] ?? /^(?:[^/:]*:)?\/?/.exec(bare)?.[0] ?? '';
  return `/${bare.slice(start.length)}`.replace(/\/$/, '').replace(/\.git$/, '');
}

/** Yarn escapes the range inside a patch, GitLab the repository inside an archive's path. */
function decoded(text: string): string {
  return text.replaceAll(/%2f/gi, '/').replaceAll(/%3a/gi, ':');
}

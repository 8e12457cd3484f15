import type { CheckContext } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { Inventory } from '../model/inventory.ts';

/**
 * The range that a package contradicts: it comes from git, a URL or a folder, or is another package under the name, and nobody
 * asked for that; the lockfile alone says so. Undefined where somebody did ask for it, or where no range is known (an SBOM has
 * none, and what a catalog stands for is not in the graph).
 */
export function contradictedRange(component: Component, context: Pick<CheckContext, 'inventory'>): string | undefined {
  if (component.source.type === 'registry' && component.alias === undefined) return undefined;
  // Not before: what is said of a package without a look at the others can be remembered.
  const { inventory } = context;
  const ranges = (rangesOf(inventory).get(component.bomRef) ?? []).filter((range) => !range.startsWith('catalog:'));
  if (ranges.some((range) => asksFor(range, component)) || isOverridden(component, inventory)) return undefined;
  return ranges[0];
}

const known = new WeakMap<Inventory, ReadonlyMap<string, readonly string[]>>();

/**
 * By bom-ref: what the manifests of this repository ask for; for what they do not name, what other packages ask for. Computed
 * once, since a lockfile may hold many such packages.
 */
function rangesOf(inventory: Inventory): ReadonlyMap<string, readonly string[]> {
  const before = known.get(inventory);
  if (before !== undefined) return before;
  const edges = [...inventory.edges.values()].flat();
  const ranges = new Map([...grouped(edges), ...grouped(inventory.declared)]);
  known.set(inventory, ranges);
  return ranges;
}

function grouped(asked: readonly { readonly to?: string; readonly range?: string }[]): ReadonlyMap<string, readonly string[]> {
  const ranges = new Map<string, string[]>();
  asked.forEach(({ to, range }) => {
    if (to === undefined || range === undefined) return;
    const list = ranges.get(to);
    if (list === undefined) ranges.set(to, [range]);
    else list.push(range);
  });
  return ranges;
}

function isOverridden(component: Component, { overrides }: Inventory): boolean {
  const { name, alias = name } = component;
  for (const [selector, replacement] of overrides) {
    if ((selector.includes(name) || selector.includes(alias)) && asksFor(replacement, component)) return true;
  }
  return false;
}

/** `owner/repository`, which npm takes for GitHub's. */
const shorthand = /^[^@\s/:#]+\/[^@\s/:#]+(?:#.*)?$/;

function asksFor(written: string, { name, source }: Component): boolean {
  const range = decoded(written.replace(/^patch:@?[^@]+@/, ''));
  const isAddress = shorthand.test(range) || /^(?:git\+|git:|git@|ssh:|https?:|github:|gitlab:|bitbucket:|gist:)/i.test(range);
  switch (source.type) {
    case 'workspace':
      return true;
    case 'registry':
      return range === `npm:${name}` || range.startsWith(`npm:${name}@`) || isAddress;
    case 'file':
      return /^(?:file|link|portal):|^~?\.{0,2}\//.test(range);
    case 'git':
    case 'tarball':
      return isAddress && namesAddress(range, source.url);
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

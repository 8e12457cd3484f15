import { parentFolder, readInstallPath, type InstallPath } from './install-path.ts';
import { refuse, type NpmTree } from './npm-entry.ts';

/** Which entry a package finds under a name: the path of the entry, links followed; undefined when there is none. */
export type Resolve = (from: string, name: string) => string | undefined;

/**
 * Node's and npm's way up: the package's own `node_modules`, then that of each folder above, up to the project's.
 * A folder outside the project sees only what stands below itself.
 */
export function createResolver(tree: NpmTree): Resolve {
  const links = new Map(tree.links.map((link) => [link.path, link]));
  const places = new Map(tree.entries.map((entry) => [entry.path, entry.place]));
  const scopes = new Map<string, Scope>();
  const names = new Set<string>();
  for (const entry of tree.entries) place(entry.place, entry.path);
  for (const link of tree.links) place(link.place, followed(link.path));

  return (from, name) => {
    // Optional packages and peers that nobody installed are common: they need no walk.
    if (!names.has(name)) return undefined;
    for (let scope: Scope | undefined = scopeOf(from); scope !== undefined; scope = scope.above) {
      const path = scope.packages.get(name);
      if (path !== undefined) return path;
    }
    return undefined;
  };

  function place(where: InstallPath, path: string): void {
    if (where.kind !== 'package') return;
    names.add(where.name);
    scopeOf(where.container).packages.set(where.name, path);
  }

  function followed(path: string): string {
    const seen = new Set<string>();
    let target = path;
    for (let link = links.get(target); link !== undefined; link = links.get(target)) {
      if (seen.has(target) || seen.size >= maxLinks)
        throw refuse(`the links at ${JSON.stringify(target)} lead in a circle or too far`, link.location);
      seen.add(target);
      target = link.target;
    }
    return target;
  }

  /** Recursive on the segments of a path, of which there are at most 128. */
  function scopeOf(path: string): Scope {
    const known = scopes.get(path);
    if (known !== undefined) return known;
    const above = folderAbove(path, places.get(path));
    const scope: Scope = { packages: new Map(), above: above === undefined ? undefined : scopeOf(above) };
    scopes.set(path, scope);
    return scope;
  }
}

/** npm links to folders; a link to a link is unusual, a long chain of them is an attack. */
const maxLinks = 8;

/** One `node_modules` folder, existing or not. */
interface Scope {
  readonly packages: Map<string, string>;
  readonly above: Scope | undefined;
}

/** `known` is absent for a folder that has no entry and stands above one; then the path was proven with that one. */
function folderAbove(path: string, known: InstallPath | undefined): string | undefined {
  if (path === '') return undefined;
  const place = known ?? readInstallPath(path, { file: path, line: 1 });
  return place.kind === 'package' ? place.container : parentFolder(path);
}

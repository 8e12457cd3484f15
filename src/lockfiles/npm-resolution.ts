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
  const places = new Map<string, InstallPath>();
  /** What each `node_modules` folder holds, by the path of the folder that it lies in. */
  const folders = new Map<string, Map<string, string>>();
  const names = new Set<string>();
  for (const entry of tree.entries) {
    places.set(entry.path, entry.place);
    put(entry.place, entry.path);
  }
  for (const link of tree.links) put(link.place, followed(link.path));

  // Whoever asks for one name asks for others next.
  let asking = '';
  let way = wayUp(asking);
  return (from, name) => {
    // Optional packages and peers that nobody installed are common: they need no walk.
    if (!names.has(name)) return undefined;
    if (from !== asking) way = wayUp(from);
    asking = from;
    // By index: asked thousands of times, an iterator for each is garbage that counts.
    for (let step = 0; step < way.length; step += 1) {
      const path = way[step]?.get(name);
      if (path !== undefined) return path;
    }
    return undefined;
  };

  function wayUp(from: string): readonly ReadonlyMap<string, string>[] {
    const met: ReadonlyMap<string, string>[] = [];
    for (let at: string | undefined = from; at !== undefined; at = above(at)) {
      const folder = folders.get(at);
      if (folder !== undefined) met.push(folder);
    }
    return met;
  }

  function put(where: InstallPath, path: string): void {
    if (where.kind !== 'package') return;
    names.add(where.name);
    const folder = folders.get(where.container);
    if (folder === undefined) folders.set(where.container, new Map([[where.name, path]]));
    else folder.set(where.name, path);
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

  /** The folder in which a package or a folder lies. */
  function above(path: string): string | undefined {
    if (path === '') return undefined;
    let place = places.get(path);
    if (place === undefined) {
      // A folder without an entry that stands above one: its path was proven with that one.
      place = readInstallPath(path, { file: path, line: 1 });
      places.set(path, place);
    }
    return place.kind === 'package' ? place.container : parentFolder(path);
  }
}

/** npm links to folders; a link to a link is unusual, a long chain of them is an attack. */
const maxLinks = 8;

import { inertLine } from '../model/inert.ts';
import { scriptJson } from '../reporters/html/markup.ts';
import type { FleetPackage } from './fleet-tally.ts';
import type { RepositorySummary } from './repository-summary.ts';
import type { SiteFile } from './site-source.ts';

/**
 * The index behind the search page. A page that was opened from a disk may not fetch, so that the index is a set of small scripts, each
 * of which hands its part over by one call. Names are sorted and cut into parts of some 120 kB, so that one part answers one name,
 * and the parts in a row answer a beginning of a name.
 */
export interface SearchIndex {
  readonly files: readonly SiteFile[];
  /** The first name of each part, in order. */
  readonly firstNames: readonly string[];
  /** Repositories in one part of the list. */
  readonly perPart: number;
}

const repositoriesPerPart = 2_000;
const charactersPerPart = 120_000;

/**
 * @param packages sorted by name and version
 * @param repositories in the order in which answers name them
 * @param places the number by which packages know a repository to its place in `repositories`
 */
export function searchIndex(
  packages: readonly FleetPackage[],
  repositories: readonly RepositorySummary[],
  places: readonly number[],
): SearchIndex {
  const parts: string[][] = [];
  const firstNames: string[] = [];
  let size = Infinity;
  for (const [name, versions] of byName(packages)) {
    const entry = scriptJson([
      inertLine(name, 214),
      ...versions.map(({ version, holders }) => [inertLine(version, 256), ...placesOf(holders, places)]),
    ]);
    if (size + entry.length > charactersPerPart) {
      parts.push([]);
      firstNames.push(name);
      size = 0;
    }
    parts.at(-1)?.push(entry);
    size += entry.length;
  }
  return {
    files: [
      ...parts.map((entries, part) => ({
        path: `index/packages-${part}.js`,
        text: `lockgateIndex("packages",${part},[\n${entries.join(',\n')}\n]);\n`,
      })),
      ...repositoryParts(repositories),
    ],
    firstNames,
    perPart: repositoriesPerPart,
  };
}

function repositoryParts(repositories: readonly RepositorySummary[]): readonly SiteFile[] {
  const count = Math.ceil(repositories.length / repositoriesPerPart);
  return Array.from({ length: count }, (_, part) => {
    const rows = repositories
      .slice(part * repositoriesPerPart, (part + 1) * repositoriesPerPart)
      .map(({ name, slug, state }) => scriptJson([inertLine(name, 200), slug, state]));
    return { path: `index/repositories-${part}.js`, text: `lockgateIndex("repositories",${part},[\n${rows.join(',\n')}\n]);\n` };
  });
}

/** By the name as it is shown, sorted by it: that is what the page compares. */
function byName(packages: readonly FleetPackage[]): readonly (readonly [string, readonly FleetPackage[]])[] {
  const names = new Map<string, FleetPackage[]>();
  for (const one of packages) {
    const name = inertLine(one.name, 214);
    const known = names.get(name);
    if (known === undefined) names.set(name, [one]);
    else known.push(one);
  }
  return [...names].sort(([a], [b]) => (a < b ? -1 : 1));
}

/** Places in ascending order, each as its distance from the one before, doubled, plus one for a direct dependency. */
function placesOf(holders: readonly number[], places: readonly number[]): readonly number[] {
  const own = holders.map((holder) => [places[holder >> 1] ?? 0, holder & 1] as const).sort(([a], [b]) => a - b);
  let last = 0;
  return own.map(([place, direct]) => {
    const distance = place - last;
    last = place;
    return 2 * distance + direct;
  });
}

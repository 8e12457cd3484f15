import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { lockfileFormats } from '../../../src/lockfiles/index.generated.ts';
import { lockfileNames, readLockfileText } from '../../../src/lockfiles/read-lockfile.ts';
import type { Inventory } from '../../../src/model/inventory.ts';
import { isFromRegistry } from '../../../test/loopback-registry/releases-of-lockfiles.ts';
import { openProjectFolder } from '../project-folder.ts';

/** The projects of the corpus as repositories. */
export interface CorpusFleet {
  /** Path of its `repos.yaml`. */
  readonly list: string;
  /** Name of each repository, sorted, to what its lockfile holds. */
  readonly inventories: ReadonlyMap<string, Inventory>;
}

/** Writes every project below a folder, unpacked and with this registry in its lockfile, and a list of them. */
export function writeCorpusFleet(corpus: string, folder: string, registry: string): CorpusFleet {
  const inventories = new Map<string, Inventory>();
  for (const project of readdirSync(corpus).sort()) {
    const files = openProjectFolder(join(corpus, project), registry);
    for (const path of files.paths.filter((one) => one !== 'SOURCE.json')) {
      const target = join(folder, project, path);
      mkdirSync(dirname(target), { recursive: true });
      writeFileSync(target, files.read(path) ?? '');
    }
    const path = lockfileNames(lockfileFormats).find((name) => files.paths.includes(name));
    const text = path === undefined ? undefined : files.read(path);
    if (path === undefined || text === undefined) throw new Error(`${project} has no lockfile of a format that can be read`);
    inventories.set(project, readLockfileText(lockfileFormats, { path, text, digest: '', files }));
  }
  const list = join(folder, 'repos.yaml');
  const entries = [...inventories.keys()].map((name) => `  - { path: ${name} }`);
  writeFileSync(list, `${['version: 1', 'name: corpus', 'repositories:', ...entries].join('\n')}\n`);
  return { list, inventories };
}

/** Package name to its versions, each with the repositories that hold it: what an audit and a search must say. */
export type Holders = ReadonlyMap<string, ReadonlyMap<string, ReadonlySet<string>>>;

/** Who holds which version, by what the lockfiles take from a registry. */
export function holdersIn({ inventories }: Pick<CorpusFleet, 'inventories'>): Holders {
  const holders = new Map<string, Map<string, Set<string>>>();
  for (const [repository, { components }] of inventories) {
    for (const component of components.values()) {
      if (!isFromRegistry(component)) continue;
      const versions = holders.get(component.name) ?? new Map<string, Set<string>>();
      holders.set(component.name, versions.set(component.version, (versions.get(component.version) ?? new Set()).add(repository)));
    }
  }
  return holders;
}

/** Packages for which some lockfile names no digest, though it does for others: that is a finding of its own. */
export function withoutDigest({ inventories }: Pick<CorpusFleet, 'inventories'>): ReadonlySet<string> {
  const names = new Set<string>();
  for (const { components } of inventories.values()) {
    const all = [...components.values()];
    if (!all.some(({ integrity }) => integrity !== undefined)) continue;
    for (const { name, integrity } of all) if (integrity === undefined) names.add(name);
  }
  return names;
}

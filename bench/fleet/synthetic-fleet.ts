import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openProjectFolder } from '../../scripts/corpus/project-folder.ts';
import { lockfileFormats } from '../../src/lockfiles/index.generated.ts';
import { readLockfileText } from '../../src/lockfiles/read-lockfile.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { NotHere } from '../goal.ts';

/** What a synthetic fleet holds. */
export interface SyntheticFleet {
  /** Its `repos.yaml`. */
  readonly list: string;
  readonly repositories: number;
  /** Installed copies in all lockfiles. */
  readonly installed: number;
  readonly distinctVersions: number;
  readonly distinctNames: number;
  /** The version that most repositories hold. */
  readonly commonest: string;
}

/** An entry of a package-lock: what is read of it here. */
interface Entry {
  readonly version?: string;
  readonly link?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly [field: string]: unknown;
}

type Packages = ReadonlyMap<string, Entry>;

/** A lockfile that repositories are drawn from. */
interface RealLockfile {
  readonly packages: Packages;
  readonly inventory: Inventory;
}

const corpus = '../shared/corpus/lockfiles';

/** The lockfiles of real projects in npm's newer form, with this registry. Throws `NotHere` where they are not beside the repository. */
export function realLockfiles(registry: string): readonly RealLockfile[] {
  if (!existsSync(corpus)) throw new NotHere(`${corpus} is not here`);
  return readdirSync(corpus)
    .sort()
    .flatMap((project) => {
      const files = openProjectFolder(join(corpus, project), registry);
      const path = ['package-lock.json', 'npm-shrinkwrap.json'].find((name) => files.paths.includes(name));
      const text = path === undefined ? undefined : files.read(path);
      if (path === undefined || text === undefined) return [];
      const { packages }: { readonly packages?: Readonly<Record<string, Entry>> } = JSON.parse(text);
      if (packages === undefined) return [];
      const inventory = readLockfileText(lockfileFormats, { path, text, digest: '', files });
      return [{ packages: new Map(Object.entries(packages)), inventory }];
    });
}

/**
 * Writes repositories whose lockfiles are drawn from real ones: each takes some top-level packages of one or two real projects and
 * everything that those need there. So they overlap as real ones do: few packages in all of them, most in some. The same seed, the
 * same fleet.
 */
export function writeFleet(folder: string, repositories: number, lockfiles: readonly RealLockfile[]): SyntheticFleet {
  const real = lockfiles.map(({ packages }) => packages);
  const random = randomNumbers(20_261_125);
  const holders = new Map<string, number>();
  let installed = 0;
  for (let index = 0; index < repositories; index += 1) {
    const packages = draw(real, random);
    for (const [path, { version = '' }] of packages) {
      const held = `${nameAt(path)}@${version}`;
      holders.set(held, (holders.get(held) ?? 0) + 1);
      installed += 1;
    }
    const name = nameOf(index);
    mkdirSync(join(folder, name), { recursive: true });
    writeFileSync(join(folder, name, 'package-lock.json'), lockfileOf(name, packages));
  }
  const list = join(folder, 'repos.yaml');
  const entries = Array.from({ length: repositories }, (_, index) => `  - path: ${nameOf(index)}`);
  writeFileSync(list, `${['version: 1', 'name: synthetic fleet', 'repositories:', ...entries].join('\n')}\n`);
  const [commonest = ''] = [...holders].sort(([, a], [, b]) => b - a).map(([held]) => held);
  const names = new Set([...holders.keys()].map((held) => held.slice(0, held.lastIndexOf('@'))));
  return { list, repositories, installed, distinctVersions: holders.size, distinctNames: names.size, commonest };
}

function nameOf(index: number): string {
  return `repository-${String(index).padStart(5, '0')}`;
}

/** Between 5 and 40 top-level packages of one project, a few of a second one, and all that these need. */
function draw(real: readonly Packages[], random: () => number): Packages {
  const [first, second] = [pick(real, random), pick(real, random)];
  const drawn = closureOf(first, 5 + Math.floor(random() * 35), random);
  for (const [path, entry] of closureOf(second, Math.floor(random() * 6), random)) if (!drawn.has(path)) drawn.set(path, entry);
  return drawn;
}

function closureOf(packages: Packages, count: number, random: () => number): Map<string, Entry> {
  const top = [...packages.keys()].filter((path) => /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path));
  const waiting = Array.from({ length: Math.min(count, top.length) }, () => pick(top, random));
  const closure = new Map<string, Entry>();
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    const entry = packages.get(path);
    if (entry === undefined || entry.link === true || entry.version === undefined || closure.has(path)) continue;
    closure.set(path, entry);
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      const found = resolve(packages, path, name);
      if (found !== undefined) waiting.push(found);
    }
  }
  return closure;
}

/** As Node looks a package up: beside the one that asks, then in each folder above it. */
function resolve(packages: Packages, from: string, name: string): string | undefined {
  for (let folder = from; ; folder = folder.slice(0, folder.lastIndexOf('/node_modules/'))) {
    if (packages.has(`${folder}/node_modules/${name}`)) return `${folder}/node_modules/${name}`;
    if (!folder.includes('/node_modules/')) break;
  }
  return packages.has(`node_modules/${name}`) ? `node_modules/${name}` : undefined;
}

function lockfileOf(name: string, packages: Packages): string {
  const dependencies = Object.fromEntries(
    [...packages].flatMap(([path, { version = '' }]) => (path.lastIndexOf('node_modules/') === 0 ? [[nameAt(path), version]] : [])),
  );
  const root = { name, version: '1.0.0', dependencies };
  return JSON.stringify({ ...root, lockfileVersion: 3, requires: true, packages: { '': root, ...Object.fromEntries(packages) } }, null, 2);
}

function nameAt(path: string): string {
  return path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
}

function pick<T>(list: readonly T[], random: () => number): T {
  const picked = list[Math.floor(random() * list.length)];
  if (picked === undefined) throw new NotHere('there is nothing to pick from');
  return picked;
}

/** Numbers from 0 up to 1, the same for the same seed (mulberry32). */
function randomNumbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

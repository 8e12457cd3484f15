import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { array, assert, constantFrom, oneof, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { lockfileFileNames, parseLockfile } from '../../src/commands/lockfiles.ts';
import { GateError } from '../../src/model/gate-error.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { ProjectFiles } from '../../src/model/project-files.ts';
import { isCampaign, runs } from '../support/campaign.ts';
import { damages, hostile, prototypes } from '../support/damage.ts';

/** What one damaged lockfile may cost at most, in milliseconds of this process. */
const mostCpu = 2000;
/** Real lockfiles: our fixtures, and in a campaign the corpus where it is present. */
const seeds = [...lockfilesBelow('fixtures'), ...(isCampaign ? lockfilesBelow('../shared/corpus/lockfiles') : [])];
const kinds = [...new Set(seeds.map(({ name }) => name))].sort();

test('there are real lockfiles of every package manager to damage', () => {
  expect(kinds).toEqual(['bun.lock', 'npm-shrinkwrap.json', 'package-lock.json', 'pnpm-lock.yaml', 'yarn.lock']);
  expect(seeds.length).toBeGreaterThanOrEqual(40);
});

test.for(kinds)('a damaged %s is read soundly or refused with a reason, soon, and harms nothing else', async (name, { annotate }) => {
  const ofKind = seeds.filter((seed) => seed.name === name);
  const before = prototypes();
  let [read, refused, slowest] = [0, 0, 0];
  assert(
    property(constantFrom(...ofKind), constantFrom(...ofKind), array(damages(), { minLength: 1, maxLength: 4 }), (seed, other, steps) => {
      const bytes = steps.reduce((sofar, step) => step(sofar, other.bytes), seed.bytes);
      const started = process.cpuUsage();
      const inventory = readOrRefuse(name, bytes, seed.files);
      const used = process.cpuUsage(started);
      slowest = Math.max(slowest, (used.user + used.system) / 1000);
      if (inventory === undefined) refused += 1;
      else read += 1;
      expect(prototypes()).toBe(before);
      expect(slowest).toBeLessThan(mostCpu);
      if (inventory !== undefined) expect(faultsOf(inventory)).toEqual([]);
    }),
    { numRuns: runs(name === 'npm-shrinkwrap.json' ? 50 : 150) },
  );
  await annotate(`${name}: ${read} read, ${refused} refused, slowest ${Math.round(slowest)} ms`);
  expect(read).toBeGreaterThan(0);
  expect(refused).toBeGreaterThan(0);
});

test.each(kinds)('any bytes at all as %s are refused or read', (name) => {
  const words = constantFrom(
    'lockfileVersion: "9.0"\n',
    '# yarn lockfile v1\n',
    '__metadata:\n  version: 8\n',
    '{"lockfileVersion":',
    '3,"packages":{',
    ...hostile,
  );
  assert(
    property(array(oneof(words, string({ unit: 'binary' })), { maxLength: 20 }), (parts) => {
      const inventory = readOrRefuse(name, Buffer.from(parts.join('')), { read: () => undefined, workspaces: () => [] });
      if (inventory !== undefined) expect(faultsOf(inventory)).toEqual([]);
    }),
    { numRuns: runs(100) },
  );
});

/** The inventory, or undefined for a refusal that says why; anything else that is thrown is a bug. */
function readOrRefuse(name: string, bytes: Buffer, files: ProjectFiles): Inventory | undefined {
  try {
    return parseLockfile(name, bytes, files);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    expect(error.message).not.toBe('');
    expect(error.code).toMatch(/^lockfile-|^input-invalid$/);
    return undefined;
  }
}

/** What must hold of every graph, however hostile the lockfile was. */
function faultsOf({ components, edges, root, declared }: Inventory): readonly string[] {
  const refs = new Set<string>([root.bomRef, ...components.keys()]);
  return [
    ...[...components].flatMap(([ref, one]) => (ref === one.bomRef && ref !== root.bomRef ? [] : [`${ref} is kept under another name`])),
    ...[...components.values()].flatMap((one) => (one.name === '' ? [`${one.bomRef} has no name`] : [])),
    ...[...components.values()].flatMap((one) => (one.purl.startsWith('pkg:') ? [] : [`${one.bomRef} has no purl`])),
    ...[...components.values()].flatMap((one) => (one.location.line >= 1 ? [] : [`${one.bomRef} is nowhere`])),
    ...[...edges.keys()].flatMap((from) => (refs.has(from) ? [] : [`an edge comes from ${from}`])),
    ...[...edges.values()].flat().flatMap(({ to }) => (refs.has(to) ? [] : [`an edge leads to ${to}`])),
    ...declared.flatMap(({ to }) => (to === undefined || refs.has(to) ? [] : [`a declared dependency leads to ${to}`])),
  ];
}

interface Seed {
  readonly name: string;
  readonly bytes: Buffer;
  readonly files: ProjectFiles;
}

function lockfilesBelow(folder: string): readonly Seed[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((path) => lockfileFileNames.includes(basename(path).replace(/\.gz$/, '')))
    .sort()
    .map((path) => {
      const stored = readFileSync(join(folder, path));
      const manifest = join(folder, dirname(path), 'package.json');
      const text = existsSync(manifest) ? readFileSync(manifest, 'utf8') : undefined;
      return {
        name: basename(path).replace(/\.gz$/, ''),
        bytes: path.endsWith('.gz') ? gunzipSync(stored) : stored,
        files: { read: (wanted) => (wanted === 'package.json' ? text : undefined), workspaces: () => [] },
      };
    });
}

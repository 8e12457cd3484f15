import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { type Arbitrary, array, assert, constantFrom, nat, oneof, property, record, string } from 'fast-check';
import { expect, test } from 'vitest';
import { lockfileFileNames, parseLockfile } from '../../src/commands/lockfiles.ts';
import { GateError } from '../../src/model/gate-error.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { ProjectFiles } from '../../src/model/project-files.ts';
import { isCampaign, runs } from '../support/campaign.ts';

/** What one damaged lockfile may cost at most, in milliseconds of this process. */
const mostCpu = 2000;
/** Real lockfiles: our fixtures, and in a campaign the corpus where it is present. */
const seeds = [...lockfilesBelow('fixtures'), ...(isCampaign ? lockfilesBelow('../shared/corpus/lockfiles') : [])];
const kinds = [...new Set(seeds.map(({ name }) => name))].sort();

/** Damages bytes in one place. */
type Damage = (bytes: Buffer, other: Buffer) => Buffer;

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

/** Texts that have broken other readers. */
const hostile: readonly string[] = [
  ...'__proto__ constructor prototype toString hasOwnProperty .. ../../../etc/passwd / C:\\ . @ @/ a@ @a/b@ npm: workspace: link:'.split(
    ' ',
  ),
  ...'" \' \\ \\u0000 { } [ ] : , &a *a !!js/function null true -1 1e999 NaN ~ "" {} [] 1.0.0 * ( ) ((((( %00 % file: portal:'.split(' '),
  ...'git+ssh:// https:// http://[ patch: sha512- sha1- \0 \r \u2028 \u202e \ufeff'.split(' '),
  ...'<<: |---\n|| \n|? |<<<<<<< HEAD\n|=======\n|>>>>>>> main\n|  |\t'.split('|'),
  '9'.repeat(400),
  'x'.repeat(5000),
];

function damages(): Arbitrary<Damage> {
  const place = nat({ max: 1_000_000 });
  const length = nat({ max: 200 });
  return oneof(
    record({ at: place, value: nat({ max: 255 }) }).map(({ at, value }) => replaceAt(at, 1, () => Buffer.from([value]))),
    record({ at: place, length }).map(({ at, length: cut }) => replaceAt(at, cut, () => Buffer.alloc(0))),
    record({ at: place, length }).map(({ at, length: twice }) => replaceAt(at, twice, (bytes) => Buffer.concat([bytes, bytes]))),
    record({ at: place, word: constantFrom(...hostile) }).map(({ at, word }) => replaceAt(at, 0, () => Buffer.from(word))),
    // Most often, because the others seldom leave a document that gets past its syntax.
    { arbitrary: record({ at: place, word: constantFrom(...hostile) }).map(({ at, word }) => replaceWord(at, word)), weight: 8 },
    record({ at: place, from: place, length }).map(
      ({ at, from, length: count }): Damage =>
        (bytes, other) =>
          replaceAt(at, 0, () => other.subarray(from % (other.length + 1)).subarray(0, count))(bytes, other),
    ),
    place.map(
      (at): Damage =>
        (bytes) =>
          bytes.subarray(0, at % (bytes.length + 1)),
    ),
    record({ at: place, to: place }).map(({ at, to }) => moveLine(at, to)),
  );
}

function replaceAt(at: number, length: number, change: (bytes: Buffer) => Buffer): Damage {
  return (bytes) => {
    const start = at % (bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, start), change(bytes.subarray(start, start + length)), bytes.subarray(start + length)]);
  };
}

/** Puts a hostile text in the place of a whole name, version or address, so that the syntax often stays whole. */
function replaceWord(at: number, word: string): Damage {
  return (bytes) => {
    const text = bytes.toString('latin1');
    const start = at % (text.length + 1);
    const found = /[\w@/.:+~^-]+/.exec(text.slice(start, start + 500));
    if (found === null) return bytes;
    const from = start + found.index;
    return Buffer.concat([bytes.subarray(0, from), Buffer.from(word), bytes.subarray(from + found[0].length)]);
  };
}

function moveLine(at: number, to: number): Damage {
  return (bytes) => {
    const lines = bytes.toString('latin1').split('\n');
    const [line = ''] = lines.splice(at % lines.length, 1);
    lines.splice(to % (lines.length + 1), 0, line);
    return Buffer.from(lines.join('\n'), 'latin1');
  };
}

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

/** Everything that hangs on the prototypes that all objects share. */
function prototypes(): string {
  return [Object.prototype, Array.prototype, Map.prototype, String.prototype, Function.prototype]
    .map((prototype) => Object.getOwnPropertyNames(prototype).join())
    .join('\n');
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

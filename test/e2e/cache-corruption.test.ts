import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Arbitrary, array, assert, asyncProperty, constant, nat, oneof, record } from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { check } from '../../src/commands/check.ts';
import { invocation } from '../commands/invocation.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { isCampaign, runs } from '../support/campaign.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

const releases = [release({ name: 'left-pad', version: '1.3.0' }), release({ name: '@acme/ui', version: '2.0.0' })];
const honest = packageLock(releases);
/** One package is locked to bytes that the registry does not have: whatever the cache says, this is no pass. */
const forged = packageLock(releases, (entry, name) => {
  if (name === 'left-pad') entry['integrity'] = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
});

let registry: LoopbackRegistry;
let folder = '';
let honestProject = '';
let forgedProject = '';
/** A home in which both projects have been judged. */
let known = '';

beforeAll(async () => {
  registry = await startRegistry(releases);
  folder = mkdtempSync(join(tmpdir(), 'lockgate-corruption-'));
  [honestProject, forgedProject] = [project(honest), project(forged)];
  known = newHome();
  expect([await judge(honestProject, known), await judge(forgedProject, known)]).toEqual([0, 1]);
});
afterAll(async () => {
  await registry.close();
  for (const place of [folder, honestProject, forgedProject]) rmSync(place, { recursive: true, force: true });
});

function newHome(copyOf?: string): string {
  const home = mkdtempSync(join(folder, 'home-'));
  if (copyOf !== undefined) cpSync(copyOf, home, { recursive: true });
  return home;
}

/** The exit code of `lockgate check`, in this process. */
async function judge(cwd: string, home: string): Promise<number> {
  const variables = {
    HOME: home,
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_CONFIG_HOME: join(home, '.config'),
    npm_config_registry: registry.url,
  };
  return (await check.run(invocation([], {}, { cwd, variables }))).exitCode;
}

/** The cache's files, by path below it. */
function cacheFiles(home: string): readonly string[] {
  const cache = join(home, '.cache', 'lockgate');
  return readdirSync(cache, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

/** Something that happens to the files of a cache. */
type Damage = (files: readonly string[]) => void;

function damages(): Arbitrary<Damage> {
  const place = nat({ max: 1_000_000 });
  const pick = (files: readonly string[], at: number): string => files[at % files.length] ?? '';
  const edit = (file: string, change: (bytes: Buffer) => Buffer): void => writeFileSync(file, change(readFileSync(file)));
  return oneof(
    record({ file: place, at: place }).map(
      ({ file, at }): Damage =>
        (files) =>
          edit(pick(files, file), (bytes) => bytes.subarray(0, at % (bytes.length + 1))),
    ),
    record({ file: place, at: place, bit: nat({ max: 7 }) }).map(
      ({ file, at, bit }): Damage =>
        (files) =>
          edit(pick(files, file), (bytes) => {
            const copy = Buffer.from(bytes);
            if (copy.length > 0) copy[at % copy.length] = (copy[at % copy.length] ?? 0) ^ (1 << bit);
            return copy;
          }),
    ),
    // A wrong verdict, or the facts of one package in place of another's: every word that decides, exchanged.
    record({ file: place, pair: nat({ max: swaps.length - 1 }) }).map(
      ({ file, pair }): Damage =>
        (files) =>
          edit(pick(files, file), (bytes) => exchange(bytes, swaps[pair] ?? ['', ''])),
    ),
    // Records under other keys, lines in the other layer, files under other names.
    record({ file: place, from: place, to: place }).map(
      ({ file, from, to }): Damage =>
        (files) =>
          edit(pick(files, file), (bytes) => exchangeFields(bytes, from, to)),
    ),
    record({ from: place, to: place }).map(
      ({ from, to }): Damage =>
        (files) =>
          writeFileSync(pick(files, to), Buffer.concat([readFileSync(pick(files, to)), readFileSync(pick(files, from))])),
    ),
    record({ from: place, to: place }).map(
      ({ from, to }): Damage =>
        (files) =>
          exchangeFiles(pick(files, from), pick(files, to)),
    ),
    record({ file: place }).map(
      ({ file }): Damage =>
        (files) =>
          rmSync(pick(files, file), { force: true }),
    ),
    constant((files: readonly string[]) => files.forEach((file) => writeFileSync(file, ''))),
  );
}

const swaps: readonly (readonly [string, string])[] = [
  ['"fail"', '"pass"'],
  ['"error"', '"note"'],
  ['left-pad', '@acme/ui'],
  ['"known"', '"not-offered"'],
  ['published', 'missing'],
];

function exchange(bytes: Buffer, [one, other]: readonly [string, string]): Buffer {
  return Buffer.from(
    bytes
      .toString('latin1')
      .split(one)
      .map((part) => part.replaceAll(other, one))
      .join(other),
    'latin1',
  );
}

/** Gives two lines each other's last field, and keeps their codes. */
function exchangeFields(bytes: Buffer, from: number, to: number): Buffer {
  const lines = bytes
    .toString('latin1')
    .split('\n')
    .map((line) => line.split('\t'));
  const [one, other] = [lines[from % lines.length], lines[to % lines.length]];
  if (one === undefined || other === undefined || one.length < 2 || other.length < 2) return bytes;
  const text = one.pop() ?? '';
  one.push(other.pop() ?? '');
  other.push(text);
  return Buffer.from(lines.map((fields) => fields.join('\t')).join('\n'), 'latin1');
}

function exchangeFiles(one: string, other: string): void {
  if (one === other || !existsSync(one) || !existsSync(other)) return;
  renameSync(one, `${one}.held`);
  renameSync(other, one);
  renameSync(`${one}.held`, other);
}

describe('a damaged cache', () => {
  it(
    'never makes a pass, and never stands in the way of one',
    async ({ annotate }) => {
      expect(cacheFiles(known).length).toBeGreaterThanOrEqual(2);
      let tried = 0;
      await assert(
        asyncProperty(array(damages(), { minLength: 1, maxLength: 3 }), async (steps) => {
          const home = newHome(known);
          const files = cacheFiles(home);
          for (const step of steps) step(files.filter((file) => existsSync(file)));
          expect(await judge(forgedProject, home)).toBe(1);
          expect(await judge(honestProject, home)).toBe(0);
          rmSync(home, { recursive: true });
          tried += 1;
        }),
        { numRuns: runs(8) },
      );
      await annotate(`${tried} damaged caches`);
    },
    isCampaign ? undefined : 120_000,
  );

  it('of another user is not believed', async () => {
    const home = newHome(known);
    rmSync(join(home, '.config'), { recursive: true });
    registry.requests.length = 0;
    expect(await judge(honestProject, home)).toBe(0);
    expect(registry.requests.map(({ path }) => path)).toEqual(expect.arrayContaining(['/left-pad', '/@acme/ui']));
  });

  it('survives processes that write at once', async () => {
    const home = newHome();
    const outcomes = await Promise.all([1, 2, 3, 4].map(() => lockgate(['check'], { cwd: honestProject, registry: registry.url, home })));
    expect(outcomes.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    expect((await lockgate(['check', '--offline'], { cwd: honestProject, registry: registry.url, home })).code).toBe(0);
    expect((await lockgate(['check', '--offline'], { cwd: forgedProject, registry: registry.url, home })).code).toBe(1);
  }, 60_000);
});

describe('a remembered verdict', { timeout: 60_000 }, () => {
  const again = (cwd: string, home: string, ...args: readonly string[]): ReturnType<typeof lockgate> =>
    lockgate(['check', ...args], { cwd, registry: registry.url, home });

  it('is given once more for the same question alone', async () => {
    const home = newHome();
    const cwd = project(honest);
    expect(await again(cwd, home)).toMatchObject({ code: 0, stderr: '' });
    const second = await again(cwd, home);
    expect(second).toMatchObject({ code: 0, stderr: expect.stringContaining('nothing has changed since') });
    expect(await again(cwd, home, '--report', 'json=report.json')).toMatchObject({ code: 0 });
    expect(await again(cwd, home, '--report', 'json=report.json')).toMatchObject({ code: 0 });
    expect(JSON.parse(readFileSync(join(cwd, 'report.json'), 'utf8'))).toMatchObject({ verdict: 'pass' });
    rmSync(join(cwd, 'report.json'));
    await again(cwd, home, '--report', 'json=report.json');
    expect(existsSync(join(cwd, 'report.json'))).toBe(true);
    for (const [path, text] of Object.entries(forged)) writeFileSync(join(cwd, path), text);
    expect(await again(cwd, home)).toMatchObject({ code: 1 });
    for (const [path, text] of Object.entries(honest)) writeFileSync(join(cwd, path), text);
    writeFileSync(join(cwd, 'lockgate.yaml'), 'version: 1\nrules:\n  standing/low: error\n');
    expect(await again(cwd, home)).toMatchObject({ code: 1 });
    rmSync(join(cwd, 'lockgate.yaml'));
    writeFileSync(join(cwd, '.npmrc'), 'registry=http://127.0.0.1:9/\n');
    expect((await lockgate(['check'], { cwd, home })).code).toBe(3);
    mkdirSync(join(cwd, 'vendored'));
    rmSync(cwd, { recursive: true });
  });

  it('is not believed once a bit of it has turned, and is judged again', async () => {
    const home = newHome();
    await again(honestProject, home);
    for (const file of cacheFiles(home)) {
      const bytes = readFileSync(file);
      bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
      writeFileSync(file, bytes);
    }
    expect(await again(honestProject, home)).toMatchObject({ code: 0, stderr: '' });
  });
});

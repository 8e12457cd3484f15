import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { lockgate, type Outcome, packageLock, project } from './lockgate.ts';

const honest: readonly BuiltRelease[] = [
  release({ name: 'left-pad', version: '1.3.0', publishedAt: '2018-04-09T00:00:00.000Z', repository: 'github:left-pad/left-pad' }),
  release({ name: 'kind-of', version: '6.0.3', publishedAt: '2020-01-16T00:00:00.000Z', repository: 'github:jonschlinkert/kind-of' }),
];
const files: Readonly<Record<string, string>> = { ...packageLock(honest), 'docs/readme.md': '# shop\n' };

let registry: LoopbackRegistry;
let home: string;
let cwd: string;

beforeAll(async () => {
  registry = await startRegistry(honest);
});
afterAll(() => registry.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
  cwd = project(files);
  registry.requests.length = 0;
  registry.setFaults([]);
});

const check = (args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  lockgate(['check', ...args], { cwd, home, registry: registry.url, env });
const verdicts = (folder = home): readonly string[] => {
  const store = join(folder, '.cache', 'lockgate', 'verdicts');
  try {
    return readdirSync(store).map((name) => join(store, name));
  } catch {
    return []; // nothing was ever remembered
  }
};
const write = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
};
const isRemembered = ({ stderr }: Outcome): boolean => stderr.includes('nothing has changed since');

describe('a verdict that is remembered', () => {
  it.each(['text', 'json'])('comes again to the byte as %s, without asking anybody, and says so beside it', async (format) => {
    const first = await check(['--format', format]);
    registry.requests.length = 0;
    const second = await check(['--format', format]);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    expect(second).toMatchObject({ code: 0, stdout: first.stdout });
    expect(second.stderr).toMatch(/^judged less than a minute ago, and nothing has changed since; --no-cache judges again\n$/);
    expect(registry.requests).toEqual([]);
  });

  it('is quiet when it is asked to be', async () => {
    await check(['--quiet']);
    expect(await check(['--quiet'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
  });

  const manifest = files['package.json'] ?? '';
  const lockfile = files['package-lock.json'] ?? '';

  it('does not outlive a change of anything that was looked at, or looked for', async () => {
    const changes: Readonly<Record<string, () => void>> = {
      'the lockfile': () => write(join(cwd, 'package-lock.json'), lockfile.replace('{', '{ ')),
      'the manifest': () => write(join(cwd, 'package.json'), `${manifest}\n`),
      'a policy that came': () => write(join(cwd, 'lockgate.yaml'), 'version: 1\n'),
      'the top of a repository': () => mkdirSync(join(cwd, '.git')),
      "the project's .npmrc": () => write(join(cwd, '.npmrc'), 'save-exact=true\n'),
      "the user's .npmrc": () => write(join(home, '.npmrc'), 'save-exact=true\n'),
      'settings of another package manager': () => write(join(cwd, '.yarnrc.yml'), 'nodeLinker: node-modules\n'),
      'a lockfile further down': () => write(join(cwd, 'docs/package-lock.json'), lockfile),
      'trust data of the user': () => write(join(home, '.config/lockgate/trust.json'), '{"date": "2020-01-01"}'),
      'imported advisories': () => write(join(home, '.local/share/lockgate/advisories/manifest'), 'damaged'),
      'another lockfile beside it': () => write(join(cwd, 'yarn.lock'), '# yarn lockfile v1\n'),
    };
    await check();
    for (const [what, change] of Object.entries(changes)) {
      change();
      expect(isRemembered(await check()), what).toBe(false);
    }
  });

  it('answers no other question: another option, another folder, another environment', async () => {
    await check();
    expect(isRemembered(await check(['--all']))).toBe(false);
    expect(isRemembered(await check([], { GITHUB_BASE_REF: 'main' }))).toBe(false);
    expect(isRemembered(await check([], { npm_config_registry: `${registry.url}other/` }))).toBe(false);
    expect(isRemembered(await lockgate(['check', cwd], { cwd: home, home, registry: registry.url }))).toBe(false);
    expect(isRemembered(await check())).toBe(true);
  });

  it('is a pass alone: what was refused or could not be learned is judged again', async () => {
    write(join(cwd, 'package-lock.json'), lockfile.replace(/sha512-[^"]+/, `sha512-${Buffer.alloc(64, 7).toString('base64')}`));
    for (const code of [1, 1]) expect(await check()).toMatchObject({ code, stderr: '' });
    write(join(cwd, 'package-lock.json'), lockfile);
    registry.setFaults([{ path: '/left-pad', type: 'status', status: 403 }]);
    rmSync(join(home, '.cache'), { recursive: true });
    for (const code of [3, 3]) expect((await check()).code).toBe(code);
    expect(verdicts()).toEqual([]);
  });

  it('does not hide a failure behind --observe', async () => {
    write(join(cwd, 'package-lock.json'), lockfile.replace(/sha512-[^"]+/, `sha512-${Buffer.alloc(64, 7).toString('base64')}`));
    await check(['--observe']);
    expect(verdicts()).toEqual([]);
  });

  it('is neither used nor written with --no-cache or LOCKGATE_NO_CACHE', async () => {
    await check();
    expect(isRemembered(await check(['--no-cache']))).toBe(false);
    expect(isRemembered(await check([], { LOCKGATE_NO_CACHE: '1' }))).toBe(false);
    rmSync(join(home, '.cache'), { recursive: true });
    await check(['--no-cache']);
    await check([], { LOCKGATE_NO_CACHE: '1' });
    expect(() => readdirSync(join(home, '.cache'))).toThrow(/ENOENT/);
  });

  it('is not believed when anything of it was changed', async () => {
    const spoils: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
      'a flipped bit in its code': (bytes) => flip(bytes, 3),
      'a flipped bit in its text': (bytes) => flip(bytes, bytes.length - 20),
      'a torn end': (bytes) => bytes.subarray(0, bytes.length - 1),
      'nothing in it': () => Buffer.alloc(0),
      'something appended': (bytes) => Buffer.concat([bytes, Buffer.from(' ')]),
      'a later end': (bytes) => Buffer.from(bytes.toString('utf8').replace(/"until":(\d)/, '"until":9$1')),
      'another output': (bytes) => Buffer.from(bytes.toString('utf8').replace('PASS', 'FINE')),
    };
    const first = await check();
    for (const [what, spoil] of Object.entries(spoils)) {
      for (const file of verdicts()) writeFileSync(file, spoil(readFileSync(file)));
      const again = await check();
      expect(isRemembered(again), what).toBe(false);
      expect(again.stdout).toBe(first.stdout);
    }
    expect(isRemembered(await check())).toBe(true);
  });

  it('is not believed under the name of another question, nor under another key, nor without one', async () => {
    await check();
    const [own = ''] = verdicts();
    await check(['--all']);
    const [other = ''] = verdicts().filter((file) => file !== own);
    const mine = readFileSync(own);
    writeFileSync(own, readFileSync(other));
    expect(isRemembered(await check())).toBe(false);
    writeFileSync(own, mine);
    expect(isRemembered(await check())).toBe(true);
    writeFileSync(join(home, '.config/lockgate/cache.key'), Buffer.alloc(32, 1));
    expect(isRemembered(await check())).toBe(false);
    rmSync(join(home, '.config/lockgate/cache.key'));
    expect(isRemembered(await check())).toBe(false);
  });

  it('is whole when two processes write it at once', async () => {
    const both = await Promise.all([check(), check(), check()]);
    expect(both.map(({ code }) => code)).toEqual([0, 0, 0]);
    expect(verdicts()).toHaveLength(1);
    expect(await check()).toMatchObject({ code: 0, stdout: both[0]?.stdout });
  });
});

function flip(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');
const releases = [release({ name: 'left-pad', version: '1.3.0' }), release({ name: '@acme/ui', version: '2.0.0' })];
/** A user that the system has no name for, as in many containers. */
const nobody = 54_321;
const canBeNobody = process.getuid?.() === 0 && spawnSync(process.execPath, [program, '--version'], { uid: nobody, env: {} }).status === 0;

let registry: LoopbackRegistry;
let folder = '';
let cwd = '';
beforeAll(async () => {
  registry = await startRegistry(releases);
  folder = mkdtempSync(join(tmpdir(), 'lockgate-homes-'));
  chmodSync(folder, 0o755);
  cwd = project(packageLock(releases));
  chmodSync(cwd, 0o755);
});
afterAll(async () => {
  await registry.close();
  for (const place of [folder, cwd]) rmSync(place, { recursive: true, force: true });
});

interface Seen {
  readonly code: number | null;
  readonly seen: string;
}

function run(env: Readonly<Record<string, string>>, uid?: number): Promise<Seen> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [program, 'check'], {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', NO_COLOR: '1', npm_config_registry: registry.url, ...env },
      ...(uid === undefined ? {} : { uid, gid: uid }),
    });
    let seen = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk: Buffer) => (seen += chunk.toString('utf8')));
    child.on('error', fail);
    child.on('close', (code) => done({ code, seen }));
  });
}

function home(prepare: (folder: string) => void = () => undefined): string {
  const place = mkdtempSync(join(folder, 'home-'));
  prepare(place);
  return place;
}

/** It passes what is honest, and says that it cannot remember it. */
function expectForgetful({ code, seen }: Seen): void {
  expect(seen).not.toContain('bug in lockgate');
  expect(seen).toMatch(/nothing is remembered between runs: [A-Z]+|this run is not remembered: [A-Z]+/);
  expect(code).toBe(0);
}

describe('a home that cannot be written to costs the memory and nothing else', { timeout: 60_000 }, () => {
  it('where it is no folder', async () => {
    expectForgetful(await run({ HOME: '/dev/null' }));
    const file = join(folder, 'a-file');
    writeFileSync(file, '');
    expectForgetful(await run({ HOME: file }));
  });

  it('where the cache is a file', async () => {
    const place = home((at) => {
      mkdirSync(join(at, '.cache'));
      writeFileSync(join(at, '.cache', 'lockgate'), 'not a folder');
    });
    expectForgetful(await run({ HOME: place }));
  });

  it.skipIf(!canBeNobody)('where it belongs to somebody else (skipped unless run by root)', async () => {
    expectForgetful(await run({ HOME: home((at) => chmodSync(at, 0o755)) }, nobody));
    expectForgetful(await run({ HOME: home((at) => chmodSync(at, 0o700)) }, nobody));
  });

  it.skipIf(!canBeNobody)('where there is none at all (skipped unless run by root)', async () => {
    expectForgetful(await run({}, nobody));
  });
});

describe('a home elsewhere', { timeout: 60_000 }, () => {
  it('is found through a link', async () => {
    const place = home((at) => {
      mkdirSync(join(at, 'disk'));
      mkdirSync(join(at, '.cache'));
      symlinkSync(join(at, 'disk'), join(at, '.cache', 'lockgate'));
    });
    const { code, seen } = await run({ HOME: place });
    expect(seen).not.toContain('remembered');
    expect(code).toBe(0);
    expect(readdirSync(join(place, 'disk'))).toContain('names.ndjson');
  });

  it('is not the project: an empty HOME makes nothing of it this user’s own', async () => {
    // A branch brings a cache and its key along, in the places where a home of '' would have them.
    const planted = home();
    expect((await lockgate(['check'], { cwd, registry: registry.url, home: planted })).code).toBe(0);
    const poisoned = project(
      packageLock(releases, (entry) => {
        entry['integrity'] = `sha512-${Buffer.alloc(64, 7).toString('base64')}`;
      }),
    );
    for (const name of ['.cache', '.config']) cpSync(join(planted, name), join(poisoned, name), { recursive: true });
    writeFileSync(join(poisoned, '.config', 'lockgate', 'trust.json'), '{"nonsense":');
    const before = readdirSync(poisoned, { recursive: true }).length;
    const own = join(folder, 'data');
    const { code, stderr } = await lockgate(['check'], {
      cwd: poisoned,
      registry: registry.url,
      home: '',
      env: { XDG_CACHE_HOME: '.cache', XDG_CONFIG_HOME: '.config', XDG_DATA_HOME: own },
    });
    expect(stderr).not.toContain('bug in lockgate');
    expect(code).toBe(1);
    expect(readdirSync(poisoned, { recursive: true }).length).toBe(before);
    expect(existsSync(own)).toBe(false);
    rmSync(poisoned, { recursive: true });
  });
});

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

const repository = 'https://git.example/acme/tools.git';
const hours = (count: number): string => new Date(Date.now() - count * 3_600_000).toISOString();
const old = release({ name: 'left-pad', version: '1.2.0', publishedAt: '2021-01-01T00:00:00.000Z', repository });
const recent = release({ name: 'left-pad', version: '1.3.0', publishedAt: hours(20), repository });
const newest = release({ name: 'left-pad', version: '1.3.1', publishedAt: hours(5), repository });
const squat = release({ name: 'expresss', version: '1.0.0', publishedAt: hours(50) });
const honest = release({ name: '@acme/ui', version: '2.0.0', repository });

let registry: LoopbackRegistry;
beforeAll(async () => {
  registry = await startRegistry([old, recent, newest, squat, honest]);
});
afterAll(() => registry.close());

const run = (args: readonly string[], cwd: string): ReturnType<typeof lockgate> =>
  lockgate(['fix', ...args], { cwd, registry: registry.url });

describe('lockgate fix', { timeout: 60_000 }, () => {
  it('proposes the newest older version that the gate itself passes, not merely the one before', async () => {
    const cwd = project(packageLock([newest, honest]));
    const before = readFileSync(join(cwd, 'package.json'), 'utf8');
    const outcome = await run([], cwd);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(
      /left-pad@1\.3\.1 is refused: .*release-age\/too-new[\s\S]*use left-pad@1\.2\.0: .*\(1\.3\.0 would be refused, too\)/,
    );
    expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe(before);
  });

  it('prints with --dry-run a diff that git applies, and writes the same with --write', async () => {
    const cwd = project(packageLock([newest]));
    const dry = await run(['--dry-run'], cwd);
    const diff = dry.stdout.slice(dry.stdout.indexOf('--- a/'));
    const written = project(packageLock([newest]));
    expect((await run(['--write'], written)).stdout).toMatch(/package\.json is written; now: npm install/);
    writeFileSync(join(cwd, 'fix.diff'), diff);
    execFileSync('git', ['apply', 'fix.diff'], { cwd });
    expect(readFileSync(join(cwd, 'package.json'), 'utf8')).toBe(readFileSync(join(written, 'package.json'), 'utf8'));
    expect(JSON.parse(readFileSync(join(cwd, 'package.json'), 'utf8')).dependencies).toEqual({ 'left-pad': '1.2.0' });
  });

  it('names what a typosquat was taken for, and proposes no version of it', async () => {
    const outcome = await run([], project(packageLock([squat])));
    expect(outcome.stdout).toMatch(/did you mean express\? npm uninstall expresss && npm install express/);
  });

  it('admits that there is no way out', async () => {
    registry.setPackages([newest]);
    const outcome = await run([], project(packageLock([newest])));
    registry.setPackages([old, recent, newest, squat, honest]);
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/no version can be proposed: the registry names no version before it/);
  });

  it('has nothing to do where nothing is refused', async () => {
    expect(await run([], project(packageLock([honest])))).toMatchObject({
      code: 0,
      stdout: 'nothing is refused: there is nothing to fix\n',
    });
  });
});

import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

/** Honest but for its install script: it has a repository, so nothing else is said about it. */
const repository = 'https://git.example/acme/hashes.git';
const scripted = release({ name: 'fast-hash', version: '2.0.0', scripts: { install: 'node build.js' }, repository });
const later = release({ name: 'slow-hash', version: '1.0.0', scripts: { postinstall: 'node hello.js' }, repository });

let registry: LoopbackRegistry;
beforeAll(async () => {
  registry = await startRegistry([scripted, later]);
});
afterAll(() => registry.close());

const soon = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
const waiving = ['--until', soon, '--reason', 'read by two of us, it only compiles', '--owner', 'ada@shop.example'];

describe('lockgate waive', () => {
  it('writes a waiver that is pinned to the bytes, and check follows it', async () => {
    const cwd = project({
      ...packageLock([scripted]),
      'lockgate.yaml': 'version: 1\nrules:\n  install-scripts/unlisted: error # strict\n',
    });
    expect((await lockgate(['check'], { cwd, registry: registry.url })).code).toBe(1);
    const written = await lockgate(['waive', 'install-scripts/unlisted:fast-hash@2.0.0', ...waiving], { cwd });
    expect(written).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(join(cwd, 'lockgate.yaml'), 'utf8')).toContain(scripted.integrity);
    const after = await lockgate(['check'], { cwd, registry: registry.url });
    expect(after.code).toBe(0);
    expect(after.stdout).toMatch(new RegExp(`waived by ada@shop\\.example until ${soon}`));
  });

  it.each([
    ['no end', ['--reason', 'read by two of us, it only compiles', '--owner', 'ada'], /--until is missing/],
    ['too long a life', ['--until', '2099-01-01', ...waiving.slice(2)], /lasts too long|more than 90 days/],
    ['a poor reason', ['--until', soon, '--reason', 'because', '--owner', 'ada'], /at least 15 characters/],
  ])('refuses %s and writes nothing', async (_, options, message) => {
    const cwd = project(packageLock([scripted]));
    const outcome = await lockgate(['waive', 'install-scripts/unlisted:fast-hash@2.0.0', ...options], { cwd });
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(message);
    expect(() => readFileSync(join(cwd, 'lockgate.yaml'))).toThrow(/ENOENT/);
  });

  it('refuses a package that is not in the lockfile, and a rule that does not exist', async () => {
    const cwd = project(packageLock([scripted]));
    expect((await lockgate(['waive', 'install-scripts/unlisted:nope@1.0.0', ...waiving], { cwd })).stderr).toMatch(/not in the lockfile/);
    expect((await lockgate(['waive', 'install-scripts/unlistd:fast-hash@2.0.0', ...waiving], { cwd })).stderr).toMatch(
      /did you mean install-scripts\/unlisted/,
    );
  });
});

describe('lockgate init', () => {
  it('writes a policy that loads and changes nothing', async () => {
    const cwd = project(packageLock([scripted]));
    expect((await lockgate(['init'], { cwd })).code).toBe(0);
    expect(readFileSync(join(cwd, 'lockgate.yaml'), 'utf8')).toMatch(/^# +error-below: 24h$|^# {5}error-below: 24h$/m);
    expect((await lockgate(['policy', 'check'], { cwd })).stdout).toMatch(/release-age\.error-below +24h +built-in/);
    expect((await lockgate(['init'], { cwd })).stderr).toMatch(/is there already/);
  });

  it('takes today as the baseline, which may only shrink', async () => {
    const strict = 'version: 1\nrules:\n  install-scripts/unlisted: error\n';
    const cwd = project({ ...packageLock([scripted]), 'lockgate.yaml': strict });
    expect((await lockgate(['init', '--baseline'], { cwd, registry: registry.url })).stderr).toMatch(/1 findings/);
    const known = await lockgate(['check'], { cwd, registry: registry.url });
    expect(known.code).toBe(0);
    expect(known.stdout).toMatch(/known since the baseline/);

    for (const [path, text] of Object.entries(packageLock([scripted, later]))) writeFileSync(join(cwd, path), text);
    expect((await lockgate(['check'], { cwd, registry: registry.url })).code).toBe(1);
    expect((await lockgate(['init', '--baseline'], { cwd, registry: registry.url })).stderr).toMatch(/1 findings became 1/);
    expect((await lockgate(['check'], { cwd, registry: registry.url })).code).toBe(1);
  });
});

describe('a policy that extends another', () => {
  const floor = 'version: 1\nrules:\n  install-scripts/unlisted: error\n';
  const pinned = (text: string): string =>
    `version: 1\nextends:\n  path: org/floor.yaml\n  sha256: ${createHash('sha256').update(text).digest('hex')}\n`;

  it('has its rules, and says where each came from', async () => {
    const cwd = project({ ...packageLock([scripted]), 'org/floor.yaml': floor, 'lockgate.yaml': pinned(floor) });
    const outcome = await lockgate(['check'], { cwd, registry: registry.url });
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/install-scripts\/unlisted is error \(org\/floor\.yaml:3\)/);
    expect((await lockgate(['policy', 'check'], { cwd })).stdout).toMatch(/install-scripts\/unlisted +error +org\/floor\.yaml:3/);
  });

  it('is refused when the other one is not the pinned bytes, is missing, or extends further', async () => {
    const swapped = project({ ...packageLock([scripted]), 'org/floor.yaml': 'version: 1\n', 'lockgate.yaml': pinned(floor) });
    expect((await lockgate(['check'], { cwd: swapped })).stderr).toMatch(/not the policy that is pinned here/);
    const missing = project({ ...packageLock([scripted]), 'lockgate.yaml': pinned(floor) });
    expect((await lockgate(['check'], { cwd: missing })).stderr).toMatch(/which is not there/);
    const chained = pinned(floor);
    const chain = project({ ...packageLock([scripted]), 'org/floor.yaml': chained, 'lockgate.yaml': pinned(chained) });
    expect((await lockgate(['check'], { cwd: chain })).stderr).toMatch(/extends another policy itself/);
  });
});

describe('lockgate why', () => {
  it('shows every way to a package', async () => {
    const parent = release({ name: 'parent', version: '1.0.0', dependencies: { 'fast-hash': '2.0.0' } });
    const outcome = await lockgate(['why', 'fast-hash'], { cwd: project(packageLock([parent, scripted])) });
    expect(outcome.stdout).toMatch(/fast-hash@2\.0\.0 {3}required {3}package-lock\.json:\d+\n {2}shop@1\.0\.0 › fast-hash@2\.0\.0/);
    expect((await lockgate(['why', 'fast-hsah'], { cwd: project(packageLock([scripted])) })).stderr).toMatch(/did you mean fast-hash/);
  });
});

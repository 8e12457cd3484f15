import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

const honest = [release({ name: 'left-pad', version: '1.3.0' }), release({ name: '@acme/ui', version: '2.0.0' })];
/** Switches off what the signature and provenance checks of other issues would add: these tests are about the command. */
const policy = 'version: 1\n';

let open: LoopbackRegistry[] = [];
afterEach(async () => {
  await Promise.all(open.map((registry) => registry.close()));
  open = [];
});

async function registryWith(...args: Parameters<typeof startRegistry>): Promise<LoopbackRegistry> {
  const registry = await startRegistry(...args);
  open.push(registry);
  return registry;
}

describe('lockgate check', () => {
  it('passes an honest lockfile with exit code 0', async () => {
    const registry = await registryWith(honest);
    const outcome = await lockgate(['check'], {
      cwd: project({ ...packageLock(honest), 'lockgate.yaml': policy }),
      registry: registry.url,
    });
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(outcome.stdout).toMatch(/^PASS {2}package-lock\.json: 0 errors/m);
  });

  it('refuses swapped bytes with exit code 1, in text and as data alike', async () => {
    const registry = await registryWith(honest);
    const cwd = project(
      packageLock(honest, (entry, name) =>
        name === 'left-pad' ? (entry['integrity'] = `sha512-${Buffer.alloc(64, 7).toString('base64')}`) : undefined,
      ),
    );
    const text = await lockgate(['check'], { cwd, registry: registry.url });
    const data = await lockgate(['check', '--format', 'json'], { cwd, registry: registry.url });
    expect([text.code, data.code]).toEqual([1, 1]);
    expect(text.stdout).toMatch(/error\[registry-integrity\/differs\]: left-pad@1\.3\.0/);
    const report: { verdict: string; findings: { rule: string }[] } = JSON.parse(data.stdout);
    expect(report.verdict).toBe('fail');
    expect(report.findings.map((finding) => finding.rule)).toContain('registry-integrity/differs');
  });

  it('is inconclusive, within seconds, when the registry is down', async () => {
    const registry = await startRegistry(honest);
    await registry.close();
    const outcome = await lockgate(['check'], { cwd: project(packageLock(honest)), registry: registry.url });
    expect(outcome.code).toBe(3);
    expect(outcome.stdout).toMatch(/INCONCLUSIVE/);
    expect(outcome.took).toBeLessThan(20_000);
  });

  it('is inconclusive when the registry hangs beyond the deadline', async () => {
    const registry = await registryWith(honest, { faults: [{ path: '/left-pad', type: 'hang' }] });
    const outcome = await lockgate(['check', '--timeout', '2'], { cwd: project(packageLock(honest)), registry: registry.url });
    expect(outcome.code).toBe(3);
    expect(outcome.stdout).toMatch(/left-pad/);
  });

  it.each([
    ['a malformed document', { type: 'body', body: '{"name":' } as const],
    ['a document of another package', { type: 'change', change: (document: object) => ({ ...document, name: 'right-pad' }) } as const],
    ['a server error', { type: 'status', status: 503 } as const],
    ['a forbidden package', { type: 'status', status: 403 } as const],
    ['a gzip bomb', { type: 'gzip-bomb', bytes: 200 * 1024 * 1024 } as const],
    ['a document without publish times', { type: 'change', change: (document: object) => ({ ...document, time: undefined }) } as const],
  ])('never passes %s', async (_, fault) => {
    const registry = await registryWith(honest, { faults: [{ path: '/left-pad', ...fault }] });
    const outcome = await lockgate(['check', '--timeout', '20'], { cwd: project(packageLock(honest)), registry: registry.url });
    expect(outcome.code).toBe(3);
  });

  it('never sends credentials after a redirect to another host', async () => {
    const other = await registryWith(honest);
    const registry = await registryWith(honest, {
      faults: [{ path: '/left-pad', type: 'redirect', to: `${other.url.replace('127.0.0.1', 'localhost')}left-pad` }],
    });
    const home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
    writeFileSync(join(home, '.npmrc'), `registry=${registry.url}\n${registry.url.replace('http:', '')}:_authToken=sesame\n`);
    await lockgate(['check'], { cwd: project(packageLock(honest)), home });
    expect(registry.requests.some((request) => request.headers.authorization === 'Bearer sesame')).toBe(true);
    expect(other.requests.filter((request) => request.headers.authorization !== undefined)).toEqual([]);
  });

  it('answers offline from what an earlier run learned, and is inconclusive without', async () => {
    const registry = await registryWith(honest);
    const home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
    const cwd = project(packageLock(honest));
    const options = { cwd, registry: registry.url, home };
    expect((await lockgate(['check', '--offline'], options)).code).toBe(3);
    expect(registry.requests).toEqual([]);
    expect((await lockgate(['check'], options)).code).toBe(0);
    const asked = registry.requests.length;
    expect((await lockgate(['check', '--offline'], options)).code).toBe(0);
    expect(registry.requests.length).toBe(asked);
  });

  it('uses the policy beside the lockfile and points at the line that decided', async () => {
    const releases = [
      release({ name: 'left-pad', version: '1.3.1', publishedAt: new Date(Date.now() - 3 * 86_400_000).toISOString() }),
      ...honest.slice(1),
    ];
    const registry = await registryWith([release({ name: 'left-pad', version: '1.0.0' }), ...releases]);
    const cwd = project({ ...packageLock(releases), 'lockgate.yaml': 'version: 1\nchecks:\n  release-age:\n    error-below: 10d\n' });
    const outcome = await lockgate(['check'], { cwd, registry: registry.url });
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/error\[release-age\/too-new\]: left-pad@1\.3\.1 was published 3 days ago/);
    expect(outcome.stdout).toMatch(/policy: checks\.release-age\.error-below is 10d \(lockgate\.yaml:4\)/);
  });

  it.each([
    ['a folder without lockfile', {}, /has no lockfile/],
    ['a truncated lockfile', { 'package-lock.json': '{"lockfileVersion":3,' }, /ends too early/],
    ['a lockfile in UTF-16', { 'package-lock.json': '\u{fffe}x' }, /cannot be read/],
    ['a binary bun lockfile', { 'bun.lockb': '#!/usr/bin/env bun\n' }, /bun install --save-text-lockfile/],
    ['a broken policy', { ...packageLock(honest), 'lockgate.yaml': 'version: 1\nrule: {}' }, /did you mean rules\?/],
  ])('could not run on %s: exit code 2 and no stack trace', async (_, files, message) => {
    const outcome = await lockgate(['check'], { cwd: project(files) });
    expect(outcome.code).toBe(2);
    expect(outcome.stderr).toMatch(message);
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
  });

  it('keeps the terminal inert, whatever the registry says', async () => {
    const evil = release({ name: 'left-pad', version: '1.3.0', scripts: { postinstall: 'echo \u001b[2J\u202e' } });
    const registry = await registryWith([evil]);
    const outcome = await lockgate(['check'], { cwd: project(packageLock([evil])), registry: registry.url });
    expect(outcome.stdout).toMatch(/\\u\{1b\}\[2J\\u\{202e\}/);
    expect(outcome.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });

  it('reports lockfiles of two package managers side by side, and follows packageManager', async () => {
    const registry = await registryWith(honest);
    const { 'package.json': manifest = '', ...lock } = packageLock(honest);
    const cwd = project({ ...lock, 'package.json': manifest, 'yarn.lock': '# yarn lockfile v1\n\n\n' });
    expect((await lockgate(['check'], { cwd, registry: registry.url })).stdout).toMatch(
      /second-package-manager\]: yarn\.lock lies beside it/,
    );
    writeFileSync(join(cwd, 'package.json'), JSON.stringify({ ...JSON.parse(manifest), packageManager: 'yarn@1.22.22' }));
    expect((await lockgate(['check'], { cwd, registry: registry.url })).stdout).toMatch(/package-lock\.json lies beside it/);
  });

  it('takes lockfiles further down with --recursive, and names them without', async () => {
    const registry = await registryWith(honest);
    const below = Object.fromEntries(Object.entries(packageLock(honest)).map(([path, text]) => [`packages/app/${path}`, text]));
    const cwd = project({ ...packageLock(honest), ...below });
    expect((await lockgate(['check'], { cwd, registry: registry.url })).stdout).toMatch(
      /1 lockfile further down not judged: packages\/app\/package-lock\.json/,
    );
    const all = await lockgate(['check', '--recursive'], { cwd, registry: registry.url });
    expect(all.stdout.match(/^PASS/gm)).toHaveLength(2);
  });

  it('says how many tarballs it did not read', async () => {
    const registry = await registryWith(honest);
    expect((await lockgate(['check'], { cwd: project(packageLock(honest)), registry: registry.url })).stdout).toMatch(
      /2 tarballs were not read/,
    );
  });
});

describe('lockgate sbom', () => {
  it('writes CycloneDX 1.6 with the graph, without asking anybody', async () => {
    const cwd = project(packageLock(honest));
    const outcome = await lockgate(['sbom', '-o', 'bom.json'], { cwd, registry: 'http://127.0.0.1:9/' });
    expect(outcome.code).toBe(0);
    const bom: { specVersion: string; components: { purl: string }[] } = JSON.parse(readFileSync(join(cwd, 'bom.json'), 'utf8'));
    expect(bom.specVersion).toBe('1.6');
    expect(bom.components.map((one) => one.purl).sort()).toEqual(['pkg:npm/%40acme/ui@2.0.0', 'pkg:npm/left-pad@1.3.0']);
  });
});

describe('the process', () => {
  it('exits with 2 when its code is missing: the 0 is earned, not given', async () => {
    const [start, kind] = ['bin/lockgate.js', 'bin/package.json'].map((path) => [path, readFileSync(path, 'utf8')]);
    const folder = project({
      'package.json': '{"type":"module"}',
      ...Object.fromEntries([start, kind].flatMap((file) => (file === undefined ? [] : [file]))),
    });
    const { spawnSync } = await import('node:child_process');
    expect(spawnSync(process.execPath, [join(folder, 'bin/lockgate.js'), 'check']).status).not.toBe(0);
    rmSync(folder, { recursive: true });
  });
});

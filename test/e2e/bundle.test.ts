import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeSingleFile } from '../../scripts/bundle/single-file.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { lockgate, packageLock, project } from './lockgate.ts';
import { many, watchThreads } from './threads.ts';

/** Built by the test itself, so that it cannot try an old one. */
const built = join(mkdtempSync(join(tmpdir(), 'lockgate-bundle-')), 'lockgate.mjs');
const leftPad = release({ name: 'left-pad', version: '1.3.0', repository: 'https://git.example/acme/tools.git' });

let registry: LoopbackRegistry;
let alone: string;
beforeAll(async () => {
  await writeSingleFile(dirname(built));
  alone = join(mkdtempSync(join(tmpdir(), 'lockgate-alone-')), 'lockgate.mjs');
  copyFileSync(built, alone);
  registry = await startRegistry([leftPad, release({ name: '@acme/ui', version: '2.0.0' })]);
}, 180_000);
afterAll(() => registry.close());

/** Runs the file with nothing around it: no node_modules, no package.json, its own HOME. */
function run(args: readonly string[], cwd: string): ReturnType<typeof lockgate> {
  return lockgate(args, { cwd, registry: registry.url, program: alone });
}

describe('the single-file build', { timeout: 120_000 }, () => {
  it('checks, explains and writes SBOMs with nothing but Node around it', async () => {
    const cwd = project(packageLock([leftPad]));
    const check = await run(['check'], cwd);
    expect(check).toMatchObject({ code: 0, stderr: '' });
    expect(check.stdout).toMatch(/^PASS {2}package-lock\.json/m);
    expect((await run(['explain', 'typosquat'], cwd)).stdout).toMatch(/typosquat\/imitates/);
    const sbom = await run(['sbom'], cwd);
    expect(sbom).toMatchObject({ code: 0, stderr: '' });
    expect(validateCycloneDX(sbom.stdout)).toEqual([]);
    expect((await run(['--version'], cwd)).stdout).toBe(`${JSON.parse(readFileSync('package.json', 'utf8')).version}\n`);
  });

  it('reads tarballs, all formats and the lists that ship with it', async () => {
    const squat = release({ name: 'expresss', version: '1.0.0', publishedAt: new Date().toISOString() });
    registry.setPackages([leftPad, squat]);
    const cwd = project(packageLock([leftPad, squat]));
    for (const format of ['json', 'sarif', 'junit', 'markdown', 'cyclonedx', 'github']) {
      const outcome = await run(['check', '--deep', '--format', format], cwd);
      expect(outcome).toMatchObject({ code: 1, stderr: '' });
      expect(outcome.stdout).toMatch(/typosquat\/imitates/);
    }
  });

  it.skipIf(availableParallelism() < 2)(
    'reads the documents of many packages on a second thread, of which it holds the program (skipped on one core, where there is none)',
    async () => {
      registry.setPackages(many);
      const { env, seen } = watchThreads();
      const outcome = await lockgate(['check'], { cwd: project(packageLock(many)), registry: registry.url, program: alone, env });
      expect(outcome.stdout).toMatch(/, 0 inconclusive, /);
      expect(seen().started).toBe(1);
      expect(seen().answered).toBeGreaterThan(10);
    },
  );

  it('goes into a project with its hooks, pinned by its digest', async () => {
    const cwd = project({ 'package.json': '{"name":"shop","private":true}' });
    expect(await run(['hooks', 'install', '--client', 'npm@12.0.0', '--vendor'], cwd)).toMatchObject({ code: 0, stderr: '' });
    const ask = (): number | null =>
      spawnSync(process.execPath, ['.lockgate/gate.cjs', 'install'], { cwd, env: { HOME: cwd, PATH: '' } }).status;
    expect(ask()).toBe(0);
    writeFileSync(join(cwd, '.lockgate/lockgate.mjs'), 'process.exit(0);\n');
    expect(ask()).toBe(1);
  });

  it('refuses as the installed command does, and never passes by accident', async () => {
    expect(await run(['check'], project({}))).toMatchObject({ code: 2, stdout: '' });
    const broken = join(mkdtempSync(join(tmpdir(), 'lockgate-torn-')), 'lockgate.mjs');
    writeFileSync(broken, readFileSync(alone, 'utf8').slice(0, 200_000));
    expect(spawnSync(process.execPath, [broken, 'check']).status).not.toBe(0);
  });

  it('comes with its checksum and with the SBOM of what is in it', () => {
    const digest = createHash('sha256').update(readFileSync(built)).digest('hex');
    expect(readFileSync(`${built}.sha256`, 'utf8')).toBe(`${digest}  lockgate.mjs\n`);
    const text = readFileSync(`${built}.cdx.json`, 'utf8');
    expect(validateCycloneDX(text)).toEqual([]);
    const names = (JSON.parse(text) as { components: { name: string; scope: string }[] }).components.map(
      ({ name, scope }) => `${name} ${scope}`,
    );
    expect(names).toEqual(expect.arrayContaining(['npm-registry-fetch required', 'undici required', 'yaml required']));
    expect(names.filter((name) => name.endsWith('excluded'))).toEqual([]);
  });

  it('names no folder of the machine that built it', () => {
    expect(readFileSync(built, 'utf8')).not.toContain(process.cwd());
  });
});

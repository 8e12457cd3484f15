import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeChunks } from '../../scripts/bundle/chunks.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { lockgate, type Outcome, packageLock, project } from './lockgate.ts';
import { many, watchThreads } from './threads.ts';

const settled = release({
  name: 'left-pad',
  version: '1.3.0',
  publishedAt: '2018-04-09T00:00:00.000Z',
  repository: 'github:left-pad/left-pad',
});
const installed = mkdtempSync(join(tmpdir(), 'lockgate-chunks-'));
const home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
const trace = join(installed, 'loaded');
/** Where the build that is tried lies. */
const root = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js', '../..');

let registry: LoopbackRegistry;
beforeAll(async () => {
  // As a package is installed: what was built, and its neighbours.
  cpSync(join(root, 'dist'), join(installed, 'dist'), { recursive: true });
  mkdirSync(join(installed, 'bin'));
  for (const name of ['lockgate.js', 'package.json']) cpSync(join('bin', name), join(installed, 'bin', name));
  for (const name of ['package.json', 'allowlists', 'schemas', 'node_modules']) symlinkSync(resolve(name), join(installed, name));
  await writeChunks(join(installed, 'dist'));
  // What `import` loads goes through hooks, what `require` loads does not.
  writeFileSync(
    join(installed, 'hooks.mjs'),
    `import { appendFileSync } from 'node:fs';
export async function load(url, context, next) {
  if (url.startsWith('file:')) appendFileSync(${JSON.stringify(trace)}, url + '\\n');
  return next(url, context);
}`,
  );
  writeFileSync(
    join(installed, 'watch.cjs'),
    `const { appendFileSync } = require('node:fs');
const { _extensions: loaders, register } = require('node:module');
// Files that end otherwise are loaded as those that end in .js are.
const load = loaders['.js'];
loaders['.js'] = (module, file) => {
  appendFileSync(${JSON.stringify(trace)}, require('node:url').pathToFileURL(file).href + '\\n');
  return load(module, file);
};
register('./hooks.mjs', require('node:url').pathToFileURL(__filename));`,
  );
  registry = await startRegistry([settled, release({ name: 'kind-of', version: '6.0.3' })]);
}, 120_000);
afterAll(async () => {
  await registry.close();
  rmSync(installed, { recursive: true, force: true });
});

const run = (args: readonly string[], cwd: string, env: Readonly<Record<string, string>> = {}): Promise<Outcome> =>
  lockgate(args, { cwd, home, registry: registry.url, program: join(installed, 'bin', 'lockgate.js'), env });

/** The files that a run loads, and whether any is of an installed package. */
async function loadedBy(
  args: readonly string[],
  cwd: string,
): Promise<{ readonly outcome: Outcome; readonly files: readonly string[]; readonly packages: readonly string[] }> {
  rmSync(trace, { force: true });
  const outcome = await run(args, cwd, { NODE_OPTIONS: `--require=${join(installed, 'watch.cjs')}` });
  const files = readFileSync(trace, 'utf8').trim().split('\n');
  return { outcome, files, packages: files.filter((url) => url.includes('/node_modules/')) };
}

describe('the command in few files', { timeout: 120_000 }, () => {
  it.each([
    ['--help', 4],
    ['--version', 4],
    ['explain release-age/too-new', 6],
  ])('opens next to nothing for %s', async (line, most) => {
    const { outcome, files, packages } = await loadedBy(line.split(' '), installed);
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(packages).toEqual([]);
    expect(files.length, files.join('\n')).toBeLessThanOrEqual(most);
  });

  it('judges as the installed form does, and opens little more than itself when nothing has to be asked', async () => {
    const cwd = project(packageLock([settled]));
    expect((await lockgate(['check'], { cwd, registry: registry.url })).stdout).toBe((await run(['check', '--no-cache'], cwd)).stdout);
    await loadedBy(['check'], cwd);
    const remembered = await loadedBy(['check'], cwd);
    expect(remembered.outcome.stderr).toContain('nothing has changed since');
    expect(remembered.files.length, remembered.files.join('\n')).toBeLessThanOrEqual(4);
    // Another lockfile with the same packages: the verdict is new, and every fact is known.
    writeFileSync(join(cwd, 'package-lock.json'), `${readFileSync(join(cwd, 'package-lock.json'), 'utf8')}\n`);
    const changed = await loadedBy(['check'], cwd);
    expect(changed.outcome).toMatchObject({ code: 0, stderr: '' });
    expect(changed.packages).toEqual([]);
    expect(changed.files.length, changed.files.join('\n')).toBeLessThanOrEqual(8);
    expect(changed.files.filter((url) => /\/(?:formats|judging|policy|sbom|collectors)\.cjs$/.test(url))).toEqual([]);
  });

  it.skipIf(availableParallelism() < 2)(
    'reads the documents of many packages on a second thread, whose program is one file (skipped on one core, where there is none)',
    async () => {
      const crowded = await startRegistry(many);
      const { env, seen } = watchThreads();
      try {
        const program = join(installed, 'bin', 'lockgate.js');
        const outcome = await lockgate(['check'], { cwd: project(packageLock(many)), registry: crowded.url, program, env });
        expect(outcome.stdout).toMatch(/, 0 inconclusive, /);
        expect(seen().answered).toBeGreaterThan(10);
        expect(seen().scripts).toEqual([pathToFileURL(join(installed, 'dist', 'chunks', 'document-thread.cjs')).href]);
      } finally {
        await crowded.close();
      }
    },
  );

  it('writes an SBOM without opening what judges', async () => {
    const { outcome, files } = await loadedBy(['sbom'], project(packageLock([settled])));
    expect(outcome).toMatchObject({ code: 0, stderr: '' });
    expect(files.length, files.join('\n')).toBeLessThanOrEqual(6);
    expect(files.filter((url) => url.endsWith('/gate.cjs'))).toEqual([]);
  });

  it('reads YAML when there is any: of a policy, and of a lockfile', async () => {
    const cwd = project({ ...packageLock([settled]), 'lockgate.yaml': 'version: 1\nrules:\n  licence/unkown: error\n' });
    expect((await run(['check'], cwd)).stderr).toContain('licence/unkown');
    writeFileSync(join(cwd, 'lockgate.yaml'), 'version: 1\nrules:\n  licence/unknown: error\n');
    const read = await loadedBy(['check', '--no-cache'], cwd);
    expect(read.outcome).toMatchObject({ code: 0, stderr: '' });
    const pnpm = "lockfileVersion: '9.0'\nimporters:\n  .: {}\n";
    writeFileSync(join(cwd, 'pnpm-lock.yaml'), pnpm);
    rmSync(join(cwd, 'package-lock.json'));
    expect((await run(['sbom'], cwd)).stdout).toContain('"bomFormat"');
  });

  it('still has everything else: reports, SBOMs, names', async () => {
    const cwd = project(packageLock([settled]));
    expect((await run(['check', '--format', 'sarif'], cwd)).code).toBe(0);
    expect((await run(['sbom'], cwd)).stdout).toContain('"bomFormat"');
    expect((await run(['names', 'crpyto-js'], cwd)).stdout).toContain('crypto-js');
    expect(readFileSync(join(installed, 'dist', 'chunks', 'LICENCES.txt'), 'utf8')).toContain('semver');
  });
});

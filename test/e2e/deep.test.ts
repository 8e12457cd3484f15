import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, type ReleaseOptions, release } from '../loopback-registry/release.ts';
import { type Outcome, lockgate, packageLock, project } from './lockgate.ts';

const open: LoopbackRegistry[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
});

const mit = { LICENSE: 'MIT License\n', 'index.js': 'module.exports = {};\n' };
const older = release({ name: 'left-pad', version: '1.2.0', files: mit });
const honest = release({ name: 'left-pad', version: '1.3.0', files: mit });

interface DeepRun extends Outcome {
  readonly registry: LoopbackRegistry;
  /** `rule severity`, sorted. */
  readonly found: readonly string[];
}

/** Runs `check --deep` on a project that locks `releases`; the registry has them and left-pad@1.2.0. */
async function deep(releases: readonly BuiltRelease[], served: readonly BuiltRelease[] = [older, ...releases]): Promise<DeepRun> {
  const registry = await startRegistry(served);
  open.push(registry);
  const outcome = await lockgate(['check', '--deep', '--format', 'json'], { cwd: project(packageLock(releases)), registry: registry.url });
  const report: { findings: { rule: string; severity: string }[] } = JSON.parse(outcome.stdout);
  return { ...outcome, registry, found: report.findings.map(({ rule, severity }) => `${rule} ${severity}`).sort() };
}

const leftPad = (over: Partial<ReleaseOptions>): BuiltRelease => release({ name: 'left-pad', version: '1.3.0', files: mit, ...over });

describe('lockgate check --deep', () => {
  it('passes an honest package, and no longer says that its tarball was not read', async () => {
    const { code, found, registry } = await deep([honest]);
    expect({ code, found: found.filter((rule) => !rule.startsWith('licence-text')) }).toEqual({ code: 0, found: [] });
    expect(registry.requests.some(({ path }) => path === '/left-pad/-/left-pad-1.3.0.tgz')).toBe(true);
  });

  it.each([
    [
      'scripts that only the tarball has',
      leftPad({ tarballManifest: { scripts: { postinstall: 'node evil.js' } } }),
      'manifest-confusion/scripts error',
    ],
    [
      'dependencies that only the tarball has',
      leftPad({ tarballManifest: { dependencies: { 'plain-crypto-js': '^4.2.1' } } }),
      'manifest-confusion/dependencies error',
    ],
    ['an implicit build that nobody shows', leftPad({ files: { ...mit, 'binding.gyp': '{}' } }), 'tarball-scripts/implicit-build error'],
    [
      'a command in its binding.gyp',
      leftPad({ files: { ...mit, 'binding.gyp': "{'x': '<!(node setup.mjs)'}" } }),
      'tarball-scripts/gyp-command error',
    ],
    [
      'a script of a package that travels inside it',
      leftPad({ files: { ...mit, 'node_modules/inner/package.json': '{"name":"inner","scripts":{"postinstall":"node evil.js"}}' } }),
      'tarball-scripts/bundled-new error',
    ],
    ['a command named like git', leftPad({ bin: { git: 'index.js' } }), 'bin-shadowing/system-command error'],
    [
      'a path that leads out of it',
      leftPad({
        entries: [
          { path: 'package/package.json', content: '{"name":"left-pad","version":"1.3.0"}' },
          { path: 'package/../../evil', content: 'x' },
        ],
      }),
      'tarball-archive/escapes error',
    ],
    [
      'two manifests',
      leftPad({
        entries: [
          { path: 'package/package.json', content: '{"name":"left-pad","version":"1.3.0","scripts":{"install":"x"}}' },
          { path: 'package/package.json', content: '{"name":"left-pad","version":"1.3.0"}' },
        ],
      }),
      'tarball-archive/ambiguous error',
    ],
    [
      'native code that it never had, in a package that slept for years',
      leftPad({
        publishedAt: new Date(Date.now() - 10 * 86_400_000).toISOString(),
        files: {
          ...mit,
          'x.node': Buffer.from('7f454c4602010100', 'hex'),
          '.vscode/tasks.json': '{"tasks":[{"runOptions":{"runOn":"folderOpen"}}]}',
        },
      }),
      'native-binary/new error',
    ],
  ])('refuses or reports %s', async (_, built, expected) => {
    const { code, found } = await deep([built]);
    expect(found).toContain(expected);
    expect(code).toBe(expected.endsWith('error') ? 1 : 0);
  });

  it('refuses bytes that the lockfile does not name, though the metadata agrees with it', async () => {
    const swapped = { ...leftPad({ files: { ...mit, 'evil.js': '' } }), integrity: honest.integrity };
    const { code, found } = await deep([honest], [older, swapped]);
    expect(found).toContain('tarball-integrity/differs error');
    expect(code).toBe(1);
  });

  it('is inconclusive when a tarball cannot be had', async () => {
    const registry = await startRegistry([older, honest], { faults: [{ path: /\.tgz$/, type: 'status', status: 503 }] });
    open.push(registry);
    const outcome = await lockgate(['check', '--deep'], { cwd: project(packageLock([honest])), registry: registry.url });
    expect(outcome.code).toBe(3);
    expect(outcome.stdout).toMatch(/tarball/);
  });

  it('reads no tarball twice, also in another run', async () => {
    const registry = await startRegistry([older, honest]);
    open.push(registry);
    const options = { cwd: project(packageLock([honest])), registry: registry.url, home: mkdtempSync(join(tmpdir(), 'lockgate-home-')) };
    const first = await lockgate(['check', '--deep'], options);
    const second = await lockgate(['check', '--deep'], options);
    expect(registry.requests.filter(({ path }) => path.endsWith('.tgz'))).toHaveLength(1);
    expect(second.stdout).toBe(first.stdout);
    expect(second.code).toBe(first.code);
  });

  it('reads the tarballs of what a change brings without being told, and no others', async () => {
    const confused = release({ name: 'right-pad', version: '2.0.0', tarballManifest: { scripts: { postinstall: 'node evil.js' } } });
    const registry = await startRegistry([older, honest, confused]);
    open.push(registry);
    const cwd = project(packageLock([honest]));
    const git = (...args: readonly string[]): unknown =>
      execFileSync('git', ['-c', 'user.name=Ada', '-c', 'user.email=ada@acme.example', ...args], { cwd, stdio: 'ignore' });
    git('init', '-b', 'main');
    git('add', '.');
    git('commit', '-m', 'base');
    for (const [path, content] of Object.entries(packageLock([honest, confused]))) writeFileSync(join(cwd, path), content);
    const outcome = await lockgate(['check', '--base', 'main'], { cwd, registry: registry.url });
    expect(outcome.stderr).toBe('');
    expect(outcome.stdout).toMatch(/error\[manifest-confusion\/scripts\]: right-pad@2\.0\.0/);
    expect(outcome.stdout).not.toMatch(/not read/);
    expect(registry.requests.flatMap(({ path }) => (path.endsWith('.tgz') ? [path] : []))).toEqual(['/right-pad/-/right-pad-2.0.0.tgz']);
  });

  it('never prints what a tarball says in a form that a terminal obeys', async () => {
    const registry = await startRegistry([
      older,
      leftPad({ bin: { 'git\u001b[2J': 'x.js' }, files: { ...mit, '.claude/skills/\u202e.md': '' } }),
    ]);
    open.push(registry);
    const built = leftPad({ bin: { 'git\u001b[2J': 'x.js' }, files: { ...mit, '.claude/skills/\u202e.md': '' } });
    const outcome = await lockgate(['check', '--deep', '--all'], { cwd: project(packageLock([built])), registry: registry.url });
    expect(outcome.stdout).toMatch(/\\u\{1b\}/);
    expect(outcome.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
  });
});

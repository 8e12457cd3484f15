/**
 * Writes the lockfiles below fixtures/differential: each project's manifests, resolved by the real npm, yarn 1, yarn 4, pnpm
 * and bun. Run from the repository root, with a registry at hand:
 *   npm run -s tools && node .tools/scripts/build-differential-fixtures.js [--tools DIR]
 * DIR is where the package managers are kept between runs; without it they are installed into a temporary folder.
 */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';

interface Manager {
  readonly id: string;
  readonly lockfile: string;
  readonly command: (tools: string) => readonly [string, ...string[]];
}

const fixtures = 'fixtures/differential';
/** What the fixtures say instead of the registry and the git host at hand. */
const registryInFixtures = 'https://registry.example/';
const gitHost = 'https://git.example/';
const tools = { bun: '1.4.5', pnpm: '10.34.9', yarn: '1.22.22', '@yarnpkg/cli-dist': '4.18.1', npm: '11.19.1' };

const managers: readonly Manager[] = [
  {
    id: 'npm',
    lockfile: 'package-lock.json',
    command: (at) => [
      process.execPath,
      `${at}/npm/bin/npm-cli.js`,
      'install',
      '--package-lock-only',
      '--ignore-scripts',
      '--allow-git=all',
      '--allow-remote=all',
    ],
  },
  {
    id: 'yarn-classic',
    lockfile: 'yarn.lock',
    command: (at) => [process.execPath, `${at}/yarn/bin/yarn.js`, 'install', '--ignore-scripts', '--ignore-engines', '--non-interactive'],
  },
  {
    id: 'yarn-berry',
    lockfile: 'yarn.lock',
    command: (at) => [process.execPath, `${at}/@yarnpkg/cli-dist/bin/yarn.js`, 'install', '--mode=skip-build'],
  },
  {
    id: 'pnpm',
    lockfile: 'pnpm-lock.yaml',
    command: (at) => [process.execPath, `${at}/pnpm/bin/pnpm.cjs`, 'install', '--lockfile-only', '--ignore-scripts'],
  },
  { id: 'bun', lockfile: 'bun.lock', command: (at) => [bunBelow(at), 'install', '--lockfile-only', '--ignore-scripts'] },
];

const { values } = parseArgs({ options: { tools: { type: 'string' } } });
const work = mkdtempSync(join(tmpdir(), 'differential-'));
try {
  const registry = `${npm('config', 'get', 'registry').trim().replace(/\/$/, '')}/`;
  const installed = installTools(values.tools === undefined ? join(work, 'tools') : resolve(values.tools));
  const git = makeGitPackage(join(work, 'shelf'));
  for (const project of readdirSync(fixtures)) {
    for (const manager of managers) writeLockfile(project, manager, installed, registry, git);
  }
} finally {
  rmSync(work, { recursive: true, force: true });
}

function writeLockfile(project: string, { id, lockfile, command }: Manager, installed: string, registry: string, git: string): void {
  const folder = join(work, project, id);
  cpSync(join(fixtures, project, 'manifest'), folder, { recursive: true });
  const manifest = join(folder, 'package.json');
  writeFileSync(manifest, readFileSync(manifest, 'utf8').replaceAll(registryInFixtures, registry));
  // Both yarns look further up for a project; an empty lockfile says that it begins here.
  if (lockfile === 'yarn.lock') writeFileSync(join(folder, lockfile), '');
  const [program, ...args] = command(installed);
  execFileSync(program, args, { cwd: folder, env: environment(registry, git), stdio: ['ignore', 2, 2] });
  const text = readFileSync(join(folder, lockfile), 'utf8').replaceAll(registry, registryInFixtures);
  for (const secret of [new URL(registry).host, work, tmpdir()])
    if (text.includes(secret)) throw new Error(`${project}/${id}/${lockfile} names ${secret}`);
  mkdirSync(join(fixtures, project, id), { recursive: true });
  writeFileSync(join(fixtures, project, id, lockfile), text);
  console.log(`${project}/${id}/${lockfile}`);
}

/** Own home and caches; the git host of the fixtures is a folder of this machine. */
function environment(registry: string, git: string): NodeJS.ProcessEnv {
  return {
    ...process.env,
    HOME: work,
    npm_config_registry: registry,
    npm_config_cache: join(work, 'cache-npm'),
    YARN_REGISTRY: registry,
    YARN_CACHE_FOLDER: join(work, 'cache-yarn'),
    YARN_GLOBAL_FOLDER: join(work, 'global-yarn'),
    YARN_NPM_REGISTRY_SERVER: registry,
    YARN_ENABLE_TELEMETRY: '0',
    YARN_ENABLE_SCRIPTS: '0',
    YARN_ENABLE_IMMUTABLE_INSTALLS: '0',
    YARN_NODE_LINKER: 'node-modules',
    YARN_IGNORE_PATH: '1',
    GIT_CONFIG_COUNT: '1',
    GIT_CONFIG_KEY_0: `url.file://${git}.insteadOf`,
    GIT_CONFIG_VALUE_0: `${gitHost}shelf.git`,
  };
}

function installTools(folder: string): string {
  const wanted = Object.entries(tools).map(([name, version]) => `${name}@${version}`);
  npm('install', '--prefix', folder, '--ignore-scripts', '--no-audit', '--no-fund', ...wanted);
  return join(folder, 'node_modules');
}

/** bun's own package is a stub until its install script ran; the program is in the package of this platform. */
function bunBelow(modules: string): string {
  const [platform] = readdirSync(join(modules, '@oven')).sort();
  if (platform === undefined) throw new Error('there is no bun for this platform');
  return join(modules, '@oven', platform, 'bin', 'bun');
}

/** A package with one commit, always the same, and a tag. */
function makeGitPackage(folder: string): string {
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'shelf', version: '1.0.0', dependencies: { wrappy: '1.0.2' } }));
  const identity = { NAME: 'Ada', EMAIL: 'ada@example.org', DATE: '2026-01-01T00:00:00Z' };
  const env = Object.fromEntries(
    ['AUTHOR', 'COMMITTER'].flatMap((who) => Object.entries(identity).map(([key, value]) => [`GIT_${who}_${key}`, value])),
  );
  for (const args of [
    ['init', '-q', '-b', 'main'],
    ['add', '.'],
    ['commit', '-q', '-m', 'shelf'],
    ['tag', 'v1.0.0'],
  ])
    execFileSync('git', args, { cwd: folder, env: { ...process.env, ...env } });
  return folder;
}

function npm(...args: readonly string[]): string {
  return execFileSync('npm', args, { encoding: 'utf8' });
}

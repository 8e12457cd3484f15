import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InstalledClient, allClients, isInstalled, pathOf, programOf } from '../clients/installed.ts';
import { type Outcome, type Project, type World, startWorld } from '../clients/scenario.ts';
import { isCampaign } from '../support/campaign.ts';
import { lockgate } from './lockgate.ts';

const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');
const patience = 180_000;
/** All nine in a campaign; in the default tier the one that costs least, the others in short. */
const tried: readonly InstalledClient[] = (isCampaign ? allClients : (['bun'] as const)).filter((client) => isInstalled(client));

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close(), 60_000);

/** A project whose lockfile was written without a hook and without running anything; then the hook is installed. */
async function hooked(client: InstalledClient, dependencies: Readonly<Record<string, string>>, isLocked: boolean): Promise<Project> {
  const project = world.project(dependencies);
  if (isLocked) {
    const command = client === 'yarn4' ? ['yarn', 'install', '--mode=update-lockfile'] : (lockfileCommands[programOf(client)] ?? []);
    const written = await world.run(client, command, project, { YARN_NPM_MINIMAL_AGE_GATE: '0' });
    expect({ client, code: written.code, said: written.code === 0 ? '' : written.stdout + written.stderr }).toMatchObject({ code: 0 });
    rmSync(join(project.folder, 'node_modules'), { recursive: true, force: true });
  }
  await installHooks(client, project);
  // pnpm keeps the digest of its pnpmfile in the lockfile, which has to be written once more.
  if (isLocked && programOf(client) === 'pnpm') await run(client, ['pnpm', 'install', '--lockfile-only', '--no-frozen-lockfile'], project);
  return project;
}

const lockfileCommands: Readonly<Record<string, readonly string[]>> = {
  npm: ['npm', 'install', '--package-lock-only', '--ignore-scripts'],
  pnpm: ['pnpm', 'install', '--lockfile-only', '--ignore-scripts'],
  yarn: ['yarn', 'install', '--ignore-scripts'],
  bun: ['bun', 'install', '--lockfile-only', '--ignore-scripts'],
};

async function installHooks(client: InstalledClient, { folder, home }: Project): Promise<void> {
  const PATH = `${pathOf(client)}:/usr/bin:/bin`;
  const outcome = await lockgate(['hooks', 'install', '--client', programOf(client)], {
    cwd: folder,
    home,
    env: { PATH, LOCKGATE: program },
  });
  expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: '' });
}

/** The gate alone is tried here, not yarn’s own age gate. */
const run = (
  client: InstalledClient,
  command: readonly string[],
  project: Project,
  variables: Readonly<Record<string, string>> = {},
): Promise<Outcome> =>
  world.run(client, command, project, {
    LOCKGATE: program,
    npm_config_registry: world.registry.url,
    YARN_NPM_MINIMAL_AGE_GATE: '0',
    ...variables,
  });

const isLanded = ({ folder }: Project, name: string): boolean => existsSync(join(folder, 'node_modules', name, 'package.json'));
const isNpm7 = (client: InstalledClient): boolean => client === 'npm10' || client === 'npm11';

/** Runs a command that must fail, and answers what is left of it. */
async function refused(
  client: InstalledClient,
  command: readonly string[],
  project: Project,
  variables?: Readonly<Record<string, string>>,
): Promise<string> {
  world.clearMarks();
  const { code, stdout, stderr } = await run(client, command, project, variables);
  const said = stdout + stderr;
  expect({ isRefused: code !== 0, marks: world.marks(), said: code === 0 ? said : '' }).toEqual({ isRefused: true, marks: '', said: '' });
  return said;
}

/** What the lockfile of a client must be when it is installed as it is. */
const frozen = (client: InstalledClient): readonly string[] =>
  ({
    npm: ['npm', 'ci'],
    pnpm: ['pnpm', 'install', '--frozen-lockfile'],
    yarn: client === 'yarn1' ? ['yarn', 'install', '--frozen-lockfile'] : ['yarn', 'install', '--immutable'],
    bun: ['bun', 'install', '--frozen-lockfile'],
  })[programOf(client)] ?? [];

async function stopsLocked(client: InstalledClient, commands: readonly (readonly string[])[]): Promise<void> {
  for (const command of commands) {
    const project = await hooked(client, { pinned: '1.0.0' }, true);
    expect(await refused(client, command, project)).toMatch(/release-age\/too-new/);
    expect(isLanded(project, 'evil')).toBe(false);
  }
}

/** Of those that the campaign tries in full, the one promise that matters most. */
const triedOnce = allClients.filter((client) => isInstalled(client) && !tried.includes(client));

describe.each(triedOnce)('the hook of %s, in short', (client) => {
  it('stops a locked package that is refused before any code of it runs', () => stopsLocked(client, [frozen(client)]), patience);
});

describe.each(tried)('the hook of %s', (client) => {
  it(
    'lets an honest project in, from its lockfile and without one',
    async () => {
      for (const isLocked of [true, false]) {
        const project = await hooked(client, { helper: '^1.0.0' }, isLocked);
        const { code, stdout, stderr } = await run(client, isLocked ? frozen(client) : [programOf(client), 'install'], project);
        expect({ isLocked, code, said: code === 0 ? '' : stdout + stderr }).toEqual({ isLocked, code: 0, said: '' });
        expect(existsSync(join(project.folder, 'node_modules')) || existsSync(join(project.folder, '.pnp.cjs'))).toBe(true);
      }
    },
    patience,
  );

  it(
    'stops a locked package that is refused before any code of it runs, and leaves nothing of it in the project',
    () => stopsLocked(client, [[programOf(client), 'install'], frozen(client)]),
    patience,
  );

  it(
    'stops what is resolved anew',
    async () => {
      const project = await hooked(client, { pinned: '1.0.0' }, false);
      expect(await refused(client, [programOf(client), 'install'], project)).toMatch(/release-age\/too-new/);
      expect(isLanded(project, 'evil')).toBe(false);
      // Files only where npm has unpacked before it asks; a tarball in a store only where pnpm fetches while it resolves.
      if (!isNpm7(client) && programOf(client) !== 'pnpm') expect(world.traces(project, 'evil@1.1.0')).toEqual([]);
    },
    patience,
  );

  it.skipIf(client === 'npm12' || client === 'yarn1')(
    'stops what a command adds',
    async () => {
      const project = await hooked(client, {}, false);
      const [add, ...quiet] = programOf(client) === 'npm' ? ['install'] : client === 'yarn4' ? ['add'] : ['add'];
      expect(await refused(client, [programOf(client), add ?? '', ...quiet, 'evil@1.1.0'], project)).toMatch(/release-age\/too-new/);
      expect(isLanded(project, 'evil')).toBe(false);
    },
    patience,
  );

  it(
    'refuses everything where lockgate is gone',
    async () => {
      const project = await hooked(client, { helper: '^1.0.0' }, true);
      expect(await refused(client, [programOf(client), 'install'], project, { LOCKGATE: '' })).toMatch(/lockgate is not on PATH/);
    },
    patience,
  );
});

describe.skipIf(!isInstalled('npm10'))('the script-shell of npm 11 and older', () => {
  it(
    'does not take a dependency’s word for who lockgate, node or the package is',
    async () => {
      const project = await hooked('npm10', { pinned: '1.0.0' }, true);
      for (const name of ['lockgate', 'node', 'sh', 'dirname']) {
        const file = join(project.folder, 'node_modules', '.bin', name);
        mkdirSync(dirname(file), { recursive: true });
        writeFileSync(file, '#!/bin/sh\nexit 0\n');
        chmodSync(file, 0o755);
      }
      await refused('npm10', ['npm', 'install'], project);
      await refused('npm10', ['npm', 'rebuild', 'evil'], project).catch(() => undefined);
      expect(world.marks()).toBe('');
    },
    patience,
  );

  it(
    'asks about a git dependency that is cloned into a cache inside the project',
    async () => {
      const project = await hooked('npm10', {}, false);
      const repository = join(project.home, 'lib');
      const mark = join(project.home, 'mark');
      mkdirSync(repository);
      writeFileSync(
        join(repository, 'package.json'),
        JSON.stringify({ name: 'lib', version: '1.0.0', scripts: { prepare: `touch ${mark}` } }),
      );
      const author = ['-c', 'user.name=ada', '-c', 'user.email=ada@acme.example'];
      for (const args of [
        ['init', '-q'],
        ['add', '.'],
        [...author, 'commit', '-q', '-m', 'begin'],
      ])
        expect(spawnSync('git', args, { cwd: repository }).status).toBe(0);
      const said = await refused('npm10', ['npm', 'install', '--cache', '.npm', `git+file://${repository}`], project);
      expect(said).toContain('a git dependency is about to run code while it is fetched');
      expect(existsSync(mark)).toBe(false);
    },
    patience,
  );

  it(
    'runs the project’s own scripts without asking, and fails in a folder further down',
    async () => {
      const project = await hooked('npm10', {}, false);
      const manifest = join(project.folder, 'package.json');
      writeFileSync(manifest, JSON.stringify({ name: 'shop', version: '1.0.0', private: true, scripts: { build: 'echo built it' } }));
      expect(await run('npm10', ['npm', 'run', 'build'], project, { LOCKGATE: '/nowhere/lockgate.js' })).toMatchObject({
        code: 0,
        stdout: expect.stringContaining('built it'),
      });
      mkdirSync(join(project.folder, 'deeper'));
      expect((await run('npm10', ['npm', 'run', 'build'], { ...project, folder: join(project.folder, 'deeper') })).code).not.toBe(0);
    },
    patience,
  );
});

import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type InstalledClient, allClients, isInstalled, pathOf, programOf } from '../clients/installed.ts';
import { type Outcome, type Project, type World, startWorld } from '../clients/scenario.ts';
import { lockgate } from './lockgate.ts';

const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');
const patience = 120_000;

let world: World;
beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close(), 60_000);

/** A project whose lockfile was written without a hook and without running anything; then the hook is installed. */
async function hooked(client: InstalledClient, dependencies: Readonly<Record<string, string>>, isLocked = true): Promise<Project> {
  const project = world.project(dependencies, {});
  if (isLocked) {
    const command = client === 'yarn4' ? ['yarn', 'install', '--mode=update-lockfile'] : (lockfileCommands[programOf(client)] ?? []);
    const written = await world.run(client, command, project, { YARN_NPM_MINIMAL_AGE_GATE: '0' });
    rmSync(join(project.folder, 'node_modules'), { recursive: true, force: true });
    expect({ client, code: written.code, stderr: written.code === 0 ? '' : written.stdout + written.stderr }).toMatchObject({ code: 0 });
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

async function installHooks(client: InstalledClient, { folder, home }: Project): Promise<Outcome> {
  const PATH = `${pathOf(client)}:/usr/bin:/bin`;
  const outcome = await lockgate(['hooks', 'install', '--client', programOf(client)], {
    cwd: folder,
    home,
    env: { PATH, LOCKGATE: program },
  });
  expect({ code: outcome.code, stderr: outcome.stderr }).toEqual({ code: 0, stderr: '' });
  return outcome;
}

const run = (
  client: InstalledClient,
  command: readonly string[],
  project: Project,
  variables: Readonly<Record<string, string>> = {},
): Promise<Outcome> => world.run(client, command, project, { LOCKGATE: program, npm_config_registry: world.registry.url, ...variables });

const isLanded = ({ folder }: Project, name: string): boolean => existsSync(join(folder, 'node_modules', name, 'package.json'));

const install = (client: InstalledClient): readonly string[] => [programOf(client), 'install'];

/** What a client shows must name the rule; yarn 4 and bun print it in lines of their own. */
const refusal = /release-age\/too-new/;

describe.each(allClients.filter((client) => isInstalled(client)))('the hook of %s', (client) => {
  it(
    'lets an honest project in',
    async () => {
      const project = await hooked(client, { helper: '^1.0.0' });
      const outcome = await run(client, install(client), project);
      expect({ code: outcome.code, said: outcome.code === 0 ? '' : outcome.stdout + outcome.stderr }).toEqual({ code: 0, said: '' });
      expect(existsSync(join(project.folder, 'node_modules')) || existsSync(join(project.folder, '.pnp.cjs'))).toBe(true);
    },
    patience,
  );

  it(
    'stops a locked package that is refused, before any code of it runs',
    async () => {
      world.clearMarks();
      const project = await hooked(client, { pinned: '1.0.0' });
      const outcome = await run(client, install(client), project);
      expect({ code: outcome.code === 0 ? 0 : 1, marks: world.marks(), landed: isLanded(project, 'evil') }).toEqual({
        code: 1,
        marks: '',
        landed: false,
      });
      expect(outcome.stdout + outcome.stderr).toMatch(refusal);
    },
    patience,
  );
});

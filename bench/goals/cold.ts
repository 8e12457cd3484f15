import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Goal, World } from '../goal.ts';
import { ratioRow } from '../goal.ts';
import { type MeasuredCommand, measureInTurns, measure } from '../measure.ts';
import { peerLabel } from '../peers.ts';
import { check, homeOf } from '../project.ts';
import { unpackWorkload, withReplay } from '../servers.ts';

/** Nothing is known, and the registry is near: what the judging itself costs, beside the two gates that package managers bring. */
export const cold: Goal = {
  name: 'cold',
  measure: (world) =>
    withReplay(world.replay(), undefined, (origin) => {
      const folder = join(world.folder, 'cold');
      const project = unpackWorkload(world.replay(), 's700', { folder, origin });
      const ours = check(world, { name: 'check s700, cold', project, registry: origin, home: join(folder, 'home'), startsFrom: 'cold' });
      const pnpm = pnpmGate(world, { folder, origin });
      const npm = npmSignatures(world, { folder, origin });
      const measured = measureInTurns([ours, pnpm, npm], world.rounds);
      return [
        ratioRow(measured, { goal: 'cold', bar: 2, stretch: 1.3 }, { above: ours.name, below: pnpm.name, key: 'wallMilliseconds' }),
        ratioRow(measured, { goal: 'cold' }, { above: ours.name, below: pnpm.name, key: 'cpuMilliseconds' }),
        ratioRow(measured, { goal: 'cold', bar: 0.25, stretch: 0.14 }, { above: ours.name, below: npm.name, key: 'wallMilliseconds' }),
        ratioRow(measured, { goal: 'cold' }, { above: ours.name, below: npm.name, key: 'cpuMilliseconds' }),
      ];
    }),
};

interface Place {
  readonly folder: string;
  readonly origin: string;
}

/** pnpm asks for each locked version's age and tarball address, and for nothing else. */
function pnpmGate(world: World, { folder, origin }: Place): MeasuredCommand {
  const program = world.peer('pnpm');
  const project = unpackWorkload(world.replay(), 's700', { folder: join(folder, 'pnpm'), origin });
  const home = join(folder, 'pnpm-home');
  const cache = join(folder, 'pnpm-cache');
  writeFileSync(join(project, '.npmrc'), `registry=${origin}/\n`);
  writeFileSync(join(project, 'pnpm-workspace.yaml'), `minimumReleaseAge: 1440\ncacheDir: ${JSON.stringify(cache)}\n`);
  mkdirSync(home, { recursive: true });
  measure({ name: 'pnpm import', argv: [program, 'import'], cwd: project, env: homeOf(home, origin) });
  rmSync(join(project, 'package-lock.json'));
  return {
    name: `${peerLabel('pnpm')} age gate`,
    argv: [program, 'install', '--frozen-lockfile', '--lockfile-only'],
    cwd: project,
    env: homeOf(home, origin),
    // What it remembers of a lockfile that it has verified lies in its cache or in its state, by version.
    prepare: () => {
      for (const place of [cache, home]) rmSync(place, { recursive: true, force: true });
      mkdirSync(home, { recursive: true });
    },
  };
}

/** npm verifies the registry's signatures of an installed tree; Sigstore's TUF repository counts as silent, or it would wait for it. */
function npmSignatures(world: World, { folder, origin }: Place): MeasuredCommand {
  const project = unpackWorkload(world.replay(), 's700', { folder: join(folder, 'npm'), origin });
  installByName(project);
  const home = join(folder, 'npm-home');
  return {
    name: `${peerLabel('npm')} audit signatures`,
    argv: [world.peer('npm'), 'audit', 'signatures'],
    cwd: project,
    env: { ...homeOf(home, origin), NODE_OPTIONS: `--require ${join(world.replay(), 'npm-audit-no-tuf.cjs')}` },
    prepare: () => {
      rmSync(home, { recursive: true, force: true });
      mkdirSync(home, { recursive: true });
    },
  };
}

/** Puts a package.json where each package of the lockfile would be installed: all that npm looks at. */
function installByName(project: string): void {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly name?: string; readonly version?: string }>>;
  }; // npm has written it
  for (const [path, entry] of Object.entries(packages)) {
    if (path === '' || entry.version === undefined) continue;
    mkdirSync(join(project, path), { recursive: true });
    const name = entry.name ?? path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
    writeFileSync(join(project, path, 'package.json'), JSON.stringify({ ...entry, name }));
  }
}

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Goal } from '../goal.ts';
import { ratioRow } from '../goal.ts';
import { measure, measureInTurns } from '../measure.ts';
import { bareNode, check } from '../project.ts';
import { unpackWorkload, withReplay } from '../servers.ts';

interface Lockfile {
  readonly packages: Record<string, { version: string; resolved: string; integrity: string; dependencies?: Record<string, string> }>;
}

interface Document {
  readonly versions: Readonly<Record<string, { readonly dist: { readonly integrity?: string; readonly tarball: string } }>>;
}

/**
 * One package of 2,000 is another version than last time. Everything about it is known from a branch that has it, too, but no
 * lockfile with these bytes was judged before: only facts can help.
 */
export const changed: Goal = {
  name: 'changed',
  measure: (world) =>
    withReplay(world.replay(), undefined, async (origin) => {
      const folder = join(world.folder, 'changed');
      const project = unpackWorkload(world.replay(), 's2000', { folder, origin });
      const branch = join(folder, 'branch');
      cpSync(project, branch, { recursive: true });
      const home = join(folder, 'home');
      measure(check(world, { name: 'before', project, registry: origin, home }));
      const moved = await moveOne(project, origin, []);
      await moveOne(branch, origin, [moved]);
      writeMoved(branch, project, moved);
      measure(check(world, { name: 'branch', project: branch, registry: origin, home }));
      const known = join(folder, 'known-home');
      cpSync(home, known, { recursive: true });
      const run = check(world, { name: 'check s2000, one package moved', project, registry: origin, home, startsFrom: { copyOf: known } });
      const measured = measureInTurns([bareNode, run], world.rounds);
      return (['wallMilliseconds', 'cpuMilliseconds'] as const).map((key) =>
        ratioRow(measured, { goal: 'changed', bar: 3, stretch: 2 }, { above: run.name, below: bareNode.name, key }),
      );
    }),
};

/** Moves the first package without dependencies to another version that the registry has. Answers its path in the lockfile. */
async function moveOne(project: string, origin: string, except: readonly string[]): Promise<string> {
  const file = join(project, 'package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as Lockfile; // npm has written it
  for (const [path, entry] of Object.entries(lock.packages)) {
    if (!/^node_modules\/[a-z-]+$/.test(path) || entry.dependencies !== undefined || except.includes(path)) continue;
    const answer = await fetch(`${origin}/${path.slice('node_modules/'.length)}`);
    const { versions } = (await answer.json()) as Document; // the replay's own data
    const other = Object.entries(versions).findLast(([version, { dist }]) => version < entry.version && dist.integrity !== undefined);
    if (other?.[1].dist.integrity === undefined) continue;
    Object.assign(entry, { version: other[0], resolved: other[1].dist.tarball, integrity: other[1].dist.integrity });
    writeFileSync(file, `${JSON.stringify(lock, undefined, 2)}\n`);
    return path;
  }
  throw new Error('no package of the workload has two versions');
}

/** Gives the branch the same move, so that the facts about it are known from there. */
function writeMoved(branch: string, project: string, path: string): void {
  const read = (folder: string): Lockfile => JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8')) as Lockfile; // ours
  const [of, to] = [read(project), read(branch)];
  const moved = of.packages[path];
  if (moved === undefined) throw new Error(`${path} is not in the workload`);
  to.packages[path] = moved;
  writeFileSync(join(branch, 'package-lock.json'), `${JSON.stringify(to, undefined, 2)}\n`);
}

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Goal, Row, World } from '../goal.ts';
import { type MeasuredCommand, type Measurements, measureInTurns, medianCost } from '../measure.ts';
import { check } from '../project.ts';
import { unpackWorkload, withGenerated, withReplay } from '../servers.ts';

interface Size {
  readonly name: string;
  readonly packages: number;
  readonly measured: Measurements;
}

/** Cold runs from 100 to 3,000 packages: CPU for each package, and the most memory. */
export const sizes: Goal = {
  name: 'sizes',
  measure: async (world) => {
    const replayed = await withReplay(world.replay(), undefined, (origin) => {
      const folder = join(world.folder, 'sizes');
      const projects = ['s100', 's700', 's2000'].map((name) => ({
        name: `check ${name}`,
        project: unpackWorkload(world.replay(), name, { folder, origin }),
      }));
      const measured = measureInTurns(
        projects.map(({ name, project }) => coldCheck(world, name, project, origin)),
        world.rounds,
      );
      return projects.map(({ name, project }): Size => ({ name, packages: packagesIn(project), measured }));
    });
    const generated = await measureGenerated(world, 'check 3,000 generated', []);
    const withLarge = await measureGenerated(world, 'check 3,000 generated, one with 40 MB', ['--large-document']);
    return [
      ...[...replayed, generated].flatMap((size) => [cpuRow(size), memoryRow(size, 200, 160)]),
      memoryRow(withLarge, 240, 200),
      growthRow(replayed[1], replayed[2]),
    ];
  },
};

function measureGenerated(world: World, name: string, options: readonly string[]): Promise<Size> {
  const project = join(world.folder, 'sizes', `generated${options.join('')}`);
  return withGenerated(['--packages', '3000', '--write', project, ...options], (origin): Size => {
    const measured = measureInTurns([coldCheck(world, name, project, origin)], Math.min(world.rounds, 3));
    return { name, packages: 3000, measured };
  });
}

function coldCheck(world: World, name: string, project: string, registry: string): MeasuredCommand {
  return check(world, { name, project, registry, home: join(world.folder, 'sizes', 'home'), startsFrom: 'cold' });
}

function packagesIn(project: string): number {
  const { packages } = JSON.parse(readFileSync(join(project, 'package-lock.json'), 'utf8')) as { readonly packages: object }; // npm's own
  return Object.keys(packages).length - 1;
}

function perPackage({ name, packages, measured }: Size): number {
  return medianCost(measured, name, 'cpuMilliseconds') / packages;
}

function cpuRow(size: Size): Row {
  const total = medianCost(size.measured, size.name, 'cpuMilliseconds');
  return {
    goal: 'CPU per package',
    what: `${size.name}, cold`,
    value: perPackage(size),
    unit: 'ms',
    detail: `${total.toFixed(0)} ms for ${size.packages} packages`,
    // At 100 packages the start of the process is most of it.
    ...(size.packages < 700 ? {} : { bar: 2, stretch: 1.3 }),
  };
}

function memoryRow({ name, measured }: Size, bar: number, stretch: number): Row {
  const peak = medianCost(measured, name, 'peakMebibytes');
  return { goal: 'peak memory', what: `${name}, cold`, value: peak, unit: 'MiB', detail: 'largest resident set', bar, stretch };
}

/** At most linear: a package of the larger lockfile costs no more than one of the smaller. */
function growthRow(small: Size | undefined, large: Size | undefined): Row {
  const [less, more] = [small, large].map((size) => (size === undefined ? Number.NaN : perPackage(size)));
  const value = (more ?? Number.NaN) / (less ?? Number.NaN);
  return { goal: 'CPU per package', what: 's2000 / s700', value, unit: 'x', detail: 'at most linear', bar: 1.1, stretch: 1 };
}

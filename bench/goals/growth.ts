import { join } from 'node:path';
import type { Goal, Row } from '../goal.ts';
import { type Cost, measure } from '../measure.ts';
import { check, homeOf } from '../project.ts';
import { withGenerated } from '../servers.ts';

/** Documents of a tenth of the ordinary size, as 50,000 of the ordinary ones would only measure how fast gzip is. */
const scale = '0.1';

/** From 100 to 50,000 generated packages: what a package costs must not depend on how many there are. */
export const growth: Goal = {
  name: 'growth',
  measure: async (world) => {
    const counts = world.isQuick ? [100, 700, 2000] : [100, 700, 2000, 3000, 10_000, 50_000];
    const rows: Row[] = [];
    for (const packages of counts) {
      const folder = join(world.folder, 'growth', String(packages));
      const project = join(folder, 'project');
      rows.push(
        ...(await withGenerated(['--packages', String(packages), '--scale', scale, '--write', project], (origin) => {
          const home = join(folder, 'home');
          const run = { project, registry: origin, home };
          return [
            ...rowsFor(packages, 'cold', measure(check(world, { ...run, name: 'cold', startsFrom: 'cold' }))),
            ...rowsFor(packages, 'unchanged', measure(check(world, { ...run, name: 'unchanged' }))),
            ...rowsFor(
              packages,
              'SBOM',
              measure({
                name: 'sbom',
                argv: [process.execPath, world.lockgate, 'sbom', project, '-o', join(folder, 'bom.json'), '--no-validate'],
                env: homeOf(home, origin),
              }),
            ),
          ];
        })),
      );
    }
    return rows;
  },
};

function rowsFor(packages: number, what: string, { cpuMilliseconds, wallMilliseconds, peakMebibytes = Number.NaN }: Cost): readonly Row[] {
  return [
    {
      goal: 'growth',
      what: `${packages} packages, ${what}, CPU per package`,
      value: cpuMilliseconds / packages,
      unit: 'ms',
      detail: `${cpuMilliseconds.toFixed(0)} ms CPU, ${wallMilliseconds.toFixed(0)} ms wall, ${peakMebibytes.toFixed(0)} MiB`,
    },
  ];
}

import { join } from 'node:path';
import type { Goal } from '../goal.ts';
import { ratioRow } from '../goal.ts';
import { type MeasuredCommand, measureInTurns } from '../measure.ts';
import { check } from '../project.ts';
import { unpackWorkload, withReplay } from '../servers.ts';

/** Nothing is known, and the line is what a build machine has: beside a program that downloads the same documents and drops them. */
export const line: Goal = {
  name: 'line',
  measure: (world) =>
    withReplay(world.replay(), { latency: 20, mbps: 100 }, (origin) => {
      const folder = join(world.folder, 'line');
      const project = unpackWorkload(world.replay(), 's700', { folder, origin });
      const ours = check(world, {
        name: 'check s700, cold, 100 Mbit/s and 20 ms',
        project,
        registry: origin,
        home: join(folder, 'home'),
        startsFrom: 'cold',
      });
      const ideal: MeasuredCommand = {
        name: 'the download alone',
        argv: [
          process.execPath,
          join(world.replay(), 'yardstick.mjs'),
          'download',
          join(project, 'package-lock.json'),
          origin,
          'full',
          '32',
        ],
      };
      const measured = measureInTurns([ours, ideal], world.rounds);
      return [
        ratioRow(measured, { goal: 'line', bar: 1.3, stretch: 1.1 }, { above: ours.name, below: ideal.name, key: 'wallMilliseconds' }),
      ];
    }),
};

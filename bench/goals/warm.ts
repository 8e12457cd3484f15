import { join } from 'node:path';
import type { Goal } from '../goal.ts';
import { ratioRow } from '../goal.ts';
import { measureInTurns } from '../measure.ts';
import { bareNode, check } from '../project.ts';
import { unpackWorkload, withReplay } from '../servers.ts';

/** A lockfile and a policy that were judged before and have not changed. */
export const warm: Goal = {
  name: 'warm',
  measure: (world) =>
    withReplay(world.replay(), undefined, (origin) => {
      const checks = ['s100', 's700', 's2000'].map((name) => {
        const project = unpackWorkload(world.replay(), name, { folder: join(world.folder, 'warm'), origin });
        return check(world, {
          name: `check ${name}, unchanged`,
          project,
          registry: origin,
          home: join(world.folder, 'warm', `home-${name}`),
        });
      });
      // The round that is not counted is the one that judges.
      const measured = measureInTurns([bareNode, ...checks], world.rounds);
      return checks.flatMap(({ name }) =>
        (['wallMilliseconds', 'cpuMilliseconds'] as const).map((key) =>
          ratioRow(measured, { goal: 'warm', bar: 1.6, stretch: 1.3 }, { above: name, below: bareNode.name, key }),
        ),
      );
    }),
};

import type { Goal } from '../goal.ts';
import { ratioRow } from '../goal.ts';
import { measureInTurns } from '../measure.ts';
import { bareNode, homeOf } from '../project.ts';

/** What asks for no judgement costs hardly more than Node itself. */
export const startUp: Goal = {
  name: 'start-up',
  measure: (world) => {
    const env = homeOf(world.folder, 'http://127.0.0.1:9');
    const commands = [['--version'], ['--help'], ['explain', 'release-age/too-new']].map((args) => ({
      name: args[0] ?? '',
      argv: [process.execPath, world.lockgate, ...args] as const,
      env,
    }));
    const measured = measureInTurns([bareNode, ...commands], world.rounds * 2);
    return Promise.resolve(
      commands.flatMap(({ name }) =>
        (['wallMilliseconds', 'cpuMilliseconds'] as const).map((key) =>
          ratioRow(measured, { goal: 'start-up', bar: 1.5, stretch: 1.2 }, { above: name, below: bareNode.name, key }),
        ),
      ),
    );
  },
};

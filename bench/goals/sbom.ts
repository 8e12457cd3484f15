import { join } from 'node:path';
import type { Goal } from '../goal.ts';
import { ratioRow } from '../goal.ts';
import { type MeasuredCommand, measureInTurns } from '../measure.ts';
import { peerLabel } from '../peers.ts';
import { homeOf } from '../project.ts';
import { unpackWorkload } from '../servers.ts';

/** CycloneDX of 2,251 components, offline, beside parsing and stringifying the lockfile, and beside CycloneDX's own tool for npm. */
export const sbom: Goal = {
  name: 'sbom',
  measure: (world) => {
    const folder = join(world.folder, 'sbom');
    const origin = 'https://registry.example';
    const project = unpackWorkload(world.replay(), 's2000', { folder, origin });
    const env = homeOf(folder, origin);
    const [lockfile, output] = [join(project, 'package-lock.json'), join(folder, 'bom.json')];
    const floor: MeasuredCommand = {
      name: 'the floor',
      argv: [process.execPath, join(world.replay(), 'yardstick.mjs'), 'sbom', lockfile, output],
    };
    const write = (name: string, ...options: readonly string[]): MeasuredCommand => ({
      name,
      argv: [process.execPath, world.lockgate, 'sbom', project, '-o', output, ...options],
      env,
    });
    const [json, bare] = [write('sbom s2000, JSON, validated'), write('sbom s2000, JSON', '--no-validate')];
    const xml = write('sbom s2000, XML', '--format', 'cyclonedx-xml');
    const spdx = write('sbom s2000, SPDX', '--format', 'spdx-json');
    // The tree has unmet peers, at which it would stop.
    const peer: MeasuredCommand = {
      name: peerLabel('cyclonedx-npm'),
      argv: [world.peer('cyclonedx-npm'), '--package-lock-only', '--ignore-npm-errors', '-o', output],
      cwd: project,
      env,
    };
    const measured = measureInTurns([floor, json, bare, xml, spdx, peer], world.rounds);
    const against = (above: MeasuredCommand, below: MeasuredCommand, limits: { bar?: number; stretch?: number } = {}) =>
      ratioRow(measured, { goal: 'SBOM', ...limits }, { above: above.name, below: below.name, key: 'cpuMilliseconds' });
    return Promise.resolve([
      against(json, floor, { bar: 5, stretch: 2 }),
      against(json, peer, { bar: 0.1 }),
      against(bare, floor),
      against(xml, floor),
      against(spdx, floor),
    ]);
  },
};

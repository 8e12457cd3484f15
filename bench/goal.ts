import type { Measurements } from './measure.ts';
import { medianCost, medianRatio } from './measure.ts';

/** One line of the table: a ratio (or a plain figure with its unit) and what it should not exceed. */
export interface Row {
  readonly goal: string;
  /** What was measured, against what: `check, s700 / node -e 0, wall`. */
  readonly what: string;
  readonly value: number;
  /** `x` for ratios. */
  readonly unit: 'x' | 'ms' | 'MiB';
  /** The figures behind it, for the reader. */
  readonly detail: string;
  /** Absent where a figure only tells. */
  readonly bar?: number;
  readonly stretch?: number;
}

/** What could not be measured here, and why; it stands in the table, too. */
export interface Skipped {
  readonly goal: string;
  readonly skipped: string;
  /** Not for want of something, but because it failed. */
  readonly isBroken: boolean;
}

/** The place and the parts that every goal measures with. */
export interface World {
  readonly rounds: number;
  /** Fewer rounds and no set above 3,000 packages. */
  readonly isQuick: boolean;
  /** An empty folder of this run. */
  readonly folder: string;
  /** Lockgate's entry, a file for Node. */
  readonly lockgate: string;
  /** Folder of the replay registry. Throws `NotHere` where there is none. */
  readonly replay: () => string;
  /** Path of a peer's program. Throws `NotHere` where it could not be installed. */
  readonly peer: (name: PeerName) => string;
}

export type PeerName = 'pnpm' | 'npm' | 'cyclonedx-npm';

/** One row group of the table in the issue; `bench/goals/` holds one per file. */
export interface Goal {
  readonly name: string;
  readonly measure: (world: World) => Promise<readonly Row[]>;
}

/** Something that a goal needs is not on this machine: the goal is skipped, and says so. */
export class NotHere extends Error {}

/** One command against another, both measured in the same rounds. */
export function ratioRow(
  measurements: Measurements,
  row: Pick<Row, 'goal' | 'bar' | 'stretch'>,
  { above, below, key }: { readonly above: string; readonly below: string; readonly key: 'cpuMilliseconds' | 'wallMilliseconds' },
): Row {
  const kind = key === 'cpuMilliseconds' ? 'CPU' : 'wall';
  const cost = (name: string): string => `${medianCost(measurements, name, key).toFixed(0)} ms`;
  return {
    ...row,
    what: `${above} / ${below}, ${kind}`,
    value: medianRatio(measurements, above, below, key),
    unit: 'x',
    detail: `${cost(above)} / ${cost(below)}`,
  };
}

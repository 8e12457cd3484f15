import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** What one whole process cost, from start to exit, its children included. */
export interface Cost {
  /** User and system time. */
  readonly cpuMilliseconds: number;
  readonly wallMilliseconds: number;
  /** Largest resident set of any process of it; undefined where GNU time is not installed. */
  readonly peakMebibytes: number | undefined;
}

export interface MeasuredCommand {
  readonly name: string;
  readonly argv: readonly [string, ...string[]];
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Exit codes that count as done; 0 alone unless said otherwise. */
  readonly expectedStatus?: readonly number[];
  /** Brings the world into the state that every run starts from; not timed. */
  readonly prepare?: () => void;
}

/** The costs of one command in every round, in the order of the rounds. */
export type Measurements = ReadonlyMap<string, readonly Cost[]>;

const gnuTime = '/usr/bin/time';

/**
 * Runs the commands in turns (A B C, A B C, ...), so that a slow moment of the machine hits all of them, after one round
 * that warms the file cache and is not counted. Throws for a command that fails: a failed run has no cost worth comparing.
 */
export function measureInTurns(commands: readonly MeasuredCommand[], rounds: number): Measurements {
  const costs = new Map<string, Cost[]>(commands.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const command of commands) {
      const cost = measure(command);
      if (round > 0) costs.get(command.name)?.push(cost);
    }
  }
  return costs;
}

/** The median over the rounds of one command's cost divided by another's in the same round. */
export function medianRatio(measurements: Measurements, name: string, base: string, key: keyof Cost): number {
  const above = measurements.get(name) ?? [];
  const below = measurements.get(base) ?? [];
  return median(above.map((cost, round) => (cost[key] ?? Number.NaN) / (below[round]?.[key] ?? Number.NaN)));
}

/** The median of one field over the rounds; NaN where it was not measured. */
export function medianCost(measurements: Measurements, name: string, key: keyof Cost): number {
  return median((measurements.get(name) ?? []).map((cost) => cost[key] ?? Number.NaN));
}

/** One run. Times come from bash (milliseconds), the peak from GNU time. */
export function measure({ name, argv, cwd, env, expectedStatus = [0], prepare }: MeasuredCommand): Cost {
  prepare?.();
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-bench-'));
  try {
    const peakFile = join(folder, 'peak');
    const command = existsSync(gnuTime) ? [gnuTime, '--quiet', '-f', '%M', '-o', peakFile, ...argv] : argv;
    const script = `TIMEFORMAT='%3U %3S %3R'; { time "$@" >/dev/null 2>${join(folder, 'stderr')}; } 2>${join(folder, 'time')}`;
    const { status } = spawnSync('bash', ['-c', script, 'bash', ...command], { cwd, env: { ...process.env, ...env } });
    if (status === null || !expectedStatus.includes(status)) {
      throw new Error(`${name} ended with ${status}: ${readFileSync(join(folder, 'stderr'), 'utf8').slice(0, 500)}`);
    }
    const [user = Number.NaN, system = Number.NaN, wall = Number.NaN] = readFileSync(join(folder, 'time'), 'utf8')
      .trim()
      .split(' ')
      .map(Number);
    const peak = existsSync(peakFile) ? Number(readFileSync(peakFile, 'utf8').trim().split('\n').at(-1)) / 1024 : undefined;
    return { cpuMilliseconds: (user + system) * 1000, wallMilliseconds: wall * 1000, peakMebibytes: peak };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Half are below it; NaN of nothing. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? Number.NaN) + upper) / 2;
}

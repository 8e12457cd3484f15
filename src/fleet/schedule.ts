import { type Milliseconds, milliseconds } from '../model/units.ts';
import type { CronTimes } from './cron.ts';
import { pause } from './pause.ts';

export interface Schedule {
  readonly times: CronTimes;
  readonly clock: () => Milliseconds;
  /** Each run begins at a random moment within this time after it is due: not every host at the same second. */
  readonly jitter: Milliseconds;
  /** From 0 up to 1. */
  readonly random: () => number;
  /** When the last run was begun, by whomever; undefined where there was none. */
  readonly lastBegun: () => Promise<Milliseconds | undefined>;
  /** One run, from beginning to end. What it throws is told, and the schedule goes on. */
  readonly run: () => Promise<void>;
  readonly onEvent: (line: string) => void;
  /** Ends the schedule; a run that is under way gets the same signal and ends as it can. */
  readonly signal: AbortSignal;
}

/**
 * Runs at the moments of a cron expression, one run at a time, until told to stop. A run that was due while nobody was here happens
 * once, at the start; those that become due while one is under way are left out.
 */
export async function followSchedule(schedule: Schedule): Promise<void> {
  const { times, clock, signal, onEvent } = schedule;
  const last = await schedule.lastBegun();
  const missed = times.before(clock());
  if (last !== undefined && missed !== undefined && last < missed) {
    onEvent(`the run of ${instant(missed)} was missed: it begins now`);
    await runOnce(schedule);
  }
  while (!signal.aborted) {
    const due = times.after(clock());
    if (due === undefined) return onEvent('no further run is due');
    const begin = milliseconds(due + Math.floor(schedule.random() * schedule.jitter));
    onEvent(`the next run is due at ${instant(due)}, and begins at ${instant(begin)}`);
    await waitUntil(begin, clock, signal);
    if (signal.aborted) return;
    await runOnce(schedule);
    const passed = times.before(clock());
    if (passed !== undefined && passed > begin) onEvent(`the run of ${instant(passed)} is left out: the one before had not ended`);
  }
}

async function runOnce({ run, onEvent, signal }: Schedule): Promise<void> {
  try {
    await run();
  } catch (error) {
    if (!signal.aborted) onEvent(`the run failed: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** A timer counts at most 24 days, and stands still while a machine sleeps: the clock is looked at every minute. */
const longestNap = 60_000;

async function waitUntil(moment: Milliseconds, clock: () => Milliseconds, signal: AbortSignal): Promise<void> {
  for (let left = moment - clock(); left > 0 && !signal.aborted; left = moment - clock()) await pause(Math.min(left, longestNap), signal);
}

function instant(moment: Milliseconds): string {
  return new Date(moment).toISOString().replace('.000Z', 'Z');
}

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
  /** The last run that was begun, here or by another host; undefined where there was none. */
  readonly last: () => Promise<{ readonly begun: Milliseconds; readonly isFinished: boolean } | undefined>;
  /** One run, from beginning to end. What it throws is told, and the schedule goes on. */
  readonly run: () => Promise<void>;
  readonly onEvent: (line: string) => void;
  /** Ends the schedule; a run that is under way gets the same signal and ends as it can. */
  readonly signal: AbortSignal;
}

/**
 * Runs at the moments of a cron expression, one run at a time, until told to stop. What was due while nobody was here, and a run that was
 * cut off, happen once, at the start; those that become due while one is under way, or that another host has begun, are left out.
 */
export async function followSchedule(schedule: Schedule): Promise<void> {
  const { times, clock, signal, onEvent } = schedule;
  const last = await schedule.last();
  const missed = times.before(clock());
  if (last !== undefined && (!last.isFinished || (missed !== undefined && last.begun < missed))) {
    onEvent(
      last.isFinished && missed !== undefined
        ? `the run of ${instant(missed)} was missed: it begins now`
        : 'a run was cut off: it goes on now',
    );
    await runOnce(schedule);
  }
  while (!signal.aborted) {
    const due = times.after(clock());
    if (due === undefined) return onEvent('no further run is due');
    const begin = milliseconds(due + Math.floor(schedule.random() * schedule.jitter));
    onEvent(`the next run is due at ${instant(due)}, and begins at ${instant(begin)}`);
    await waitUntil(begin, clock, signal);
    if (signal.aborted) return;
    await runOnce(schedule, due);
    const passed = times.before(clock());
    if (passed !== undefined && passed > begin) onEvent(`the run of ${instant(passed)} is left out: the one before had not ended`);
  }
}

async function runOnce({ last, run, onEvent, signal }: Schedule, due?: Milliseconds): Promise<void> {
  try {
    const other = due === undefined ? undefined : await last();
    if (other !== undefined && due !== undefined && other.begun >= due) onEvent(`the run of ${instant(due)} was begun by another host`);
    else await run();
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

import { GateError } from '../model/gate-error.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';

/** The moments that a cron expression names, in one time zone. */
export interface CronTimes {
  /** The first one after a moment; nothing where there is none. */
  readonly after: (moment: Milliseconds) => Milliseconds | undefined;
  /** The last one before a moment. */
  readonly before: (moment: Milliseconds) => Milliseconds | undefined;
}

/**
 * Reads a cron expression of five fields, or `@daily` and its like. Around a change of the clock a fixed hour happens exactly once.
 * @param timeZone a name such as `Europe/Berlin`, or `UTC`
 * @throws GateError `usage` for an expression or a time zone that is none, and for one that names no moment at all
 */
export async function readCron(expression: string, timeZone: string): Promise<CronTimes> {
  if (!/^(?:@[a-z]{1,10}|\S{1,200}(?:[ \t]+\S{1,200}){4})$/i.test(expression.trim())) throw noCron(expression, 'it has not five fields');
  try {
    Intl.DateTimeFormat('en', { timeZone });
  } catch {
    throw new GateError('usage', `${JSON.stringify(timeZone)} is no time zone`, { hint: 'a name such as Europe/Berlin, or UTC' });
  }
  const { Cron } = await import('croner');
  const cron = ((): InstanceType<typeof Cron> => {
    try {
      return new Cron(expression.trim(), { timezone: timeZone, mode: '5-part', paused: true });
    } catch (error) {
      throw noCron(expression, error instanceof Error ? error.message.replace(/^Cron[A-Za-z]*: /, '') : String(error));
    }
  })();
  const times: CronTimes = {
    after: (moment) => momentOf(cron.nextRun(new Date(moment))),
    before: (moment) => momentOf(cron.previousRuns(1, new Date(moment))[0]),
  };
  if (times.after(milliseconds(0)) === undefined) throw noCron(expression, 'no day is ever like this');
  return times;
}

function momentOf(date: Date | null | undefined): Milliseconds | undefined {
  return date === null || date === undefined ? undefined : milliseconds(date.getTime());
}

function noCron(expression: string, why: string): GateError {
  return new GateError('usage', `${JSON.stringify(expression)} is no cron expression: ${why}`, {
    hint: 'minute, hour, day, month, weekday: "0 3 * * *" is every night at three',
  });
}

import { readCron } from '../fleet/cron.ts';
import { followSchedule } from '../fleet/schedule.ts';
import { GateError } from '../model/gate-error.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import { systemClock } from '../platform/clock.ts';
import { statPath } from '../platform/files.ts';
import { isPostgresqlUrl } from '../platform/postgresql.ts';
import { parseDuration } from '../policy/duration.ts';
import { openStore, storePlace } from './audit-store.ts';
import { audit, readAuditRequest } from './audit.ts';
import type { Command, Environment } from './command.ts';

/** `lockgate audit schedule`: audits again and again, in the foreground. */
export const auditSchedule: Command = {
  name: 'audit schedule',
  summary: 'Audit at the times of a cron expression, in the foreground',
  usage: '--cron EXPRESSION [PATH...]',
  description: [
    'Runs lockgate audit with the same paths and options at each time that is due, one run at a time, until SIGTERM or SIGINT; a run that',
    'is under way then is stopped as lockgate audit is, and goes on when the schedule starts again. A run that was due while nothing ran',
    'happens once, at the start. A run that another host has begun on the same store is left to it. Reports go to stderr, line by line.',
    'One host that is up all the time needs nothing else; crontab, systemd timers and CI schedules do as well, with lockgate audit itself.',
  ].join('\n'),
  maxPositionals: audit.maxPositionals,
  options: {
    cron: {
      type: 'string',
      value: 'EXPRESSION',
      description: 'Minute, hour, day, month, weekday: "0 3 * * *"; or @hourly, @daily, @weekly',
    },
    'time-zone': { type: 'string', value: 'NAME', description: 'The time zone of the expression, e.g. Europe/Berlin; UTC by default' },
    jitter: {
      type: 'string',
      value: 'DURATION',
      description: 'Begin at a random moment within this time after a run is due; 1m by default',
    },
    ...audit.options,
  },
  examples: [
    ['lockgate audit schedule --cron "0 3 * * *" --time-zone Europe/Berlin repos.yaml', 'every night at three'],
    ['lockgate audit schedule --cron @hourly --jitter 10m --quiet', 'every hour; silent while nothing is new'],
  ],
  run: async (invocation) => {
    const { text, environment } = invocation;
    const expression = text('cron');
    if (expression === undefined) throw new GateError('usage', '--cron is missing', { hint: '--cron "0 3 * * *" is every night at three' });
    const times = await readCron(expression, text('time-zone') ?? 'UTC');
    const place = storePlace(text('store'), environment);
    // What the runs will not take is said now, and not in the night.
    const { scope } = readAuditRequest(invocation).plan;
    await followSchedule({
      times,
      jitter: jitterOf(text('jitter') ?? '1m'),
      clock: systemClock,
      random: Math.random,
      last: () => lastAudit(place, scope),
      run: async () => {
        const {
          exitCode,
          stdout = '',
          stderr = '',
        } = await audit.run({ ...invocation, environment: { ...environment, now: systemClock() } });
        tell(`${stderr}${stdout}`, environment);
        environment.onEvent(`the audit ended with exit code ${exitCode}`);
      },
      onEvent: environment.onEvent,
      signal: environment.signal,
    });
    return { exitCode: 0 };
  },
};

function jitterOf(text: string): Milliseconds {
  const jitter = text === '0' ? milliseconds(0) : parseDuration(text);
  if (jitter !== undefined) return jitter;
  throw new GateError('usage', `--jitter ${JSON.stringify(text.slice(0, 50))} is no duration`, { hint: '10m, 1h, or 0 for none' });
}

/** The newest audit of a scope in the store, finished or not. */
async function lastAudit(
  place: string,
  scope: string,
): Promise<{ readonly begun: Milliseconds; readonly isFinished: boolean } | undefined> {
  if (!isPostgresqlUrl(place) && statPath(place) === undefined) return undefined;
  const { store } = await openStore(place, 'shared');
  try {
    const [newest] = await store.audits(scope);
    return newest === undefined ? undefined : { begun: newest.startedAt, isFinished: newest.finishedAt !== undefined };
  } finally {
    await store.close();
  }
}

function tell(text: string, { onEvent }: Environment): void {
  for (const line of text.split('\n')) if (line !== '') onEvent(line);
}

import { hostname } from 'node:os';
import { createAuditGates } from '../fleet/audit-gates.ts';
import type { HeldVersion } from '../fleet/audit-jobs.ts';
import { type AuditSetup, readSetup } from '../fleet/audit-setup.ts';
import { inventoryOf } from '../fleet/held-versions.ts';
import { pacedClient } from '../fleet/paced-client.ts';
import { openPgBossQueue } from '../fleet/pg-boss-queue.ts';
import type { RequestPace } from '../fleet/request-pace.ts';
import { createFleetStore } from '../fleet/store.ts';
import { type AuditWork, workOnAudits } from '../fleet/work-on-audits.ts';
import { systemClock } from '../platform/clock.ts';
import { expectLongRun } from '../platform/engine-settings.ts';
import { createHttpClient } from '../platform/http.ts';
import { openPostgresql, postgresqlName } from '../platform/postgresql.ts';
import { repositoryOpener } from './audit-sources.ts';
import { storeOption } from './audit-store.ts';
import type { Command } from './command.ts';
import { paceOf, rateOption } from './rate-option.ts';
import { countOption, sharedStoreUrl } from './shared-store.ts';

/** `lockgate audit worker`: does the jobs of audits in PostgreSQL, beside any number of others. */
export const auditWorker: Command = {
  name: 'audit worker',
  summary: 'Do the jobs of audits in PostgreSQL, beside any number of other workers',
  usage: '',
  description: `Takes jobs that lockgate audit or lockgate audit enqueue has put into the store: versions of packages to refresh, and repositories to judge. Run as many as you like, on as many machines as you like. A worker may die at any time: its jobs go to others when its lease ends. It ends by itself after SIGTERM or SIGINT, once the jobs that it has begun are done.
Repositories that are folders of a machine can be judged by workers of that machine alone: a fleet on several names them by URL. Each worker uses the npm configuration, the git credentials, the cache and the imported advisories of its own machine.`,
  maxPositionals: 0,
  options: {
    ...storeOption,
    concurrency: { type: 'string', value: 'N', description: 'Jobs at once in this process; default 2' },
    ...rateOption,
    lease: {
      type: 'string',
      value: 'SECONDS',
      description: 'After so long without a sign of life a job goes to another worker; default 60',
    },
    drain: { type: 'boolean', description: 'End when nothing is left to do, instead of waiting for more' },
  },
  examples: [
    ['lockgate audit worker --store postgres://audits@db.example/audits', 'work until told to stop'],
    ['lockgate audit worker --drain --concurrency 4', 'help with what there is; the store comes from LOCKGATE_STORE'],
  ],
  run: async (invocation) => {
    expectLongRun();
    const { environment } = invocation;
    const url = sharedStoreUrl(invocation);
    const concurrency = countOption(invocation, 'concurrency', { least: 1, most: 64 }) ?? 2;
    const lease = countOption(invocation, 'lease', { least: 1, most: 3_600 });
    const database = await openPostgresql(url, { connections: concurrency + 4 });
    try {
      const pace = paceOf(invocation, database);
      const store = await createFleetStore(database);
      const queue = await openPgBossQueue(database, lease === undefined ? {} : { lease });
      environment.onEvent(`worker ${process.pid} on ${hostname()} works on ${postgresqlName(url)}`);
      try {
        await workOnAudits(
          {
            queue,
            store,
            open: async (audit) => {
              const setup = await readSetup(database, audit);
              return setup === undefined ? undefined : workFor(setup, environment.variables, pace);
            },
            clock: systemClock,
            onEvent: environment.onEvent,
          },
          { concurrency, signal: environment.signal, isDraining: invocation.flag('drain') },
        );
      } finally {
        await queue.close();
      }
    } finally {
      await database.close();
    }
    environment.onEvent(environment.signal.aborted ? 'stopped; what was begun is done' : 'nothing is left to do');
    return { exitCode: 0 };
  },
};

/**
 * The gates of one audit. Versions are refreshed through gates of their own: those of the repositories are opened after them, and so
 * find in the cache of this machine what its other workers have refreshed, too.
 */
export function workFor(
  setup: AuditSetup,
  variables: Readonly<Record<string, string | undefined>>,
  pace: RequestPace | undefined,
): AuditWork {
  const options = {
    ...setup,
    variables,
    ...(pace === undefined
      ? {}
      : { transport: (settings: Parameters<typeof createHttpClient>[0]) => pacedClient(createHttpClient(settings), pace) }),
  };
  const refreshing = createAuditGates(options);
  const judging = createAuditGates(options);
  const openRepository = repositoryOpener({ gates: judging, variables });
  const running = new Set<Promise<void>>();
  const refresh = async (versions: readonly HeldVersion[], signal: AbortSignal): Promise<void> => {
    for (const { assess } of await refreshing.of({})) await assess(inventoryOf(versions), { signal });
    refreshing.save();
  };
  return {
    ports: {
      open: async (source, signal) => {
        // What is being asked in this process is not asked a second time beside it.
        await Promise.allSettled(running);
        return openRepository(source, signal);
      },
    },
    refresh: async (versions, signal) => {
      const work = refresh(versions, signal);
      running.add(work);
      await work.finally(() => running.delete(work));
    },
    close: async () => {
      await refreshing.close();
      await judging.close();
    },
  };
}

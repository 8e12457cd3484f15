import { createHash } from 'node:crypto';
import type PgBoss from 'pg-boss';
import { GateError } from '../model/gate-error.ts';
import { isConflict } from '../platform/postgresql-errors.ts';
import type { NativeResult, PostgresqlDatabase } from '../platform/postgresql.ts';
import type { Job, JobQueue } from './job-queue.ts';
import { type QueueOptions, queueDefaults } from './queue-options.ts';
import { workLoop } from './work-loop.ts';

/**
 * Jobs in PostgreSQL, for any number of workers on any number of machines. pg-boss keeps them; the loop is ours, since pg-boss's own
 * neither waits for what it reports to the server nor tells an empty queue from a server that is gone.
 */
export async function openPgBossQueue(database: PostgresqlDatabase, options: QueueOptions = {}): Promise<JobQueue> {
  const { lease, attempts, backOff, poll } = { ...queueDefaults, ...options };
  const { default: Boss } = await import('pg-boss');
  const execute = persistently(database);
  const db: PgBoss.Db = { executeSql: async (sql, values) => rowsOf(await execute(sql, values)) };
  const boss = new Boss({ db, schema, supervise: false, schedule: false, ...retention });
  await boss.start();
  await boss.createQueue(dead);
  const settings: PgBoss.Queue = {
    name: open,
    retryLimit: attempts - 1,
    retryDelay: backOff,
    retryBackoff: true,
    expireInSeconds: lease,
    deadLetter: dead,
  };
  await boss.createQueue(open, { ...settings });
  await boss.updateQueue(open, { ...settings });
  let tidied = -Infinity;

  return {
    enqueue: async (jobs) => {
      let added = 0;
      for (let at = 0; at < jobs.length; at += 500) added += await insert(boss, execute, jobs.slice(at, at + 500));
      return added;
    },
    work: async (handle, workOptions) => {
      if (performance.now() - tidied > timeBetweenTidying) {
        tidied = performance.now();
        await boss.maintain();
      }
      await workLoop(handle, workOptions, {
        lease,
        poll,
        take: (count) => take(boss, execute, count),
        renew: async (ids) => {
          const renewal = `UPDATE ${schema}.job SET started_on = now() WHERE name = $1 AND id = ANY($2::uuid[]) AND state = 'active' RETURNING id`;
          return new Set((await execute(renewal, [open, ids])).rows.map(({ id }) => String(id)));
        },
        complete: async (id) => boss.complete(open, id),
        fail: async (id, message) => boss.fail(open, id, { message: message.toWellFormed().replaceAll('\0', '\uFFFD') }),
        releaseLost: () => boss.expire(),
        countLeft: async () => {
          const { open, running } = await counts(execute);
          return open + running;
        },
      });
    },
    counts: () => counts(execute),
    deadLetters: () => readDeadLetters(execute),
    close: () => boss.stop({ graceful: false, close: false }),
  };
}

const schema = 'lockgate_jobs';
const open = 'audits';
const dead = 'audits-dead';

/** Finished jobs keep their keys for half a day, and are deleted after a week. */
const retention = { archiveCompletedAfterSeconds: 43_200, archiveFailedAfterSeconds: 43_200, deleteAfterDays: 7 };

/** Milliseconds. */
const timeBetweenTidying = 300_000;

type Execute = (sql: string, values?: readonly unknown[]) => Promise<NativeResult>;

/**
 * Everything that is sent from here may be sent twice: jobs are named by their keys, what was taken and got lost on the way comes back
 * when its lease ends. So a statement that was cut off by a restart of the server, or undone because of another worker's (as when
 * all begin at once and each sets the queue up), is simply sent again.
 */
function persistently(database: PostgresqlDatabase): Execute {
  return async (sql, values) => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await database.native(sql, values);
      } catch (error) {
        const isPassing = isConflict(error) || (error instanceof GateError && error.code === 'store-unavailable');
        if (!isPassing || attempt === 5) throw error;
      }
    }
  };
}

/** Adds jobs whose key is new. One that was given up begins anew. */
async function insert(boss: PgBoss, execute: Execute, jobs: readonly Job[]): Promise<number> {
  const ids = jobs.map(({ key }) => idOf(key));
  const given = `DELETE FROM ${schema}.job WHERE name = $1 AND id = ANY($2::uuid[]) AND state IN ('failed', 'cancelled') RETURNING id`;
  const revived = (await execute(given, [open, ids])).rows.map(({ id }) => id);
  if (revived.length > 0) await execute(`DELETE FROM ${schema}.job WHERE name = $1 AND data->>'id' = ANY($2)`, [dead, revived]);
  let added = 0;
  const executeSql: PgBoss.Db['executeSql'] = async (sql, values) => {
    const result = await execute(sql, values);
    added += result.count;
    return rowsOf(result);
  };
  await boss.insert(
    jobs.map((job, index) => {
      const id = ids[index] ?? '';
      return { id, name: open, singletonKey: id, priority: job.priority, data: { id, job: JSON.stringify(job) } };
    }),
    { db: { executeSql } },
  );
  return added;
}

/** Takes jobs: the highest priority first, then the oldest. pg-boss answers "none" where its statement fails; here it is told. */
async function take(boss: PgBoss, execute: Execute, count: number): Promise<readonly { readonly id: string; readonly job: Job }[]> {
  let trouble: unknown;
  const executeSql: PgBoss.Db['executeSql'] = async (sql, values) => {
    try {
      return rowsOf(await execute(sql, values));
    } catch (error) {
      trouble = error;
      throw error;
    }
  };
  const taken = await boss.fetch(open, { batchSize: count, db: { executeSql } });
  if (trouble !== undefined) throw trouble;
  // The most urgent were taken, and are answered in any order.
  return taken.map(({ id, data }) => ({ id, job: jobOf(data) })).sort((a, b) => b.job.priority - a.job.priority);
}

async function counts(execute: Execute): Promise<{ readonly open: number; readonly running: number; readonly dead: number }> {
  const { rows } = await execute(
    `SELECT COUNT(*) FILTER (WHERE name = $1 AND state < 'active')::int AS open,
            COUNT(*) FILTER (WHERE name = $1 AND state = 'active')::int AS running,
            COUNT(*) FILTER (WHERE name = $2)::int AS dead
       FROM ${schema}.job WHERE name IN ($1, $2)`,
    [open, dead],
  );
  const [row] = rows;
  return { open: Number(row?.['open']), running: Number(row?.['running']), dead: Number(row?.['dead']) };
}

async function readDeadLetters(execute: Execute): Promise<readonly { readonly job: Job; readonly error: string }[]> {
  const { rows } = await execute(
    `SELECT data, COALESCE(output->>'message', output->'value'->>'message', '') AS error
       FROM ${schema}.job WHERE name = $1 ORDER BY created_on, data->>'id'`,
    [dead],
  );
  return rows.map(({ data, error }) => ({ job: jobOf(data), error: String(error) }));
}

/** A job is stored as one text: `jsonb` refuses some of what JSON allows. */
function jobOf(data: unknown): Job {
  if (typeof data !== 'object' || data === null || !('job' in data) || typeof data.job !== 'string')
    throw new TypeError('the queue holds a job that is none of ours');
  // Written by `insert`, which takes nothing else.
  return JSON.parse(data.job) as Job;
}

/** The same key is the same row, whatever became of the job: a UUID made from the key's SHA-256. */
function idOf(key: string): string {
  const hex = createHash('sha256').update(key).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

function rowsOf({ rows }: NativeResult): { rows: unknown[] } {
  return { rows: [...rows] };
}

import { randomUUID } from 'node:crypto';
import type { Database, SqlQueries, SqlRow } from '../model/database.ts';
import type { Job, JobQueue } from './job-queue.ts';
import { type QueueOptions, queueDefaults } from './queue-options.ts';
import { chunks, insertRows, numberIn, queryByList, textIn } from './rows.ts';
import { digestOf } from './storable.ts';
import { workLoop } from './work-loop.ts';

/** Milliseconds for which the key of a finished job is remembered. */
const memory = 43_200_000;
/**
 * How often a job may be begun and cut off by the end of its process: whoever kills an audit again and again rarely means the repository
 * that it was at, and still one that ends every process must end itself.
 */
const mostCrashes = 20;

export interface SqlQueueOptions extends QueueOptions {
  /**
   * Nobody else works on this store. What seems to run was left by a process that was ended: it is taken up at once. What is enqueued is
   * not done, whatever the queue remembers: an audit of another list may have taken its job, and could not do it. What was given up
   * stays so, for whoever goes on with an audit to say.
   */
  readonly isAlone?: boolean;
}

/**
 * Jobs in a table of the store, for one host: a worker leases what it takes and prolongs the lease while it lives. Times are those of
 * this host's clock, which all its workers share.
 * @param clock milliseconds since the epoch
 */
export async function openSqlQueue(database: Database, clock: () => number, options: SqlQueueOptions = {}): Promise<JobQueue> {
  const settings = { ...queueDefaults, ...options };
  const { lease, poll } = settings;
  await database.transaction(prepare);
  const again = options.isAlone === true ? 'done' : 'dead';
  if (options.isAlone === true) await releaseWhere(database, mostCrashes, `state = 'running'`, []);
  await database.query(`DELETE FROM jobs WHERE state = 'done' AND until < ?`, [clock() - memory]);
  return {
    enqueue: async (jobs) => {
      let added = 0;
      for (const chunk of chunks(jobs, 500)) added += await database.transaction((queries) => insert(queries, chunk, again));
      return added;
    },
    work: (handle, workOptions) =>
      workLoop(handle, workOptions, {
        lease,
        poll,
        take: (count) => database.transaction((queries) => take(queries, count, clock(), lease)),
        renew: async (ids) => {
          const until = clock() + lease * 1000;
          const kept = await queryByList(
            database,
            `UPDATE jobs SET until = ? WHERE state = 'running' AND holder IN (LIST) RETURNING holder`,
            ids,
            [until],
          );
          return new Set(kept.map((row) => textIn(row, 'holder')));
        },
        complete: (id) =>
          database.query(`UPDATE jobs SET state = 'done', holder = NULL, until = ? WHERE state = 'running' AND holder = ?`, [clock(), id]),
        fail: (id, message) => fail(database, id, message.toWellFormed().replaceAll('\0', '\uFFFD'), clock(), settings),
        releaseLost: () => releaseLost(database, clock(), settings),
        countLeft: async () => {
          const { open, running } = await countsOf(database);
          return open + running;
        },
      }),
    counts: () => countsOf(database),
    deadLetters: async () => {
      const rows = await database.query(`SELECT job, error FROM jobs WHERE state = 'dead' ORDER BY number`);
      return rows.map((row) => ({ job: jobIn(row), error: textIn(row, 'error') }));
    },
    // The store is its owner's to close.
    close: () => Promise.resolve(),
  };
}

async function prepare(queries: SqlQueries): Promise<void> {
  // `until`: of a running job the end of its lease, of an open one when it may begin, of a finished one when it ended.
  await queries.query(
    `CREATE TABLE IF NOT EXISTS jobs (
      id TEXT PRIMARY KEY,
      number INTEGER NOT NULL,
      state TEXT NOT NULL,
      priority INTEGER NOT NULL,
      job TEXT NOT NULL,
      attempts INTEGER NOT NULL,
      until BIGINT NOT NULL,
      holder TEXT,
      error TEXT NOT NULL
    )`,
  );
  await queries.query('CREATE INDEX IF NOT EXISTS jobs_to_take ON jobs (state, priority, number)');
}

/** Adds jobs whose key is new, and begins anew those in the state `again`. */
async function insert(queries: SqlQueries, jobs: readonly Job[], again: 'done' | 'dead'): Promise<number> {
  const byId = new Map(jobs.map((job) => [digestOf(job.key), job]));
  await queryByList(queries, 'DELETE FROM jobs WHERE state = ? AND id IN (LIST)', [...byId.keys()], [again]);
  const known = await queryByList(queries, 'SELECT id FROM jobs WHERE id IN (LIST)', [...byId.keys()]);
  for (const row of known) byId.delete(textIn(row, 'id'));
  const [last] = await queries.query('SELECT COALESCE(MAX(number), 0) AS number FROM jobs');
  const first = last === undefined ? 1 : numberIn(last, 'number') + 1;
  await insertRows(
    queries,
    { table: 'jobs', columns: ['id', 'number', 'state', 'priority', 'job', 'attempts', 'until', 'holder', 'error'] },
    [...byId].map(([id, job], index) => [id, first + index, 'open', job.priority, JSON.stringify(job), 0, 0, null, '']),
  );
  return byId.size;
}

/** Leases the most urgent jobs that may begin, the oldest first; each lease has a name of its own, so that a lost one ends nothing. */
async function take(
  queries: SqlQueries,
  count: number,
  now: number,
  lease: number,
): Promise<readonly { readonly id: string; readonly job: Job }[]> {
  const rows = await queries.query(`SELECT id, job FROM jobs WHERE state = 'open' AND until <= ? ORDER BY priority DESC, number LIMIT ?`, [
    now,
    count,
  ]);
  const taken: { readonly id: string; readonly job: Job }[] = [];
  for (const row of rows) {
    const holder = randomUUID();
    await queries.query(`UPDATE jobs SET state = 'running', holder = ?, attempts = attempts + 1, until = ? WHERE id = ?`, [
      holder,
      now + lease * 1000,
      textIn(row, 'id'),
    ]);
    taken.push({ id: holder, job: jobIn(row) });
  }
  return taken;
}

/** Gives a job back after a pause that doubles, or up. */
async function fail(
  database: SqlQueries,
  holder: string,
  message: string,
  now: number,
  { attempts, backOff }: Required<QueueOptions>,
): Promise<void> {
  const [row] = await database.query(`SELECT attempts FROM jobs WHERE state = 'running' AND holder = ?`, [holder]);
  if (row === undefined) return;
  const used = numberIn(row, 'attempts');
  const until = now + backOff * 1000 * 2 ** Math.min(used - 1, 16);
  await database.query(`UPDATE jobs SET state = ?, holder = NULL, until = ?, error = ? WHERE state = 'running' AND holder = ?`, [
    used >= attempts ? 'dead' : 'open',
    until,
    message,
    holder,
  ]);
}

/** Jobs whose worker gives no sign of life any more. An attempt is used up: a job that kills its workers must end, too. */
function releaseLost(database: SqlQueries, now: number, { attempts }: Required<QueueOptions>): Promise<void> {
  return releaseWhere(database, Math.max(attempts, mostCrashes), `state = 'running' AND until < ?`, [now]);
}

async function releaseWhere(database: SqlQueries, attempts: number, condition: string, parameters: readonly number[]): Promise<void> {
  await database.query(
    `UPDATE jobs SET state = CASE WHEN attempts >= ? THEN 'dead' ELSE 'open' END, holder = NULL, until = 0,
       error = 'its worker has died' WHERE ${condition}`,
    [attempts, ...parameters],
  );
}

async function countsOf(database: SqlQueries): Promise<{ readonly open: number; readonly running: number; readonly dead: number }> {
  const rows = await database.query('SELECT state, COUNT(*) AS jobs FROM jobs GROUP BY state');
  const count = (state: string): number =>
    rows.filter((row) => row['state'] === state).reduce((sum, row) => sum + numberIn(row, 'jobs'), 0);
  return { open: count('open'), running: count('running'), dead: count('dead') };
}

function jobIn(row: SqlRow): Job {
  return JSON.parse(textIn(row, 'job')) as Job; // written by `insert`
}

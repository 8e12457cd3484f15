import type { Pool, PoolClient, QueryConfig, QueryResult } from 'pg';
import type { Database, SqlQueries, SqlRow } from '../model/database.ts';
import { GateError } from '../model/gate-error.ts';
import { columnReader, numberedPlaceholders, parameterOf } from './postgresql-dialect.ts';
import { connectTrouble, isBrokenConnection, isConflict, isUnavailable, statementTrouble } from './postgresql-errors.ts';

/** PostgreSQL as a `Database`, and beside it for what speaks PostgreSQL's own SQL: the queue. */
export interface PostgresqlDatabase extends Database {
  readonly engine: 'postgresql';
  /** Statements with `$1`, answered with the driver's own types. Several in one text have no parameters and answer no rows. */
  readonly native: (sql: string, parameters?: readonly unknown[]) => Promise<NativeResult>;
}

export interface NativeResult {
  readonly rows: readonly Readonly<Record<string, unknown>>[];
  /** Rows that were written or answered. */
  readonly count: number;
}

export interface PostgresqlOptions {
  /** Most connections at once. */
  readonly connections?: number;
  /** Milliseconds for which a server that went away is waited for: a restart takes seconds. */
  readonly patience?: number;
  /** Milliseconds until the server ends a statement. */
  readonly statementTimeout?: number;
}

/** Whether `--store` names a server, and not a file. */
export function isPostgresqlUrl(store: string): boolean {
  return /^postgres(ql)?:\/\//.test(store);
}

/** Where a store is, without what is secret in its URL: for messages and logs. */
export function postgresqlName(store: string): string {
  const url = URL.canParse(store) ? new URL(store) : undefined;
  return url === undefined ? 'the PostgreSQL store' : `postgres://${url.host === '' ? 'localhost' : url.host}${url.pathname}`;
}

/**
 * Opens a store and proves that it answers. Throws `GateError` for a URL that is none, a server that cannot be reached, and one that
 * refuses. A connection that breaks later is replaced: a SELECT that ran on it is asked again; what may have written fails with
 * `store-unavailable`, since nobody knows whether it has lasted.
 */
export async function openPostgresql(
  store: string,
  { connections = 10, patience = 30_000, statementTimeout = 60_000 }: PostgresqlOptions = {},
): Promise<PostgresqlDatabase> {
  const name = postgresqlName(store);
  if (!isPostgresqlUrl(store) || !URL.canParse(store))
    throw new GateError('usage', 'the store is no URL of a PostgreSQL database', { hint: 'postgres://USER@HOST:5432/DATABASE' });
  const { default: pg } = await import('pg');
  const pool = new pg.Pool({
    connectionString: store,
    max: connections,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: statementTimeout,
    idle_in_transaction_session_timeout: statementTimeout,
    application_name: 'lockgate',
  });
  // A connection that breaks is taken out of the pool by the pool, and fails whoever uses it: nobody else needs to hear of it.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => void client.on('error', () => undefined));

  let closing: Promise<void> | undefined;

  // The first connection tells what is wrong at once: nobody waits for half a minute because of a wrong port.
  (await connected(pool, name, 0)).release();

  const send: Send = async (client, statement) => {
    try {
      return await client.query(statement);
    } catch (error) {
      throw statementTrouble(error, name) ?? error;
    }
  };
  /** `mayRepeat`: asked when the connection broke; true where nothing can have lasted. Each idle connection may turn out to be dead. */
  const withClient = async <T>(mayRepeat: () => boolean, work: (client: PoolClient) => Promise<T>): Promise<T> => {
    for (let attempt = 0; ; attempt += 1) {
      const client = await connected(pool, name, patience);
      try {
        const result = await work(client);
        client.release();
        return result;
      } catch (error) {
        client.release(!(await rolledBack(client)));
        if (!isUnavailable(error) || !mayRepeat() || attempt > connections) throw error;
      }
    }
  };

  return {
    engine: 'postgresql',
    query: (sql, parameters) =>
      withClient(
        () => /^\s*SELECT\b/i.test(sql),
        (client) => queriesOf(client, send).query(sql, parameters),
      ),
    transaction: (work) =>
      repeatedOnConflict(() => {
        let hasBegun = false;
        return withClient(
          () => !hasBegun,
          async (client) => {
            await send(client, { text: 'BEGIN' });
            hasBegun = true;
            const result = await work(queriesOf(client, send));
            await send(client, { text: 'COMMIT' });
            return result;
          },
        );
      }),
    native: (sql, parameters) =>
      withClient(
        () => false,
        async (client) => {
          const result = await send(client, parameters === undefined ? { text: sql } : { text: sql, values: [...parameters] });
          // The driver answers a list to several statements.
          return Array.isArray(result) ? { rows: [], count: 0 } : { rows: result.rows, count: result.rowCount ?? 0 };
        },
      ),
    close: () => (closing ??= pool.end()),
  };
}

type Send = (client: PoolClient, statement: QueryConfig) => Promise<QueryResult<Record<string, unknown>>>;

function queriesOf(client: PoolClient, send: Send): SqlQueries {
  return {
    query: async (sql, parameters = []) => {
      const { rows } = await send(client, {
        text: numberedPlaceholders(sql),
        values: parameters.map(parameterOf),
        types: { getTypeParser: columnReader },
      });
      // The readers of columns answer nothing else.
      return rows as readonly SqlRow[];
    },
  };
}

/** Two transactions may stand in each other's way, and the server undoes one: that one is run again from its beginning. */
async function repeatedOnConflict<T>(transaction: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await transaction();
    } catch (error) {
      if (!isConflict(error) || attempt === 5) throw error;
    }
  }
}

/** A connection; one that is not to be had is waited for, since a server that restarts comes back. */
async function connected(pool: Pool, name: string, patience: number): Promise<PoolClient> {
  const until = performance.now() + patience;
  for (let pause = 50; ; pause = Math.min(pause * 2, 2_000)) {
    try {
      return await pool.connect();
    } catch (error) {
      if (!isBrokenConnection(error) || performance.now() + pause > until) throw connectTrouble(error, name) ?? error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}

/** True where the connection has left whatever transaction it was in and can be used again. */
async function rolledBack(client: PoolClient): Promise<boolean> {
  try {
    await client.query('ROLLBACK');
    return true;
  } catch {
    // It is dead: the server ends its transaction itself, and the pool replaces it.
    return false;
  }
}

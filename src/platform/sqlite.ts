import { closeSync, existsSync, mkdirSync, openSync, readSync, renameSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import type { Database, SqlQueries, SqlRow, SqlValue } from '../model/database.ts';
import { GateError } from '../model/gate-error.ts';
import { serially } from '../model/serially.ts';
import { codeOf } from './folder.ts';
import { type SqliteConnection, openConnection, sqliteCodeOf } from './sqlite-connection.ts';

export interface SqliteOptions {
  /**
   * `exclusive` for an audit: the second one is told so at once, and the whole file is looked over first, since what is added to a damaged
   * store would be lost with it. `shared` for everybody else: they come and go meanwhile, and never make a store.
   */
  readonly mode: 'exclusive' | 'shared';
}

/** Statements that are kept ready: there are few, and large ones take as long to read as to run. */
const mostPrepared = 64;
/** Milliseconds that a statement waits for somebody else's to end, and between two attempts. */
const patience = 10_000;
const pause = 15;

/**
 * Opens a store in one file, which an audit makes where there is none. Whatever has been committed survives the end of the process at any
 * point: the journal is a write-ahead log that is on the disk before a transaction counts as done.
 * @throws GateError `store` for a file that is damaged, locked by another audit, missing, or not to be written
 */
export async function openSqlite(file: string, { mode }: SqliteOptions): Promise<Database> {
  const name = basename(file);
  if (mode === 'shared' && !existsSync(file))
    throw new GateError('store', `there is no store ${name} yet`, { hint: 'lockgate audit makes it; --store names another one' });
  if (mode === 'exclusive') prepareFile(file);
  const lock = mode === 'exclusive' ? await lockFor(file) : undefined;
  let connection: SqliteConnection | undefined;
  try {
    refuseForeignFile(file);
    connection = await openConnection(file);
    await setUp(connection);
    if (mode === 'exclusive') lookOver(connection);
    return databaseOver(connection, name, lock);
  } catch (error) {
    connection?.close();
    lock?.close();
    throw told(error, name);
  }
}

/**
 * Puts a damaged store aside, beside its place and with its log, and answers its new name; undefined where there was none.
 * @param date goes into the name, e.g. `2026-11-25T070000Z`
 */
export function setAside(file: string, date: string): string | undefined {
  if (!existsSync(file)) return undefined;
  let aside = `${file}.corrupt-${date}`;
  for (let count = 2; existsSync(aside); count += 1) aside = `${file}.corrupt-${date}-${count}`;
  try {
    for (const suffix of ['', '-wal', '-shm']) if (existsSync(`${file}${suffix}`)) renameSync(`${file}${suffix}`, `${aside}${suffix}`);
  } catch (cause) {
    throw new GateError('store', `the damaged store cannot be put aside: ${codeOf(cause)}`, { hint: 'move it away by hand', cause });
  }
  return basename(aside);
}

function prepareFile(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    // For its owner alone: it says which repositories have which holes.
    closeSync(openSync(file, 'a', 0o600));
  } catch (cause) {
    throw new GateError('store', `the store ${basename(file)} cannot be written: ${codeOf(cause)}`, {
      hint: 'name a folder that may be written with --store',
      cause,
    });
  }
}

/**
 * One writer at a time: a second database holds the lock that the system takes back when its process ends, however it ends. A file with
 * a process number in it would outlive a `kill -9`.
 */
async function lockFor(file: string): Promise<SqliteConnection> {
  const connection = await openConnection(`${file}-lock`);
  try {
    connection.exec('BEGIN EXCLUSIVE');
    return connection;
  } catch (error) {
    connection.close();
    if (sqliteCodeOf(error) !== code.busy) throw told(error, basename(file));
    throw new GateError('store', `another audit is writing into ${basename(file)}`, {
      hint: 'wait until it has ended, or name another store with --store',
      cause: error,
    });
  }
}

/** What SQLite would only find when it needs the page: a file that never was a database. */
function refuseForeignFile(file: string): void {
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  const head = Buffer.alloc(16);
  const descriptor = openSync(file, 'r');
  try {
    readSync(descriptor, head, 0, head.length, 0);
  } finally {
    closeSync(descriptor);
  }
  if (head.toString('latin1') !== 'SQLite format 3\0') throw damaged(basename(file), 'it is no SQLite database');
}

function lookOver(connection: SqliteConnection): void {
  const [row] = connection.prepare('PRAGMA quick_check(1)')([]);
  const answer = row?.['quick_check'];
  if (answer !== 'ok') throw Object.assign(new Error(`quick_check: ${String(answer)}`), { rawCode: code.corrupt });
}

/** `lock` is what an audit holds, and gives back at the end. */
function databaseOver(connection: SqliteConnection, name: string, lock: SqliteConnection | undefined): Database {
  const inTurn = serially();
  const prepared = new Map<string, ReturnType<SqliteConnection['prepare']>>();
  const statementFor = (sql: string): ReturnType<SqliteConnection['prepare']> => {
    const statement = prepared.get(sql) ?? connection.prepare(sql);
    prepared.delete(sql);
    prepared.set(sql, statement);
    const [oldest] = prepared.keys();
    if (prepared.size > mostPrepared && oldest !== undefined) prepared.delete(oldest);
    return statement;
  };
  let isClosed = false;
  const answer = (sql: string, parameters: readonly SqlValue[]): readonly SqlRow[] => {
    try {
      return statementFor(sql)(parameters);
    } catch (error) {
      throw told(error, name);
    }
  };
  const queries: SqlQueries = { query: async (sql, parameters = []) => answer(sql, parameters) };
  const perform = (sql: string): void => {
    try {
      connection.exec(sql);
    } catch (error) {
      throw told(error, name);
    }
  };
  return {
    engine: 'sqlite',
    query: (sql, parameters = []) =>
      inTurn(async () => {
        try {
          const run = statementFor(sql);
          return await patiently(() => run(parameters));
        } catch (error) {
          throw told(error, name);
        }
      }),
    transaction: (work) =>
      inTurn(async () => {
        await patiently(() => perform('BEGIN IMMEDIATE'));
        try {
          const result = await work(queries);
          perform('COMMIT');
          return result;
        } catch (error) {
          rollBack(connection);
          throw error;
        }
      }),
    close: () =>
      inTurn(async () => {
        if (isClosed) return;
        isClosed = true;
        prepared.clear();
        // So that the file alone is the whole store, for who copies it; where others read at the moment, the last one does it.
        if (lock !== undefined) connection.prepare('PRAGMA wal_checkpoint(TRUNCATE)')([]);
        connection.close();
        lock?.close();
      }),
  };
}

/** The journal's kind is kept in the file: whoever opens it first sets it. */
async function setUp(connection: SqliteConnection): Promise<void> {
  const journal = connection.prepare('PRAGMA journal_mode = WAL');
  await patiently(() => journal([]));
  connection.exec('PRAGMA synchronous = FULL');
  connection.exec('PRAGMA foreign_keys = ON');
}

/**
 * Tries again while somebody else holds the lock. SQLite's own waiting would stop this process, and with it the holder of the lock where
 * that is in it, too.
 */
async function patiently<T>(attempt: () => T): Promise<T> {
  for (const until = performance.now() + patience; ;) {
    try {
      return attempt();
    } catch (error) {
      const cause = error instanceof GateError ? error.cause : error;
      if (sqliteCodeOf(cause) !== code.busy || performance.now() > until) throw error;
      await new Promise((done) => setTimeout(done, pause));
    }
  }
}

function rollBack(connection: SqliteConnection): void {
  try {
    connection.exec('ROLLBACK');
  } catch (error) {
    // A full disk or a damaged page has rolled it back already: then there is nothing to undo, which is a plain SQLITE_ERROR.
    if (sqliteCodeOf(error) !== code.error) throw error;
  }
}

/** Primary result codes of SQLite (https://sqlite.org/rescode.html). */
const code = { error: 1, busy: 5, locked: 6, readonly: 8, ioerr: 10, corrupt: 11, full: 13, cantopen: 14, notadb: 26 } as const;

/** What the user can put right, in words; anything else is a bug and stays what it is. */
function told(error: unknown, name: string): unknown {
  if (error instanceof GateError) return error;
  const trouble = (message: string, hint: string): GateError => new GateError('store', message, { hint, cause: error });
  const primary = sqliteCodeOf(error);
  switch (primary) {
    case undefined:
      return error;
    case code.busy:
    case code.locked:
      return trouble(`the store ${name} is locked by another process`, 'wait until it has ended, or name another store with --store');
    case code.corrupt:
    case code.notadb:
      return damaged(name, error instanceof Error ? error.message : 'it cannot be read', error);
    case code.full:
      return trouble(`there is no room left on the disk for the store ${name}`, 'make room and run it again: what was finished is kept');
    case code.readonly:
    case code.cantopen:
      return trouble(`the store ${name} cannot be written`, 'name a file in a folder that may be written with --store');
    case code.ioerr:
      return trouble(`the disk does not read or write the store ${name}`, 'look after the disk; what was finished is kept');
    default:
      return error;
  }
}

function damaged(name: string, why: string, cause?: unknown): GateError {
  return new GateError('store', `the store ${name} is damaged: ${why}`, {
    hint: 'lockgate audit --rebuild-store puts it aside and begins a new one; or restore it from a backup',
    ...(cause === undefined ? {} : { cause }),
  });
}

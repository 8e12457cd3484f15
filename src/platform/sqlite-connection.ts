import { isBuiltin } from 'node:module';
import type { SqlRow, SqlValue } from '../model/database.ts';

/** One open SQLite file, whichever library reads it. Both work synchronously. */
export interface SqliteConnection {
  /**
   * Prepares one statement; each call runs it and answers its rows. A statement that found the file locked must be run again until it
   * is through: it counts as running until then, and a transaction cannot end beside it.
   */
  readonly prepare: (sql: string) => (parameters: readonly SqlValue[]) => readonly SqlRow[];
  /** Runs a statement without parameters and without an answer, e.g. `COMMIT`. */
  readonly exec: (sql: string) => void;
  readonly close: () => void;
}

/** The part of `node:sqlite` and of libsql that they share. */
interface Library {
  prepare(sql: string): { all(...parameters: readonly unknown[]): unknown };
  exec(sql: string): unknown;
  close(): unknown;
}

/**
 * Opens a file with Node's own SQLite where Node has one, else with libsql. Errors are the library's: `sqliteCodeOf` reads both. Nothing
 * waits for a lock.
 */
export async function openConnection(file: string): Promise<SqliteConnection> {
  const library = (await openBuiltIn(file)) ?? (await openLibsql(file));
  library.exec('PRAGMA busy_timeout = 0');
  return {
    prepare: (sql) => {
      const statement = library.prepare(sql);
      return (parameters) => {
        for (const value of parameters) refuseOddValue(value);
        // A statement answers an array of plain rows: strings, numbers, nulls and bytes.
        return withBytes(statement.all(...parameters) as Record<string, SqlValue | ArrayBuffer>[]);
      };
    },
    exec: (sql) => void library.exec(sql),
    close: () => void library.close(),
  };
}

/** The primary result code that SQLite gave, or undefined for an error of something else. */
export function sqliteCodeOf(error: unknown): number | undefined {
  if (!(error instanceof Error)) return undefined;
  // libsql says `rawCode`, node:sqlite `errcode`; the upper bits are the extended code.
  if ('rawCode' in error && typeof error.rawCode === 'number') return error.rawCode & 0xff;
  if ('errcode' in error && typeof error.errcode === 'number') return error.errcode & 0xff;
  // libsql has no code for a file that it cannot open.
  const opened = /^ConnectionFailed\(.*: (\d+)"?\)$/.exec(error.message.trim());
  return opened === null ? undefined : Number(opened[1]) & 0xff;
}

async function openBuiltIn(file: string): Promise<Library | undefined> {
  if (!isBuiltin('node:sqlite')) return undefined;
  // Not in the types of the oldest Node that is supported.
  const name: string = 'node:sqlite';
  const builtIn: { readonly DatabaseSync: new (path: string) => Library } = await import(name);
  return new builtIn.DatabaseSync(file);
}

async function openLibsql(file: string): Promise<Library> {
  const { default: Libsql } = await import('libsql');
  return new Libsql(file);
}

/** libsql answers bytes as an `ArrayBuffer`. The rows are nobody else's yet. */
function withBytes(rows: Record<string, SqlValue | ArrayBuffer>[]): readonly SqlRow[] {
  for (const row of rows) {
    for (const [column, value] of Object.entries(row)) if (value instanceof ArrayBuffer) row[column] = new Uint8Array(value);
  }
  return rows as readonly SqlRow[]; // just proven
}

/** libsql ends the whole process for a boolean or `undefined`: better an error with a stack. */
function refuseOddValue(value: unknown): void {
  if (value === null || typeof value === 'string' || value instanceof Uint8Array) return;
  if (typeof value === 'number' && Number.isFinite(value)) return;
  throw new TypeError(`a column cannot hold ${typeof value}`);
}

/** What a column can hold. Booleans are 0 and 1, instants are milliseconds since the epoch, structures are JSON texts. */
export type SqlValue = string | number | null | Uint8Array;

export type SqlRow = Readonly<Record<string, SqlValue>>;

/** Statements in the part of SQL that SQLite (3.45) and PostgreSQL (15) read alike, with `?` for each parameter in order. */
export interface SqlQueries {
  /** The rows of a statement; an empty list for one that answers none. */
  readonly query: (sql: string, parameters?: readonly SqlValue[]) => Promise<readonly SqlRow[]>;
}

/** A store of rows behind one of two engines: SQLite on one machine, PostgreSQL for many. */
export interface Database extends SqlQueries {
  readonly engine: 'sqlite' | 'postgresql';
  /** Runs the work in one transaction: all of it lasts, or none of it when the work throws. Transactions do not nest. */
  readonly transaction: <T>(work: (queries: SqlQueries) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

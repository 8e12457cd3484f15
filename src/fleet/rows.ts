import type { SqlQueries, SqlRow, SqlValue } from '../model/database.ts';

/** Rows that go into one statement: below SQLite's 32,766 parameters. */
const rowsPerStatement = 500;

/** Inserts any number of rows. `columns` is the list in brackets; `suffix` e.g. `ON CONFLICT DO NOTHING`. */
export async function insertRows(
  queries: SqlQueries,
  into: { readonly table: string; readonly columns: readonly string[]; readonly suffix?: string },
  rows: readonly (readonly SqlValue[])[],
): Promise<void> {
  const place = `(${into.columns.map(() => '?').join(', ')})`;
  for (const chunk of chunks(rows, rowsPerStatement)) {
    const places = chunk.map(() => place).join(', ');
    await queries.query(`INSERT INTO ${into.table} (${into.columns.join(', ')}) VALUES ${places} ${into.suffix ?? ''}`, chunk.flat());
  }
}

/** Rows whose column is one of many values; `sql` holds `IN (LIST)`. */
export async function queryByList(
  queries: SqlQueries,
  sql: string,
  list: readonly SqlValue[],
  before: readonly SqlValue[] = [],
): Promise<readonly SqlRow[]> {
  const rows: SqlRow[] = [];
  for (const chunk of chunks(list, rowsPerStatement))
    rows.push(...(await queries.query(sql.replace('LIST', chunk.map(() => '?').join(', ')), [...before, ...chunk])));
  return rows;
}

export function* chunks<T>(list: readonly T[], size: number): Generator<readonly T[]> {
  for (let at = 0; at < list.length; at += size) yield list.slice(at, at + size);
}

/** A column that holds a text. A wrong type is a damaged store, or a bug: it is not carried on. */
export function textIn(row: SqlRow, column: string): string {
  const value = row[column];
  if (typeof value !== 'string') throw new TypeError(`column ${column} holds no text`);
  return value;
}

/** A column that holds a number. Throws as `textIn` does. */
export function numberIn(row: SqlRow, column: string): number {
  const value = row[column];
  if (typeof value !== 'number') throw new TypeError(`column ${column} holds no number`);
  return value;
}

/** A column that holds a text, or null. */
export function optionalTextIn(row: SqlRow, column: string): string | undefined {
  return row[column] === null ? undefined : textIn(row, column);
}

/** A column that holds a number, or null. */
export function optionalNumberIn(row: SqlRow, column: string): number | undefined {
  return row[column] === null ? undefined : numberIn(row, column);
}

/** The items of a list by what `keyOf` answers for them, in their order. */
export function grouped<T, K>(list: readonly T[], keyOf: (item: T) => K): ReadonlyMap<K, readonly T[]> {
  const groups = new Map<K, T[]>();
  for (const item of list) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [item]);
    else group.push(item);
  }
  return groups;
}

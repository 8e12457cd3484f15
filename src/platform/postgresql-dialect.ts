import type { SqlValue } from '../model/database.ts';

/** Numbers the placeholders of a statement as PostgreSQL wants them: `?` becomes `$1`, `$2`, ... outside of texts, names and comments. */
export function numberedPlaceholders(sql: string): string {
  let numbered = '';
  let count = 0;
  for (let at = 0; at < sql.length;) {
    const end = endOfQuoted(sql, at);
    if (end > at) numbered += sql.slice(at, end);
    else numbered += sql[at] === '?' ? `$${++count}` : sql[at];
    at = Math.max(end, at + 1);
  }
  return numbered;
}

/** A value as the driver sends it. PostgreSQL's texts hold neither NUL nor half a surrogate pair: both become U+FFFD. */
export function parameterOf(value: SqlValue): string | number | null | Buffer {
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\0', '\uFFFD');
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength);
  return value;
}

/** How a column of a type (an OID of `pg_type`) is read: to what a `SqlValue` can be, as SQLite would answer it. */
export function columnReader(type: number): (text: string) => SqlValue {
  switch (type) {
    case 16:
      return (text) => (text === 't' ? 1 : 0);
    case 17:
      return (text) => Buffer.from(text.slice('\\x'.length), 'hex');
    case 20:
    case 21:
    case 23:
      return integerOf;
    case 700:
    case 701:
    case 1700:
      return Number;
    default:
      return (text) => text;
  }
}

function integerOf(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new Error(`the store holds a number that cannot be read exactly: ${text}`);
  return value;
}

/** Where a text, a quoted name or a comment that begins here ends; the same place where none does. A doubled quote begins the next one. */
function endOfQuoted(sql: string, at: number): number {
  const closing = closings.find(([opening]) => sql.startsWith(opening, at));
  if (closing === undefined) return at;
  const [opening, ending] = closing;
  const found = sql.indexOf(ending, at + opening.length);
  return found === -1 ? sql.length : found + ending.length;
}

const closings: readonly (readonly [string, string])[] = [
  ["'", "'"],
  ['"', '"'],
  ['--', '\n'],
  ['/*', '*/'],
];

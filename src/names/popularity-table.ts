import { readForms } from './form-columns.ts';
import { formIndex, type Neighbour } from './form-index.ts';
import { once } from './once.ts';
import { decodePopularity, downloadsOf, type PopularityColumns } from './popularity-format.ts';
import { squash } from './squash.ts';

/** A popular package: its name and the fewest downloads a month that its bucket allows. */
export interface Popular {
  readonly name: string;
  readonly downloads: number;
}

export interface NearPopular extends Popular {
  readonly distance: number;
}

/** The most downloaded names of a registry, and how to find them by name or by likeness. */
export interface PopularityTable {
  readonly size: number;
  /** Downloads a month of exactly this name; undefined where it is not listed. */
  readonly downloadsOf: (name: string) => number | undefined;
  /** How many listed names begin with `prefix`, byte for byte: the size of a family (`eslint-`) or a scope (`@babel/`). */
  readonly countWithPrefix: (prefix: string) => number;
  /** Downloads a month of all listed packages of a scope, which is named without `@`; 0 for an unlisted one. */
  readonly scopeDownloads: (scope: string) => number;
  /** Every scope with listed packages, without `@`, and the downloads of all of them. */
  readonly scopes: () => ReadonlyMap<string, number>;
  /** Listed names that differ from `text` in nothing but delimiters and case; most downloaded first. */
  readonly sameName: (text: string) => readonly Popular[];
  /** Listed scoped names whose part after the scope is `base` but for delimiters and case; most downloaded first, at most `limit`. */
  readonly sameBase: (base: string, limit: number) => readonly Popular[];
  /** Listed names within `distance` edits, delimiters and case aside; nearest first, then most downloaded. */
  readonly nearName: (text: string, distance: number, fewestDownloads: number) => readonly NearPopular[];
  /** The same for the part after the scope of scoped names. */
  readonly nearBase: (base: string, distance: number, fewestDownloads: number) => readonly NearPopular[];
}

const sameNameLimit = 16;

/**
 * Opens a packed list (see `encodePopularity`); throws a RangeError when it is not one. What only likeness needs is indexed on
 * first use: a name that is listed and popular never pays for it.
 */
export function openPopularityTable(packed: Uint8Array): PopularityTable {
  const columns = decodePopularity(packed);
  const forms = once(() => readForms(columns));
  const names = formIndex(columns, () => forms().name);
  const bases = formIndex(columns, () => forms().base);
  const at = (row: number): Popular => ({ name: nameAt(columns, row), downloads: downloadsOf(columns.buckets[row] ?? 0) });
  const near = ({ row, distance }: Neighbour): NearPopular => ({ ...at(row), distance });
  return {
    size: columns.size,
    downloadsOf: (name) => downloadsAt(columns, name),
    countWithPrefix: (prefix) => lowerBound(columns, `${prefix}${afterAscii}`) - lowerBound(columns, prefix),
    scopes: once(() => scopesOf(columns)),
    scopeDownloads: (scope) => totalDownloads(columns, lowerBound(columns, `@${scope}/`), lowerBound(columns, `@${scope}/${afterAscii}`)),
    sameName: (text) => names.equal(squash(text), sameNameLimit).map(at),
    sameBase: (base, limit) => bases.equal(squash(base), limit).map(at),
    nearName: (text, distance, fewest) => names.near(squash(text), distance, fewestBucket(fewest)).map(near),
    nearBase: (base, distance, fewest) => bases.near(squash(base), distance, fewestBucket(fewest)).map(near),
  };
}

/** Sorts behind every printable ASCII character. */
const afterAscii = '\u{7f}';

function downloadsAt(columns: PopularityColumns, name: string): number | undefined {
  const row = lowerBound(columns, name);
  return row < columns.size && compare(columns, row, name) === 0 ? downloadsOf(columns.buckets[row] ?? 0) : undefined;
}

function scopesOf(columns: PopularityColumns): ReadonlyMap<string, number> {
  const { text, starts } = columns;
  const scopes = new Map<string, number>();
  const end = lowerBound(columns, `@${afterAscii}`);
  let first = lowerBound(columns, '@');
  while (first < end) {
    const start = starts[first] ?? 0;
    const length = text.indexOf(slash, start) + 1 - start;
    // Names are sorted, so that those of a scope stand together.
    let next = first + 1;
    while (next < end && beginsAlike(text, start, starts[next] ?? 0, length)) next += 1;
    scopes.set(nameAt(columns, first).slice(1, length - 1), totalDownloads(columns, first, next));
    first = next;
  }
  return scopes;
}

const slash = 47;

function beginsAlike(text: Uint8Array, a: number, b: number, length: number): boolean {
  for (let offset = length - 1; offset > 0; offset -= 1) if (text[a + offset] !== text[b + offset]) return false;
  return true;
}

function totalDownloads({ buckets }: PopularityColumns, from: number, to: number): number {
  let total = 0;
  for (let row = from; row < to; row += 1) total += downloadsOf(buckets[row] ?? 0);
  return total;
}

/** The lowest bucket whose every name has at least so many downloads. */
function fewestBucket(downloads: number): number {
  return downloads <= 1 ? 0 : Math.ceil(Math.log10(downloads) * 10 - 1e-9);
}

/** The first row whose name is not below `text` in code-unit order. */
function lowerBound(columns: PopularityColumns, text: string): number {
  let low = 0;
  let high = columns.size;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (compare(columns, middle, text) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Negative where a row's name is below `text` in code-unit order, 0 where it is `text`. Makes no string: it is called very often. */
function compare({ text: names, starts }: PopularityColumns, row: number, text: string): number {
  const start = starts[row] ?? 0;
  const length = (starts[row + 1] ?? 0) - start;
  const end = Math.min(length, text.length);
  for (let index = 0; index < end; index += 1) {
    const difference = (names[start + index] ?? 0) - text.charCodeAt(index);
    if (difference !== 0) return difference;
  }
  return length - text.length;
}

function nameAt({ text, starts }: PopularityColumns, row: number): string {
  return Buffer.from(text.buffer, text.byteOffset + (starts[row] ?? 0), (starts[row + 1] ?? 0) - (starts[row] ?? 0)).toString('latin1');
}

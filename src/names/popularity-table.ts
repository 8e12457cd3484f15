import { downloadsOf, fewestBucket } from './bucket.ts';
import { formIndex, type Neighbour } from './form-index.ts';
import type { ListedScope, PopularityColumns } from './popularity-columns.ts';
import { decodePopularity } from './popularity-format.ts';
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
  /** Scopes of which all listed packages together have so many downloads, in code-unit order. */
  readonly scopes: (fewestDownloads: number) => readonly ListedScope[];
  /** Listed names that differ from `text` in nothing but delimiters and case; most downloaded first. */
  readonly sameName: (text: string) => readonly Popular[];
  /** Listed scoped names whose part after the scope is `base` but for delimiters and case; most downloaded first, at most `limit`. */
  readonly sameBase: (base: string, limit: number) => readonly Popular[];
  /** How many listed scoped names `sameBase` knows; counts no further than `limit`. */
  readonly countWithBase: (base: string, limit: number) => number;
  /** Listed names within `distance` edits, delimiters and case aside; nearest first, then most downloaded. */
  readonly nearName: (text: string, distance: number, fewestDownloads: number) => readonly NearPopular[];
  /** The same for the part after the scope of scoped names. */
  readonly nearBase: (base: string, distance: number, fewestDownloads: number) => readonly NearPopular[];
}

const sameNameLimit = 16;

/** Opens a packed list (see `encodePopularity`); throws a RangeError when it is not one. */
export function openPopularityTable(packed: Uint8Array): PopularityTable {
  const columns = decodePopularity(packed);
  const { size, buckets, nameAt, lowerBound } = columns;
  const [names, bases] = [formIndex(columns, 'name'), formIndex(columns, 'base')];
  const at = (row: number): Popular => ({ name: nameAt(row), downloads: downloadsOf(buckets[row] ?? 0) });
  const near = ({ row, distance }: Neighbour): NearPopular => ({ ...at(row), distance });
  return {
    size,
    downloadsOf: (name) => downloadsAt(columns, name),
    countWithPrefix: (prefix) => lowerBound(`${prefix}${afterAscii}`) - lowerBound(prefix),
    scopes: rememberLast(columns.scopes),
    scopeDownloads: (scope) => columns.downloads(lowerBound(`@${scope}/`), lowerBound(`@${scope}/${afterAscii}`)),
    sameName: (text) => names.equal(squash(text)).slice(0, sameNameLimit).map(at),
    sameBase: (base, limit) => bases.equal(squash(base)).slice(0, limit).map(at),
    countWithBase: (base, limit) => bases.count(squash(base), limit),
    nearName: (text, distance, fewest) => names.near(squash(text), distance, fewestBucket(fewest)).map(near),
    nearBase: (base, distance, fewest) => bases.near(squash(base), distance, fewestBucket(fewest)).map(near),
  };
}

/** Sorts behind every printable ASCII character. */
const afterAscii = '\u{7f}';

function downloadsAt({ size, buckets, lowerBound, nameAt }: PopularityColumns, name: string): number | undefined {
  const row = lowerBound(name);
  return row < size && nameAt(row) === name ? downloadsOf(buckets[row] ?? 0) : undefined;
}

/** Gives the last answer again where the question is the same one. */
function rememberLast<T>(ask: (question: number) => T): (question: number) => T {
  let last: { readonly question: number; readonly answer: T } | undefined;
  return (question) => {
    if (last?.question !== question) last = { question, answer: ask(question) };
    return last.answer;
  };
}

import { bucketCount, fewestDownloads } from './bucket.ts';
import { letterBits } from './letters.ts';
import { moduleBytes } from './popularity-columns.generated.ts';
import { squashCodes } from './squash.ts';

/** A list of popular names, numbered by rows in code-unit order. It stays as it is packed; what is asked for is read out of it. */
export interface PopularityColumns {
  readonly size: number;
  /** `bucketOf(downloads)` of each row. */
  readonly buckets: Uint8Array;
  readonly nameAt: (row: number) => string;
  /** Writes the form of a row into `into`, of 214 bytes or more, and answers with its length. */
  readonly copyForm: (form: Form, row: number, into: Uint8Array) => number;
  /** The first row whose name is not below `text`. */
  readonly lowerBound: (text: string) => number;
  /** Rows of which the form has exactly these letters (see `lettersOf`) and so many characters. */
  readonly alike: (form: Form, letters: number, length: number) => Iterable<number>;
  /** Rows in `fewest` or a higher bucket of which the form may lie within `distance` edits (not 0) of one with these letters and characters. */
  readonly near: (form: Form, letters: number, length: number, distance: number, fewest: number) => Iterable<number>;
  /** Downloads a month of the rows from `first` to `end`. */
  readonly downloads: (first: number, end: number) => number;
  /** The scopes of which all names together have so many downloads, in code-unit order. */
  readonly scopes: (fewest: number) => readonly ListedScope[];
}

export interface ListedScope {
  /** Without `@`. */
  readonly name: string;
  /** As `lettersOf` its form. */
  readonly letters: number;
  /** Downloads a month of all its names. */
  readonly downloads: number;
}

/** What of a name is compared, delimiters and case aside: all of it, or what follows its scope. */
export type Form = 'name' | 'base';

/** Every so many rows a name is written in full, so that it can be read without all before it. */
export const restartEvery = 64;

/** As in the module's own comment, and the room that it wants behind each area. */
const at = { name: 5120, text: 5632, scope: 6144, scopeLetters: 6384, scopeDownloads: 6392, downloads: 6656, areas: 8704 } as const;
const chainCount = 65_536;
const mostText = 256;
const roomBehind = 256;
const pageBytes = 65_536;
const slash = 47;

/**
 * Opens `size` names, packed as `encodePopularity` says; throws a RangeError where they do not add up. Each list has a memory of its
 * own, which goes when the list does.
 */
export function openColumns(size: number, folded: Uint8Array): PopularityColumns {
  const area = areasFrom(at.areas);
  const prefixes = area(folded.length);
  const buckets = prefixes + size;
  const blocks = area(Math.ceil(size / restartEvery) * 4);
  const [names, bases] = [formArea(area, size), formArea(area, size)];
  const module = instantiate();
  // What nothing is written to takes no memory.
  module.memory.grow(Math.ceil(area(0) / pageBytes));
  const bytes = Buffer.from(module.memory.buffer);
  new Int32Array(bytes.buffer).set(letterBits);
  new Float64Array(bytes.buffer, at.downloads, bucketCount).set(fewestDownloads);
  bytes.set(folded, prefixes);
  const toBase = bases.letters - names.letters;
  const [suffix, suffixEnd] = [buckets + size, prefixes + folded.length];
  if (module.open(size, prefixes, buckets, suffix, suffixEnd, blocks, names.letters, names.lengths, names.heads, names.links, toBase) === 0)
    throw new RangeError('a popularity list of which the names do not add up');

  const lowerBound = (text: string): number => module.lowerBound(bytes.write(text.slice(0, mostText), at.text, mostText, 'utf8'));
  const scoped: Span = { first: lowerBound('@'), end: lowerBound('@\u{7f}'), offset: toBase };
  const spans: Readonly<Record<Form, Span>> = { name: { first: 0, end: size, offset: 0 }, base: scoped };
  return {
    size,
    buckets: new Uint8Array(bytes.buffer, buckets, size),
    nameAt: (row) => bytes.toString('latin1', at.name, at.name + module.read(row)),
    copyForm: (form, row, into) => {
      const end = at.name + module.read(row);
      return squashInto(into, bytes, form === 'base' ? bytes.indexOf(slash, at.name) : at.name, end);
    },
    lowerBound,
    *alike(form, letters, length) {
      const next = (row: number): number => module.alike(row, spans[form].offset, letters, length);
      for (let row = next(-1); row !== -1; row = next(row)) yield row;
    },
    *near(form, letters, length, distance, fewest) {
      const { first, end, offset } = spans[form];
      const next = (row: number): number => module.near(row, end, offset, letters, length, distance, fewest);
      for (let row = next(first); row !== -1; row = next(row + 1)) yield row;
    },
    downloads: module.downloads,
    scopes: (fewest) => {
      const found: ListedScope[] = [];
      const next = (row: number): number => module.nextScope(row, scoped.end, fewest);
      for (let row = next(scoped.first); row !== 0; row = next(row)) {
        const name = bytes.toString('latin1', at.scope + 1, bytes.indexOf(slash, at.scope));
        found.push({ name, letters: bytes.readInt32LE(at.scopeLetters), downloads: bytes.readDoubleLE(at.scopeDownloads) });
      }
      return found;
    },
  };
}

/** Rows that have a form, and where in memory what is known about these lies from what is known about names. */
interface Span {
  readonly first: number;
  readonly end: number;
  readonly offset: number;
}

function squashInto(into: Uint8Array, name: Uint8Array, start: number, end: number): number {
  let length = 0;
  for (let position = start; position < end; position += 1) {
    const code = squashCodes[name[position] ?? 0] ?? 0;
    if (code !== 0) into[length++] = code;
  }
  return length;
}

/** Lays areas out one behind the other, as many bytes as asked for each. */
function areasFrom(start: number): (size: number) => number {
  let end = start;
  return (size) => {
    const area = end;
    end = Math.ceil((area + size + roomBehind) / 4) * 4;
    return area;
  };
}

interface FormArea {
  readonly letters: number;
  readonly lengths: number;
  readonly heads: number;
  readonly links: number;
}

function formArea(area: (size: number) => number, size: number): FormArea {
  return { letters: area(size * 4), lengths: area(size), heads: area(chainCount * 4), links: area(size * 4) };
}

/** `popularity-columns.wat`, whose comments say what each function does. */
interface Module {
  readonly memory: { readonly buffer: ArrayBuffer; readonly grow: (pages: number) => number };
  readonly open: (size: number, ...areas: readonly number[]) => number;
  readonly read: (row: number) => number;
  readonly lowerBound: (length: number) => number;
  readonly alike: (row: number, form: number, letters: number, length: number) => number;
  readonly near: (row: number, end: number, form: number, letters: number, length: number, distance: number, fewest: number) => number;
  readonly downloads: (row: number, end: number) => number;
  readonly nextScope: (row: number, end: number, fewest: number) => number;
}

let compiled: WebAssembly.Module | undefined;

function instantiate(): Module {
  compiled ??= new WebAssembly.Module(Buffer.from(moduleBytes, 'base64'));
  // The module is ours: these are its exports.
  return new WebAssembly.Instance(compiled).exports as object as Module;
}

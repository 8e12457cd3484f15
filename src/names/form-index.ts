import { editDistance } from './edit-distance.ts';
import { type FormColumns, letterBits } from './form-columns.ts';
import { once } from './once.ts';
import type { PopularityColumns } from './popularity-format.ts';
import { squashCodes } from './squash.ts';

/** Finds rows of a popularity list by one squashed form of their names: exactly, or within a few edits. */
export interface FormIndex {
  /** Rows whose form equals `form`, most downloaded first, at most `limit`. */
  readonly equal: (form: string, limit: number) => readonly number[];
  /** Rows within `distance` edits (not 0) of `form` and in `fewest` or a higher bucket, nearest first, then most downloaded. */
  readonly near: (form: string, distance: number, fewest: number) => readonly Neighbour[];
}

export interface Neighbour {
  readonly row: number;
  readonly distance: number;
}

const maxForm = 214;

/**
 * Indexes the forms that `read` measures. Of a large list only the rows with forms of the lengths that are asked about are
 * indexed: most lockfiles have a handful of names that need it.
 */
export function formIndex(columns: PopularityColumns, read: () => FormColumns): FormIndex {
  const forms = once(read);
  const rows = once(() => rowsByLength(forms().lengths));
  const made = new Map<number, Lane>();
  const laneOf = (length: number): Lane => {
    const lane = made.get(length) ?? openLane(columns, forms(), rows()(length));
    made.set(length, lane);
    return lane;
  };
  return {
    equal: (text, limit) => equalRows(columns, laneOf, text, limit),
    near: (text, distance, fewest) => nearRows(columns, laneOf, text, distance, fewest),
  };
}

/** Sorts the rows by the length of their form: a counting sort. */
function rowsByLength(lengths: Uint8Array): (length: number) => Uint32Array {
  const starts = new Uint32Array(257);
  for (let row = 0; row < lengths.length; row += 1) {
    const after = (lengths[row] ?? 0) + 1;
    starts[after] = (starts[after] ?? 0) + 1;
  }
  for (let length = 1; length < starts.length; length += 1) starts[length] = (starts[length] ?? 0) + (starts[length - 1] ?? 0);
  const rows = new Uint32Array(lengths.length);
  const next = starts.slice();
  for (let row = 0; row < lengths.length; row += 1) {
    const length = lengths[row] ?? 0;
    const place = next[length] ?? 0;
    next[length] = place + 1;
    rows[place] = row;
  }
  return (length) => rows.subarray(starts[length], starts[length + 1]);
}

/** All rows whose forms have one length. Each part is built on first use. */
interface Lane {
  readonly chains: () => Chains;
  readonly ranking: () => Ranking;
  readonly hasForm: (row: number, wanted: Uint8Array) => boolean;
  readonly copyForm: (row: number, into: Uint8Array) => void;
}

function openLane(columns: PopularityColumns, forms: FormColumns, rows: Uint32Array): Lane {
  return {
    chains: once(() => chain(rows, forms.letters)),
    ranking: once(() => rank(columns, rows, forms.letters)),
    hasForm: (row, wanted) => hasForm(columns, forms, row, wanted),
    copyForm: (row, into) => copyForm(columns, forms, row, into),
  };
}

/** The rows of a lane by a hash of their letters. */
interface Chains {
  readonly mask: number;
  readonly heads: Int32Array;
  readonly rows: Uint32Array;
  readonly letters: Int32Array;
  readonly next: Int32Array;
}

function chain(rows: Uint32Array, letters: Int32Array): Chains {
  const mask = 2 ** Math.max(4, Math.ceil(Math.log2(rows.length + 1))) - 1;
  const heads = new Int32Array(mask + 1).fill(-1);
  const next = new Int32Array(rows.length);
  for (let place = 0; place < next.length; place += 1) {
    const slot = slotOf(letters[rows[place] ?? 0] ?? 0, mask);
    next[place] = heads[slot] ?? -1;
    heads[slot] = place;
  }
  return { mask, heads, rows, letters, next };
}

function slotOf(letters: number, mask: number): number {
  const mixed = Math.imul(letters, 0x9e37_79b1);
  return (mixed ^ (mixed >>> 15)) & mask;
}

function equalRows({ buckets }: PopularityColumns, laneOf: (length: number) => Lane, form: string, limit: number): readonly number[] {
  const wanted = bytesOf(form);
  if (wanted === undefined) return [];
  const lane = laneOf(wanted.length);
  const { mask, heads, rows, letters, next } = lane.chains();
  const wantedLetters = lettersOf(wanted);
  const found: number[] = [];
  for (let place = heads[slotOf(wantedLetters, mask)] ?? -1; place !== -1; place = next[place] ?? -1) {
    const row = rows[place] ?? 0;
    if (letters[row] === wantedLetters && lane.hasForm(row, wanted)) found.push(row);
  }
  return found.sort((a, b) => (buckets[b] ?? 0) - (buckets[a] ?? 0) || a - b).slice(0, limit);
}

/** The rows of a lane, most downloaded first. */
interface Ranking {
  readonly rows: Uint32Array;
  readonly letters: Int32Array;
  /** For each bucket, how many rows are in it or in a higher one. */
  readonly reach: Uint32Array;
}

/** A counting sort. */
function rank({ buckets }: PopularityColumns, rows: Uint32Array, letters: Int32Array): Ranking {
  const size = rows.length;
  const ranking: Ranking = { rows: new Uint32Array(size), letters: new Int32Array(size), reach: new Uint32Array(256) };
  const { reach } = ranking;
  for (let place = 0; place < size; place += 1) {
    const bucket = buckets[rows[place] ?? 0] ?? 0;
    if (bucket > 0) reach[bucket - 1] = (reach[bucket - 1] ?? 0) + 1;
  }
  for (let bucket = 254; bucket >= 0; bucket -= 1) reach[bucket] = (reach[bucket] ?? 0) + (reach[bucket + 1] ?? 0);
  for (let place = 0; place < size; place += 1) {
    const row = rows[place] ?? 0;
    const bucket = buckets[row] ?? 0;
    const rankOfRow = reach[bucket] ?? 0;
    reach[bucket] = rankOfRow + 1;
    ranking.rows[rankOfRow] = row;
    ranking.letters[rankOfRow] = letters[row] ?? 0;
  }
  return ranking;
}

function nearRows(
  { buckets }: PopularityColumns,
  laneOf: (length: number) => Lane,
  form: string,
  distance: number,
  fewest: number,
): readonly Neighbour[] {
  const wanted = bytesOf(form);
  if (wanted === undefined) return [];
  const wantedLetters = lettersOf(wanted);
  const scratch = new Uint8Array(maxForm + 1);
  const found: Neighbour[] = [];
  for (let length = Math.max(1, wanted.length - distance); length <= Math.min(maxForm, wanted.length + distance); length += 1) {
    const lane = laneOf(length);
    for (const row of rowsWithLetters(lane.ranking(), wantedLetters, distance, fewest)) {
      lane.copyForm(row, scratch);
      const actual = editDistance(wanted, scratch, length, distance);
      if (actual > 0 && actual <= distance) found.push({ row, distance: actual });
    }
  }
  return found.sort((a, b) => a.distance - b.distance || (buckets[b.row] ?? 0) - (buckets[a.row] ?? 0) || a.row - b.row);
}

/** One edit changes at most two letters of the set: one leaves, one comes. */
function rowsWithLetters({ rows, letters, reach }: Ranking, wanted: number, distance: number, fewest: number): readonly number[] {
  const found: number[] = [];
  const end = reach[fewest] ?? 0;
  for (let place = 0; place < end; place += 1) {
    let differing = (letters[place] ?? 0) ^ wanted;
    for (let edit = 0; edit < distance; edit += 1) {
      differing &= differing - 1;
      differing &= differing - 1;
    }
    if (differing === 0) found.push(rows[place] ?? 0);
  }
  return found;
}

function hasForm({ text, starts: ends }: PopularityColumns, { starts }: FormColumns, row: number, wanted: Uint8Array): boolean {
  let matched = 0;
  for (let position = starts[row] ?? 0; position < (ends[row + 1] ?? 0); position += 1) {
    const code = squashCodes[text[position] ?? 0] ?? 0;
    if (code === 0) continue;
    if (code !== wanted[matched]) return false;
    matched += 1;
  }
  return matched === wanted.length;
}

function copyForm({ text, starts: ends }: PopularityColumns, { starts }: FormColumns, row: number, into: Uint8Array): void {
  let length = 0;
  for (let position = starts[row] ?? 0; position < (ends[row + 1] ?? 0) && length < into.length; position += 1) {
    const code = squashCodes[text[position] ?? 0] ?? 0;
    if (code !== 0) into[length++] = code;
  }
}

/** The bytes of a form, or undefined where it cannot be one: empty, too long, or outside ASCII. */
function bytesOf(form: string): Uint8Array | undefined {
  if (form.length === 0 || form.length > maxForm) return undefined;
  const bytes = new Uint8Array(form.length);
  for (let index = 0; index < form.length; index += 1) {
    const code = form.charCodeAt(index);
    if (code > 126) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

/** Which characters occur, one bit for each letter, the others sharing six. */
function lettersOf(bytes: Uint8Array): number {
  let letters = 0;
  for (const code of bytes) letters |= letterBits[code] ?? 0;
  return letters;
}

import type { PopularityColumns } from './popularity-format.ts';
import { editDistance } from './edit-distance.ts';
import { once } from './once.ts';
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

const slash = 47;
const at = 64;
const maxForm = 214;

/** `name` compares whole names; `base` what follows the scope, and knows scoped names only. */
export function formIndex(columns: PopularityColumns, form: 'name' | 'base'): FormIndex {
  // Each part is built on first use: most lockfiles need only some of them.
  const forms = once(() => readForms(columns, form));
  const chains = once(() => chainByHash(columns, forms()));
  const lanes = once(() => laneByLength(columns, forms()));
  return {
    equal: (text, limit) => equalRows(columns, forms(), chains(), text, limit),
    near: (text, distance, fewest) => nearRows(columns, forms(), lanes(), text, distance, fewest),
  };
}

interface Forms {
  /** Where in the text each row's form starts; for rows without one, where it ends. */
  readonly starts: Uint32Array;
  readonly hashes: Int32Array;
  readonly lengths: Uint8Array;
  /** Which characters occur in the form, one bit for each letter, the digits sharing six. */
  readonly letters: Int32Array;
}

function readForms({ size, text, starts }: PopularityColumns, form: 'name' | 'base'): Forms {
  const formStarts = new Uint32Array(size);
  const hashes = new Int32Array(size);
  const lengths = new Uint8Array(size);
  const letters = new Int32Array(size);
  for (let row = 0; row < size; row += 1) {
    const end = starts[row + 1] ?? 0;
    let position = starts[row] ?? 0;
    if (form === 'base') {
      if (text[position] === at) while (position < end && text[position] !== slash) position += 1;
      else position = end;
    }
    formStarts[row] = position;
    let hash = hashSeed;
    let length = 0;
    let set = 0;
    for (; position < end; position += 1) {
      const code = squashCodes[text[position] ?? 0] ?? 0;
      if (code === 0) continue;
      hash = Math.imul(hash ^ code, hashPrime);
      set |= letterBits[code] ?? 0;
      length += 1;
    }
    hashes[row] = hash;
    lengths[row] = length;
    letters[row] = set;
  }
  return { starts: formStarts, hashes, lengths, letters };
}

interface Chains {
  readonly mask: number;
  readonly heads: Int32Array;
  readonly next: Int32Array;
}

function chainByHash({ size }: PopularityColumns, { hashes, lengths }: Forms): Chains {
  const mask = 2 ** Math.max(4, Math.ceil(Math.log2(size + 1))) - 1;
  const heads = new Int32Array(mask + 1).fill(-1);
  const next = new Int32Array(size).fill(-1);
  for (let row = size - 1; row >= 0; row -= 1) {
    if (lengths[row] === 0) continue;
    const slot = slotOf(hashes[row] ?? 0, mask);
    next[row] = heads[slot] ?? -1;
    heads[slot] = row;
  }
  return { mask, heads, next };
}

function equalRows(columns: PopularityColumns, forms: Forms, chains: Chains, form: string, limit: number): readonly number[] {
  const wanted = bytesOf(form);
  if (wanted === undefined) return [];
  const rows: number[] = [];
  const hash = hashOf(wanted);
  for (let row = chains.heads[slotOf(hash, chains.mask)] ?? -1; row !== -1; row = chains.next[row] ?? -1) {
    if (forms.hashes[row] === hash && forms.lengths[row] === wanted.length && isForm(columns, forms, row, wanted)) rows.push(row);
  }
  return rows.sort((a, b) => (columns.buckets[b] ?? 0) - (columns.buckets[a] ?? 0) || a - b).slice(0, limit);
}

interface Lanes {
  /** Rows by the length of their form, then most downloaded first. */
  readonly rows: Uint32Array;
  readonly letters: Int32Array;
  readonly buckets: Uint8Array;
  readonly starts: Uint32Array;
}

function laneByLength({ size, buckets }: PopularityColumns, { lengths, letters }: Forms): Lanes {
  const byDownloads = sortedBy(buckets, size).reverse();
  const starts = startsOf(lengths, size);
  const next = starts.slice();
  const lanes: Lanes = { rows: new Uint32Array(size), letters: new Int32Array(size), buckets: new Uint8Array(size), starts };
  for (const row of byDownloads) {
    const length = lengths[row] ?? 0;
    const place = next[length] ?? 0;
    next[length] = place + 1;
    lanes.rows[place] = row;
    lanes.letters[place] = letters[row] ?? 0;
    lanes.buckets[place] = buckets[row] ?? 0;
  }
  return lanes;
}

function nearRows(
  columns: PopularityColumns,
  forms: Forms,
  lanes: Lanes,
  form: string,
  distance: number,
  fewest: number,
): readonly Neighbour[] {
  const wanted = bytesOf(form);
  if (wanted === undefined) return [];
  const letters = lettersOf(wanted);
  const scratch = new Uint8Array(maxForm + 1);
  const found: (Neighbour & { readonly bucket: number })[] = [];
  for (let length = Math.max(1, wanted.length - distance); length <= Math.min(maxForm, wanted.length + distance); length += 1) {
    const end = lanes.starts[length + 1] ?? 0;
    for (let place = lanes.starts[length] ?? 0; place < end; place += 1) {
      const bucket = lanes.buckets[place] ?? 0;
      if (bucket < fewest) break;
      // One edit changes at most two letters of the set: one leaves, one comes.
      if (bitCount((lanes.letters[place] ?? 0) ^ letters) > 2 * distance) continue;
      const row = lanes.rows[place] ?? 0;
      copyForm(columns, forms, row, scratch);
      const actual = editDistance(wanted, scratch, length, distance);
      if (actual > 0 && actual <= distance) found.push({ row, distance: actual, bucket });
    }
  }
  return found.sort((a, b) => a.distance - b.distance || b.bucket - a.bucket || a.row - b.row);
}

function isForm({ text, starts }: PopularityColumns, forms: Forms, row: number, wanted: Uint8Array): boolean {
  let matched = 0;
  for (let position = forms.starts[row] ?? 0; position < (starts[row + 1] ?? 0); position += 1) {
    const code = squashCodes[text[position] ?? 0] ?? 0;
    if (code === 0) continue;
    if (code !== wanted[matched]) return false;
    matched += 1;
  }
  return matched === wanted.length;
}

function copyForm({ text, starts }: PopularityColumns, forms: Forms, row: number, into: Uint8Array): void {
  let length = 0;
  for (let position = forms.starts[row] ?? 0; position < (starts[row + 1] ?? 0) && length < into.length; position += 1) {
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

// FNV-1a, 32 bits.
const hashSeed = -2_128_831_035;
const hashPrime = 16_777_619;

function hashOf(bytes: Uint8Array): number {
  let hash = hashSeed;
  for (const code of bytes) hash = Math.imul(hash ^ code, hashPrime);
  return hash;
}

function slotOf(hash: number, mask: number): number {
  return (hash ^ (hash >>> 15)) & mask;
}

function lettersOf(bytes: Uint8Array): number {
  let letters = 0;
  for (const code of bytes) letters |= letterBits[code] ?? 0;
  return letters;
}

/** By character code: one bit for each letter, the others sharing six. */
const letterBits: Int32Array = Int32Array.from({ length: 256 }, (_, code) =>
  code >= 97 && code <= 122 ? 1 << (code - 97) : 1 << (26 + (code % 6)),
);

function bitCount(value: number): number {
  let bits = value - ((value >>> 1) & 0x5555_5555);
  bits = (bits & 0x3333_3333) + ((bits >>> 2) & 0x3333_3333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
}

/** Row numbers by ascending key, stable: a counting sort. */
function sortedBy(keys: Uint8Array, size: number): Uint32Array {
  const next = startsOf(keys, size);
  const sorted = new Uint32Array(size);
  for (let row = 0; row < size; row += 1) {
    const key = keys[row] ?? 0;
    const place = next[key] ?? 0;
    next[key] = place + 1;
    sorted[place] = row;
  }
  return sorted;
}

function startsOf(keys: Uint8Array, size: number): Uint32Array {
  const starts = new Uint32Array(257);
  for (let row = 0; row < size; row += 1) starts[(keys[row] ?? 0) + 1] = (starts[(keys[row] ?? 0) + 1] ?? 0) + 1;
  for (let key = 1; key < starts.length; key += 1) starts[key] = (starts[key] ?? 0) + (starts[key - 1] ?? 0);
  return starts;
}

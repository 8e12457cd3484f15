import type { PopularityColumns } from './popularity-format.ts';
import { squashCodes } from './squash.ts';

/** What is known about one squashed form of each row's name without reading it. */
export interface FormColumns {
  /** Where in the text it starts, and where the name ends for a row without one; it reaches to the end of the name. */
  readonly starts: Uint32Array;
  /** Its characters, delimiters aside; 255 for any more. */
  readonly lengths: Uint8Array;
  /** Which characters occur in it, as in `letterBits`. */
  readonly letters: Int32Array;
}

export interface Forms {
  /** The whole name. */
  readonly name: FormColumns;
  /** What follows the scope; unscoped names have none. */
  readonly base: FormColumns;
}

const slash = 47;
const at = 64;
const longest = 255;

/** By character code: one bit for each letter, the others sharing six; none for a delimiter. */
export const letterBits: Int32Array = Int32Array.from(squashCodes, (code) =>
  code === 0 ? 0 : code >= 97 && code <= 122 ? 1 << (code - 97) : 1 << (26 + (code % 6)),
);

/** Measures both forms of all names in one pass. Names are sorted, so that a scope is read once for all packages of it. */
export function readForms({ size, text, starts, shared }: PopularityColumns): Forms {
  const name: FormColumns = { starts, lengths: new Uint8Array(size), letters: new Int32Array(size) };
  const base: FormColumns = { starts: new Uint32Array(size), lengths: new Uint8Array(size), letters: new Int32Array(size) };
  let scope = unscoped;
  for (let row = 0; row < size; row += 1) {
    const start = starts[row] ?? 0;
    const end = starts[row + 1] ?? 0;
    if (text[start] !== at) scope = unscoped;
    else if (scope === unscoped || (shared[row] ?? 0) <= scope.size) scope = readScope(text, start, end);
    let length = 0;
    let letters = 0;
    for (let position = start + scope.size; position < end; position += 1) {
      const bit = letterBits[text[position] ?? 0] ?? 0;
      if (bit !== 0) length += 1;
      letters |= bit;
    }
    const whole = scope.length + length;
    name.lengths[row] = whole < longest ? whole : longest;
    name.letters[row] = scope.letters | letters;
    base.starts[row] = scope === unscoped ? end : start + scope.size;
    base.lengths[row] = scope === unscoped ? 0 : length < longest ? length : longest;
    base.letters[row] = letters;
  }
  return { name, base };
}

interface Scope {
  /** Bytes up to the slash. */
  readonly size: number;
  readonly length: number;
  readonly letters: number;
}

const unscoped: Scope = { size: 0, length: 0, letters: 0 };

function readScope(text: Uint8Array, start: number, end: number): Scope {
  let length = 0;
  let letters = 0;
  for (let position = start; position < end; position += 1) {
    const code = text[position] ?? 0;
    if (code === slash) return { size: position - start, length, letters };
    const bit = letterBits[code] ?? 0;
    if (bit !== 0) length += 1;
    letters |= bit;
  }
  return unscoped;
}

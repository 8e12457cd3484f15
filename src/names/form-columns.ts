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
const none = -1;

/** By character code: one bit for each letter, the others sharing six; none for a delimiter. */
export const letterBits: Int32Array = Int32Array.from(squashCodes, (code) =>
  code === 0 ? 0 : code >= 97 && code <= 122 ? 1 << (code - 97) : 1 << (26 + (code % 6)),
);

/** Measures both forms of all names in one pass, which does not read again what a name shares with the one before it. */
export function readForms({ size, text, starts, shared }: PopularityColumns): Forms {
  const name: FormColumns = { starts, lengths: new Uint8Array(size), letters: new Int32Array(size) };
  const base: FormColumns = { starts: new Uint32Array(size), lengths: new Uint8Array(size), letters: new Int32Array(size) };
  // Of the name at hand, after so many of its bytes.
  const lengthAfter = new Uint8Array(longest + 1);
  const lettersAfter = new Int32Array(longest + 1);
  const baseLettersAfter = new Int32Array(longest + 1);
  let slashAt = none;
  let scopeLength = 0;
  for (let row = 0; row < size; row += 1) {
    const start = starts[row] ?? 0;
    const end = starts[row + 1] ?? 0;
    const known = shared[row] ?? 0;
    let length = lengthAfter[known] ?? 0;
    let letters = lettersAfter[known] ?? 0;
    let baseLetters = baseLettersAfter[known] ?? 0;
    if (slashAt >= known) slashAt = none;
    for (let position = start + known; position < end; position += 1) {
      const code = text[position] ?? 0;
      if (code === slash && slashAt === none) {
        slashAt = position - start;
        scopeLength = length;
        baseLetters = 0;
      }
      const bit = letterBits[code] ?? 0;
      if (bit !== 0) length += 1;
      letters |= bit;
      baseLetters |= bit;
      const after = position - start + 1;
      lengthAfter[after] = length;
      lettersAfter[after] = letters;
      baseLettersAfter[after] = baseLetters;
    }
    const hasBase = slashAt !== none && text[start] === at;
    name.lengths[row] = length < longest ? length : longest;
    name.letters[row] = letters;
    base.starts[row] = hasBase ? start + slashAt : end;
    base.lengths[row] = hasBase ? Math.min(length - scopeLength, longest) : 0;
    base.letters[row] = baseLetters;
  }
  return { name, base };
}

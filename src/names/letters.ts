import { squashCodes } from './squash.ts';

/** By character code: one bit for each letter, the others sharing six; none for a delimiter. */
export const letterBits: Int32Array = Int32Array.from(squashCodes, (code) =>
  code === 0 ? 0 : code >= 97 && code <= 122 ? 1 << (code - 97) : 1 << (26 + (code % 6)),
);

/** Which characters occur in a form, as bits. */
export function lettersOf(form: Uint8Array): number {
  let letters = 0;
  for (const code of form) letters |= letterBits[code] ?? 0;
  return letters;
}

import { isWithin } from './edit-distance.ts';

/**
 * Whether a word is npm's `UNLICENSED` ("no rights granted") or a misspelling of it. `Unlicense`, one letter away, grants
 * every right: that word alone is told apart, and everything between the two counts as no rights.
 */
export function isUnlicensed(word: string): boolean {
  if (word.length > 40) return false;
  const letters = word.toLowerCase().replaceAll(/[^a-z]/g, '');
  if (letters === 'unlicense' || letters.length < 8 || letters.length > 13) return false;
  return letters.startsWith('un') && (isWithin(letters, 'unlicensed', 2) || isWithin(letters, 'unlicenced', 2));
}

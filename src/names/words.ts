import type { PopularityTable } from './popularity-table.ts';

const wordFrom = 10;
const familyFrom = 60;
const reusedFrom = 10;
const platformFrom = 500;
const scopeLimit = 256;

/** How many listed names begin with these words: the packages of a family, or the uses of an ordinary word. */
export function familySize(words: string, table: PopularityTable): number {
  return table.countWithPrefix(`${words}-`) + table.countWithPrefix(`${words}.`);
}

/** Whether people use it as a word in package names: several listed names begin with it. */
export function isWord(word: string, table: PopularityTable): boolean {
  return familySize(word, table) >= wordFrom;
}

/** Whether some listed name is, or begins with, this word: it was not made up for one package. */
export function isKnownWord(word: string, table: PopularityTable): boolean {
  return table.downloadsOf(word) !== undefined || table.countWithBase(word, 1) > 0 || familySize(word, table) > 0;
}

/** Whether so many packages begin with this word that naming it says nothing: `react`, `vue`, `babel`. */
export function isPlatform(word: string, table: PopularityTable): boolean {
  return familySize(word, table) >= platformFrom;
}

/**
 * How many leading words of a name are a convention that ties it to no single package, such as `eslint-config`,
 * `react-native` or `babel-plugin`: two or more words that begin very many listed names.
 */
export function conventionLength(words: readonly string[], table: PopularityTable): number {
  for (let length = Math.min(3, words.length - 1); length >= 2; length -= 1) {
    if (familySize(words.slice(0, length).join('-'), table) >= familyFrom) return length;
  }
  return 0;
}

/** Whether many scopes have a package of this name too: it says what a package does, not whose it is. */
export function isReused(word: string, table: PopularityTable): boolean {
  return table.countWithBase(word, reusedFrom) >= reusedFrom;
}

/** Whether a popular single-word name is an ordinary noun (`queue`, `utils`): more scopes use it than packages build on it. */
export function isOrdinaryNoun(word: string, table: PopularityTable): boolean {
  return isReused(word, table) && table.countWithBase(word, scopeLimit) > familySize(word, table);
}

import type { NameShape } from './name-shape.ts';
import type { Popular, PopularityTable } from './popularity-table.ts';
import type { Relation } from './relation.ts';
import { conventionLength, familySize, isKnownWord, isOrdinaryNoun, isReused } from './words.ts';

/** Names of more words than this are not taken apart further: the work grows with the square. */
const maxWords = 12;
const oneWordFrom = 30e6;
const moreWordsFrom = 2e6;
const libraryFrom = 1e6;
const moreWordsBehindFrom = 20e6;
const reorderedFrom = 10e3;
const reorderedBlockFrom = 100e3;
const shortestWord = 4;
const shortestGlued = 6;
/** Below so many downloads for each package that is built on it, it is a platform (`react`, `vue`, `babel`), which everybody names. */
const platformBelow = 100e3;

/** The same words in another order. */
export function orderRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const { words, scope } = shape;
  if (scope !== '' || words.length < 2 || words.length > 4) return [];
  for (const order of permutations(words)) {
    if (order.every((word, index) => word === words[index])) continue;
    const target = table.sameName(order.join('-')).find((popular) => !popular.name.startsWith('@'));
    if (target === undefined || !(target.downloads >= reorderedFrom)) continue;
    return [
      {
        kind: 'word-order',
        target,
        tier: target.downloads >= reorderedBlockFrom ? 'block' : 'warn',
        reason: 'has the words in another order than',
        counterReasons: [],
      },
    ];
  }
  return [];
}

/** A popular name with words before or behind it: the longest, and of these the first. */
export function combosquatRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  if (shape.scope !== '' || shape.words.length > maxWords) return [];
  const convention = conventionLength(shape.words, table);
  const target =
    popularPart(shape.words, convention, table) ??
    libraryOf(shape.words, table) ??
    (convention > 0 ? undefined : popularGlued(shape.words, table));
  if (target === undefined) return [];
  return [{ kind: 'combosquat', target, tier: 'warn', reason: 'adds words to', counterReasons: [] }];
}

function popularPart(words: readonly string[], convention: number, table: PopularityTable): Popular | undefined {
  for (let length = words.length - 1; length > 0; length -= 1) {
    for (let from = 0; from + length <= words.length; from += 1) {
      // What a convention's prefix names is the platform; only a longer name inside it counts.
      if (convention > 0 && (from > 0 || length <= convention)) continue;
      const part = words.slice(from, from + length);
      const target = table.sameName(part.join('-'))[0];
      if (target !== undefined && isDistinctive(part, from, target, table)) return target;
    }
  }
  return undefined;
}

function isDistinctive(part: readonly string[], from: number, target: Popular, table: PopularityTable): boolean {
  const [word = ''] = part;
  if (target.name.startsWith('@') || part.join('').length < shortestWord) return false;
  if (part.length > 1)
    return target.downloads >= (from === 0 ? moreWordsFrom : moreWordsBehindFrom) && conventionLength([...part, ''], table) < part.length;
  if (!(target.downloads >= oneWordFrom) || target.downloads < platformBelow * familySize(word, table) || isOrdinaryNoun(word, table))
    return false;
  // Behind other words, a name that many scopes use as well is what the package is about, not whom it imitates.
  return from === 0 || !isReused(word, table);
}

/** `discord-fix` takes its name from `discord.js`: the library is known by its name without the affix. */
function libraryOf(words: readonly string[], table: PopularityTable): Popular | undefined {
  const [first = ''] = words;
  if (words.length < 2 || first.length < shortestGlued) return undefined;
  return table.sameName(`${first}js`).find((popular) => popular.name === `${first}.js` && popular.downloads >= libraryFrom);
}

/** A popular name at the start or the end of a longer word: `puppeteerfox`. */
function popularGlued(words: readonly string[], table: PopularityTable): Popular | undefined {
  for (const word of words) {
    // An ordinary word may begin like a popular name: expression, express.
    if (word.length <= shortestGlued || isKnownWord(word, table)) continue;
    for (let length = word.length - 1; length >= shortestGlued; length -= 1) {
      for (const part of [word.slice(0, length), word.slice(word.length - length)]) {
        const target = table.sameName(part).find((popular) => !popular.name.startsWith('@'));
        if (target !== undefined && target.downloads >= oneWordFrom && !isOrdinaryNoun(part, table)) return target;
      }
    }
  }
  return undefined;
}

function permutations(words: readonly string[]): readonly (readonly string[])[] {
  if (words.length <= 1) return [words];
  return words.flatMap((word, index) => permutations(words.toSpliced(index, 1)).map((rest) => [word, ...rest]));
}

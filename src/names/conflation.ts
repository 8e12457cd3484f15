import { shapeOf } from './name-shape.ts';
import type { Popular, PopularityTable } from './popularity-table.ts';
import { isOrdinaryNoun } from './words.ts';

const popularFrom = 1e6;
const shortest = 4;
const maxWords = 8;

/**
 * The popular packages that a name is put together from, when there are two or more: the way in which language models invent
 * names (`express-mongoose`). Empty for a name that is listed.
 */
export function conflationOf(name: string, table: PopularityTable): readonly Popular[] {
  const { words } = shapeOf(name);
  if (words.length < 2 || words.length > maxWords || table.downloadsOf(name) !== undefined) return [];
  const parts = words.flatMap((word) => packageOf(word, table) ?? []);
  const unique = [...new Map(parts.map((part) => [part.name, part])).values()];
  return unique.length >= 2 ? unique : [];
}

/** The package that a word stands for: of that name, or known without its `js`. */
function packageOf(word: string, table: PopularityTable): Popular | undefined {
  if (word.length < shortest || isOrdinaryNoun(word, table)) return undefined;
  return [word, `js${word}`, `${word}js`]
    .flatMap((form) => table.sameName(form).slice(0, 1))
    .find((popular) => popular.downloads >= popularFrom && !popular.name.startsWith('@'));
}

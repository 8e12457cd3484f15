import { type EditKind, editKind } from './edit-kind.ts';
import { type NameShape, shapeOf } from './name-shape.ts';
import type { NearPopular, PopularityTable } from './popularity-table.ts';
import type { Relation } from './relation.ts';
import { isWord } from './words.ts';

/**
 * The fewest downloads a month that make a one-edit neighbour of this length worth imitating. Short names are dense, so that
 * honest names lie one edit apart; among long ones a single edit is no accident.
 */
const blockFrom: readonly number[] = [Infinity, Infinity, Infinity, 200e6, 5e6, 1e6, 300e3, 50e3];
const blockFromLongest = 20e3;
/** How much more (or less) popular the target must be for this kind of edit. */
const kindFactor: Readonly<Record<EditKind, number>> = {
  swap: 0.05,
  repeat: 0.3,
  omit: 1,
  keyboard: 1,
  homoglyph: 1,
  'bit-flip': 1,
  plural: 3,
  insert: 3,
  substitute: 10,
};
const warnShare = 0.2;
/** A short word that differs from the target's is likely meant, unless the target is this popular, */
const newWordFrom = 10e6;
/** or this popular where the edit is one that fingers make by themselves. */
const mistypedWordFrom = 500e3;
const shortWord = 5;
/** Of a name this popular even a variant that makes sense is taken for it: `require-port`. */
const ubiquitousFrom = 100e6;
const otherDelimitersFactor = 10;
const neighbourLimit = 8;

const described: Readonly<Record<EditKind, string>> = {
  swap: 'swaps two neighbouring letters of',
  omit: 'leaves out one character of',
  repeat: 'repeats one character of',
  insert: 'adds one character to',
  substitute: 'replaces one character of',
  keyboard: 'replaces one character by its neighbour on the keyboard in',
  homoglyph: 'replaces one character by one that looks like it in',
  'bit-flip': 'differs by one flipped bit from',
  plural: 'is the singular or plural of',
};

/** Popular names that this one is one edit away from, delimiters aside. */
export function editRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const fewest = fewestToBlock(shape.squashed.length + 1, 'swap') * warnShare;
  if (!Number.isFinite(fewest)) return [];
  return table
    .nearName(shape.name, 1, fewest)
    .slice(0, neighbourLimit)
    .flatMap((target) => editRelation(shape, target, table));
}

function editRelation(shape: NameShape, target: NearPopular, table: PopularityTable): readonly Relation[] {
  const other = shapeOf(target.name);
  const kind = editKind(shape.squashed, other.squashed);
  const delimiterFactor = hasSameDelimiters(shape.name, other.name) ? 1 : otherDelimitersFactor;
  const fewest = fewestToBlock(Math.min(shape.squashed.length, other.squashed.length), kind) * delimiterFactor;
  if (!(target.downloads >= fewest * warnShare)) return [];
  const counterReasons = kind === 'swap' ? [] : counterReasonsTo(shape, other, kind, target.downloads, table);
  const isStrong = target.downloads >= fewest && counterReasons.length === 0;
  // Two weak points together, or another word where a word stood: that is how honest names differ.
  if (counterReasons.length > 0 && (kind === 'substitute' || !(target.downloads >= fewest))) return [];
  return [{ kind, target, tier: isStrong ? 'block' : 'warn', reason: described[kind], counterReasons }];
}

function counterReasonsTo(
  shape: NameShape,
  other: NameShape,
  kind: EditKind,
  downloads: number,
  table: PopularityTable,
): readonly string[] {
  const counter: string[] = [];
  const changed = changedWord(shape, other);
  const wordForWordFrom = kind === 'substitute' || kind === 'insert' ? newWordFrom : mistypedWordFrom;
  if (changed !== undefined && downloads < wordForWordFrom && changed.length <= shortWord) {
    counter.push(`${changed} may be a word of its own`);
  } else if (changed !== undefined && downloads < ubiquitousFrom && isWord(changed, table)) {
    counter.push(`${changed} is a word in other names`);
  }
  const added = shape.words.length === other.words.length + 1 ? shape.words.find((word) => word.length === 1) : undefined;
  if (added !== undefined) counter.push(`${added} stands as a word of its own`);
  if (shape.words.length === 1 && isWord(shape.base, table)) counter.push(`other packages are named after ${shape.base}`);
  return counter;
}

/** The one word that differs, where all the others are equal and there are others. */
function changedWord(shape: NameShape, other: NameShape): string | undefined {
  if (shape.scope !== other.scope || shape.words.length !== other.words.length || shape.words.length < 2) return undefined;
  const changed = shape.words.filter((word, index) => word !== other.words[index]);
  return changed.length === 1 ? changed[0] : undefined;
}

function hasSameDelimiters(name: string, other: string): boolean {
  return name.replaceAll(/[^-_./@]/g, '').length === other.replaceAll(/[^-_./@]/g, '').length;
}

function fewestToBlock(length: number, kind: EditKind): number {
  return (blockFrom[length] ?? blockFromLongest) * kindFactor[kind];
}

const shortestTwoEdits = 7;
const longTwoEdits = 10;

/** Popular long names that this one is two edits away from, both inside: people seldom mistype the first or the last letter. */
export function twoEditRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const { squashed } = shape;
  if (squashed.length < shortestTwoEdits || shape.scope !== '') return [];
  const isLong = squashed.length >= longTwoEdits;
  return table
    .nearName(shape.name, 2, isLong ? 1e6 : 20e6)
    .filter((target) => target.distance === 2)
    .flatMap((target): readonly Relation[] => {
      const other = shapeOf(target.name);
      if (other.scope !== '') return [];
      if (squashed.at(0) !== other.squashed.at(0) || squashed.at(-1) !== other.squashed.at(-1)) return [];
      if (shape.words.length > other.words.length || changedWord(shape, other) !== undefined) return [];
      const tier = isLong && target.downloads >= 10e6 ? 'block' : 'warn';
      return [{ kind: 'two-edits', target, tier, reason: 'is two edits away from', counterReasons: [] }];
    })
    .slice(0, 2);
}

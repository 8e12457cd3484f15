import { editDistance } from './edit-distance.ts';
import { lettersOf } from './letters.ts';
import { type NameShape, shapeOf } from './name-shape.ts';
import type { Popular, PopularityTable } from './popularity-table.ts';
import type { Relation } from './relation.ts';
import { squash } from './squash.ts';
import { isPlatform } from './words.ts';

const baseLimit = 64;
const scopeBlockFrom = 10e3;
const scopeFrom = 100e3;
const twoEditScopeFrom = 5e6;
const brandFrom = 50e6;
const foreignFrom = 5e6;
/** So much more popular than the next package of that base that the base stands for it. */
const dominance = 100;

/** A scoped name, in a scope that nobody downloads from, which resembles the scope or the package of somebody else. */
export function scopeEditRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  if (shape.scope === '' || table.scopeDownloads(shape.scope) > 0) return [];
  const near = nearScopes(shape.scope, table);
  const sameBase = table.sameBase(shape.base, baseLimit);
  const edited = near.flatMap(({ scope, likeness }): readonly Relation[] => {
    const target = sameBase.find((popular) => popular.name.startsWith(`@${scope}/`));
    if (target === undefined) return [];
    const tier = target.downloads >= scopeBlockFrom ? 'block' : 'warn';
    return [{ kind: 'scope-edited', target, tier, reason: `${likeness} the scope of`, counterReasons: [] }];
  });
  return edited.length > 0 ? edited : [...foreignBase(shape, sameBase, table), ...brandRelations(near)];
}

/** A base that stands for one scope's package: `@somebody/claude-code`. */
function foreignBase(shape: NameShape, sameBase: readonly Popular[], table: PopularityTable): readonly Relation[] {
  const [target, next] = sameBase;
  const [word = ''] = shape.words;
  if (target === undefined || shape.words.length < 2 || !(target.downloads >= foreignFrom) || isPlatform(word, table)) return [];
  if (next !== undefined && !(target.downloads >= dominance * next.downloads)) return [];
  return [{ kind: 'scope-edited', target, tier: 'warn', reason: 'has another scope than', counterReasons: ['a fork keeps the name too'] }];
}

/** A scope that resembles a very popular one, with a package that the popular one does not have. */
function brandRelations(near: readonly NearScope[]): readonly Relation[] {
  const brand = near.find(({ downloads }) => downloads >= brandFrom);
  if (brand === undefined) return [];
  const target = { name: `@${brand.scope}`, downloads: brand.downloads };
  return [{ kind: 'brand', target, tier: 'warn', reason: `${brand.likeness} the scope`, counterReasons: [] }];
}

interface NearScope {
  readonly scope: string;
  readonly downloads: number;
  readonly likeness: string;
}

/** Popular scopes that this one resembles, most downloaded first. */
function nearScopes(scope: string, table: PopularityTable): readonly NearScope[] {
  const near: NearScope[] = [];
  const letters = lettersOf(Buffer.from(squash(scope)));
  for (const { name: other, letters: otherLetters, downloads } of table.scopes(scopeFrom)) {
    // Whatever the likeness, it brings two other letters in at the most: of thousands of scopes few are left to be compared.
    const likeness = hasMoreThanTwo(otherLetters & ~letters) ? undefined : scopeLikeness(scope, other, downloads);
    if (likeness !== undefined) near.push({ scope: other, downloads, likeness });
  }
  return near.sort((a, b) => b.downloads - a.downloads);
}

function hasMoreThanTwo(bits: number): boolean {
  const withoutOne = bits & (bits - 1);
  return (withoutOne & (withoutOne - 1)) !== 0;
}

const shortestScope = 4;
const shortestTwoEditScope = 6;
const shortestInside = 5;
const longestAddition = 2;

function scopeLikeness(scope: string, other: string, downloads: number): string | undefined {
  if (other.length < shortestScope) return undefined;
  const [a, b] = [squash(scope), squash(other)];
  if (a === b) return 'differs only in delimiters from';
  const isPopular = downloads >= twoEditScopeFrom;
  const limit = isPopular && Math.min(a.length, b.length) >= shortestTwoEditScope ? 2 : 1;
  if (Math.abs(a.length - b.length) <= limit) {
    const distance = editDistance(Buffer.from(a), Buffer.from(b), b.length, limit);
    if (distance === 1) return 'changes one character of';
    if (distance === 2 && limit === 2) return 'changes two characters of';
  }
  if (!isPopular) return undefined;
  if (other.length >= shortestInside && scope.split(/[-_.]/).includes(other)) return 'adds words to';
  const isGlued = a.length > b.length && a.length - b.length <= longestAddition && (a.startsWith(b) || a.endsWith(b));
  return isGlued ? 'adds letters to' : undefined;
}

const addedScopeFrom = 10e6;
const shortestAdded = 7;

/** A scoped name that is one edit away from a popular unscoped one, in a scope that nobody downloads from. */
export function scopeAddRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  if (shape.scope === '' || shape.squashedBase.length < shortestAdded || table.scopeDownloads(shape.scope) > 0) return [];
  const target = table.nearName(shape.base, 1, addedScopeFrom).find((popular) => !popular.name.startsWith('@'));
  if (target === undefined || shapeOf(target.name).words.length !== shape.words.length) return [];
  return [{ kind: 'scope-added', target, tier: 'warn', reason: 'adds a scope and changes one character of', counterReasons: [] }];
}

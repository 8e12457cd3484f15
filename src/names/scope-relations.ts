import { editDistance } from './edit-distance.ts';
import type { NameShape } from './name-shape.ts';
import { shapeOf } from './name-shape.ts';
import type { Popular, PopularityTable } from './popularity-table.ts';
import type { Relation } from './relation.ts';
import { squash } from './squash.ts';
import { isPlatform } from './words.ts';

const manyScopes = 4;
const baseLimit = 64;
/** A single word says little about whose package it is, unless it is long. */
const longWord = 8;
const wordWarnFrom = 1e6;
const reusedWarnFrom = 20e6;
const nearBaseFrom = 1e6;

/** An unscoped name of a scoped package: scope and base joined (`sentry-cli`), its base alone (`arm-batch`), or nearly that. */
export function scopeDropRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  if (shape.scope !== '') return [];
  return [...joinedRelations(shape, table), ...bareRelations(shape, table), ...nearBareRelations(shape, table)];
}

function joinedRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const target = table.sameName(shape.name).find((popular) => popular.name.startsWith('@'));
  return target === undefined ? [] : [dropped(target, 'joins scope and name of', [])];
}

function bareRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const targets = table.sameBase(shape.base, baseLimit).filter(({ name }) => name.endsWith(`/${shape.base.toLowerCase()}`));
  const [target] = targets;
  if (target === undefined) return [];
  const counterReasons: string[] = [];
  if (targets.length >= manyScopes) counterReasons.push(`${targets.length} scopes have a package ${shape.base}`);
  if (shape.words.length === 1 && shape.squashed.length < longWord) counterReasons.push(`${shape.base} is one short word`);
  if (targets.length >= manyScopes && !(target.downloads >= reusedWarnFrom)) return [];
  if (counterReasons.length > 1 || (shape.words.length === 1 && !(target.downloads >= wordWarnFrom) && counterReasons.length > 0))
    return [];
  return [dropped(target, 'leaves out the scope of', counterReasons)];
}

function nearBareRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  if (shape.squashed.length < longWord || table.nearName(shape.name, 1, nearBaseFrom).some((popular) => !popular.name.startsWith('@')))
    return [];
  const target = table.nearBase(shape.base, 1, nearBaseFrom)[0];
  if (target === undefined || shape.words.length > shapeOf(target.name).words.length) return [];
  return [dropped(target, 'leaves out the scope and changes one character of', [])];
}

function dropped(target: Popular, reason: string, counterReasons: readonly string[]): Relation {
  return { kind: 'scope-dropped', target, tier: counterReasons.length === 0 ? 'block' : 'warn', reason, counterReasons };
}

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
  for (const [other, downloads] of table.scopes()) {
    const likeness = downloads >= scopeFrom ? scopeLikeness(scope, other, downloads) : undefined;
    if (likeness !== undefined) near.push({ scope: other, downloads, likeness });
  }
  return near.sort((a, b) => b.downloads - a.downloads);
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

import { type EditKind, editKind } from './edit-kind.ts';
import { type NameShape, shapeOf } from './name-shape.ts';
import type { NearPopular, Popular, PopularityTable } from './popularity-table.ts';
import type { Relation } from './relation.ts';

/** An unscoped name of a scoped package: scope and base joined (`sentry-cli`), its base alone (`arm-batch`), or nearly that. */
export function scopeDropRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  if (shape.scope !== '') return [];
  return [...joinedRelations(shape, table), ...bareRelations(shape, table), ...nearBareRelations(shape, table)];
}

function joinedRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const target = table.sameName(shape.name).find((popular) => popular.name.startsWith('@'));
  return target === undefined ? [] : [dropped(target, 'joins scope and name of', obscurity(target, table))];
}

const baseLimit = 64;
const manyScopes = 4;
/** A base that many scopes have stands for one of them only if that one is this popular. */
const reusedFrom = 20e6;
/** A single short word says little about whose package it is; it is worth a warning next to a package this popular. */
const shortWord = 8;
const shortWordFrom = 1e6;

function bareRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  const targets = table.sameBase(shape.base, baseLimit).filter(({ name }) => name.endsWith(`/${shape.base.toLowerCase()}`));
  const [target] = targets;
  if (target === undefined) return [];
  const isReused = targets.length >= manyScopes;
  const isShortWord = shape.words.length === 1 && shape.squashed.length < shortWord;
  if ((isReused && isShortWord) || (isReused && !(target.downloads >= reusedFrom))) return [];
  if (isShortWord && !(target.downloads >= shortWordFrom)) return [];
  return [
    dropped(target, 'leaves out the scope of', [
      ...(isReused ? [`${targets.length} scopes have a package ${shape.base}`] : []),
      ...(isShortWord ? [`${shape.base} is one short word`] : []),
      ...obscurity(target, table),
    ]),
  ];
}

const nearFrom = 1e6;
/** Edits that make another word as easily as a slip need a target this popular. */
const nearWordFrom = 20e6;
const wordMaking: ReadonlySet<EditKind> = new Set(['insert', 'substitute', 'plural']);

function nearBareRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  if (shape.squashed.length < shortWord) return [];
  if (table.nearName(shape.name, 1, nearFrom).some((popular) => !popular.name.startsWith('@'))) return [];
  const target = table.nearBase(shape.base, 1, nearFrom).find((popular) => isSlip(shape, popular));
  return target === undefined ? [] : [dropped(target, 'leaves out the scope and changes one character of', [])];
}

function isSlip(shape: NameShape, target: NearPopular): boolean {
  const other = shapeOf(target.name);
  if (shape.words.length > other.words.length) return false;
  return target.downloads >= nearWordFrom || !wordMaking.has(editKind(shape.squashed, other.squashedBase));
}

const knownPackageFrom = 10e3;
const knownScopeFrom = 1e6;

/** An attacker borrows a name that people know: the package's, or that of the scope's owner. */
function obscurity(target: Popular, table: PopularityTable): readonly string[] {
  const scope = shapeOf(target.name).scope;
  if (target.downloads >= knownPackageFrom || table.scopeDownloads(scope) >= knownScopeFrom) return [];
  return [`neither ${target.name} nor its scope is widely used`];
}

function dropped(target: Popular, reason: string, counterReasons: readonly string[]): Relation {
  return { kind: 'scope-dropped', target, tier: counterReasons.length === 0 ? 'block' : 'warn', reason, counterReasons };
}

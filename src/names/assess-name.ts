import { affixRelations, delimiterRelations, editionRelations, versionRelations } from './affix-relations.ts';
import { editRelations, twoEditRelations } from './edit-relations.ts';
import { homoglyphRelations } from './homoglyph-relations.ts';
import { longestName } from './lookalike.ts';
import { type NameShape, shapeOf } from './name-shape.ts';
import type { PopularityTable } from './popularity-table.ts';
import type { Relation, RelationKind, Tier } from './relation.ts';
import { scopeDropRelations } from './scope-drop-relations.ts';
import { scopeAddRelations, scopeEditRelations } from './scope-edit-relations.ts';
import { combosquatRelations, orderRelations } from './word-relations.ts';

/** What a name and the popularity table alone say about a name. */
export interface NameAssessment {
  readonly name: string;
  readonly tier: Tier;
  /** Downloads a month, where the name is listed. */
  readonly downloads?: number;
  /** The strongest and closest first. Empty for a name that is popular itself. */
  readonly relations: readonly Relation[];
}

/** So many downloads a month speak for the name itself, whatever it resembles. */
export const popularFrom = 10e3;
/** A listed name is worth a warning only next to one that is so many times more popular. */
const ratioToWarn = 1e3;
/** And is blocked only next to one so far above it that its own downloads are stray: people who mistyped, and mirrors. */
const ratioToBlock = 30e3;
const strayBelow = 1e3;
const establishedScopeFrom = 100e3;
/** Likenesses that honest names hardly ever have by chance. */
const unmistakable: ReadonlySet<RelationKind> = new Set(['swap', 'repeat', 'omit', 'js-affix']);
const accidental: ReadonlySet<RelationKind> = new Set(['swap', 'repeat']);
/** Likenesses that are ordinary among listed names. */
const ordinaryWhenListed: ReadonlySet<RelationKind> = new Set(['combosquat', 'two-edits']);

/**
 * Finds the popular names that this one may be taken for. Pure; takes tens of microseconds to a millisecond. What is wrong with
 * the letters themselves is `nameFault`'s to say: a name that is too long to exist resembles nothing.
 * `without` leaves out kinds of relations, to measure what each of them brings.
 */
export function assessName(name: string, table: PopularityTable, without: ReadonlySet<RelationKind> = new Set()): NameAssessment {
  if (name.length > longestName) return { name, tier: 'none', relations: [] };
  const downloads = table.downloadsOf(name);
  if (downloads !== undefined && downloads >= popularFrom) return { name, tier: 'none', downloads, relations: [] };
  const shape = shapeOf(name);
  if (isEstablishedScope(shape.scope, table))
    return { name, tier: 'none', ...(downloads === undefined ? {} : { downloads }), relations: [] };
  const relations = relationsOf(shape, table)
    .filter((relation) => !without.has(relation.kind))
    .flatMap((relation) => (downloads === undefined ? [relation] : weighed(relation, downloads)))
    .sort((a, b) => Number(b.tier === 'block') - Number(a.tier === 'block') || likelihood(b) - likelihood(a));
  return { name, tier: relations[0]?.tier ?? 'none', ...(downloads === undefined ? {} : { downloads }), relations };
}

/** Only its owner publishes into a scope: a new name in one that many people use is the owner's, whatever it resembles. */
function isEstablishedScope(scope: string, table: PopularityTable): boolean {
  return scope !== '' && table.scopeDownloads(scope) >= establishedScopeFrom;
}

function relationsOf(shape: NameShape, table: PopularityTable): readonly Relation[] {
  return [
    delimiterRelations,
    editRelations,
    homoglyphRelations,
    versionRelations,
    editionRelations,
    affixRelations,
    scopeDropRelations,
    scopeEditRelations,
    scopeAddRelations,
    orderRelations,
    twoEditRelations,
    combosquatRelations,
  ]
    .flatMap((find) => find(shape, table))
    .map((relation) => ({ ...relation, target: { name: relation.target.name, downloads: relation.target.downloads } }));
}

/** Sets a listed name's own downloads against those of the target. */
function weighed(relation: Relation, downloads: number): readonly Relation[] {
  const ratio = relation.target.downloads / downloads;
  if (!(ratio >= ratioToWarn) || ordinaryWhenListed.has(relation.kind)) return [];
  const isStray = accidental.has(relation.kind) || (unmistakable.has(relation.kind) && downloads < strayBelow);
  if (isStray && ratio >= ratioToBlock) return [relation];
  return [
    { ...relation, tier: 'warn', counterReasons: [...relation.counterReasons, `it is downloaded ${downloads} times a month itself`] },
  ];
}

/** How much more (in powers of ten of the target's downloads) a likeness counts when the target is named. */
const closeness: Partial<Record<RelationKind, number>> = {
  swap: 2,
  repeat: 2,
  delimiter: 2,
  version: 2,
  'two-edits': -1,
  combosquat: -1,
};

function likelihood({ kind, target }: Relation): number {
  return Math.log10(target.downloads) + (closeness[kind] ?? 1);
}

import { assessName } from '../../../src/names/assess-name.ts';
import type { PopularityTable } from '../../../src/names/popularity-table.ts';
import type { RelationKind, Tier } from '../../../src/names/relation.ts';
import type { Cases, Honest, Imitation } from './cases.ts';

export interface Judged<Case> {
  readonly case: Case;
  readonly tier: Tier;
  readonly kind: RelationKind | undefined;
  readonly target: string | undefined;
}

export interface Measurement {
  readonly imitations: readonly Judged<Imitation>[];
  readonly honest: readonly Judged<Honest>[];
}

/** Judges every name with the table alone. */
export function measure(cases: Cases, table: PopularityTable, without: ReadonlySet<RelationKind> = new Set()): Measurement {
  const judge = <Case extends { readonly name: string }>(one: Case): Judged<Case> => {
    const { tier, relations } = assessName(one.name, table, without);
    return { case: one, tier, kind: relations[0]?.kind, target: relations[0]?.target.name };
  };
  return { imitations: cases.imitations.map(judge), honest: cases.honest.map(judge) };
}

/** Percent of all that are blocked, and percent that are blocked or warned about. */
export function rates(judged: readonly Judged<unknown>[]): { readonly block: number; readonly warn: number; readonly count: number } {
  const percent = (count: number): number => (judged.length === 0 ? Number.NaN : (100 * count) / judged.length);
  return {
    block: percent(judged.filter(({ tier }) => tier === 'block').length),
    warn: percent(judged.filter(({ tier }) => tier !== 'none').length),
    count: judged.length,
  };
}

/** The mean over campaigns, so that one large campaign does not decide. */
export function macroRates(judged: readonly Judged<Imitation>[]): {
  readonly block: number;
  readonly warn: number;
  readonly count: number;
} {
  const campaigns = [...groupBy(judged, (one) => one.case.campaign).values()].map(rates);
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return { block: mean(campaigns.map(({ block }) => block)), warn: mean(campaigns.map(({ warn }) => warn)), count: campaigns.length };
}

/** Of the names that were found at a tier or above it, the percent whose true target is named first. */
export function rightTarget(judged: readonly Judged<Imitation>[], tiers: readonly Tier[]): number {
  const found = judged.filter(({ tier }) => tiers.includes(tier));
  return (100 * found.filter((one) => one.target === one.case.target).length) / found.length;
}

/** The items by what `key` answers for them, in their order. */
export function groupBy<Item>(items: readonly Item[], key: (item: Item) => string): ReadonlyMap<string, readonly Item[]> {
  const groups = new Map<string, Item[]>();
  for (const item of items) groups.set(key(item), [...(groups.get(key(item)) ?? []), item]);
  return groups;
}

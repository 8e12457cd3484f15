import type { LockfileRecord } from '../fleet/audit-record.ts';
import type { RepositoryState } from '../fleet/audit-summary.ts';
import { type TrendPoint, auditsShown } from './site-source.ts';
import { slugOf } from './slug.ts';

/** One repository in the numbers that lists and pictures show. */
export interface RepositorySummary {
  readonly name: string;
  readonly slug: string;
  readonly state: RepositoryState;
  readonly lockfiles: number;
  readonly packages: number;
  readonly errors: number;
  readonly warnings: number;
  readonly notes: number;
  readonly waived: number;
  readonly judgements: number;
  readonly inconclusive: number;
  /** Since the audit before. */
  readonly appeared: number;
  readonly resolved: number;
  readonly trend: readonly (TrendPoint | undefined)[];
}

export interface RepositoryContext {
  readonly trend: readonly (TrendPoint | undefined)[];
  readonly appeared: number;
  readonly resolved: number;
}

/** Sums up a repository over its lockfiles, with the state that the shown audit gave it. */
export function summarise(
  name: string,
  records: readonly LockfileRecord[],
  { trend, appeared, resolved }: RepositoryContext,
): RepositorySummary {
  const sum = (pick: (record: LockfileRecord) => number): number => records.reduce((total, record) => total + pick(record), 0);
  return {
    name,
    slug: slugOf(name),
    state: trend.at(-1)?.state ?? stateOf(records),
    lockfiles: records.length,
    packages: sum(({ counts }) => counts.components),
    errors: sum(({ counts }) => counts.errors),
    warnings: sum(({ counts }) => counts.warnings),
    notes: sum(({ counts }) => counts.notes),
    waived: sum(({ counts }) => counts.waived),
    judgements: sum(({ counts }) => counts.expected),
    inconclusive: sum(({ counts }) => counts.inconclusive),
    appeared,
    resolved,
    trend: trend.slice(-auditsShown),
  };
}

/** The worst of several lockfiles; of none, `failed`. */
export function stateOf(records: readonly Pick<LockfileRecord, 'verdict'>[]): RepositoryState {
  if (records.length === 0) return 'failed';
  if (records.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return records.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

/** Newest offenders first: state, then what is new, then errors, what could not be judged, warnings, name. */
export function worstFirst(a: RepositorySummary, b: RepositorySummary): number {
  return (
    ranks[a.state] - ranks[b.state] ||
    b.appeared - a.appeared ||
    b.errors - a.errors ||
    b.inconclusive - a.inconclusive ||
    b.warnings - a.warnings ||
    (a.name < b.name ? -1 : 1)
  );
}

const ranks: Readonly<Record<RepositoryState, number>> = { fail: 0, failed: 1, inconclusive: 2, pass: 3 };

import type { AuditRecord, LockfileRecord } from '../fleet/audit-record.ts';
import type { AuditSummary, RepositoryState, RepositoryStates } from '../fleet/audit-summary.ts';
import type { RuleMeta } from '../model/check.ts';

/** What one audit came to for one repository, as far as a picture over time shows it. */
export interface TrendPoint {
  readonly state: RepositoryState;
  readonly errors: number;
}

/** What one audit came to for the whole fleet. */
export interface FleetPoint {
  readonly audit: AuditRecord;
  readonly states: RepositoryStates;
  readonly errors: number;
  /** Judgements that were to be made, and how many of them could not be made. */
  readonly judgements: number;
  readonly inconclusive: number;
}

/** One finished audit, and those before it, as the site needs them. */
export interface SiteSource {
  readonly summary: AuditSummary;
  /** Finished audits, oldest first, the shown one last; only the last 30 are drawn. */
  readonly history: readonly FleetPoint[];
  /** By repository; one entry for each audit of `history`, undefined where the repository was no part of it. */
  readonly trends: ReadonlyMap<string, readonly (TrendPoint | undefined)[]>;
  /** The lockfiles of the shown audit, those of one repository together; repositories in any order, each once. */
  readonly records: AsyncIterable<readonly LockfileRecord[]> | Iterable<readonly LockfileRecord[]>;
  readonly rules: ReadonlyMap<string, RuleMeta>;
}

/** One file of the site: a path with posix separators below its folder, and what is in it. */
export interface SiteFile {
  readonly path: string;
  readonly text: string;
}

/** Audits that pictures over time show. */
export const auditsShown = 30;

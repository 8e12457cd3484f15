import type { Verdict } from '../model/report.ts';
import type { AuditRecord, RepositoryChange, RepositoryFailure } from './audit-record.ts';

/** What came of a repository: its worst lockfile, or that it could not be audited. */
export type RepositoryState = Verdict | 'failed';

/** How many repositories are in each state. */
export type RepositoryStates = Readonly<Record<RepositoryState, number>>;

/** One finished audit in what people and machines are told about it: numbers, what changed, what failed. */
export interface AuditSummary {
  readonly audit: AuditRecord;
  /** The finished audit that it was compared with; absent for the first one. */
  readonly previous?: AuditRecord;
  readonly states: RepositoryStates;
  /** Repositories without a change may be among them; nothing is said about those. */
  readonly changes: readonly RepositoryChange[];
  readonly failures: readonly RepositoryFailure[];
  /** Repositories that the audit before had and that are audited no more. */
  readonly vanished?: readonly string[];
}

/** All states, worst first: one that could not be audited may hide anything. */
export const repositoryStates: readonly RepositoryState[] = ['fail', 'failed', 'inconclusive', 'pass'];

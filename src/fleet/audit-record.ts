import type { Severity } from '../model/finding.ts';
import type { Counts, Verdict } from '../model/report.ts';
import type { Milliseconds } from '../model/units.ts';

/** One audit: a set of repositories judged under one floor, at one time. */
export interface AuditRecord {
  /** Grows with time. */
  readonly id: number;
  readonly startedAt: Milliseconds;
  /** Absent while it runs, or where it was interrupted. */
  readonly finishedAt?: Milliseconds;
  readonly tool: string;
  readonly repositories: number;
  /** The set of repositories that it belongs to: audits are compared within one. */
  readonly scope: string;
}

/** One lockfile of one repository as one audit judged it: what is stored, compared with the next audit, and shown. */
export interface LockfileRecord {
  /** The name that the configuration gives the repository. */
  readonly repository: string;
  /** Path inside the repository, posix separators. */
  readonly lockfile: string;
  readonly format: string;
  /** SHA-256 of the lockfile's bytes. */
  readonly digest: string;
  readonly policyDigest: string;
  readonly verdict: Verdict;
  readonly counts: Counts;
  /** Sorted: severity, rule, subject. Waived ones are in it. */
  readonly findings: readonly FindingRecord[];
  /** What could not be judged, each reason once. */
  readonly inconclusive: readonly InconclusiveRecord[];
  readonly packages: readonly PackageRecord[];
}

/** What of a finding outlives its report. */
export interface FindingRecord {
  /** The same for the same finding in every audit. */
  readonly fingerprint: string;
  readonly rule: string;
  readonly severity: Severity;
  /** `name@version`, or a path. */
  readonly subject: string;
  readonly message: string;
  /** Names from the root to the subject. */
  readonly path: readonly string[];
  /** In the lockfile, from 1; absent for a finding about another file. */
  readonly line?: number;
  readonly help: readonly string[];
  readonly waiver?: { readonly owner: string; readonly reason: string; readonly expires: Milliseconds };
}

export interface InconclusiveRecord {
  readonly check: string;
  readonly reason: string;
  readonly source: string;
  readonly detail: string;
  readonly subjects: number;
  readonly isAccepted: boolean;
}

/** One installed copy, third-party only. */
export interface PackageRecord {
  readonly name: string;
  readonly version: string;
  readonly isDirect: boolean;
  readonly scope: 'required' | 'optional' | 'dev' | 'peer';
  /** Names from the root to it, one shortest way. */
  readonly path: readonly string[];
  /** SPDX expression as judged; absent where nobody knows. */
  readonly licence?: string;
  readonly publishedAt?: Milliseconds;
}

/** A repository that could not be audited: its trouble is part of the result and never silence. */
export interface RepositoryFailure {
  readonly repository: string;
  /** A `GateError` code, or `unavailable`. */
  readonly code: string;
  readonly message: string;
  readonly hint?: string;
}

/** What one audit says that the one before did not, for one repository. */
export interface RepositoryChange {
  readonly repository: string;
  readonly verdict: Verdict | 'failed';
  /** Absent for a repository that was not audited before. */
  readonly before?: Verdict | 'failed';
  readonly appeared: readonly FindingRecord[];
  readonly resolved: readonly FindingRecord[];
}

/** A repository in one audit: how it ended, or that it has not been done yet. */
export interface AuditedRepository {
  readonly repository: string;
  readonly tags: readonly string[];
  readonly state: Verdict | 'failed' | 'open';
  readonly failure?: RepositoryFailure;
  /** The sum over its lockfiles; all zero where there are none. */
  readonly counts: Counts;
  readonly lockfiles: number;
}

import type { Severity } from '../model/finding.ts';
import type { FindingRecord, RepositoryChange } from './audit-record.ts';
import type { AuditSummary, RepositoryState } from './audit-summary.ts';

/** One finding, and all repositories that it appeared in or went from. */
export interface SharedFinding {
  /** As the first repository has it. */
  readonly finding: FindingRecord;
  /** Sorted, each once. */
  readonly repositories: readonly string[];
}

/**
 * The findings of all repositories, each once for a rule and a subject: on the day of an incident a thousand repositories say the
 * same. Sorted: what is not waived, worse level, more repositories, rule, subject.
 */
export function sharedFindings(changes: readonly RepositoryChange[], side: 'appeared' | 'resolved'): readonly SharedFinding[] {
  const shared = new Map<string, { readonly finding: FindingRecord; readonly repositories: Set<string> }>();
  for (const change of [...changes].sort((a, b) => compare(a.repository, b.repository))) {
    for (const finding of change[side]) {
      const key = JSON.stringify([finding.rule, finding.subject, finding.severity, finding.waiver !== undefined]);
      const known = shared.get(key);
      if (known === undefined) shared.set(key, { finding, repositories: new Set([change.repository]) });
      else known.repositories.add(change.repository);
    }
  }
  return [...shared.values()]
    .map(({ finding, repositories }) => ({ finding, repositories: [...repositories] }))
    .sort(
      (a, b) =>
        Number(a.finding.waiver !== undefined) - Number(b.finding.waiver !== undefined) ||
        severityRank[a.finding.severity] - severityRank[b.finding.severity] ||
        b.repositories.length - a.repositories.length ||
        compare(a.finding.rule, b.finding.rule) ||
        compare(a.finding.subject, b.finding.subject),
    );
}

/** Repositories whose state is another one than before, worst first. One that is new and passes is no news. */
export function verdictChanges(changes: readonly RepositoryChange[]): readonly RepositoryChange[] {
  return changes
    .filter(({ before, verdict }) => before !== verdict && !(before === undefined && verdict === 'pass'))
    .sort((a, b) => stateRank[a.verdict] - stateRank[b.verdict] || compare(a.repository, b.repository));
}

/** Whether there is anything to tell. */
export function hasNews({ changes, failures, vanished = [] }: AuditSummary): boolean {
  return (
    failures.length + vanished.length > 0 ||
    verdictChanges(changes).length > 0 ||
    changes.some(({ appeared, resolved }) => appeared.length > 0 || resolved.length > 0)
  );
}

const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };
const stateRank: Readonly<Record<RepositoryState, number>> = { fail: 0, failed: 1, inconclusive: 2, pass: 3 };

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { AuditSummary } from './audit-summary.ts';

/** What of an audit decides: everything that is wrong, or only what is worse than in the audit before. */
export type FailOn = 'any' | 'new';

/**
 * 0, 1 or 3, as `check` answers: a repository that fails, else one that is inconclusive or could not be read. With `new`, a repository
 * counts that is worse than before, or has a new error; of a first audit everything is new.
 */
export function auditExitCode({ states, changes, previous, audit }: AuditSummary, failOn: FailOn): 0 | 1 | 3 {
  if (failOn === 'any' || previous === undefined) {
    if (states.fail > 0) return 1;
    return states.pass === audit.repositories && audit.repositories > 0 ? 0 : 3;
  }
  const isNewFailure = changes.some(({ verdict, before, appeared }) =>
    verdict !== before ? verdict === 'fail' : appeared.some(({ severity, waiver }) => severity === 'error' && waiver === undefined),
  );
  if (isNewFailure) return 1;
  return changes.some(({ verdict, before }) => verdict !== before && verdict !== 'pass') ? 3 : 0;
}

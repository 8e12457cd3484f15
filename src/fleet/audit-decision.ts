import type { AuditSummary } from './audit-summary.ts';

/** What of an audit decides: everything that is wrong, or only what is worse than in the audit before. */
export type FailOn = 'any' | 'new';

/**
 * 0, 1 or 3, as `check` answers: a repository that fails, else one that is inconclusive or could not be read. With `new`, a repository
 * counts that is worse than before, or has a new error; of a first audit everything is new. What could not be read never passes: nobody
 * knows what is new in it.
 */
export function auditExitCode({ states, changes, previous, audit }: AuditSummary, failOn: FailOn): 0 | 1 | 3 {
  if (failOn === 'any' || previous === undefined) {
    if (states.fail > 0) return 1;
    return states.pass === audit.repositories && audit.repositories > 0 ? 0 : 3;
  }
  const isNewFailure = changes.some(
    ({ verdict, before, appeared }) =>
      (verdict === 'fail' && verdict !== before) || appeared.some(({ severity, waiver }) => severity === 'error' && waiver === undefined),
  );
  if (isNewFailure) return 1;
  const isUnread = states.fail + states.inconclusive + states.pass !== audit.repositories;
  return isUnread || changes.some(({ verdict, before }) => verdict !== before && verdict !== 'pass') ? 3 : 0;
}

import type { AuditedRepository } from './audit-record.ts';
import { jsonText } from '../reporters/json-text.ts';
import type { AuditSummary } from './audit-summary.ts';

/** One audit as data: what is new against the audit before, and the state and numbers of every repository. */
export function renderAuditJson(summary: AuditSummary, repositories: readonly AuditedRepository[]): string {
  const { audit, previous, states, changes, failures, vanished = [] } = summary;
  return jsonText({
    version: 1,
    audit: shown(audit),
    previous: previous === undefined ? null : shown(previous),
    states,
    changes,
    failures,
    vanished,
    repositories,
  });
}

/** Instants as dates, as all our documents write them. */
function shown({ id, scope, tool, startedAt, finishedAt, repositories }: AuditSummary['audit']): unknown {
  return {
    id,
    scope,
    tool,
    startedAt: new Date(startedAt).toISOString(),
    finishedAt: finishedAt === undefined ? null : new Date(finishedAt).toISOString(),
    repositories,
  };
}

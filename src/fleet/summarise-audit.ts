import type { AuditRecord, RepositoryChange, RepositoryFailure } from './audit-record.ts';
import type { AuditSummary, RepositoryState } from './audit-summary.ts';
import type { FleetStore } from './store.ts';

type Asked = Pick<FleetStore, 'lastFinished' | 'repositories' | 'changes' | 'vanished'>;

/** Reads from the store what an audit tells: against the finished audit of its scope before it, or against nothing. */
export async function summariseAudit(store: Asked, audit: AuditRecord): Promise<AuditSummary> {
  const previous = await store.lastFinished(audit.scope, audit.id);
  const states: Record<RepositoryState, number> = { fail: 0, failed: 0, inconclusive: 0, pass: 0 };
  const failures: RepositoryFailure[] = [];
  for await (const { state, failure } of store.repositories(audit.id)) {
    if (state === 'open') continue;
    states[state] += 1;
    if (failure !== undefined) failures.push(failure);
  }
  const changes: RepositoryChange[] = [];
  for await (const change of store.changes(audit.id, previous?.id ?? beforeAll)) changes.push(change);
  return {
    audit,
    states,
    failures,
    changes,
    ...(previous === undefined ? {} : { previous, vanished: await store.vanished(audit.id, previous.id) }),
  };
}

/** No audit has this number: compared with it, everything is new. */
const beforeAll = 0;

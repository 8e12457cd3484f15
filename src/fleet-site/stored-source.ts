import type { AuditRecord, LockfileRecord } from '../fleet/audit-record.ts';
import type { AuditSummary } from '../fleet/audit-summary.ts';
import type { FleetStore } from '../fleet/store.ts';
import type { RuleMeta } from '../model/check.ts';
import { type FleetPoint, type SiteSource, type TrendPoint, auditsShown } from './site-source.ts';

type Asked = Pick<FleetStore, 'totals' | 'repositories' | 'records'>;

/** What the site shows of a finished audit, out of the store. */
export async function storedSource(store: Asked, summary: AuditSummary, rules: ReadonlyMap<string, RuleMeta>): Promise<SiteSource> {
  const { audit } = summary;
  const totals = (await store.totals(audit.scope)).filter(({ audit: { id } }) => id <= audit.id).slice(-auditsShown);
  return {
    summary,
    rules,
    history: totals.map(({ audit: one, states, counts }): FleetPoint => ({
      audit: one,
      states,
      errors: counts.errors,
      judgements: counts.expected,
      inconclusive: counts.inconclusive,
    })),
    trends: await trendsOf(
      store,
      totals.map((total) => total.audit),
    ),
    records: byRepository(store.records(audit.id)),
  };
}

async function trendsOf(store: Asked, audits: readonly AuditRecord[]): Promise<SiteSource['trends']> {
  const trends = new Map<string, (TrendPoint | undefined)[]>();
  for (const [index, { id }] of audits.entries())
    for await (const { repository, state, counts } of store.repositories(id)) {
      if (state === 'open') continue;
      const trend = trends.get(repository) ?? Array.from({ length: audits.length }, () => undefined);
      trends.set(repository, trend);
      trend[index] = { state, errors: counts.errors };
    }
  return trends;
}

/** Records come sorted by repository: one repository's are gathered, and given on when the next one begins. */
async function* byRepository(records: AsyncIterable<LockfileRecord>): AsyncGenerator<readonly LockfileRecord[]> {
  let group: LockfileRecord[] = [];
  for await (const record of records) {
    const [first] = group;
    if (first !== undefined && first.repository !== record.repository) {
      yield group;
      group = [];
    }
    group.push(record);
  }
  if (group.length > 0) yield group;
}

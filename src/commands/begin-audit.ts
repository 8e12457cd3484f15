import type { AuditRecord } from '../fleet/audit-record.ts';
import type { AuditSetup } from '../fleet/audit-setup.ts';
import { digestOf } from '../fleet/storable.ts';
import type { FleetStore } from '../fleet/store.ts';
import type { RepositorySource } from '../fleet/repository-source.ts';
import { version } from '../version.ts';
import type { AuditPlan } from './audit-plan.ts';

/** An audit that has repositories left to judge. */
export interface BegunAudit {
  readonly audit: AuditRecord;
  /** The repositories that are not done. */
  readonly open: readonly RepositorySource[];
  /** It had been begun before, and was interrupted. */
  readonly isContinued: boolean;
}

/** An interrupted audit is continued for so long, in milliseconds: later its first half says too little about today. */
const continuable = 86_400_000;

/** Begins an audit; or, unless it is to be a fresh one, goes on with the last one of the same repositories, settings and program. */
export async function beginAudit(
  store: FleetStore,
  { plan, setup, isFresh }: { readonly plan: AuditPlan; readonly setup: AuditSetup; readonly isFresh: boolean },
): Promise<BegunAudit> {
  const { now, deadline: _, ...judging } = setup;
  const tool = `lockgate ${version}`;
  const configuration = digestOf([plan.digest, judging, tool]);
  const left = isFresh ? undefined : await store.unfinished(plan.scope, configuration);
  const going = left !== undefined && now - left.startedAt < continuable ? left : undefined;
  const repositories = plan.sources.map(({ name, tags }) => ({ name, tags }));
  const audit = going ?? (await store.begin({ scope: plan.scope, configuration, tool, startedAt: now, repositories }));
  const open = new Set(await store.open(audit.id));
  return { audit, open: plan.sources.filter(({ name }) => open.has(name)), isContinued: going !== undefined };
}

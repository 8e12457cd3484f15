import type { Database } from '../model/database.ts';
import { serially } from '../model/serially.ts';
import type { AuditedRepository, LockfileRecord, RepositoryChange } from './audit-record.ts';
import { type AuditQueries, auditQueries } from './audits.ts';
import { changesBetween } from './changes.ts';
import { createDeliveryMemory } from './deliveries.ts';
import { exportLines } from './export.ts';
import { type FindingCount, findingCounts } from './finding-counts.ts';
import { createInterner } from './intern.ts';
import { type RepositoryResult, putRepository } from './put-repository.ts';
import { readRecords, readRepositories } from './read-audit.ts';
import { type Retention, prune } from './retention.ts';
import { migrate } from './schema.ts';
import { type SearchAnswer, search } from './search.ts';
import { type AuditTotals, type RepositoryTrendPoint, auditTotals, repositoryTrend } from './trends.ts';
import type { DeliveryMemory } from './webhook.ts';

/** Audits and what came of them, in one database: many writers in PostgreSQL, one in SQLite. */
export interface FleetStore extends AuditQueries {
  /** Writes what came of one repository, whole or not at all; written again, it replaces what was there. */
  readonly put: (audit: number, result: RepositoryResult) => Promise<void>;
  /** All repositories of an audit by name, a page at a time. */
  readonly repositories: (audit: number) => AsyncIterable<AuditedRepository>;
  /** The lockfiles of an audit by repository and path, one at a time: ten thousand repositories do not fit into memory. */
  readonly records: (audit: number, repository?: string) => AsyncIterable<LockfileRecord>;
  /** What an audit says that the one before did not, by repository; only repositories with something to say. */
  readonly changes: (audit: number, before: number) => AsyncIterable<RepositoryChange>;
  /** Who holds a package, by the newest reading of each repository. */
  readonly search: (name: string, isWanted: (version: string) => boolean) => Promise<SearchAnswer>;
  /** The sums of each finished audit of a scope, oldest first. */
  readonly totals: (scope: string) => Promise<readonly AuditTotals[]>;
  /** All findings of an audit by rule and level. */
  readonly findingCounts: (audit: number) => Promise<readonly FindingCount[]>;
  /** One repository in each finished audit, oldest first. */
  readonly trend: (scope: string, repository: string) => Promise<readonly RepositoryTrendPoint[]>;
  /** Deletes old audits and what only they held; answers how many. The newest finished one of each scope stays. */
  readonly prune: (retention: Retention) => Promise<number>;
  /** Everything about an audit as lines of JSON: the audit, each repository, each lockfile, the end. */
  readonly export: (audit: number) => AsyncIterable<string>;
  /** Webhooks that were taken. */
  readonly deliveries: DeliveryMemory;
  readonly close: () => Promise<void>;
}

/** Opens the audits in a database and brings its schema up to date. Throws `GateError` `store` for one that it cannot use. */
export async function createFleetStore(database: Database): Promise<FleetStore> {
  await migrate(database);
  const interner = createInterner();
  const inTurn = serially();
  const audits = auditQueries(database);
  return {
    ...audits,
    // One at a time: what a transaction learns about ids holds for the next one only once it has lasted.
    put: (audit, result) => inTurn(() => putRepository(database, interner, audit, result)),
    repositories: (audit) => readRepositories(database, audit),
    records: (audit, repository) => readRecords(database, audit, repository),
    changes: (audit, before) => changesBetween(database, audit, before),
    search: (name, isWanted) => search(database, name, isWanted),
    totals: (scope) => auditTotals(database, scope),
    findingCounts: (audit) => findingCounts(database, audit),
    trend: (scope, repository) => repositoryTrend(database, scope, repository),
    prune: (retention) =>
      inTurn(async () => {
        const count = await prune(database, retention);
        interner.forget();
        return count;
      }),
    export: (audit) => exportLines(database, audit),
    deliveries: createDeliveryMemory(database),
    close: () => database.close(),
  };
}

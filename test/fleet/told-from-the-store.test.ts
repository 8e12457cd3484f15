import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { tallyAudit } from '../../src/fleet/metrics.ts';
import { type FleetStore, createFleetStore } from '../../src/fleet/store.ts';
import { summariseAudit } from '../../src/fleet/summarise-audit.ts';
import type { AuditRecord, LockfileRecord } from '../../src/fleet/audit-record.ts';
import type { Database } from '../../src/model/database.ts';
import { milliseconds } from '../../src/model/units.ts';
import { openPostgresql } from '../../src/platform/postgresql.ts';
import { openSqlite } from '../../src/platform/sqlite.ts';
import { findingOf, recordOf } from '../fleet-site/fleet.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql, whereSkipped } from '../support/postgresql.ts';

const day = 86_400_000;

function itIsTold(openEmpty: () => Promise<Database>): void {
  async function open(): Promise<FleetStore> {
    const store = await createFleetStore(await openEmpty());
    onTestFinished(() => store.close());
    return store;
  }

  /** An audit of these lockfiles; a repository without one failed. */
  async function audited(store: FleetStore, results: Readonly<Record<string, LockfileRecord | undefined>>): Promise<AuditRecord> {
    const repositories = Object.keys(results).map((name) => ({ name, tags: [] }));
    const { id } = await store.begin({ scope: 'acme', configuration: 'c', tool: 'lockgate', startedAt: milliseconds(1_000), repositories });
    for (const [repository, record] of Object.entries(results))
      await store.put(
        id,
        record === undefined
          ? { repository, records: [], failure: { repository, code: 'git', message: 'gone' } }
          : { repository, records: [record] },
      );
    return store.finish(id, milliseconds(2_000));
  }

  it('remembers deliveries once, and forgets those of a year ago', async () => {
    const { deliveries } = await open();
    expect(await deliveries.isDelivered('7-a')).toBe(false);
    await deliveries.remember('7-a', milliseconds(day));
    await deliveries.remember('7-a', milliseconds(2 * day));
    expect(await deliveries.isDelivered('7-a')).toBe(true);
    await deliveries.remember('9-b', milliseconds(400 * day));
    expect([await deliveries.isDelivered('7-a'), await deliveries.isDelivered('9-b')]).toEqual([false, true]);
  });

  it('sums up an audit for metrics: findings of every lockfile by rule, level and waiver', async () => {
    const store = await open();
    const waiver = { owner: 'ada', reason: 'our own fork', expires: milliseconds(0) };
    const { id } = await audited(store, {
      shop: recordOf('shop', { findings: [findingOf(), findingOf({ fingerprint: 'f2', subject: 'b@1', waiver })] }),
      // The same result in another repository counts again.
      docs: recordOf('docs', { findings: [findingOf()] }),
      gone: undefined,
    });
    expect(await tallyAudit(store, id)).toEqual({
      lockfiles: 2,
      packages: 2,
      judgements: 80,
      inconclusive: 0,
      findings: [
        { rule: 'release-age/too-new', severity: 'error', isWaived: false, count: 2 },
        { rule: 'release-age/too-new', severity: 'error', isWaived: true, count: 1 },
      ],
    });
  });

  it('sums up an audit for people: against nothing at first, then against the one before', async () => {
    const store = await open();
    const first = await audited(store, { shop: recordOf('shop', { findings: [findingOf()] }), attic: recordOf('attic') });
    const told = await summariseAudit(store, first);
    expect(told.previous).toBeUndefined();
    expect(told.states).toEqual({ fail: 1, failed: 0, inconclusive: 0, pass: 1 });
    expect(told.changes.find(({ repository }) => repository === 'shop')).toMatchObject({
      verdict: 'fail',
      appeared: [{ subject: 'debug@4.4.2' }],
    });

    const second = await audited(store, { shop: recordOf('shop'), gone: undefined });
    expect(await summariseAudit(store, second)).toMatchObject({
      previous: { id: first.id },
      states: { fail: 0, failed: 1, inconclusive: 0, pass: 1 },
      failures: [{ repository: 'gone', code: 'git' }],
      changes: [
        { repository: 'gone', verdict: 'failed' },
        { repository: 'shop', before: 'fail', verdict: 'pass', appeared: [], resolved: [{ subject: 'debug@4.4.2' }] },
      ],
      vanished: ['attic'],
    });
  });
}

describe('what an audit tells, out of SQLite', () => {
  itIsTold(() => openSqlite(join(mkdtempSync(join(tmpdir(), 'lockgate-store-')), 'audits.db'), { mode: 'exclusive' }));
});

describe.skipIf(!hasPostgresql)(`what an audit tells, out of PostgreSQL${whereSkipped}`, () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.remove());

  itIsTold(async () => openPostgresql(await server.createDatabase()));
});

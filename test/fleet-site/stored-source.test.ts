import { describe, expect, it } from 'vitest';
import type { AuditRecord, AuditedRepository, LockfileRecord } from '../../src/fleet/audit-record.ts';
import type { FleetStore } from '../../src/fleet/store.ts';
import { storedSource } from '../../src/fleet-site/stored-source.ts';
import { auditOf, fleet, recordOf } from './fleet.ts';

type Asked = Pick<FleetStore, 'totals' | 'repositories' | 'records'>;

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  for (const item of items) yield await Promise.resolve(item);
}

function storeOf(
  audits: readonly AuditRecord[],
  repositoriesOf: (id: number) => readonly AuditedRepository[],
  records: readonly LockfileRecord[] = [],
): Asked {
  const { counts } = recordOf('any');
  return {
    totals: () =>
      Promise.resolve(audits.map((audit) => ({ audit, counts, lockfiles: 1, states: { pass: 1, fail: 0, inconclusive: 0, failed: 0 } }))),
    repositories: (id) => each(repositoriesOf(id)),
    records: () => each(records),
  };
}

function audited(repository: string, state: AuditedRepository['state'], errors: number): AuditedRepository {
  return { repository, state, tags: [], lockfiles: 1, counts: { ...recordOf('any').counts, errors } };
}

describe('the site’s source out of the store', () => {
  const audits = [28, 29, 30].map((id) => auditOf(id));
  const summary = { ...fleet(1).summary, audit: auditOf(30) };

  it('gives each repository one point for each audit, and none where it was no part of it or is not done', async () => {
    const { trends } = await storedSource(
      storeOf(audits, (id) => [
        audited('shop', id === 30 ? 'fail' : 'pass', id === 30 ? 2 : 0),
        ...(id === 28 ? [] : [audited('new', id === 29 ? 'open' : 'inconclusive', 0)]),
      ]),
      summary,
      new Map(),
    );
    expect(trends.get('shop')).toEqual([
      { state: 'pass', errors: 0 },
      { state: 'pass', errors: 0 },
      { state: 'fail', errors: 2 },
    ]);
    expect(trends.get('new')).toEqual([undefined, undefined, { state: 'inconclusive', errors: 0 }]);
  });

  it('ends with the audit that is shown, and draws no more than thirty', async () => {
    const many = Array.from({ length: 50 }, (_, index) => auditOf(index + 1));
    const { history } = await storedSource(
      storeOf(many, () => []),
      { ...summary, audit: auditOf(45) },
      new Map(),
    );
    expect(history).toHaveLength(30);
    expect(history.at(-1)?.audit.id).toBe(45);
  });

  it('keeps the lockfiles of a repository together', async () => {
    const records = [recordOf('a', { lockfile: '1' }), recordOf('a', { lockfile: '2' }), recordOf('b')];
    const { records: groups } = await storedSource(
      storeOf(audits, () => [], records),
      summary,
      new Map(),
    );
    const sizes: (readonly [string, number])[] = [];
    for await (const group of groups) sizes.push([group[0]?.repository ?? '', group.length]);
    expect(sizes).toEqual([
      ['a', 2],
      ['b', 1],
    ]);
  });
});

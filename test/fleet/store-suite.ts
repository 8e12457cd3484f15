import { satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { type FleetStore, createFleetStore } from '../../src/fleet/store.ts';
import type { Database } from '../../src/model/database.ts';
import { type OpenStore, all, begin, day, openStore, scope } from './open-store.ts';
import { findingRecord, lockfileRecord, packageRecord } from './records.ts';

/** What the store must do on every engine. */
export function itKeepsAudits(openEmpty: () => Promise<Database>): void {
  const open = (): Promise<OpenStore> => openStore(openEmpty);

  describe('the store of audits', () => {
    it('gives back what was put into it, byte for byte', async () => {
      const { store } = await open();
      const audit = await begin(store, ['shop']);
      const record = lockfileRecord({
        repository: 'shop',
        packages: [
          packageRecord('left-pad', '1.3.0'),
          packageRecord('left-pad', '1.3.0', { path: ['shop', 'mid', 'left-pad'], isDirect: false, scope: 'dev' }),
          packageRecord('mid', '1.0.0', { path: ['shop', 'shop', 'mid'], scope: 'optional' }),
        ],
        findings: [
          findingRecord('f1'),
          findingRecord('f2', { waiver: { owner: 'ada', reason: 'we know', expires: day(30) }, path: [], help: [] }),
        ],
        inconclusive: [
          { check: 'provenance', reason: 'timeout', source: 'registry.example', detail: 'no answer', subjects: 3, isAccepted: false },
        ],
      });
      await store.put(audit.id, { repository: 'shop', records: [record] });
      expect(await all(store.records(audit.id))).toEqual([record]);
    });

    it('knows what is not done, and finishes only when everything is', async () => {
      const { store } = await open();
      const audit = await begin(store, ['b', 'a']);
      expect(await store.open(audit.id)).toEqual(['a', 'b']);
      await store.put(audit.id, { repository: 'a', records: [lockfileRecord({ repository: 'a' })] });
      await expect(store.finish(audit.id, day(1))).rejects.toThrow(/not all of its repositories are done/);
      expect((await store.unfinished(scope, 'c'))?.id).toBe(audit.id);
      expect(await store.unfinished(scope, 'another configuration')).toBeUndefined();
      await store.put(audit.id, { repository: 'b', records: [], failure: { repository: 'b', code: 'git', message: 'no such branch' } });
      expect((await store.finish(audit.id, day(1))).finishedAt).toBe(day(1));
      expect(await store.unfinished(scope, 'c')).toBeUndefined();
      expect((await all(store.repositories(audit.id))).map(({ repository, state, lockfiles }) => [repository, state, lockfiles])).toEqual([
        ['a', 'pass', 1],
        ['b', 'failed', 0],
      ]);
    });

    it('replaces what a worker put before it died, and never counts twice', async () => {
      const { store } = await open();
      const audit = await begin(store, ['a']);
      const records = [lockfileRecord({ repository: 'a' }), lockfileRecord({ repository: 'a', lockfile: 'docs/package-lock.json' })];
      await store.put(audit.id, { repository: 'a', records });
      await store.put(audit.id, { repository: 'a', records });
      await store.put(audit.id, { repository: 'a', records: records.slice(0, 1) });
      expect(await all(store.records(audit.id))).toEqual(records.slice(0, 1));
    });

    it('leaves a finished audit as it is: a worker that slept through its lease may wake much later', async () => {
      const { store } = await open();
      const audit = await begin(store, ['a']);
      const record = lockfileRecord({ repository: 'a', findings: [findingRecord('f')] });
      await store.put(audit.id, { repository: 'a', records: [record] });
      await store.finish(audit.id, day(1));
      await store.put(audit.id, { repository: 'a', records: [lockfileRecord({ repository: 'a' })] });
      expect(await all(store.records(audit.id))).toEqual([record]);
    });

    it('keeps what is equal once, whoever has it and however often it is audited', async () => {
      const { store, database } = await open();
      const names = ['a', 'b', 'c'];
      for (const date of [1, 2, 3]) {
        const audit = await begin(store, names, date);
        for (const repository of names)
          await store.put(audit.id, {
            repository,
            // Another name of the project, the same content.
            records: [
              lockfileRecord({
                repository,
                packages: [packageRecord('left-pad', '1.3.0', { path: [repository, 'left-pad'] })],
                findings: [findingRecord('f1', { path: [repository, 'left-pad'] })],
              }),
            ],
          });
        await store.finish(audit.id, day(date));
      }
      const count = async (table: string): Promise<unknown> => (await database.query(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.['n'];
      expect(await Promise.all(['installed', 'contents', 'versions', 'findings', 'paths'].map(count))).toEqual([1, 1, 1, 1, 1]);
      expect(await count('results')).toBe(3);
      expect(await count('audit_records')).toBe(9);
    });

    it('brings what is known of a version up to date, and forgets nothing because nobody answered', async () => {
      const { store } = await open();
      const put = async (licence: string | undefined): Promise<unknown> => {
        const { licence: _, ...bare } = packageRecord('left-pad', '1.3.0');
        const audit = await begin(store, ['a']);
        await store.put(audit.id, {
          repository: 'a',
          records: [lockfileRecord({ repository: 'a', packages: [licence === undefined ? bare : { ...bare, licence }] })],
        });
        return (await all(store.records(audit.id)))[0]?.packages[0]?.licence;
      };
      expect(await put(undefined)).toBeUndefined();
      expect(await put('MIT')).toBe('MIT');
      expect(await put(undefined)).toBe('MIT');
      expect(await put('GPL-3.0-only')).toBe('GPL-3.0-only');
    });

    it('takes names that no database likes', async () => {
      const { store } = await open();
      const names = [`a'; DROP TABLE audits; --`, 'nul\0', '\ud800', 'x'.repeat(5_000), `${'x'.repeat(5_000)}y`, '?', '$1', ''];
      const audit = await begin(store, names);
      for (const repository of names)
        await store.put(audit.id, {
          repository,
          records: [
            lockfileRecord({
              repository,
              lockfile: `${repository}/package-lock.json`,
              packages: [packageRecord(repository, repository, { path: ['shop', repository] })],
              findings: [findingRecord('f', { subject: repository, message: repository, path: [repository] })],
            }),
          ],
        });
      await store.finish(audit.id, day(1));
      expect(await all(store.records(audit.id))).toHaveLength(names.length);
      expect((await store.search(`a'; DROP TABLE audits; --`, () => true)).hits).toHaveLength(1);
    });
  });

  describe('a search', () => {
    const holding = (repository: string, version: string): Parameters<FleetStore['put']>[1] => ({
      repository,
      records: [lockfileRecord({ repository, packages: [packageRecord('left-pad', version, { path: [repository, 'mid', 'left-pad'] })] })],
    });

    it('finds who holds a version in a range, by which way, as of the newest reading', async () => {
      const { store } = await open();
      const first = await begin(store, ['a', 'b', 'gone'], 1);
      for (const name of ['a', 'b', 'gone']) await store.put(first.id, holding(name, '1.0.0'));
      await store.finish(first.id, day(1));
      const second = await begin(store, ['a', 'b', 'broken'], 2);
      await store.put(second.id, holding('a', '2.0.0'));
      await store.put(second.id, { repository: 'b', records: [], failure: { repository: 'b', code: 'git', message: 'gone' } });
      await store.put(second.id, { repository: 'broken', records: [], failure: { repository: 'broken', code: 'git', message: 'gone' } });
      await store.finish(second.id, day(2));
      const any = await store.search('left-pad', () => true);
      expect(any.hits).toEqual([
        {
          repository: 'a',
          lockfile: 'package-lock.json',
          version: '2.0.0',
          scope: 'required',
          isDirect: true,
          path: ['a', 'mid', 'left-pad'],
          readAt: day(2),
        },
        expect.objectContaining({ repository: 'b', version: '1.0.0', readAt: day(1) }),
      ]);
      expect(any.unread).toEqual(['b', 'broken']);
      expect(any.repositories).toBe(3);
      const old = await store.search('left-pad', (version) => satisfies(version, '<2'));
      expect(old.hits.map(({ repository }) => repository)).toEqual(['b']);
      expect((await store.search('leftpad', () => true)).hits).toEqual([]);
    });

    it('sees what an audit that still runs, or was interrupted, has read', async () => {
      const { store } = await open();
      const audit = await begin(store, ['a', 'b']);
      await store.put(audit.id, holding('a', '1.0.0'));
      const answer = await store.search('left-pad', () => true);
      expect(answer.hits.map(({ repository }) => repository)).toEqual(['a']);
      expect(answer.unread).toEqual(['b']);
    });
  });

  describe('retention', () => {
    it('deletes old audits and what only they held, and always keeps something to compare with', async () => {
      const { store, database } = await open();
      for (const date of [1, 2, 3, 4]) {
        const audit = await begin(store, ['a'], date);
        await store.put(audit.id, {
          repository: 'a',
          records: [
            lockfileRecord({
              repository: 'a',
              packages: [packageRecord('left-pad', `1.0.${date}`)],
              findings: [findingRecord(`f${date}`, { path: ['shop', `way-${date}`] })],
            }),
          ],
        });
        await store.finish(audit.id, day(date));
      }
      expect(await store.prune({ newest: 2 })).toBe(2);
      expect((await store.audits(scope)).map(({ startedAt }) => startedAt)).toEqual([day(4), day(3)]);
      const count = async (table: string): Promise<unknown> => (await database.query(`SELECT COUNT(*) AS n FROM ${table}`))[0]?.['n'];
      expect(
        await Promise.all(['installed', 'contents', 'versions', 'findings', 'results', 'result_findings', 'paths'].map(count)),
      ).toEqual([2, 2, 2, 2, 2, 2, expect.any(Number)]);
      // Other processes remember the numbers of paths, where there are others.
      expect(await count('paths')).toBe(database.engine === 'sqlite' ? 3 : 5);
      expect(await store.prune({ since: day(30) })).toBe(1);
      expect(await store.audits(scope)).toHaveLength(1);
      expect((await store.search('left-pad', () => true)).hits.map(({ version }) => version)).toEqual(['1.0.4']);
      const next = await begin(store, ['a'], 5);
      await store.put(next.id, {
        repository: 'a',
        records: [lockfileRecord({ repository: 'a', packages: [packageRecord('left-pad', '1.0.1')] })],
      });
      expect((await all(store.records(next.id)))[0]?.packages[0]?.version).toBe('1.0.1');
    });
  });

  describe('numbers of earlier audits', () => {
    it('tell the trend of the fleet and of one repository', async () => {
      const { store } = await open();
      for (const [date, count] of [
        [1, 0],
        [2, 2],
      ] as const) {
        const audit = await begin(store, ['a', 'b', 'c'], date);
        const findings = Array.from({ length: count }, (_, index) => findingRecord(`f${index}`));
        await store.put(audit.id, { repository: 'a', records: [lockfileRecord({ repository: 'a', findings })] });
        await store.put(audit.id, { repository: 'b', records: [lockfileRecord({ repository: 'b' })] });
        await store.put(audit.id, { repository: 'c', records: [], failure: { repository: 'c', code: 'git', message: 'gone' } });
        await store.finish(audit.id, day(date));
      }
      const totals = await store.totals(scope);
      expect(totals.map(({ states, counts, lockfiles }) => [states, counts.errors, lockfiles])).toEqual([
        [{ pass: 2, fail: 0, inconclusive: 0, failed: 1 }, 0, 2],
        [{ pass: 1, fail: 1, inconclusive: 0, failed: 1 }, 2, 2],
      ]);
      expect((await store.trend(scope, 'a')).map(({ state, counts }) => [state, counts.errors])).toEqual([
        ['pass', 0],
        ['fail', 2],
      ]);
      expect((await store.trend(scope, 'c')).map(({ state }) => state)).toEqual(['failed', 'failed']);
    });
  });

  describe('an export', () => {
    it('is lines of JSON that say when they are complete', async () => {
      const { store } = await open();
      const audit = await begin(store, ['a']);
      await store.put(audit.id, { repository: 'a', records: [lockfileRecord({ repository: 'a' })] });
      const lines = (await all(store.export(audit.id))).map((line) => JSON.parse(line) as { readonly type: string });
      expect(lines.map(({ type }) => type)).toEqual(['audit', 'repository', 'lockfile', 'end']);
      await expect(all(store.export(99))).rejects.toThrow(/no audit 99/);
    });
  });

  describe('the schema', () => {
    it('is refused where a newer program has written it', async () => {
      const { database } = await open();
      await database.query('UPDATE fleet_schema SET version = 99');
      await expect(createFleetStore(database)).rejects.toThrow(/written by a newer Lockgate/);
    });
  });
}

import { satisfies } from 'semver';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type FleetStore, createFleetStore } from '../../src/fleet/store.ts';
import type { Database } from '../../src/model/database.ts';
import { milliseconds } from '../../src/model/units.ts';
import { findingRecord, lockfileRecord, packageRecord } from './records.ts';

const scope = 'acme';
const day = (number: number): ReturnType<typeof milliseconds> => milliseconds(Date.UTC(2026, 10, number));

/** What the store must do on every engine. */
export function itKeepsAudits(openEmpty: () => Promise<Database>): void {
  async function open(): Promise<{ readonly store: FleetStore; readonly database: Database }> {
    const database = await openEmpty();
    const store = await createFleetStore(database);
    onTestFinished(() => store.close());
    return { store, database };
  }

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

  describe('changes between two audits', () => {
    const steps = (...findings: ReturnType<typeof findingRecord>[]): readonly ReturnType<typeof lockfileRecord>[] => [
      lockfileRecord({ repository: 'a', findings }),
    ];
    const waiver = { owner: 'ada', reason: 'we know', expires: day(30) };

    async function changes(
      before: readonly ReturnType<typeof lockfileRecord>[] | 'failed',
      after: readonly ReturnType<typeof lockfileRecord>[] | 'failed',
      more: readonly (readonly ReturnType<typeof lockfileRecord>[] | 'failed')[] = [],
    ): Promise<readonly unknown[]> {
      const { store } = await open();
      const ids: number[] = [];
      for (const records of [...more, before, after]) {
        const audit = await begin(store, ['a', 'steady']);
        ids.push(audit.id);
        await store.put(audit.id, { repository: 'steady', records: [lockfileRecord({ repository: 'steady' })] });
        await store.put(
          audit.id,
          records === 'failed'
            ? { repository: 'a', records: [], failure: { repository: 'a', code: 'git', message: 'gone' } }
            : { repository: 'a', records },
        );
        await store.finish(audit.id, day(1));
      }
      return (await all(store.changes(ids.at(-1) ?? 0, ids.at(-2) ?? 0))).map(
        ({ repository, verdict, before: was, appeared, resolved }) => [
          repository,
          was,
          verdict,
          appeared.map(({ fingerprint }) => fingerprint),
          resolved.map(({ fingerprint }) => fingerprint),
        ],
      );
    }

    it('names what has appeared and what is resolved, and no repository in which nothing differs', async () => {
      expect(await changes(steps(findingRecord('old'), findingRecord('kept')), steps(findingRecord('kept'), findingRecord('new')))).toEqual(
        [['a', 'fail', 'fail', ['new'], ['old']]],
      );
    });

    it('counts a waiver that has ended as news, and one that was given as resolved', async () => {
      expect(await changes(steps(findingRecord('f', { waiver })), steps(findingRecord('f')))).toEqual([['a', 'pass', 'fail', ['f'], []]]);
      expect(await changes(steps(findingRecord('f')), steps(findingRecord('f', { waiver })))).toEqual([['a', 'fail', 'pass', [], ['f']]]);
    });

    it('counts a finding that weighs more as news, and is silent about one that weighs less or is worded anew', async () => {
      expect(await changes(steps(findingRecord('f', { severity: 'warning' })), steps(findingRecord('f')))).toEqual([
        ['a', 'pass', 'fail', ['f'], []],
      ]);
      expect(await changes(steps(findingRecord('f')), steps(findingRecord('f', { message: 'since 15 hours' })))).toEqual([]);
    });

    it('does not call resolved what it could not read, and compares with the last reading afterwards', async () => {
      expect(await changes(steps(findingRecord('f')), 'failed')).toEqual([['a', 'fail', 'failed', [], []]]);
      expect(await changes('failed', steps(findingRecord('f'), findingRecord('g')), [steps(findingRecord('f'))])).toEqual([
        ['a', 'failed', 'fail', ['g'], []],
      ]);
    });

    it('does not call resolved what nobody could judge this time, and does not call it new afterwards', async () => {
      const known = steps(findingRecord('f'));
      const [open, accepted] = [false, true].map((isAccepted) => [
        lockfileRecord({
          repository: 'a',
          verdict: isAccepted ? 'pass' : 'inconclusive',
          packages: [packageRecord('left-pad', '1.3.0')],
          inconclusive: [{ check: 'malware', reason: 'timeout', source: 'registry.example', detail: 'no answer', subjects: 1, isAccepted }],
        }),
      ]);
      const [unknown, permitted] = [open ?? [], accepted ?? []];
      expect(await changes(known, unknown)).toEqual([['a', 'fail', 'inconclusive', [], []]]);
      expect(await changes(known, permitted)).toEqual([['a', 'fail', 'pass', [], []]]);
      expect(await changes(unknown, steps(findingRecord('f'), findingRecord('g')), [known, unknown])).toEqual([
        ['a', 'inconclusive', 'fail', ['g'], []],
      ]);
      // Judged again at last, and gone.
      expect(await changes(unknown, steps(), [known, unknown])).toEqual([['a', 'inconclusive', 'pass', [], ['f']]]);
      // Judged and gone in between: what comes now is new.
      expect(await changes(unknown, known, [known, steps()])).toEqual([['a', 'inconclusive', 'fail', ['f'], []]]);
    });

    it('calls resolved what is installed no more, whatever could not be judged, and what a check that was judged no longer says', async () => {
      const unknown = lockfileRecord({
        repository: 'a',
        verdict: 'inconclusive',
        packages: [packageRecord('left-pad', '1.3.1')],
        inconclusive: [
          { check: 'malware', reason: 'timeout', source: 'registry.example', detail: 'no answer', subjects: 1, isAccepted: false },
        ],
      });
      expect(
        await changes(steps(findingRecord('f'), findingRecord('g', { rule: 'licence/denied', subject: 'left-pad@1.3.1' })), [unknown]),
      ).toEqual([['a', 'fail', 'inconclusive', [], ['g', 'f']]]);
    });

    it('lets a finding weigh what it weighs in the worst of its lockfiles', async () => {
      const { store } = await open();
      const severities = ['error', 'warning'] as const;
      const first = await begin(store, ['a']);
      await store.put(first.id, { repository: 'a', records: [] });
      const second = await begin(store, ['a']);
      const records = severities.map((severity) =>
        lockfileRecord({ repository: 'a', lockfile: `${severity}/package-lock.json`, findings: [findingRecord('f', { severity })] }),
      );
      await store.put(second.id, { repository: 'a', records });
      const [change] = await all(store.changes(second.id, first.id));
      expect(change?.appeared.map(({ severity }) => severity)).toEqual(['error']);
    });

    it('compares with no reading that nobody was told about: that of an audit which was given up', async () => {
      const { store } = await open();
      const put = async (records: readonly ReturnType<typeof lockfileRecord>[] | undefined, isFinished: boolean): Promise<number> => {
        const { id } = await begin(store, ['a', 'b']);
        await store.put(id, {
          repository: 'a',
          records: records ?? [],
          ...(records === undefined ? { failure: { repository: 'a', code: 'git' as const, message: 'gone' } } : {}),
        });
        if (!isFinished) return id;
        await store.put(id, { repository: 'b', records: [lockfileRecord({ repository: 'b' })] });
        await store.finish(id, day(1));
        return id;
      };
      await put(steps(), true);
      await put(steps(findingRecord('f')), false);
      const failed = await put(undefined, true);
      const now = await put(steps(findingRecord('f')), true);
      const [change] = await all(store.changes(now, failed));
      expect(change?.appeared.map(({ fingerprint }) => fingerprint)).toEqual(['f']);
    });

    it('reports a lockfile that went as resolved, and a repository that is new with everything it has', async () => {
      const two = [
        ...steps(findingRecord('f')),
        lockfileRecord({ repository: 'a', lockfile: 'b/yarn.lock', findings: [findingRecord('g')] }),
      ];
      expect(await changes(two, steps(findingRecord('f')))).toEqual([['a', 'fail', 'fail', [], ['g']]]);
      const { store } = await open();
      const first = await begin(store, ['steady', 'gone']);
      for (const repository of ['steady', 'gone']) await store.put(first.id, { repository, records: [lockfileRecord({ repository })] });
      const second = await begin(store, ['steady', 'fresh']);
      for (const repository of ['steady', 'fresh'])
        await store.put(second.id, { repository, records: [lockfileRecord({ repository, findings: [findingRecord(`f-${repository}`)] })] });
      expect(
        (await all(store.changes(second.id, first.id))).map(({ repository, before, appeared }) => [repository, before, appeared.length]),
      ).toEqual([
        ['fresh', undefined, 1],
        ['steady', 'pass', 1],
      ]);
      expect(await store.vanished(second.id, first.id)).toEqual(['gone']);
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

function begin(store: FleetStore, names: readonly string[], date = 1): ReturnType<FleetStore['begin']> {
  return store.begin({
    scope,
    configuration: 'c',
    tool: 'lockgate 1',
    startedAt: day(date),
    repositories: names.map((name) => ({ name, tags: ['web'] })),
  });
}

async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

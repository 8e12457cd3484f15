import { describe, expect, it } from 'vitest';
import type { Database } from '../../src/model/database.ts';
import { findingRecord, lockfileRecord, packageRecord } from './records.ts';
import { type OpenStore, all, begin, day, openStore } from './open-store.ts';

/** What is news from one audit to the next, on every engine. */
export function itTellsChanges(openEmpty: () => Promise<Database>): void {
  const open = (): Promise<OpenStore> => openStore(openEmpty);

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
}

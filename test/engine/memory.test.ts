import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type JudgementMemory, openJudgementMemory } from '../../src/engine/memory.ts';
import { bomRef, type Component } from '../../src/model/component.ts';
import type { Collector } from '../../src/model/evidence.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { milliseconds } from '../../src/model/units.ts';
import { defaultPolicy } from '../../src/policy/load.ts';
import { runs } from '../support/campaign.ts';
import { component, integrityOf, inventory } from '../support/inventory.ts';
import { noon, minute, later, meta, rotten, crowded, nosy, checks, type World, collectorsOf, run, opened, lockfile } from './orchard.ts';

describe('a memory of judgements', () => {
  it('changes nothing in any report, whatever was judged before it', async () => {
    const names = ['apple', 'pear', 'quince', 'fig', 'plum', 'sloe', 'medlar'];
    const seldom = fc.constantFrom(false, false, false, false, true);
    const copies = fc.record({
      name: fc.constantFrom(...names),
      version: fc.constantFrom('1.0.0', '1.0.0', '1.0.0', '2.0.0'),
      place: fc.constantFrom('', '', 'node_modules/deep/'),
      isBundled: seldom,
      isLocked: fc.boolean(),
      line: fc.constantFrom(2, 4, 6, 7),
      isGit: seldom,
    });
    const inventories = fc.uniqueArray(copies, { maxLength: 9, selector: ({ name, place }) => `${place}${name}` }).map((entries) =>
      inventory(
        entries.map(({ name, version, place, isBundled, isLocked, line, isGit }): Component => {
          const { integrity: _, ...rest } = component(name, version, {
            bomRef: bomRef(`${place}node_modules/${name}`),
            location: { file: 'package-lock.json', line },
            ...(isGit ? { source: { type: 'git', url: 'https://git.example/x.git' } } : {}),
          });
          return { ...rest, ...(isBundled ? { isBundled: true } : {}), ...(isLocked ? { integrity: integrityOf(1) } : {}) };
        }),
        { edges: { '.': entries.filter(({ line }) => line % 2 === 0).map(({ name, place }) => `${place}node_modules/${name}`) } },
      ),
    );
    const field = fc.constantFrom('north', 'south');
    const pickings = fc.array(
      fc.tuple(fc.constantFrom(...names.flatMap((name) => [`${name}@1.0.0`, `${name}@2.0.0`])), fc.boolean(), fc.nat(70), field),
    );
    await fc.assert(
      fc.asyncProperty(inventories, inventories, inventories, pickings, fc.nat(5), async (first, second, third, picked, minutes) => {
        const crops = new Map(
          picked.map(([subject, isRotten, age, grown]) => [subject, { isRotten, pickedAt: noon - age * minute, field: grown }]),
        );
        const world = { crops, asked: [] };
        const memory = opened();
        await run({ inventory: first, memory, world });
        const restored = openJudgementMemory(Infinity, memory.write(noon));
        for (const judged of [second, third, first]) {
          for (const remembering of [memory, restored]) {
            const now = later(minutes);
            const { holdsUntil: _1, ...with_ } = await run({ inventory: judged, now, memory: remembering, world });
            const { holdsUntil: _2, ...without } = await run({ inventory: judged, now, world });
            expect(with_).toEqual(without);
          }
        }
      }),
      { numRuns: runs(300) },
    );
  });

  it('asks nobody about packages that it knows, at another place and line of another lockfile', async () => {
    const memory = opened();
    await run({ inventory: lockfile('apple', 'pear'), memory });
    const world: World = { crops: new Map(), asked: [] };
    const moved = inventory(
      [
        component('apple', '1.0.0', { location: { file: 'package-lock.json', line: 99 }, bomRef: bomRef('a/node_modules/apple') }),
        component('plum', '1.0.0'),
      ],
      { edges: { '.': ['a/node_modules/apple', 'node_modules/plum'] } },
    );
    const report = await run({ inventory: moved, memory, world });
    expect(world.asked).toEqual(['plum@1.0.0']);
    expect(report.counts).toMatchObject({ expected: 9, pass: 8, notApplicable: 1 });
  });

  it('loads what collects evidence where there is something to learn, and only there', async () => {
    const memory = opened();
    let loads = 0;
    const world: World = { crops: new Map(), asked: [] };
    const collectors = async (): Promise<readonly Collector<unknown>[]> => {
      loads += 1;
      return collectorsOf(world);
    };
    const first = await run({ inventory: lockfile('apple', 'pear'), memory, over: { collectors } });
    expect(await run({ inventory: lockfile('apple', 'pear'), memory, over: { collectors } })).toEqual(first);
    expect(loads).toBe(1);
    const more = await run({ inventory: lockfile('apple', 'plum'), memory, over: { collectors } });
    expect([more.counts.inconclusive, loads]).toEqual([0, 2]);
  });

  it('judges again what differs in bytes, flags, or in how it is asked for', async () => {
    const memory = opened();
    await run({ inventory: lockfile('apple'), memory });
    const others: readonly Inventory[] = [
      inventory([component('apple', '1.0.0', { integrity: integrityOf(2) })]),
      inventory([component('apple', '1.0.0', { isBundled: true })]),
      inventory([component('apple', '1.0.0', { scope: 'dev' })]),
      inventory([component('apple', '1.0.0', { licence: 'MIT' })]),
      inventory([component('apple', '1.0.0')], { edges: { '.': [] } }),
      inventory([component('apple', '1.0.0'), component('apple', '2.0.0', { bomRef: bomRef('x/node_modules/apple') })]),
    ];
    for (const other of others) {
      const world: World = { crops: new Map(), asked: [] };
      await run({ inventory: other, memory, world });
      expect(world.asked).toContain('apple@1.0.0');
    }
  });

  it('knows a finding for as long as its evidence, in every copy of the package', async () => {
    const memory = opened();
    const crops = new Map([['pear@1.0.0', { isRotten: true, pickedAt: noon }]]);
    const first = await run({ inventory: lockfile('apple', 'pear'), memory, world: { crops, asked: [] } });
    const world: World = { crops, asked: [] };
    const restored = openJudgementMemory(Infinity, memory.write(noon));
    expect(await run({ inventory: lockfile('apple', 'pear'), memory: restored, world })).toEqual(first);
    expect(first.findings).toHaveLength(1);
    expect(world.asked).toEqual([]);
    const twice = inventory([
      component('pear', '1.0.0'),
      component('pear', '1.0.0', { bomRef: bomRef('x/node_modules/pear'), location: { file: 'package-lock.json', line: 42 } }),
    ]);
    const report = await run({ inventory: twice, memory: restored, world });
    expect(report.findings.map(({ locations }) => locations.map(({ line }) => line))).toEqual([[10, 42]]);
    expect([report.counts.fail, world.asked]).toEqual([2, []]);
    await run({ inventory: lockfile('pear'), now: later(5), memory: restored, world });
    expect(world.asked).toEqual(['pear@1.0.0']);
  });

  it('finds anew each time what fails a run, by the rule, by the check or by the policy', async () => {
    const strict = { ...rotten, rules: { 'rotten/found': { ...meta, severity: 'error' as const } } };
    const graded = { ...rotten, evaluate: () => [{ rule: 'rotten/found' as const, message: 'it smells', severity: 'error' as const }] };
    const stern = {
      ...defaultPolicy({ checks, engineRules: [], now: noon }),
      rules: new Map([['rotten/found' as const, 'error' as const]]),
    };
    const crops = new Map([['pear@1.0.0', { isRotten: true, pickedAt: noon }]]);
    for (const over of [{ checks: [strict] }, { checks: [graded] }, { policy: stern }]) {
      const memory = opened();
      const world: World = { crops, asked: [] };
      const first = await run({ inventory: lockfile('pear'), memory, world, over });
      expect([first.verdict, first.counts.errors]).toEqual(['fail', 1]);
      expect(await run({ inventory: lockfile('pear'), memory, world, over })).toEqual(first);
      expect(world.asked).toEqual(['pear@1.0.0', 'pear@1.0.0']);
    }
  });

  it('remembers no finding that is longer than anybody reads, and none that cannot be written down', async () => {
    for (const draft of [{ message: 'x'.repeat(5000) }, { message: 'one day', passesAt: Infinity }]) {
      const endless = { ...rotten, evaluate: () => [{ rule: 'rotten/found' as const, ...draft }] };
      const over = { checks: [endless] };
      const memory = opened();
      const world: World = { crops: new Map(), asked: [] };
      const first = await run({ inventory: lockfile('pear'), memory, world, over });
      expect(await run({ inventory: lockfile('pear'), memory, world, over })).toEqual(first);
      expect(world.asked).toEqual(['pear@1.0.0', 'pear@1.0.0']);
    }
  });

  it('judges a known package after all where evidence about another one asks for it', async () => {
    const memory = opened();
    const world: World = { crops: new Map(), asked: [] };
    await run({ inventory: lockfile('pear'), memory, world });
    const report = await run({ inventory: lockfile('pear', 'quince'), memory, world });
    // What was learned of the quince by then does not change with the pear: it is asked once.
    expect(world.asked).toEqual(['pear@1.0.0', 'quince@1.0.0', 'pear@1.0.0']);
    expect(report.verdict).toBe('pass');
  });

  it('forgets when the evidence has had its time, and does not know the past', async () => {
    for (const [now, isKnown] of [
      [later(4), true],
      [later(5), false],
      [milliseconds(noon - 1), false],
    ] as const) {
      const memory = opened();
      await run({ inventory: lockfile('apple'), memory });
      const world: World = { crops: new Map(), asked: [] };
      await run({ inventory: lockfile('apple'), now, memory, world });
      expect(world.asked.length === 0).toBe(isKnown);
    }
  });

  it('does not carry a pass over the moment at which the clock turns it into a finding', async () => {
    const memory = opened();
    const crops = new Map([['apple@1.0.0', { isRotten: false, pickedAt: noon - 58 * minute }]]);
    const before = await run({ inventory: lockfile('apple'), memory, world: { crops, asked: [] } });
    const after = await run({ inventory: lockfile('apple'), now: later(3), memory, world: { crops, asked: [] } });
    expect([before.verdict, after.verdict]).toEqual(['pass', 'fail']);
  });

  it('tells until when a verdict holds, and does not where the clock would change it by then', async () => {
    const over = { keptUntil: later(60) };
    for (const [pickedAt, until] of [
      [noon - 30 * minute, later(5)],
      [noon - 58 * minute, undefined],
      // It has wilted already: it stays so.
      [noon - 61 * minute, later(5)],
    ] as const) {
      const world: World = { crops: new Map([['apple@1.0.0', { isRotten: false, pickedAt }]]), asked: [] };
      const withMemory = await run({ inventory: lockfile('apple', 'pear'), memory: opened(), world, over });
      const without = await run({ inventory: lockfile('apple', 'pear'), world, over });
      expect([withMemory.holdsUntil, without.holdsUntil]).toEqual([until, until]);
    }
  });

  it('is kept for a shorter time where the clock changes a finding meanwhile, and the verdict for the whole one', async () => {
    const aging = {
      ...rotten,
      evaluate: ({ context }: { readonly context: { readonly now: number } }) => [
        { rule: 'rotten/found' as const, message: `picked ${Math.floor((context.now - noon) / (4 * minute))} times four minutes ago` },
      ],
    };
    const over = { checks: [aging], keptUntil: later(60) };
    const memory = opened();
    const world: World = { crops: new Map(), asked: [] };
    const first = await run({ inventory: lockfile('apple'), memory, world, over });
    expect(first.holdsUntil).toBe(later(5));
    const again = await run({ inventory: lockfile('apple'), now: later(1), memory, world, over });
    expect([again.holdsUntil, world.asked.length]).toEqual([later(1.25), 1]);
    await run({ inventory: lockfile('apple'), now: later(1.25), memory, world, over });
    expect(world.asked).toHaveLength(2);
  });

  it('holds no longer than what no evidence tells of: the end of a key', async () => {
    const memory = openJudgementMemory(later(2));
    await run({ inventory: lockfile('apple'), memory });
    const world: World = { crops: new Map(), asked: [] };
    await run({ inventory: lockfile('apple'), now: later(2), memory, world });
    expect(world.asked).toEqual(['apple@1.0.0']);
  });

  it('is not believed about a check that it does not know', async () => {
    const memory = opened();
    await run({ inventory: lockfile('apple'), memory, over: { checks: [nosy, crowded] } });
    const world: World = { crops: new Map(), asked: [] };
    const report = await run({ inventory: lockfile('apple'), memory, world });
    expect(world.asked).toEqual(['apple@1.0.0']);
    expect(report.counts.pass).toBe(4);
  });

  it('is left alone by a run that judges changes', async () => {
    const apple = component('apple', '1.0.0');
    const memory: JudgementMemory = {
      recall: () => expect.fail('nothing is to be recalled'),
      remember: () => expect.fail('nothing is to be remembered'),
    };
    const report = await run({ inventory: inventory([apple]), memory, over: { changes: [{ type: 'added', after: apple }] } });
    expect(report.verdict).toBe('pass');
  });
});

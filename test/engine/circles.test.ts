import { describe, expect, it } from 'vitest';
import type { JudgementMemory } from '../../src/engine/memory.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { component, inventory } from '../support/inventory.ts';
import { noon, later, type Crop, type World, run, opened, lockfile } from './orchard.ts';

describe('a memory of packages that are compared with each other', () => {
  const fresh = (field: string): Crop => ({ isRotten: false, pickedAt: noon, field });
  const crops = new Map([
    ...['apple', 'pear', 'plum'].map((name): [string, Crop] => [`${name}@1.0.0`, fresh('north')]),
    ['fig@1.0.0', fresh('south')],
  ]);
  const asks = async (memory: JudgementMemory, judged: Inventory, now = noon): Promise<readonly [readonly string[], readonly string[]]> => {
    const world: World = { crops, asked: [] };
    const { findings } = await run({ inventory: judged, memory, world, now });
    return [world.asked, findings.map(({ message }) => message)];
  };

  it('holds in the same company, and is made anew for all of it where one comes or goes', async () => {
    const memory = opened();
    expect(await asks(memory, lockfile('apple', 'fig'))).toEqual([['apple@1.0.0', 'fig@1.0.0'], []]);
    expect(await asks(memory, lockfile('apple', 'fig'))).toEqual([[], []]);
    const both = Array.from({ length: 2 }, () => 'apple@1.0.0,pear@1.0.0 at once');
    // The newcomer is asked about first; only then is it known who has to be looked at beside it.
    expect(await asks(memory, lockfile('apple', 'fig', 'pear'))).toEqual([['pear@1.0.0', 'apple@1.0.0'], both]);
    expect(await asks(memory, lockfile('apple', 'fig', 'pear'))).toEqual([[], both]);
    expect(await asks(memory, lockfile('apple', 'fig'))).toEqual([['apple@1.0.0'], []]);
  });

  it('is made anew with the one among them that is another one now', async () => {
    const memory = opened();
    await asks(memory, lockfile('apple', 'pear', 'fig'));
    const other = inventory([component('apple', '1.0.0'), component('pear', '1.0.0', { scope: 'dev' }), component('fig', '1.0.0')]);
    expect((await asks(memory, other))[0]).toEqual(['apple@1.0.0', 'pear@1.0.0']);
  });

  it('is not put together from judgements of two moments', async () => {
    const [early, late] = [opened(), opened()];
    await asks(early, lockfile('apple', 'pear'));
    await asks(late, lockfile('apple', 'pear'), later(1));
    let recalled = 0;
    const mixed: JudgementMemory = {
      recall: (key, now) => (recalled++ === 0 ? early : late).recall(key, now),
      remember: () => {},
    };
    expect((await asks(mixed, lockfile('apple', 'pear'), later(1)))[0]).toEqual(['apple@1.0.0', 'pear@1.0.0']);
  });

  it('follows who is compared with whom as far as it goes', async () => {
    const memory = opened();
    const trees = ['medlar', 'quince', 'pear', 'sloe'];
    await asks(memory, lockfile(...trees));
    expect((await asks(memory, lockfile(...trees)))[0]).toEqual([]);
    expect((await asks(memory, lockfile('medlar', 'quince', 'sloe')))[0]).toEqual(['medlar@1.0.0', 'quince@1.0.0']);
    expect((await asks(memory, lockfile('medlar', 'sloe')))[0]).toEqual(['medlar@1.0.0']);
  });
});

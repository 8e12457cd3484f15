import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { forEachAtOnce } from '../../src/collectors/at-once.ts';

describe('work on many things', () => {
  it('is done on each once, on as many at a time as are allowed', async () => {
    const done: number[] = [];
    let [running, most] = [0, 0];
    await forEachAtOnce([1, 2, 3, 4, 5, 6, 7].values(), 3, async (item) => {
      most = Math.max(most, ++running);
      for (let turns = 0; turns < item % 3; turns++) await turn();
      running--;
      done.push(item);
    });
    expect([done.toSorted((a, b) => a - b), most]).toStrictEqual([[1, 2, 3, 4, 5, 6, 7], 3]);
  });

  it('fails as soon as one of them does, and has nothing to do for none', async () => {
    const failing = forEachAtOnce([1, 2], 1, async (item) => Promise.reject(new Error(`no ${item}`)));
    await expect(failing).rejects.toThrow('no 1');
    await forEachAtOnce([], 8, async () => Promise.reject(new Error('nobody asked')));
  });
});

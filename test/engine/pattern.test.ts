import { describe, expect, it } from 'vitest';
import type { SettledResult } from '../../src/engine/memory.ts';
import { createPattern } from '../../src/engine/pattern.ts';
import { crowded, nosy, rotten } from './orchard.ts';

const pass: SettledResult = { result: 'pass' };
const inside: SettledResult = { result: 'not-applicable', why: 'it is inside' };

describe('the pattern of what checks come to', () => {
  it('holds each result under the id of its check, in the order of the checks', () => {
    const pattern = createPattern().followedBy(rotten, pass).followedBy(crowded, inside);
    expect([...pattern.results()]).toEqual([
      ['rotten', pass],
      ['crowded', inside],
    ]);
  });

  it('is one and the same for all to whom the same happens', () => {
    const start = createPattern();
    const [one, other] = [start, start].map((pattern) => pattern.followedBy(rotten, pass).followedBy(crowded, inside));
    expect(one).toBe(other);
    expect(one?.results()).toBe(other?.results());
  });

  it('is another one where a result or a check differs, and does not change the one that it follows', () => {
    const start = createPattern().followedBy(rotten, pass);
    const all = [start.followedBy(crowded, pass), start.followedBy(crowded, inside), start.followedBy(nosy, pass)];
    expect(new Set(all).size).toBe(3);
    expect(start.results().size).toBe(1);
    expect(all.map((pattern) => [...pattern.results()].at(-1))).toEqual([
      ['crowded', pass],
      ['crowded', inside],
      ['nosy', pass],
    ]);
  });
});

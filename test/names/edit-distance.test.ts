import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance } from '../../src/names/edit-distance.ts';

const word = fc.stringMatching(/^[abc]{0,8}$/);
const distance = (a: string, b: string, limit: number): number => editDistance(Buffer.from(a), Buffer.from(b), b.length, limit);

/** The definition, without any shortcut. */
function plainDistance(a: string, b: string): number {
  const table = Array.from({ length: a.length + 1 }, (_, row) => Array.from({ length: b.length + 1 }, (_, column) => row + column));
  const at = (row: number, column: number): number => table[row]?.[column] ?? Infinity;
  for (let row = 1; row <= a.length; row += 1) {
    for (let column = 1; column <= b.length; column += 1) {
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const line = table[row];
      if (line === undefined) continue;
      line[column] = Math.min(
        at(row - 1, column) + 1,
        at(row, column - 1) + 1,
        at(row - 1, column - 1) + (a[row - 1] === b[column - 1] ? 0 : 1),
        isSwap ? at(row - 2, column - 2) + 1 : Infinity,
      );
    }
  }
  return at(a.length, b.length);
}

describe('the edit distance', () => {
  it('is the definition’s, up to its limit', () => {
    fc.assert(
      fc.property(word, word, fc.constantFrom(1, 2), (a, b, limit) => {
        expect(distance(a, b, limit)).toBe(Math.min(plainDistance(a, b), limit + 1));
      }),
      { numRuns: 5000 },
    );
  });

  it('counts a swap of neighbours as one edit', () => expect(distance('crpyto', 'crypto', 1)).toBe(1));

  it('looks at no more than the given length of the second name', () => {
    expect(editDistance(Buffer.from('lodash'), Buffer.from('lodash-leftover'), 6, 1)).toBe(0);
  });
});

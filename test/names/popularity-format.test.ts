import { brotliCompressSync, brotliDecompressSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, decodePopularity, downloadsOf, encodePopularity } from '../../src/names/popularity-format.ts';

const name = fc.stringMatching(/^[a-z@._/-]{1,20}$/);
const rows = fc.uniqueArray(fc.record({ name, downloads: fc.integer({ min: 1, max: 2_000_000_000 }) }), { selector: (row) => row.name });

function namesOf(packed: Uint8Array): readonly string[] {
  const { size, text, starts } = decodePopularity(packed);
  return Array.from({ length: size }, (_, row) => Buffer.from(text.subarray(starts[row], starts[row + 1])).toString('latin1'));
}

describe('the packed popularity list', () => {
  it('gives back every name in code-unit order', () => {
    fc.assert(
      fc.property(rows, (list) => {
        expect(namesOf(encodePopularity(list))).toEqual(list.map((row) => row.name).sort((a, b) => (a < b ? -1 : 1)));
      }),
    );
  });

  it('is the same whatever the order of the rows', () => {
    const list = [
      { name: 'left-pad', downloads: 5e6 },
      { name: 'lodash', downloads: 4e8 },
    ];
    expect(Buffer.compare(encodePopularity(list), encodePopularity(list.toReversed()))).toBe(0);
  });

  it('never overstates downloads, and understates them by less than 21 %', () => {
    fc.assert(
      fc.property(fc.integer({ min: 10, max: 2_000_000_000 }), (downloads) => {
        const read = downloadsOf(bucketOf(downloads));
        expect(read).toBeLessThanOrEqual(downloads + 1);
        expect(read).toBeGreaterThan(downloads * 0.79 - 1);
      }),
    );
  });

  it('refuses a name outside ASCII', () => {
    expect(() => encodePopularity([{ name: 'l\u{43e}dash', downloads: 1 }])).toThrow(RangeError);
  });

  it('refuses a list that is cut short, another file, and a prefix longer than the name before', () => {
    const packed = encodePopularity([
      { name: 'lodash', downloads: 4e8 },
      { name: 'lodash-es', downloads: 1e8 },
    ]);
    const plain = brotliDecompressSync(packed);
    expect(() => decodePopularity(brotliCompressSync(plain.subarray(0, -1)))).toThrow('wrong length');
    expect(() => decodePopularity(brotliCompressSync(Buffer.from('hello')))).toThrow('not a popularity list');
    const forged = Buffer.from(plain);
    forged[14] = 200;
    expect(() => decodePopularity(brotliCompressSync(forged))).toThrow('prefix');
  });
});

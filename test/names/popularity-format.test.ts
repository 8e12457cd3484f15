import { deflateRawSync, inflateRawSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodePopularity, encodePopularity } from '../../src/names/popularity-format.ts';

const name = fc.stringMatching(/^[a-z@._/-]{1,20}$/);
const rows = fc.uniqueArray(fc.record({ name, downloads: fc.integer({ min: 1, max: 2_000_000_000 }) }), { selector: (row) => row.name });

function namesOf(packed: Uint8Array): readonly string[] {
  const { size, nameAt } = decodePopularity(packed);
  return Array.from({ length: size }, (_, row) => nameAt(row));
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

  it('refuses a name outside ASCII', () => {
    expect(() => encodePopularity([{ name: 'l\u{43e}dash', downloads: 1 }])).toThrow(RangeError);
  });

  describe.each([
    ['that is cut short', (plain: Buffer) => plain.subarray(0, -1), 'do not add up'],
    ['with more behind it', (plain: Buffer) => Buffer.concat([plain, Buffer.from('x\n')]), 'do not add up'],
    ['that is another file', () => Buffer.from('hello'), 'not a popularity list'],
    ['of another version', (plain: Buffer) => written(plain, 4, 0x31), 'not a popularity list'],
    ['of more names than it has', (plain: Buffer) => written(plain, 6, 200), 'wrong length'],
    ['with one name too many', (plain: Buffer) => written(plain, 6, 4), 'do not add up'],
    ['with a prefix longer than the name before', (plain: Buffer) => written(plain, header + 1, 200), 'do not add up'],
    ['with a prefix before any name', (plain: Buffer) => written(plain, header, 1), 'do not add up'],
    [
      'with a name that is too long',
      (plain: Buffer) => Buffer.concat([plain.subarray(0, -1), Buffer.from(`${'t'.repeat(210)}\n`)]),
      'do not add up',
    ],
    ['with a name that has no end', (plain: Buffer) => Buffer.concat([plain.subarray(0, -1), Buffer.alloc(5000, 'x')]), 'do not add up'],
  ])('refuses a list', (what, forge, message) => {
    it(what, () => expect(() => decodePopularity(forged(['lodash', 'lodash-es', 'react'], forge))).toThrow(message));
  });

  it('refuses a list that shares where a name has to be written in full', () => {
    const many = Array.from({ length: 65 }, (_, index) => `name-${index + 10}`);
    expect(decodePopularity(forged(many, (plain) => plain)).size).toBe(65);
    expect(() => decodePopularity(forged(many, (plain) => written(plain, header + 64, 1)))).toThrow('do not add up');
  });
});

function forged(listed: readonly string[], forge: (plain: Buffer) => Buffer): Uint8Array {
  const packed = encodePopularity(listed.map((own) => ({ name: own, downloads: 4e8 })));
  return deflateRawSync(forge(Buffer.from(inflateRawSync(packed))));
}

/** Bytes before the columns: what the list is, and how many names it has. */
const header = 10;

function written(plain: Buffer, at: number, byte: number): Buffer {
  plain[at] = byte;
  return plain;
}

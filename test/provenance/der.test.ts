import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isDer, readDer } from '../../src/provenance/der.ts';

const bytes = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

describe('distinguished encoding', () => {
  it('is read value by value', () => {
    expect(readDer(bytes('0500 020101'))?.map(({ tag, content }) => [tag, content.toString('hex')])).toEqual([
      [5, ''],
      [2, '01'],
    ]);
  });

  for (const [name, hex] of Object.entries({
    'a length longer than it must be': '0281 01 01',
    'a length with a leading zero': '0282 0080 ' + '00'.repeat(128),
    'an indefinite length': '3080 0500 0000',
    'a value that ends too late': '0202 01',
    'a tag of more than one byte': '1f81 00 00',
    'a value that ends before its length': '02',
  })) {
    it(`does not know ${name}`, () => expect(readDer(bytes(hex))).toBeUndefined());
  }

  it('is demanded at every level, and not endlessly deep', () => {
    expect(isDer(bytes('3003 020101'))).toBe(true);
    expect(isDer(bytes('3004 0281 0101'))).toBe(false);
    expect(isDer(Buffer.concat([...Array.from({ length: 60 }, (_, depth) => Buffer.from([0x30, 120 - 2 * depth])), bytes('0500')]))).toBe(
      false,
    );
  });

  it('never throws, whatever it is given', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), (any) => typeof isDer(Buffer.from(any)) === 'boolean'));
  });
});

import { describe, expect, it } from 'vitest';
import { isRecord, parseJson, parseRecord } from '../../src/model/json.ts';

describe('a JSON text', () => {
  it('is its value, and nothing where it is none', () => {
    expect(parseJson('[1]')).toEqual([1]);
    expect(parseJson(Buffer.from('{"ä":"é"}'))).toEqual({ ä: 'é' });
    expect([parseJson(''), parseJson('{'), parseJson('{}}'), parseJson('undefined')]).toEqual(Array.from({ length: 4 }));
  });

  it('is a record where it is an object, and no list, text or null', () => {
    expect(parseRecord('{"a":1}')).toEqual({ a: 1 });
    expect(['[]', '"a"', 'null', '1', 'true', '{'].map((text) => parseRecord(text))).toEqual(Array.from({ length: 6 }));
    expect(isRecord(undefined)).toBe(false);
  });
});

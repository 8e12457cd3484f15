import { describe, expect, it } from 'vitest';
import {
  isListOf,
  isMapOf,
  isNumber,
  isObjectOf,
  isOneOf,
  isText,
  isTextOf,
  isVariantOf,
  onceFor,
  optional,
} from '../../src/evidence/shape.ts';

interface Apple {
  readonly sort: string;
  readonly grams?: number;
}

const isApple = isObjectOf<Apple>({ sort: isText, grams: optional(isNumber) });
const isFruit = isVariantOf<{ readonly status: 'ripe'; readonly apple: Apple } | { readonly status: 'gone' }>({
  ripe: { apple: isApple },
  gone: {},
});

describe('the shape of an object', () => {
  it('is proven by all of its members; others do not count', () => {
    expect(isApple({ sort: 'Boskoop', grams: 200, wormy: true })).toBe(true);
    expect(isApple({ sort: 'Boskoop' })).toBe(true);
  });

  it('is refused for a member that is missing, or is not what it should be', () => {
    for (const value of [{}, { grams: 200 }, { sort: 7 }, { sort: 'Boskoop', grams: Number.NaN }, { sort: 'Boskoop', grams: null }])
      expect(isApple(value)).toBe(false);
  });

  it('is refused for anything that is no object', () => {
    for (const value of [undefined, null, 'Boskoop', 200, [{ sort: 'Boskoop' }], () => ({ sort: 'Boskoop' })])
      expect(isApple(value)).toBe(false);
  });
});

describe('the shape of one of several kinds', () => {
  it('is proven by the members of the kind that its status names', () => {
    expect(isFruit({ status: 'ripe', apple: { sort: 'Boskoop' } })).toBe(true);
    expect(isFruit({ status: 'gone' })).toBe(true);
    expect(isFruit({ status: 'ripe' })).toBe(false);
  });

  it('is refused for a status that is no kind, were it the name of something that every object has', () => {
    for (const status of ['unripe', 'constructor', '__proto__', undefined, 1, ['gone']]) expect(isFruit({ status })).toBe(false);
  });
});

describe('the shape of what holds many', () => {
  it('is refused for one wrong entry', () => {
    expect(isListOf(isApple)([{ sort: 'Boskoop' }, { sort: 'Elstar' }])).toBe(true);
    expect(isListOf(isApple)([{ sort: 'Boskoop' }, 'Elstar'])).toBe(false);
    expect(isMapOf(isNumber, isText)(new Map([[1, 'one']]))).toBe(true);
    expect(isMapOf(isNumber, isText)(new Map([['1', 'one']]))).toBe(false);
    expect(isMapOf(isNumber, isText)({ 1: 'one' })).toBe(false);
  });

  it('is refused for more entries or letters than anybody has a use for', () => {
    expect(isListOf(isText, 2)(['a', 'b'])).toBe(true);
    expect(isListOf(isText, 2)(['a', 'b', 'c'])).toBe(false);
    expect(isTextOf(3)('abc')).toBe(true);
    expect(isTextOf(3)('abcd')).toBe(false);
  });

  it('is refused for a word that is none of those that there are', () => {
    expect(isOneOf('sweet', 'sour')('sour')).toBe(true);
    expect(isOneOf('sweet', 'sour')('bitter')).toBe(false);
  });
});

describe('a shape that is proven once', () => {
  it('is not looked at again in an object that has it, and is in every other', () => {
    let looks = 0;
    const isKnownApple = onceFor((value): value is Apple => {
      looks++;
      return isApple(value);
    });
    const [apple, pear] = [{ sort: 'Boskoop' }, { sort: 7 }];
    expect([isKnownApple(apple), isKnownApple(apple), looks]).toStrictEqual([true, true, 1]);
    expect([isKnownApple(pear), isKnownApple(pear), looks]).toStrictEqual([false, false, 3]);
    expect(isKnownApple({ ...apple, grams: 'many' })).toBe(false);
    expect(isKnownApple('Boskoop')).toBe(false);
  });
});

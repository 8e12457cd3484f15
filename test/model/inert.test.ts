import { assert, integer, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inert, inertLine } from '../../src/model/inert.ts';

// eslint-disable-next-line no-control-regex -- what must never come out
const dangerous = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff\u{e0000}-\u{e007f}]/u;

describe('inert text', () => {
  test.each([
    ['\u001b[31mred', '\\u{1b}[31mred'],
    ['a\r\nb\tc', 'a\\u{d}\\u{a}b\\u{9}c'],
    ['left\u202etfel', 'left\\u{202e}tfel'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['tag\u{e0041}', 'tag\\u{e0041}'],
    ['lone \ud800', 'lone \\u{d800}'],
    ['größer › 日本 😀', 'größer › 日本 😀'],
  ])('%j becomes %s', (text, expected) => {
    expect(inert(text)).toBe(expected);
  });

  test('holds nothing that a terminal or a reader takes for something else', () => {
    assert(
      property(string({ unit: 'binary' }), integer({ min: 1, max: 50 }), (text, limit) => {
        expect(inert(text)).not.toMatch(dangerous);
        expect(inertLine(text, limit)).not.toMatch(dangerous);
        expect(inertLine(text, limit).length).toBeLessThanOrEqual(limit);
      }),
    );
  });

  test('a line is cut with an ellipsis', () => {
    expect(inertLine('abcdef', 4)).toBe('abc…');
    expect(inertLine('abcd', 4)).toBe('abcd');
    expect(inertLine('x'.repeat(10_000_000), 10)).toBe(`${'x'.repeat(9)}…`);
  });
});

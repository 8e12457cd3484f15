import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { member, readJsonDocument } from '../../src/lockfiles/json-document.ts';
import { GateError } from '../../src/model/gate-error.ts';

const file = 'package-lock.json';

function refusal(text: string): GateError {
  try {
    readJsonDocument(text, { file });
  } catch (error) {
    if (error instanceof GateError) return error;
    throw error;
  }
  throw new Error('it was accepted');
}

describe('what is read', () => {
  test('a byte order mark and CRLF change neither the value nor the lines', () => {
    const text = '{\n  "name": "harbour",\n  "packages": {\n    "a": 1,\n    "b": 2\n  }\n}';
    for (const variant of [text, `\uFEFF${text}`, text.replaceAll('\n', '\r\n'), `\uFEFF${text.replaceAll('\n', '\r\n')}`]) {
      const document = readJsonDocument(variant, { file, keepsLines: (path) => (path.length <= 1 ? 'keys' : 'none') });
      expect(document.value).toEqual({ name: 'harbour', packages: { a: 1, b: 2 } });
      expect(document.locationOf(['packages', 'b'])).toEqual({ file, line: 5 });
      expect(document.locationOf(['name'])).toEqual({ file, line: 2 });
    }
  });

  test('only the lines that were asked for are kept', () => {
    const document = readJsonDocument('{\n"a": {\n"x": 1}, "list": [{\n"x": 2}]}', {
      file,
      keepsLines: (path) => (path[0] === 'a' ? 'keys' : 'below'),
    });
    expect(document.locationOf(['a', 'x']).line).toBe(3);
    expect(document.locationOf(['a']).line).toBe(1);
  });

  test('names that every object inherits are found only where they are written', () => {
    const document = readJsonDocument('{"packages": {"constructor": {"version": "1.0.0"}}}', { file });
    expect(member(member(document.value, 'packages'), 'constructor')).toEqual({ version: '1.0.0' });
    expect(member(document.value, 'constructor')).toBeUndefined();
    expect(member(document.value, 'hasOwnProperty')).toBeUndefined();
  });

  test('quotes and backslashes inside strings do not confuse the scan', () => {
    const document = readJsonDocument('{"a\\"b": "\\\\", "c": "\\\\\\"{[,:", "d":\n1}', { file, keepsLines: () => 'keys' });
    expect(document.value).toEqual({ 'a"b': '\\', c: '\\"{[,:', d: 1 });
    expect(document.locationOf(['d']).line).toBe(1);
  });

  test('100,000 entries are read in seconds at most', () => {
    const entries = Array.from({ length: 100_000 }, (_, index) => `\n"node_modules/barge-${index}":{"version":"1.0.0"}`);
    const document = readJsonDocument(`{"packages":{${entries.join(',')}}}`, {
      file,
      keepsLines: (path) => (path.length === 1 ? 'keys' : 'below'),
    });
    expect(document.locationOf(['packages', 'node_modules/barge-99999']).line).toBe(100_001);
  });
});

describe('what is refused, with its place', () => {
  test.each([
    ['a truncated file', '{\n  "packages": {\n    "a": {"ver', 3, 15, 'ends too early'],
    ['an empty file', '', 1, 1, 'ends too early'],
    ['a key that stands twice', '{\n  "a": 1,\n  "b": 2,\n  "a": 3\n}', 4, 3, 'stands twice'],
    ['a key that stands twice in two spellings', '{"a": 1,\n "\\u0061": 3}', 2, 2, 'stands twice'],
    ['a __proto__ key', '{\n "packages": {"__proto__": {}}}', 2, 15, '__proto__'],
    ['an escaped __proto__ key', '{\n "packages": {"\\u005f_proto__": {}}}', 2, 15, '__proto__'],
    ['NUL in a key', '{\n "a\\u0000b": 1}', 2, 2, 'control character'],
    ['an escape sequence for terminals in a key', '{"a\\u001b[2Jb": 1}', 1, 2, 'control character'],
    ['a C1 control character in a key', '{"a\u009bb": 1}', 1, 2, 'control character'],
    ['a raw line break in a string', '{"a": "b\nc"}', 1, 9, 'control character'],
    ['a trailing comma', '{"a": 1,\n}', 2, 1, 'a key in double quotes'],
    ['a missing comma', '{"a": 1\n "b": 2}', 2, 2, 'a comma'],
    ['a broken escape', '{"a": "\\x"}', 1, 8, 'broken escape'],
    ['something after the end', '{"a": 1}\n{}', 2, 1, 'the end of the file'],
    ['a number that is none', '{"a": 01}', 1, 8, 'a comma'],
  ])('%s', (_, text, line, column, problem) => {
    const error = refusal(text);
    expect(error.code).toBe('lockfile-invalid');
    expect(error.location).toEqual({ file, line, column });
    expect(error.message).toContain(problem);
    expect(error.hint).toBeTruthy();
  });

  test('nesting deeper than 256 levels, however deep', () => {
    expect(refusal('['.repeat(257) + ']'.repeat(257)).message).toContain('256');
    expect(refusal('{"a":'.repeat(200_000) + '1' + '}'.repeat(200_000)).message).toContain('256');
    expect(refusal('['.repeat(1_000_000)).message).toContain('ends too early');
    expect(readJsonDocument('['.repeat(256) + ']'.repeat(256), { file }).value).toBeTruthy();
  });
});

describe('what always holds', () => {
  test('everything that JSON.stringify writes is read as it is', () => {
    const plain = fc.jsonValue({ maxDepth: 6 }).filter((value) => !/__proto__|[\u007f-\u009f]|\\u00|\\[bfnrt]/.test(JSON.stringify(value)));
    fc.assert(
      fc.property(plain, (value) => {
        const text = JSON.stringify(value, null, 1);
        expect(readJsonDocument(text, { file }).value).toEqual(JSON.parse(text));
      }),
    );
  });

  test('what JSON.parse refuses is refused here, and only GateError comes out', () => {
    const source = JSON.stringify(
      { name: 'harbour', packages: { '': { dependencies: { a: '^1' } }, 'node_modules/a': { n: -1.5e3, t: [true, null] } } },
      null,
      1,
    );
    const mutation = fc.record({ at: fc.nat(source.length), drop: fc.nat(3), insert: fc.string({ unit: 'binary', maxLength: 3 }) });
    fc.assert(
      fc.property(mutation, ({ at, drop, insert }) => {
        const text = source.slice(0, at) + insert + source.slice(at + drop);
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        try {
          readJsonDocument(text, { file, keepsLines: () => 'keys' });
          expect(isJson).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(GateError);
        }
      }),
      { numRuns: 2000 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonDocument, type JsonDocument } from '../../src/lockfiles/json-document.ts';
import { linesByLayout } from '../../src/lockfiles/json-layout.ts';
import { GateError } from '../../src/model/gate-error.ts';

const file = 'package-lock.json';
const wanted = (): 'keys' => 'keys';

function byLayout(text: string): Record<string, Record<string, number>> | undefined {
  const found = linesByLayout(text, JSON.parse(text), { wanted, maxDepth: 256 });
  return found && Object.fromEntries(found.map(({ path, lines }) => [path.join('/'), Object.fromEntries(lines)]));
}

describe('a text that is laid out as programs write it', () => {
  const lockfile = { name: 'harbour', packages: { '': {}, 'node_modules/barge': { version: '1.0.0', os: ['linux'] } }, list: [{ a: 1 }] };

  test.each([2, 4, '\t'])('tells the lines of its keys (%j)', (margin) => {
    expect(byLayout(`${JSON.stringify(lockfile, null, margin)}\n\n`)).toEqual({
      '': { name: 2, packages: 3, list: 12 },
      packages: { '': 4, 'node_modules/barge': 5 },
      'packages/': {},
      'packages/node_modules/barge': { version: 6, os: 7 },
    });
  });

  test('may have brackets and quotes in its strings', () => {
    const text = JSON.stringify({ 'a"{': '}', b: ['[', '"]'], 'c\\': { '}': '{' } }, null, 2);
    expect(byLayout(text)).toEqual({ '': { 'a"{': 2, b: 3, 'c\\': 7 }, 'c\\': { '}': 8 } });
  });
});

test('margins and the line ends of Windows do not matter', () => {
  expect(byLayout('{\r\n"a": {\r\n      "b": [\r\n\t{},\r\n[]\r\n]\r\n}\r\n}')).toEqual({ '': { a: 2 }, a: { b: 3 } });
});

describe('a text that is not', () => {
  test.each([
    ['two members on a line', '{\n  "a": 1, "b": 2\n}'],
    ['an object on a line', '{\n  "a": {"b": 1}\n}'],
    ['a key twice', '{\n  "a": 1,\n  "a": 2\n}'],
    ['a key twice, and one line less', '{\n  "a": 1,\n  "a": 1, "b": 2\n}'],
    ['a key twice further in', '{\n  "a": {\n    "b": 1,\n    "b": 1\n  }\n}'],
    ['a value on a line of its own', '{\n  "a":\n  "b",\n  "c": 1\n}'],
    ['an empty object on two lines', '{\n  "a": {\n  }\n}'],
    ['an empty object behind spaces on two lines', '{\n  "a": { \n  }\n}'],
    ['an empty line', '{\n  "a": {\n\n    "b": 1\n  }\n}'],
    ['a comma on the next line', '{\n  "a": 1\n  , "b": 2\n}'],
    ['keys that count', '{\n  "b": 1,\n  "1": 2\n}'],
    ['space before it', ' {\n  "a": 1\n}'],
    ['a closing bracket behind a value', '{\n  "a": {\n    "b": 1 }\n}'],
    ['two closing brackets on a line', '{\n  "a": {\n    "b": 1\n  }}'],
    ['a space before a colon', '{\n  "a" : 1\n}'],
    ['an escape', '{\n  "a": "\\n"\n}'],
    ['an escaped letter', '{\n  "\\u0061": 1\n}'],
    ['DEL', '{\n  "a": "\u007f"\n}'],
    ['a key that sets a prototype', '{\n  "__proto__": 1\n}'],
    ['no object', '[\n  1\n]'],
  ])('is left to the walk: %s', (_, text) => {
    expect(byLayout(text)).toBeUndefined();
  });
});

test('lines by layout and lines by walking over every character are the same, and so are refusals', () => {
  const value = fc.letrec((tie) => ({
    any: fc.oneof({ depthSize: 'small' }, fc.constantFrom(1, true, null, 'x', '{', '":', 'a"b', '\\', [], {}), tie('list'), tie('object')),
    list: fc.array(tie('any'), { maxLength: 3 }),
    object: fc.dictionary(fc.constantFrom('a', 'b', '}', '{"', '1', ''), tie('any'), { maxKeys: 3 }),
  })).object;
  const edit = fc.record({
    at: fc.nat(400),
    drop: fc.nat(2),
    insert: fc.constantFrom('', ' ', '\n', '\n  ', '{', '}', '"a": 1,', ',', '[', ']', '{\n}'),
  });
  const answerOf = (text: string): unknown => {
    try {
      const { value: read, locationOf }: JsonDocument = readJsonDocument(text, { file, keepsLines: wanted });
      const lines: number[] = [];
      const paths: string[][] = [[]];
      for (let path = paths.pop(); path !== undefined; path = paths.pop()) {
        const at = path.reduce<unknown>((inner, key) => (inner as Record<string, unknown>)[key], read); // keys of this very value
        if (typeof at !== 'object' || at === null || Array.isArray(at)) continue;
        for (const key of Object.keys(at)) {
          lines.push(locationOf([...path, key]).line);
          paths.push([...path, key]);
        }
      }
      return { read, lines };
    } catch (error) {
      if (error instanceof GateError) return [error.code, error.location?.line];
      throw error;
    }
  };
  fc.assert(
    fc.property(value, fc.array(edit, { maxLength: 2 }), (of, edits) => {
      const text = edits.reduce((so, { at, drop, insert }) => so.slice(0, at) + insert + so.slice(at + drop), JSON.stringify(of, null, 2));
      // What begins with a space is never read by layout.
      expect(answerOf(text)).toEqual(answerOf(` ${text}`));
    }),
    { numRuns: 3000 },
  );
});

import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { jsonFromJsonc } from '../../src/lockfiles/jsonc.ts';
import { readBunFixture, readBunPackages, readBunText } from './bun-project.ts';
import { edgesOf } from './npm-project.ts';
import { assertSoundOrRefused, refusalOf } from '../support/sound-inventory.ts';

const plain = '{"lockfileVersion": 1, "workspaces": {"": {"name": "kiln"}}, "packages": {\n';

describe('a hostile bun lockfile is refused with its place', () => {
  test.each([
    ['no JSON', `${plain}"a": [`, 2],
    ['a key twice', `${plain}"a": ["a@1.0.0"],\n"a": ["a@1.0.0"]}}`, 3],
    ['an entry that is no list', `${plain}"a": "a@1.0.0"}}`, 2],
    ['an entry without a name', `${plain}"a": [{}]}}`, 2],
    ['an entry without a version', `${plain}"a": ["a"]}}`, 2],
    ['a name with a path', `${plain}"a": ["../../a@1.0.0"]}}`, 2],
    ['an entry that passes for a project', `${plain}"workspace:packages/a": ["a@1.0.0"]}}`, 2],
    ['a control character', `${plain}"a": ["a@1.0.0\\u001b[2J"]}}`, 2],
    ['a workspace outside', '{"lockfileVersion": 1, "workspaces": {\n"": {},\n"../x": {}}, "packages": {}}', 3],
    ['a nesting that no tree has', `${plain}"${'a/'.repeat(100)}a": ["a@1.0.0"]}}`, 2],
    ['a comment that never ends', `${plain}${'/* '.repeat(1_000_000)}`, 2],
    ['no root', '{"lockfileVersion": 1,\n"workspaces": {}, "packages": {}}', 2],
    ['no version', '{"workspaces": {"": {}}, "packages": {}}', 1],
  ])('%s', (_what, text, line) => {
    const error = refusalOf(() => readBunText(text));
    expect(error.code).toBe('lockfile-invalid');
    expect(error.location).toMatchObject({ file: 'bun.lock', line });
    expect(error.hint).toBeTruthy();
  });
});

test('names of the prototype are names like all others', () => {
  const entry = (name: string, meta: unknown = {}): readonly unknown[] => [`${name}@1.0.0`, '', meta, ''];
  const inventory = readBunPackages(
    { constructor: '1', hasOwnProperty: '1' },
    { constructor: entry('constructor', { dependencies: { toString: '1' } }), toString: entry('toString') },
  );
  expect(edgesOf(inventory)).toEqual(['. -prod-> constructor', 'constructor -prod-> toString']);
  expect(inventory.facts).toMatchObject([{ type: 'unresolved-dependency', name: 'hasOwnProperty' }]);
});

describe('JSON with comments and trailing commas', () => {
  test.each([
    ['{"a": [1, 2, ], }', { a: [1, 2] }],
    ['// top\n{"a": /* in, */ 1, // end\n}', { a: 1 }],
    ['{"a": "// no, ]", "b": "\\",}"}', { a: '// no, ]', b: '",}' }],
    ['[1, /* , */ // ]\n]', [1]],
  ])('%s', (text, value) => {
    expect(JSON.parse(jsonFromJsonc(text))).toEqual(value);
  });

  test.each(['[,]x', '[1,,]', '{"a": /* open', '["open'])('%s stays what is no JSON', (text) => {
    expect(() => JSON.parse(jsonFromJsonc(text)) as unknown).toThrow(SyntaxError);
  });

  test('plain JSON stays as it is, and every place stays where it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(3), (value, indent) => {
        const text = JSON.stringify(value, null, indent);
        expect(jsonFromJsonc(text)).toBe(text);
        const trailing = text.replaceAll(/(["\d\]}el])(\n\s*[\]}])/g, '$1,$2');
        const read = jsonFromJsonc(trailing);
        expect(read.length).toBe(trailing.length);
        expect(JSON.parse(read)).toEqual(JSON.parse(text));
      }),
    );
  });
});

test.each(['bun-workshop-v0', 'bun-workshop-v2'])('%s with any bytes changed is read soundly or refused', (folder) => {
  const bytes = readFileSync(`fixtures/${folder}/bun.lock`);
  const change = fc.record({ at: fc.nat(bytes.length - 1), length: fc.nat(12), bytes: fc.uint8Array({ maxLength: 6 }) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let mutated: Buffer = bytes;
      for (const { at, length, bytes: inserted } of changes)
        mutated = Buffer.concat([mutated.subarray(0, at), inserted, mutated.subarray(at + length)]);
      assertSoundOrRefused(() => readBunText(mutated.toString('utf8')));
    }),
    { numRuns: 300 },
  );
});

test('any value in any place is read soundly or refused', () => {
  const id = fc.constantFrom(
    'a@1.0.0',
    '@s/a@1.0.0',
    'a@workspace:packages/b',
    'a@root:',
    'a@file:..',
    'a@github:o/r#0a1b2c3',
    'a@',
    '@',
    'b@https://x.example/y',
  );
  const key = fc.constantFrom('a', 'a/b', '@s/a', '@s', 'a/@s/b/', '', '/', 'constructor', 'packages/b', 'toString/a');
  const object = fc.dictionary(
    fc.constantFrom('dependencies', 'peerDependencies', 'optionalPeers', 'os', 'bundled', 'name', 'version'),
    fc.jsonValue({ maxDepth: 2 }),
  );
  const tuple = fc.oneof(fc.tuple(id, object), fc.tuple(id, fc.string(), object, fc.string()), fc.array(fc.jsonValue({ maxDepth: 1 })));
  const workspaces = fc.dictionary(fc.constantFrom('', 'packages/b', 'packages/c'), object);
  fc.assert(
    fc.property(workspaces, fc.dictionary(key, tuple), (projects, packages) => {
      const text = JSON.stringify({
        lockfileVersion: 1,
        workspaces: { '': {}, ...projects },
        packages,
        overrides: projects,
        catalogs: packages,
      });
      assertSoundOrRefused(() => readBunText(text));
    }),
    { numRuns: 500 },
  );
});

test('a byte order mark and CRLF change nothing', () => {
  const windows = readBunFixture('bun-workshop-v2', (text) => `\uFEFF${text.replaceAll('\n', '\r\n')}`);
  expect(windows.components).toEqual(readBunFixture('bun-workshop-v2').components);
});

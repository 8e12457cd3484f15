import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { componentAt } from './npm-project.ts';
import { readPnpmText } from './pnpm-project.ts';
import { assertSoundOrRefused, refusalOf } from '../support/sound-inventory.ts';

const head = "lockfileVersion: '9.0'\nimporters:\n  .: {}\n";

describe('a hostile pnpm lockfile is refused with its place', () => {
  test.each([
    ['not YAML', `${head}packages: [}`, 4],
    ['a key twice', `${head}packages:\n  a@1.0.0: {}\n  a@1.0.0: {}\n`, 6],
    ['an anchor', `${head}packages:\n  a@1.0.0: &a {}\n`, 5],
    ['an alias bomb', `a: &a [x, x]\nb: &b [*a, *a]\n${head}`, 1],
    ['a tag', `${head}packages:\n  a@1.0.0: !!set {}\n`, 5],
    ['a conflict', `${head}<<<<<<< HEAD\npackages: {}\n=======\n>>>>>>> main\n`, 4],
    ['no version', 'importers: {}\n', 1],
    ['an absolute importer', "lockfileVersion: '9.0'\nimporters:\n  /etc: {}\n", 3],
    ['a name with a path', `${head}packages:\n  ../../x@1.0.0: {}\n`, 5],
    ['an entry that passes for a project', `${head}packages:\n  workspace:packages/a: {}\n`, 5],
    ['a control character', `${head}packages:\n  "a\\u001b@1.0.0": {}\n`, 1],
  ])('%s', (_what, text, line) => {
    const error = refusalOf(() => readPnpmText(text));
    expect(error.code).toBe('lockfile-invalid');
    expect(error.location).toMatchObject({ file: 'pnpm-lock.yaml', line });
    expect(error.hint).toBeTruthy();
  });

  test('a depth that no lockfile has', () => {
    expect(refusalOf(() => readPnpmText(`${head}packages: ${'['.repeat(5000)}${']'.repeat(5000)}\n`)).code).toBe('lockfile-invalid');
  });

  test('a version that pnpm itself no longer reads is unsupported', () => {
    expect(refusalOf(() => readPnpmText('lockfileVersion: 4\n')).code).toBe('lockfile-unsupported');
  });

  test('a third document', () => {
    expect(refusalOf(() => readPnpmText(`---\n${head}---\n${head}---\n${head}`)).message).toContain('3 YAML documents');
  });
});

test.each([
  ['quoted keys', `${head}packages:\n  '${"''".repeat(1_000_000)}@1.0.0': {}\n`],
  ['parentheses', `${head}packages:\n  a@1.0.0${'('.repeat(1_000_000)}${')'.repeat(1_000_000)}: {}\n`],
  ['digits', `${head}packages:\n  a@${'1.'.repeat(1_000_000)}0: {}\n`],
  ['documents', '---\n'.repeat(200_000)],
  ['spaces', `${head}${' '.repeat(5_000_000)}\n`],
])('a million %s take no long time and no stack', (_what, text) => {
  const start = performance.now();
  assertSoundOrRefused(() => readPnpmText(text));
  expect(performance.now() - start).toBeLessThan(15_000);
});

test('names of the prototype are names like all others', () => {
  const inventory = readPnpmText(
    `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      __proto__: {specifier: 1.0.0, version: 1.0.0}
      constructor: {specifier: 1.0.0, version: 1.0.0}
      hasOwnProperty: {specifier: 1.0.0, version: 1.0.0}
packages:
  __proto__@1.0.0: {resolution: {integrity: x}}
  constructor@1.0.0: {resolution: {integrity: x}}
snapshots:
  __proto__@1.0.0: {dependencies: {constructor: 1.0.0}}
  constructor@1.0.0: {}
`,
  );
  expect(inventory.edges.get(componentAt(inventory, '__proto__@1.0.0').bomRef)).toMatchObject([{ to: 'constructor@1.0.0' }]);
  expect(inventory.facts).toMatchObject([{ type: 'unresolved-dependency', name: 'hasOwnProperty' }]);
  expect(Object.hasOwn(Object.prototype, 'dependencies')).toBe(false);
});

test('a byte order mark and CRLF change nothing', () => {
  const text = fixtureText('pnpm-workshop-v9.0');
  const plain = readPnpmText(text);
  const windows = readPnpmText(`\uFEFF${text.replaceAll('\n', '\r\n')}`);
  expect(windows.components).toEqual(plain.components);
  expect(windows.edges).toEqual(plain.edges);
});

const fixtures = ['pnpm-workshop-v5.1', 'pnpm-workshop-v5.4', 'pnpm-workshop-v6.0', 'pnpm-workshop-v9.0', 'pnpm-bakery-two-documents'];

test.each(fixtures)('%s with any bytes changed is read soundly or refused', (folder) => {
  const bytes = Buffer.from(fixtureText(folder));
  const change = fc.record({ at: fc.nat(bytes.length - 1), length: fc.nat(12), bytes: fc.uint8Array({ maxLength: 6 }) });
  fc.assert(
    fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
      let mutated = bytes;
      for (const { at, length, bytes: inserted } of changes)
        mutated = Buffer.concat([mutated.subarray(0, at), inserted, mutated.subarray(at + length)]);
      assertSoundOrRefused(() => readPnpmText(mutated.toString('utf8')));
    }),
    { numRuns: 150 },
  );
});

test('any value in any place is read soundly or refused', () => {
  const leaf = fc.oneof(
    fc.string(),
    fc.constantFrom('1.0.0', 'link:../..', 'file:x', 'a@1.0.0', '/a/1.0.0', '/a@1.0.0(b@1.0.0)', '__proto__', 'https://x.example/y.tgz'),
  );
  const key = fc.oneof(
    fc.constantFrom(
      'a',
      'a@1.0.0',
      '/a/1.0.0',
      '.',
      'packages/b',
      'dependencies',
      'resolution',
      'specifiers',
      'integrity',
      'version',
      'tarball',
      'directory',
      '__proto__',
    ),
    fc.string(),
  );
  const { value } = fc.letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 5 },
      leaf,
      fc.array(tie('value'), { maxLength: 3 }),
      fc.array(fc.tuple(key, tie('value')), { maxLength: 4 }).map((pairs) => Object.fromEntries(pairs)),
    ),
  }));
  fc.assert(
    fc.property(fc.constantFrom('5.1', '5.4', '6.0', '9.0'), value, value, value, (version, importers, packages, snapshots) => {
      // JSON is YAML.
      assertSoundOrRefused(() =>
        readPnpmText(JSON.stringify({ lockfileVersion: version, importers, packages, snapshots, overrides: packages })),
      );
    }),
    { numRuns: 400 },
  );
});

function fixtureText(folder: string): string {
  return readFileSync(`fixtures/${folder}/pnpm-lock.yaml`, 'utf8');
}

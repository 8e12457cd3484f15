import { parseSyml, stringifySyml } from '@yarnpkg/parsers';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readYarnDocument, type YarnNode } from '../../src/lockfiles/yarn-document.ts';
import { berrySyntax, classicSyntax } from '../../src/lockfiles/yarn-syntax.ts';
import { GateError } from '../../src/model/gate-error.ts';
import { inputOf, readInput, readYarnLock } from './yarn-project.ts';

const classic = ['yarn-classic-greenhouse', 'yarn-classic-links', 'yarn-classic-resolutions'];
const berry = ['4', '6', '8', '10'].map((version) => `yarn-berry-greenhouse-${version}`).concat('yarn-berry-local-packages');

describe("the reader and yarn's own parser see the same file", () => {
  test.each([...classic, ...berry])('%s', (folder) => {
    const { text } = inputOf(folder);
    const syntax = berry.includes(folder) ? berrySyntax : classicSyntax;
    expect(plain(readYarnDocument(text, 'yarn.lock', syntax))).toEqual(strings(parseSyml(text)));
  });

  /** Texts that yarn might be asked to write, and many that it never is. */
  const text = fc.oneof(
    fc.constantFrom(
      'npm:^1.0.0',
      '>= 1 < 3',
      '*',
      '',
      '1',
      'true',
      'null',
      '~',
      '#x',
      'a #b',
      'a: b',
      "it's",
      '"',
      '\\',
      '- x',
      '? x',
      ': x',
      '!x',
      ' x ',
    ),
    fc.string({ unit: fc.constantFrom(...Array.from('ab1@/:#%"\'\\,-?!&*{}[]|> .~^=<')), maxLength: 12 }),
    fc.string({ unit: 'grapheme', maxLength: 8 }).filter((value) => !/[^\P{Cc}]/u.test(value)),
  );
  const key = fc.oneof(
    text.filter((value) => value !== ''),
    fc.constantFrom('__proto__', 'constructor', 'x'.repeat(1030)),
  );

  test('whatever yarn writes is read as it was meant', () => {
    const fields = fc.dictionary(key, fc.oneof(text, fc.dictionary(key, text, { minKeys: 1, maxKeys: 3 })), { minKeys: 1, maxKeys: 4 });
    fc.assert(
      fc.property(fc.dictionary(key, fields, { minKeys: 1, maxKeys: 4 }), (document) => {
        const written = stringifySyml(document);
        expect(plain(readYarnDocument(written, 'yarn.lock', berrySyntax))).toEqual(strings(document));
      }),
      { numRuns: 500 },
    );
  });

  test('whatever yarn 1 writes is read as it was meant', () => {
    const quoted = key.map((value) => JSON.stringify(value));
    const entry = fc.record({ keys: fc.array(quoted, { minLength: 1, maxLength: 3 }), value: text, dependency: quoted });
    fc.assert(
      fc.property(entry, ({ keys, value, dependency }) => {
        const written = `# yarn lockfile v1\n\n${keys.join(', ')}:\n  version ${JSON.stringify(value)}\n  dependencies:\n    ${dependency} ${JSON.stringify(value)}\n`;
        const node = { version: value, dependencies: new Map([[JSON.parse(dependency) as string, value]]) };
        const read = plain(readYarnDocument(written, 'yarn.lock', classicSyntax));
        expect(read).toEqual(new Map(keys.map((quotedKey) => [JSON.parse(quotedKey) as string, new Map(Object.entries(node))])));
      }),
      { numRuns: 300 },
    );
  });
});

describe('a damaged or hostile lockfile', () => {
  test.each([...classic, ...berry])('%s with bytes changed is read or refused with a line', (folder) => {
    const input = inputOf(folder);
    const bytes = Buffer.from(input.text);
    const change = fc.record({ at: fc.nat(bytes.length - 1), byte: fc.nat(255), remove: fc.nat(40) });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        let mutated = bytes;
        for (const { at, byte, remove } of changes) {
          mutated = Buffer.concat([mutated.subarray(0, at), Buffer.of(byte), mutated.subarray(at + remove)]);
        }
        expectReadOrRefused(() => readInput({ ...input, text: mutated.toString('utf8') }));
      }),
      { numRuns: 60 },
    );
  });

  test.each([...classic, ...berry])('%s with lines moved about is read or refused with a line', (folder) => {
    const input = inputOf(folder);
    const lines = input.text.split('\n');
    const move = fc.record({ from: fc.nat(lines.length - 1), to: fc.nat(lines.length - 1), indent: fc.nat(6) });
    fc.assert(
      fc.property(fc.array(move, { minLength: 1, maxLength: 8 }), (moves) => {
        const moved = [...lines];
        for (const { from, to, indent } of moves) moved.splice(to, 0, ' '.repeat(indent) + (moved[from] ?? '').trimStart());
        expectReadOrRefused(() => readInput({ ...input, text: moved.join('\n') }));
      }),
      { numRuns: 60 },
    );
  });

  test('any text at all is read or refused with a line', () => {
    const line = fc.oneof(
      fc.string(),
      fc.constantFrom(
        '__metadata:',
        '  version: 8',
        'a@1:',
        '"a@npm:1":',
        '  version "1"',
        '<<<<<<< x',
        '=======',
        '>>>>>>> y',
        '? x',
        ':',
      ),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => expectReadOrRefused(() => readYarnLock(lines.join('\n')))),
      { numRuns: 1000 },
    );
  });

  test('names of the object prototype are ordinary names', () => {
    for (const name of ['__proto__', 'constructor', 'hasOwnProperty', 'toString']) {
      const v1 = readYarnLock(`"${name}@^1.0.0":\n  version "1.0.0"\n  dependencies:\n    "${name}" "^1.0.0"\n`);
      const v8 = readYarnLock(
        `__metadata:\n  version: 8\n\n"${name}@npm:^1.0.0":\n  resolution: "${name}@npm:1.0.0"\n  dependencies:\n    ${name}: "npm:^1.0.0"\n`,
      );
      for (const { components } of [v1, v8]) expect([...components.values()].map((component) => component.name)).toEqual([name]);
    }
    expect(Object.keys(Object.prototype)).toEqual([]);
    expect(({} as Record<string, unknown>)['version']).toBeUndefined();
  });

  const count = 20_000;
  test.each([
    ['a chain of dependencies', chain(count)],
    ['one entry with many keys', `${Array.from({ length: count }, (_, index) => `rope@${index}`).join(', ')}:\n  version "1.0.0"\n`],
    [
      'many entries of one name and version',
      Array.from({ length: count }, (_, index) => `rope@^1.${index}:\n  version "1.0.0"\n`).join(''),
    ],
    [
      'one entry with many dependencies',
      `rope@1:\n  version "1"\n  dependencies:\n${Array.from({ length: count }, (_, index) => `    k${index} "1"`).join('\n')}\n`,
    ],
    ['a line of spaces', `__metadata:${' '.repeat(count * 10)}x${' '.repeat(count * 10)}y:\n`],
    ['a line of quotes', `${'"'.repeat(count)}\n`],
    ['a line of backslashes', `"${'\\'.repeat(count)}\n`],
    ['a line of colons', `a${':'.repeat(count)} x\n`],
    ['deep indentation', Array.from({ length: 2000 }, (_, index) => `${' '.repeat(index)}a:`).join('\n')],
    ['many conflict markers', '<<<<<<< a\n=======\n>>>>>>> b\n'.repeat(count)],
    ['nested patches', `__metadata:\n  version: 8\n\n"a@patch:1":\n  resolution: "a@${'patch:a@'.repeat(count)}1"\n`],
    ['encoded nested patches', `__metadata:\n  version: 8\n\n"a@patch:1":\n  resolution: "a@patch:a@${'%25'.repeat(count)}#x"\n`],
    ['a long condition', `__metadata:\n  version: 8\n\n"a@npm:1":\n  resolution: "a@npm:1.0.0"\n  conditions: ${'os=('.repeat(count)}\n`],
    ['a long address', `a@1:\n  version "1"\n  resolved "https://${'a:'.repeat(count)}@x"\n`],
  ])('%s does not take long', (_, lock) => {
    const start = process.cpuUsage();
    expectReadOrRefused(() =>
      readYarnLock(lock, { 'package.json': { dependencies: { k0: '1' }, resolutions: { 'a/**/k19999': '2', rope: '3' } } }),
    );
    const { user, system } = process.cpuUsage(start);
    expect((user + system) / 1000).toBeLessThan(2500);
  });
});

function chain(length: number): string {
  return Array.from({ length }, (_, index) => `k${index}@1:\n  version "1.0.0"\n  dependencies:\n    k${index + 1} "1"\n`).join('\n');
}

/** Anything but a refusal with a line would reach the user as a crash of ours. */
function expectReadOrRefused(read: () => unknown): void {
  try {
    read();
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    expect(error.code).toMatch(/^lockfile-/);
    expect(error.location?.line).toBeGreaterThan(0);
    expect(error.hint).toBeTruthy();
  }
}

type Plain = string | Map<string, Plain>;

function plain(node: YarnNode): Plain {
  return node.text ?? new Map([...(node.children ?? [])].map(([key, child]) => [key, plain(child)]));
}

/** Yarn's parser gives numbers and booleans of yarn 1 as such, and null for a key without anything. */
function strings(value: unknown): Plain {
  if (value === null) return new Map();
  if (typeof value !== 'object') return `${value as string | number | boolean}`;
  return new Map(Object.entries(value).map(([key, child]) => [key, strings(child)]));
}

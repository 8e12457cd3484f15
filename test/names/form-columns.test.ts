import { describe, expect, it } from 'vitest';
import { letterBits, readForms } from '../../src/names/form-columns.ts';
import { decodePopularity, encodePopularity } from '../../src/names/popularity-format.ts';
import { squash } from '../../src/names/squash.ts';

const names = [
  '@babel/code-frame',
  '@babel/core',
  '@babel/core/core',
  '@babel-x/core',
  '@babelcore',
  '@babelcorex',
  '@b/',
  '@/b',
  '@',
  '@x/core',
  'a/b',
  'cross-env',
  'crossenv',
  'Cross_Env.js',
  '0-1-2',
  '---',
  `@${'s'.repeat(200)}/${'b'.repeat(12)}`,
  `@${'s'.repeat(200)}/${'b'.repeat(11)}c`,
];

describe('the forms of a list', () => {
  const columns = decodePopularity(encodePopularity(names.map((name) => ({ name, downloads: 1000 }))));
  const forms = readForms(columns);
  const listed = Array.from({ length: columns.size }, (_, row) => textOf(columns.starts[row], columns.starts[row + 1]));

  it.each(names)('have the length and the letters of %s', (name) => {
    const row = listed.indexOf(name);
    expect(forms.name.lengths[row]).toBe(squash(name).length);
    expect(forms.name.letters[row]).toBe(lettersOf(name));
    expect(forms.name.starts[row]).toBe(columns.starts[row]);
  });

  it.each(names)('have what follows the scope of %s, and nothing without one', (name) => {
    const row = listed.indexOf(name);
    const base = /^@[^/]*(\/.*)$/.exec(name)?.[1] ?? '';
    expect(forms.base.lengths[row]).toBe(squash(base).length);
    expect(textOf(forms.base.starts[row], columns.starts[row + 1])).toBe(base);
    if (base !== '') expect(forms.base.letters[row]).toBe(lettersOf(base));
  });

  function textOf(from: number | undefined, to: number | undefined): string {
    return Buffer.from(columns.text.subarray(from, to)).toString('latin1');
  }
});

function lettersOf(name: string): number {
  return [...Buffer.from(squash(name))].reduce((letters, code) => letters | (letterBits[code] ?? 0), 0);
}

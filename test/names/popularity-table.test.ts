import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { editDistance } from '../../src/names/edit-distance.ts';
import { squash } from '../../src/names/squash.ts';
import { tableOf } from './small-table.ts';

const table = tableOf({
  'cross-env': 5e7,
  crossenv: 1e4,
  lodash: 4e8,
  'lodash-es': 1e8,
  JSONStream: 4e7,
  '@sentry/node': 5e7,
  '@sentry/cli': 4e7,
  '@acme/node': 2e3,
  'eslint-plugin-react': 1e8,
  'eslint-plugin-vue': 1e7,
});
const names = (found: readonly { readonly name: string }[]): readonly string[] => found.map((popular) => popular.name);

describe('the popularity table', () => {
  it('knows exactly the listed names, case kept', () => {
    expect(table.downloadsOf('JSONStream')).toBeGreaterThan(3e7);
    expect(table.downloadsOf('jsonstream')).toBeUndefined();
    expect(table.downloadsOf('cross_env')).toBeUndefined();
    expect(table.downloadsOf('zzz')).toBeUndefined();
    expect(table.downloadsOf('')).toBeUndefined();
  });

  it('finds names whatever their delimiters, most downloaded first', () => {
    expect(names(table.sameName('Cross.Env'))).toEqual(['cross-env', 'crossenv']);
    expect(names(table.sameName('sentry-node'))).toEqual(['@sentry/node']);
  });

  it('finds scoped names by what follows the scope', () => {
    expect(names(table.sameBase('node', 9))).toEqual(['@sentry/node', '@acme/node']);
    expect(names(table.sameBase('node', 1))).toEqual(['@sentry/node']);
    expect(names(table.sameBase('lodash', 9))).toEqual([]);
    expect([1, 2, 9].map((limit) => table.countWithBase('Node', limit))).toEqual([1, 2, 2]);
    expect(table.countWithBase('lodash', 9)).toBe(0);
  });

  it('counts families and scopes', () => {
    expect(table.countWithPrefix('eslint-plugin-')).toBe(2);
    expect(table.countWithPrefix('@sentry/')).toBe(2);
    expect(table.scopes(1e6)).toMatchObject([{ name: 'sentry' }]);
    expect(table.scopes(1).map((scope) => scope.name)).toEqual(['acme', 'sentry']);
    expect(table.scopeDownloads('sentry')).toBeGreaterThan(7e7);
    expect(table.scopeDownloads('lodash')).toBe(0);
  });

  it('finds neighbours above a number of downloads', () => {
    expect(names(table.nearName('lodahs', 1, 1e6))).toEqual(['lodash']);
    expect(names(table.nearName('lodahs', 2, 1e6))).toEqual(['lodash', 'lodash-es']);
    expect(names(table.nearName('crossenvv', 1, 1e6))).toEqual(['cross-env']);
    expect(names(table.nearBase('nod', 1, 1e6))).toEqual(['@sentry/node']);
  });

  it('overlooks no neighbour', () => {
    const word = fc.stringMatching(/^[ab1-]{1,6}$/);
    fc.assert(
      fc.property(fc.uniqueArray(word, { minLength: 1, maxLength: 12 }), word, fc.constantFrom(1, 2), (list, wanted, limit) => {
        const found = names(tableOf(Object.fromEntries(list.map((one) => [one, 1e6]))).nearName(wanted, limit, 1));
        const within = list.filter((one) => {
          const [a, b] = [Buffer.from(squash(wanted)), Buffer.from(squash(one))];
          const distance = editDistance(a, b, b.length, limit);
          return a.length > 0 && b.length > 0 && distance > 0 && distance <= limit;
        });
        expect([...found].sort()).toEqual([...within].sort());
      }),
    );
  });

  it('has no neighbours for what cannot be a name', () => {
    expect(table.nearName('l\u{43e}dash', 1, 1)).toEqual([]);
    expect(table.nearName('', 1, 1)).toEqual([]);
    expect(table.nearName('a'.repeat(10_000), 2, 1)).toEqual([]);
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bucketOf, downloadsOf } from '../../src/names/bucket.ts';
import { editDistance } from '../../src/names/edit-distance.ts';
import { lettersOf } from '../../src/names/letters.ts';
import type { Form, PopularityColumns } from '../../src/names/popularity-columns.ts';
import { decodePopularity, encodePopularity } from '../../src/names/popularity-format.ts';
import { squash } from '../../src/names/squash.ts';

/** Names that share much or nothing with their neighbours, with every kind of scope and some that are none. */
const name = fc.oneof(
  fc.stringMatching(/^[ab1_.-]{1,6}$/),
  fc.stringMatching(/^(?:eslint-plugin-|react-)[ab]{0,4}$/),
  fc.stringMatching(/^@[abA-]{1,3}\/[abB.-]{0,4}$/),
  fc.stringMatching(/^@s{190,200}\/b{1,13}$/),
  fc.constantFrom('@', '@a', '@a/', '@/a', '@a/b/a', 'a/b', 'Cross_Env.js', '!(a)*~', 'z'.repeat(214)),
);
/** Few, or as many as are written in two or three blocks. */
const list = fc.oneof(names(1, 8), names(66, 140));
const limits = { numRuns: 40 };

function names(minLength: number, maxLength: number): fc.Arbitrary<readonly string[]> {
  return fc.uniqueArray(name, { minLength, maxLength }).map((unsorted) => unsorted.sort((a, b) => (a < b ? -1 : 1)));
}

describe('the columns of a list', () => {
  it('give every name back in code-unit order, whichever is read first', () => {
    fc.assert(
      fc.property(list, (sorted) => {
        const columns = columnsOf(sorted);
        expect(columns.size).toBe(sorted.length);
        expect(sorted.map((_, row) => columns.nameAt(sorted.length - 1 - row))).toEqual(sorted.toReversed());
      }),
      limits,
    );
  });

  it('find where a text belongs among the names', () => {
    const text = fc.oneof(name, fc.string({ unit: 'binary', maxLength: 5 }), fc.constantFrom('', '@\u{7f}', 'a'.repeat(5000), '\u{202e}'));
    fc.assert(
      fc.property(list, text, (sorted, wanted) => {
        const first = sorted.findIndex((listed) => listed >= wanted);
        expect(columnsOf(sorted).lowerBound(wanted)).toBe(first === -1 ? sorted.length : first);
      }),
      limits,
    );
  });

  it.each<Form>(['name', 'base'])('find exactly the rows with the letters and the length of a form: %s', (form) => {
    fc.assert(
      fc.property(list, name, (sorted, wanted) => {
        const bytes = Buffer.from(squash(wanted));
        if (bytes.length === 0) return;
        const columns = columnsOf(sorted);
        const found = [...columns.alike(form, lettersOf(bytes), bytes.length)];
        const expected = sorted.flatMap((listed, row) => {
          const own = formOf(form, listed);
          return own.length === bytes.length && lettersOf(own) === lettersOf(bytes) ? [row] : [];
        });
        expect(found.toSorted((a, b) => a - b)).toEqual(expected);
        for (const row of found) expect(readForm(columns, form, row)).toEqual(formOf(form, sorted[row] ?? ''));
      }),
      limits,
    );
  });

  it.each<Form>(['name', 'base'])('overlook no row within a few edits of a form, in the order of rows: %s', (form) => {
    fc.assert(
      fc.property(list, name, fc.constantFrom(1, 2), fc.integer({ min: 1, max: 1000 }), (sorted, wanted, distance, fewest) => {
        const bytes = Buffer.from(squash(wanted));
        if (bytes.length === 0) return;
        const found = [...columnsOf(sorted).near(form, lettersOf(bytes), bytes.length, distance, bucketOf(fewest))];
        expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
        const missing = sorted.filter((listed, row) => {
          const own = formOf(form, listed);
          const isNear = own.length > 0 && editDistance(bytes, own, own.length, distance) <= distance;
          return isNear && bucketOf(downloadsIn(row)) >= bucketOf(fewest) && !found.includes(row);
        });
        expect(missing).toEqual([]);
        expect(found.filter((row) => bucketOf(downloadsIn(row)) < bucketOf(fewest))).toEqual([]);
      }),
      limits,
    );
  });

  it('add up the downloads of each scope', () => {
    fc.assert(
      fc.property(list, fc.integer({ min: 0, max: 2000 }), (sorted, fewest) => {
        const totals = new Map<string, number>();
        for (const [row, listed] of sorted.entries()) {
          const scope = /^@([^/]*)\//.exec(listed)?.[1];
          if (scope !== undefined) totals.set(scope, (totals.get(scope) ?? 0) + downloadsOf(bucketOf(downloadsIn(row))));
        }
        const expected = [...totals]
          .filter(([, downloads]) => downloads >= fewest)
          .map(([own, downloads]) => ({ name: own, letters: lettersOf(Buffer.from(squash(own))), downloads }));
        const columns = columnsOf(sorted);
        expect(columns.scopes(fewest)).toEqual(expected);
        expect(columns.downloads(1, sorted.length)).toBe(sum(sorted.slice(1).map((_, row) => downloadsOf(bucketOf(downloadsIn(row + 1))))));
      }),
      limits,
    );
  });
});

function columnsOf(sorted: readonly string[]): PopularityColumns {
  return decodePopularity(encodePopularity(sorted.map((listed, row) => ({ name: listed, downloads: downloadsIn(row) }))));
}

/** Downloads of all sizes. */
function downloadsIn(row: number): number {
  return (row * 389) % 1200;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function formOf(form: Form, listed: string): Uint8Array {
  return Buffer.from(squash(form === 'name' ? listed : (/^@[^/]*(\/.*)$/.exec(listed)?.[1] ?? '')));
}

function readForm(columns: PopularityColumns, form: Form, row: number): Uint8Array {
  const into = Buffer.alloc(214);
  return into.subarray(0, columns.copyForm(form, row, into));
}

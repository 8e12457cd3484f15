import { editDistance } from './edit-distance.ts';
import { lettersOf } from './letters.ts';
import { longestName } from './lookalike.ts';
import type { Form, PopularityColumns } from './popularity-columns.ts';

/** Finds rows of a popularity list by one form of their names: exactly, or within a few edits. */
export interface FormIndex {
  /** Rows whose form equals `text`, most downloaded first. */
  readonly equal: (text: string) => readonly number[];
  /** How many rows have a form that equals `text`; counts no further than `limit`. */
  readonly count: (text: string, limit: number) => number;
  /** Rows within `distance` edits (not 0) of `text` and in `fewest` or a higher bucket, nearest first, then most downloaded. */
  readonly near: (text: string, distance: number, fewest: number) => readonly Neighbour[];
}

export interface Neighbour {
  readonly row: number;
  readonly distance: number;
}

export function formIndex({ buckets, copyForm, alike, near }: PopularityColumns, form: Form): FormIndex {
  const scratch = new Uint8Array(longestName);
  const formOf = (row: number): Uint8Array => scratch.subarray(0, copyForm(form, row, scratch));
  const byDownloads = (a: number, b: number): number => (buckets[b] ?? 0) - (buckets[a] ?? 0) || a - b;
  function* equalTo(text: string): Iterable<number> {
    const wanted = bytesOf(text);
    if (wanted === undefined) return;
    for (const row of alike(form, lettersOf(wanted), wanted.length)) if (Buffer.compare(formOf(row), wanted) === 0) yield row;
  }
  return {
    equal: (text) => [...equalTo(text)].sort(byDownloads),
    count: (text, limit) => {
      let count = 0;
      for (const _ of equalTo(text)) if (++count === limit) break;
      return count;
    },
    near: (text, distance, fewest) => {
      const wanted = bytesOf(text);
      if (wanted === undefined) return [];
      const found: Neighbour[] = [];
      for (const row of near(form, lettersOf(wanted), wanted.length, distance, fewest)) {
        const other = formOf(row);
        const actual = editDistance(wanted, other, other.length, distance);
        if (actual > 0 && actual <= distance) found.push({ row, distance: actual });
      }
      return found.sort((a, b) => a.distance - b.distance || byDownloads(a.row, b.row));
    },
  };
}

/** The bytes of a form, or undefined where it cannot be one: empty, too long, or outside ASCII. */
function bytesOf(form: string): Uint8Array | undefined {
  if (form.length === 0 || form.length > longestName) return undefined;
  const bytes = new Uint8Array(form.length);
  for (let index = 0; index < form.length; index += 1) {
    const code = form.charCodeAt(index);
    if (code > 126) return undefined;
    bytes[index] = code;
  }
  return bytes;
}

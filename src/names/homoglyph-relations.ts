import type { NameShape } from './name-shape.ts';
import type { PopularityTable } from './popularity-table.ts';
import type { Relation } from './relation.ts';

/** Two characters that read as one in common fonts; single ones are edits of their own. */
const pairs: readonly (readonly [string, string])[] = [
  ['rn', 'm'],
  ['m', 'rn'],
  ['vv', 'w'],
  ['w', 'vv'],
];
const digits: Readonly<Record<string, string>> = { '0': 'o', '1': 'l', '3': 'e', '4': 'a', '5': 's', '7': 't' };
const fewestDownloads = 100e3;
const shortest = 5;

/** Popular names that this one reads as, though it is more than one edit away: `lodash` in `1odas4`, `modernizr` in `rnodernizr`. */
export function homoglyphRelations(shape: NameShape, table: PopularityTable): readonly Relation[] {
  if (shape.squashed.length < shortest) return [];
  for (const reading of readingsOf(shape.name)) {
    const target = table.sameName(reading)[0];
    if (target !== undefined && target.downloads >= fewestDownloads) {
      return [{ kind: 'homoglyph', target, tier: 'block', reason: 'reads in common fonts like', counterReasons: [] }];
    }
  }
  return [];
}

function readingsOf(name: string): readonly string[] {
  const readings: string[] = [];
  const letters = name.replaceAll(/[013457]/g, (digit) => digits[digit] ?? digit);
  if (letters !== name) readings.push(letters);
  for (const [written, read] of pairs) {
    for (let at = name.indexOf(written); at !== -1; at = name.indexOf(written, at + 1)) {
      readings.push(`${name.slice(0, at)}${read}${name.slice(at + written.length)}`);
    }
  }
  return readings;
}

import type { PackageFacts } from '../../model/package-facts.ts';

/** The groups of an overview, mildest first, in a reader's words. */
export const licenceGroupWords: ReadonlyMap<string, string> = new Map([
  ['public-domain', 'Public domain'],
  ['permissive', 'Permissive'],
  ['weak-copyleft', 'Weak copyleft'],
  ['strong-copyleft', 'Strong copyleft'],
  ['network-copyleft', 'Network copyleft'],
  ['source-available', 'Source available'],
  ['non-commercial', 'Non-commercial'],
  ['content', 'Content'],
  ['other', 'Other'],
  ['no-rights', 'No rights granted'],
  ['unknown', 'Unknown'],
]);

/** The group of a package's licence; `unknown` where none was learned. */
export function licenceGroupOf(facts: PackageFacts): string {
  const group = facts.licence?.group ?? 'unknown';
  return licenceGroupWords.has(group) ? group : 'unknown';
}

/** The group that asks for more; what is unknown may ask for anything. */
export function stricter(a: string, b: string): string {
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}

const order: readonly string[] = [...licenceGroupWords.keys()];

/**
 * What each kind of relation brings in recall for which false alarms, and how the two halves of the campaigns compare:
 *   node .tools/bench/names-ablation.js [DIR with malicious.tsv and benign.tsv]
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { openPopularityTable } from '../src/names/popularity-table.ts';
import type { RelationKind } from '../src/names/relation.ts';
import { readCases } from '../scripts/corpus/names/cases.ts';
import { macroRates, type Measurement, measure, rates } from '../scripts/corpus/names/measure.ts';

const groups: Readonly<Record<string, readonly RelationKind[]>> = {
  'one edit': ['swap', 'omit', 'repeat', 'insert', 'substitute', 'keyboard', 'homoglyph', 'bit-flip', 'plural'],
  delimiter: ['delimiter'],
  'two edits': ['two-edits'],
  'word order': ['word-order'],
  version: ['version'],
  'js affix': ['js-affix'],
  combosquat: ['combosquat'],
  'scope dropped': ['scope-dropped'],
  'scope edited, added, brand': ['scope-edited', 'scope-added', 'brand'],
};

const cases = readCases(process.argv[2] ?? '../shared/corpus/names');
const table = openPopularityTable(readFileSync('allowlists/popular-names/table.deflate'));
const all = measure(cases, table);
row('everything', all);
for (const [name, kinds] of Object.entries(groups)) row(`without ${name}`, measure(cases, table, new Set(kinds)));
for (const half of [0, 1]) {
  const imitations = all.imitations.filter((one) => halfOf(one.case.campaign) === half);
  const honest = all.honest.filter((one) => halfOf(one.case.name) === half);
  row(half === 0 ? 'first half' : 'second half', { imitations, honest });
}

function halfOf(text: string): number {
  return (createHash('sha256').update(text).digest()[0] ?? 0) % 2;
}

function row(label: string, { imitations, honest }: Measurement): void {
  const { block, warn } = rates(imitations);
  const macro = macroRates(imitations);
  const sets = ['lockfile', 'random', 'hard-reviewed'].map((set) => {
    const one = rates(honest.filter((judged) => judged.case.set === set));
    return `${set} ${one.block.toFixed(2)}/${one.warn.toFixed(2)}`;
  });
  console.log(
    [
      label.padEnd(36),
      `recall ${block.toFixed(1)}/${warn.toFixed(1)}`,
      `by campaign ${macro.block.toFixed(1)}/${macro.warn.toFixed(1)}`,
      ...sets,
    ].join('  '),
  );
}

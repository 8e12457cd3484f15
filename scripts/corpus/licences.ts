import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scoreChanges } from './licences/changes.ts';
import { scoreExpressions } from './licences/expressions.ts';
import { scoreFields } from './licences/fields.ts';
import type { Bar } from './licences/bar.ts';
import { scoreTexts } from './licences/texts.ts';
import type { PartOptions, PartResult } from './part.ts';

/** Scores the licence corpus: one bar per target of its README, each passed or failed. */
export async function run({ directory }: PartOptions): Promise<PartResult> {
  const items = (file: string): unknown => JSON.parse(readFileSync(join(directory, 'licences', file), 'utf8'));
  const bars: readonly Bar[] = [
    ...scoreExpressions(items('expressions.json')),
    ...scoreFields(items('fields.json')),
    ...scoreChanges(items('changes.json')),
    ...(await scoreTexts(items('texts.json'))),
  ];
  const failed = bars.filter(({ isMet }) => !isMet);
  return {
    name: 'licences',
    passed: bars.length - failed.length,
    failed: failed.length,
    lines: bars.flatMap(({ name, isMet, score, misses }) => [
      `  ${isMet ? 'passed' : 'FAILED'} ${name}: ${score}`,
      ...misses.map((miss) => `      ${miss}`),
    ]),
    details: bars,
  };
}

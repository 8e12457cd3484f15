import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { run } from '../../scripts/corpus/names.ts';

const directory = '../shared/corpus';
const isPresent = existsSync(`${directory}/names/malicious.tsv`);

it.skipIf(!isPresent)(
  `meets its bars for recall and false alarms${isPresent ? '' : ' (skipped: no corpus of labelled names beside the repository)'}`,
  async () => {
    const { lines } = await run({ directory });
    // Time is measured by the script alone, where nothing else runs.
    expect(lines.filter((line) => line.includes('MISSED') && !line.includes('CPU'))).toEqual([]);
    expect(lines.filter((line) => line.includes('met'))).not.toEqual([]);
  },
);

import { resolve } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { writeLines } from './audit-reports.ts';
import { openStore, storeOption, storePlace } from './audit-store.ts';
import type { Command } from './command.ts';

/** `lockgate audit export`: one audit as lines of JSON. */
export const auditExport: Command = {
  name: 'audit export',
  summary: 'Write all that is stored of an audit as lines of JSON',
  usage: '[AUDIT] -o FILE',
  description: [
    'AUDIT is a number from lockgate audit history; the newest finished one by default. The file holds a line for the audit, one for each',
    'repository, one for each lockfile with its findings and packages, and an end line with their counts: a file without it is incomplete.',
  ].join('\n'),
  maxPositionals: 1,
  options: { ...storeOption, output: { type: 'string', short: 'o', value: 'FILE', description: 'Where to write it' } },
  examples: [['lockgate audit export -o audit.ndjson', 'the newest one']],
  run: async ({ positionals: [number], text, environment }) => {
    const output = text('output');
    if (output === undefined) throw new GateError('usage', 'export needs a file: -o FILE');
    if (number !== undefined && !/^[1-9]\d{0,8}$/.test(number))
      throw new GateError('usage', 'AUDIT is a number', { hint: 'lockgate audit history lists them' });
    const { store } = await openStore(storePlace(text('store'), environment), 'shared');
    try {
      const id = number === undefined ? (await store.audits()).find(({ finishedAt }) => finishedAt !== undefined)?.id : Number(number);
      if (id === undefined) throw new GateError('store', 'no audit has been finished yet');
      const lines = await writeLines(resolve(environment.cwd, output), store.export(id));
      return { exitCode: 0, stdout: `audit ${id}: ${lines} lines in ${output}\n` };
    } finally {
      await store.close();
    }
  },
};

/**
 * Measures the readers against a corpus of real cases:
 *   node .tools/scripts/corpus.js [--part NAME]... [--dir DIR] [--json FILE]
 * Exit code 1 when anything differs from the corpus' references, 2 when nothing could be run.
 */
import { existsSync, writeFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { PartResult, RunPart } from './corpus/part.ts';

interface Part {
  /** The part runs when the corpus has this folder. */
  readonly folder: string;
  readonly load: () => Promise<{ readonly run: RunPart }>;
}

const parts: Readonly<Record<string, Part>> = {
  lockfiles: { folder: 'lockfiles', load: () => import('./corpus/lockfiles.ts') },
  names: { folder: 'names', load: () => import('./corpus/names.ts') },
  attestations: { folder: 'attestations', load: () => import('./corpus/attestations.ts') },
  audits: { folder: 'lockfiles', load: () => import('./corpus/audits.ts') },
  licences: { folder: 'licences', load: () => import('./corpus/licences.ts') },
};

process.exitCode = 2;
const { values } = parseArgs({
  options: { part: { type: 'string', multiple: true }, dir: { type: 'string' }, json: { type: 'string' } },
});
process.exitCode = await main(corpusFolder(values.dir ?? '../shared/corpus'), values.part ?? [], values.json);

async function main(directory: string, asked: readonly string[], json: string | undefined): Promise<number> {
  const unknown = asked.filter((name) => !Object.hasOwn(parts, name));
  if (unknown.length > 0) return complain(`no such part: ${unknown.join(', ')} (there are: ${Object.keys(parts).join(', ')})`);
  const results: PartResult[] = [];
  for (const [name, part] of Object.entries(parts)) {
    if (asked.length > 0 && !asked.includes(name)) continue;
    if (!existsSync(join(directory, part.folder))) {
      if (asked.includes(name)) return complain(`${directory} has no folder ${part.folder}`);
      continue;
    }
    const { run } = await part.load();
    const result = await run({ directory });
    results.push(result);
    for (const line of result.lines) console.log(line);
    console.log(`${name}: ${result.passed} passed, ${result.failed} failed`);
  }
  if (json !== undefined) writeFileSync(json, jsonOf(results));
  if (results.length === 0) return complain(`${directory} holds no part of a corpus`);
  return results.every(({ passed, failed }) => failed === 0 && passed > 0) ? 0 : 1;
}

/** The corpus' folder itself, its `lockfiles`, or the folder above it: all three are meant the same way. */
function corpusFolder(given: string): string {
  const directory = resolve(given);
  const isCorpus = (folder: string): boolean => Object.values(parts).some((part) => existsSync(join(folder, part.folder)));
  if (isCorpus(directory)) return directory;
  if (isCorpus(join(directory, 'corpus'))) return join(directory, 'corpus');
  return Object.values(parts).some(({ folder }) => basename(directory) === folder) ? dirname(directory) : directory;
}

function jsonOf(results: readonly PartResult[]): string {
  const parts = results.map(({ name, passed, failed, details }) => ({ name, passed, failed, details }));
  return `${JSON.stringify({ parts }, null, 2)}\n`;
}

function complain(problem: string): number {
  console.error(`corpus: ${problem}`);
  return 2;
}

/**
 * `npm run bench [-- --only NAME] [--rounds N] [--quick]`: every goal for speed and memory, beside its peers, in one run. Prints
 * the table and writes `.cache/bench/results.json`. See bench/README.md. Exit code 1 when a bar is missed, 2 when a
 * measurement broke.
 */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, tmpdir, totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Goal, NotHere, type Row, type Skipped, type World } from './goal.ts';
import { changed } from './goals/changed.ts';
import { cold } from './goals/cold.ts';
import { growth } from './goals/growth.ts';
import { line } from './goals/line.ts';
import { provenance } from './goals/provenance.ts';
import { sbom } from './goals/sbom.ts';
import { sizes } from './goals/sizes.ts';
import { startUp } from './goals/start-up.ts';
import { warm } from './goals/warm.ts';
import { peerProgram } from './peers.ts';

const goals: readonly Goal[] = [startUp, warm, changed, cold, line, sizes, sbom, provenance, growth];

process.exitCode = 2;
const { values } = parseArgs({
  options: { only: { type: 'string', multiple: true }, rounds: { type: 'string' }, quick: { type: 'boolean', default: false } },
});
const unknown = (values.only ?? []).filter((name) => !goals.some((goal) => goal.name === name));
if (unknown.length > 0) throw new Error(`there is no goal ${unknown.join(', ')}; there are ${goals.map(({ name }) => name).join(', ')}`);
const world: World = {
  rounds: Number(values.rounds ?? (values.quick ? 3 : 9)),
  isQuick: values.quick,
  folder: mkdtempSync(join(tmpdir(), 'lockgate-bench-')),
  lockgate: resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js'),
  replay: () => {
    if (existsSync('../shared/replay/server.mjs')) return resolve('../shared/replay');
    throw new NotHere('../shared/replay is not here');
  },
  peer: peerProgram,
};
try {
  const results = await measureAll(goals.filter(({ name }) => values.only?.includes(name) ?? true));
  console.log(renderTable(results));
  mkdirSync('.cache/bench', { recursive: true });
  const machine = { node: process.version, platform: process.platform, cpus: cpus().length, model: cpus()[0]?.model, memory: totalmem() };
  writeFileSync('.cache/bench/results.json', `${JSON.stringify({ machine, rounds: world.rounds, results }, undefined, 2)}\n`);
  const isMissed = results.some((row) => 'value' in row && stateOf(row) === 'missed');
  if (!results.some((row) => 'skipped' in row && row.isBroken)) process.exitCode = isMissed ? 1 : 0;
} finally {
  rmSync(world.folder, { recursive: true, force: true });
}

async function measureAll(wanted: readonly Goal[]): Promise<readonly (Row | Skipped)[]> {
  const results: (Row | Skipped)[] = [];
  for (const goal of wanted) {
    console.error(`measuring ${goal.name}`);
    try {
      results.push(...(await goal.measure(world)));
    } catch (error) {
      // One goal that breaks does not take the figures of the others along; the run is no success, though.
      const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
      results.push({ goal: goal.name, skipped: why, isBroken: !(error instanceof NotHere) });
    }
  }
  return results;
}

function renderTable(results: readonly (Row | Skipped)[]): string {
  const memory = (totalmem() / 1024 ** 3).toFixed(0);
  return [
    `Node ${process.version}, ${process.platform}, ${cpus().length} cores (${cpus()[0]?.model ?? 'unknown'}), ${memory} GiB; medians of ${world.rounds} rounds, in turns`,
    '',
    '| goal | measured | figure | bar | stretch | |',
    '| --- | --- | --- | --- | --- | --- |',
    ...results.map((row) => ('skipped' in row ? `| ${row.goal} | not measured: ${row.skipped} | | | | |` : lineOf(row))),
  ].join('\n');
}

function lineOf(row: Row): string {
  const limit = (value: number | undefined): string => (value === undefined ? '' : withUnit(value, row.unit));
  const figure = `${withUnit(row.value, row.unit)} (${row.detail})`;
  return `| ${row.goal} | ${row.what} | ${figure} | ${limit(row.bar)} | ${limit(row.stretch)} | ${stateOf(row)} |`;
}

function stateOf({ value, bar, stretch }: Row): string {
  if (bar === undefined) return '';
  if (stretch !== undefined && value <= stretch) return 'stretch';
  return value <= bar ? 'met' : 'missed';
}

function withUnit(value: number, unit: Row['unit']): string {
  const digits = value < 0.1 ? 3 : value < 10 ? 2 : 0;
  return unit === 'x' ? `${value.toFixed(digits)}x` : `${value.toFixed(digits)} ${unit}`;
}

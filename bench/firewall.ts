/**
 * Load on `lockgate serve`: installs of a tree of 400 packages (documents first, then tarballs, fifteen sockets each, as npm does),
 * one against a cold firewall and fifty at once, beside the same installs straight from the registry. With `--minutes` the last part is
 * that many minutes of mixed load, with a line of memory for every ten seconds.
 *   npm run -s bundle && npm run -s tools && node .tools/bench/firewall.js [--installs 50] [--minutes 5] [--lockgate bin/lockgate.js]
 * Ends with 1 when a single answer is wrong (other bytes than were published, a refused package that came, a good one that did not),
 * and when memory grows.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { type Figures, load } from './firewall-clients.ts';
import { cpuSeconds, endure, memoryOf } from './firewall-endurance.ts';
import type { ExpectedPackage } from './firewall-upstream.ts';

const { values } = parseArgs({
  options: {
    installs: { type: 'string', default: '50' },
    minutes: { type: 'string' },
    lockgate: { type: 'string', default: 'bin/lockgate.js' },
  },
});
const installs = Number(values.installs);
const folder = mkdtempSync(join(tmpdir(), 'lockgate-bench-firewall-'));
const children: ChildProcess[] = [];
try {
  const wrong = await measure();
  console.log(`wrong answers, leaks: ${wrong.length}`);
  for (const one of wrong.slice(0, 10)) console.log(`  ${one}`);
  if (wrong.length > 0) process.exitCode = 1;
} finally {
  // The firewall writes its cache before it goes.
  await Promise.all(children.map(ended));
  rmSync(folder, { recursive: true, force: true });
}

/** What was wrong. */
async function measure(): Promise<readonly string[]> {
  const upstream = await started([resolve('.tools/bench/firewall-upstream.js')], 'stdout', (line) => line.startsWith('{"origin"'));
  const { origin, expected } = JSON.parse(upstream.line) as { origin: string; expected: readonly ExpectedPackage[] }; // what it prints
  // The documents are made up: what they lack says nothing about the firewall.
  writeFileSync(join(folder, 'lockgate.yaml'), 'version: 1\n');
  const serve = [resolve(values.lockgate), 'serve', '--port', '0', '--quiet'];
  const { line, pid } = await started(serve, 'stderr', (text) => text.includes('"listening"'), origin);
  const address = String((JSON.parse(line) as { origin: unknown }).origin); // its own log line
  const resident = async (): Promise<number> => (await memoryOf(address, pid)).resident;

  const memories = [await resident()];
  show('direct, 1 install', await load(origin, 1, expected, false));
  const idle = cpuSeconds(pid);
  const cold = await load(address, 1, expected, true);
  show('firewall, 1 install, cold', cold);
  const [milliseconds, cpu] = [cold.seconds * 1_000, (cpuSeconds(pid) - idle) * 1_000].map((sum) => (sum / expected.length).toFixed(1));
  console.log(`the same for each package: ${milliseconds} ms, ${cpu} ms of the firewall's CPU`);
  memories.push(await resident());
  if (values.minutes !== undefined) {
    return [...cold.wrong, ...(await endure({ address, pid, expected, installs, minutes: Number(values.minutes) }))];
  }
  const direct = await load(origin, installs, expected, false);
  show(`direct, ${installs} installs at once`, direct);
  const rounds: Figures[] = [];
  for (let round = 1; round <= 3; round += 1) {
    const figures = await load(address, installs, expected, true);
    rounds.push(figures);
    memories.push(await resident());
    show(`firewall, ${installs} installs at once, round ${round}`, figures);
  }
  const last = rounds.at(-1) ?? cold;
  for (const kind of ['documents', 'tarballs'] as const) {
    const added = [0.5, 0.99].map((quantile) => (quantileOf(last[kind], quantile) - quantileOf(direct[kind], quantile)).toFixed(1));
    console.log(`added latency, ${kind}: p50 ${added[0]} ms, p99 ${added[1]} ms`);
  }
  console.log(`resident memory, MiB: ${memories.join(' -> ')}`);
  return [cold, ...rounds].flatMap((figures) => figures.wrong);
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode === null && child.kill()) await once(child, 'exit');
}

/** Starts a program and waits for the line that says that it listens. */
function started(
  argv: readonly string[],
  stream: 'stdout' | 'stderr',
  isReady: (line: string) => boolean,
  registry = '',
): Promise<{ readonly line: string; readonly pid: number }> {
  const isService = registry !== '';
  const env = { PATH: process.env['PATH'], HOME: folder, npm_config_registry: registry };
  const child = spawn(process.execPath, [...argv], { stdio: ['ignore', 'pipe', 'pipe'], ...(isService ? { cwd: folder, env } : {}) });
  children.push(child);
  return new Promise((done, fail) => {
    child.on('exit', (code) => fail(new Error(`${argv[0]} ended with ${code}`)));
    createInterface({ input: child[stream] }).on('line', (line) => {
      if (isReady(line)) done({ line, pid: child.pid ?? Number.NaN });
      else if (line.includes('"trouble"')) console.log(line);
    });
  });
}

function show(what: string, { documents, tarballs, seconds, bytes }: Figures): void {
  const of = (times: readonly number[]): string => [0.5, 0.9, 0.99].map((quantile) => quantileOf(times, quantile).toFixed(1)).join('/');
  const rate = Math.round((documents.length + tarballs.length) / seconds);
  console.log(
    `${what}: ${seconds.toFixed(1)} s, ${rate} answers/s, ${Math.round(bytes / 1024 / 1024)} MiB, p50/p90/p99 ms documents ${of(documents)} tarballs ${of(tarballs)}`,
  );
}

function quantileOf(times: readonly number[], quantile: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
}

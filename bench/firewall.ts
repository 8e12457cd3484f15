/**
 * Load on `lockgate serve`: installs of a tree of 400 packages (documents first, then tarballs, fifteen sockets each, as npm does),
 * one against a cold firewall and fifty at once, beside the same installs straight from the registry.
 *   npm run -s build && npm run -s tools && node .tools/bench/firewall.js [--installs 50] [--lockgate bin/lockgate.js]
 * Ends with 1 when a single answer is wrong: other bytes than were published, a refused package that came, a good one that did not.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import { gunzipSync } from 'node:zlib';
import type { ExpectedPackage } from './firewall-upstream.ts';

interface Figures {
  readonly documents: number[];
  readonly tarballs: number[];
  seconds: number;
  bytes: number;
  readonly wrong: string[];
}

const { values } = parseArgs({
  options: { installs: { type: 'string', default: '50' }, lockgate: { type: 'string', default: 'bin/lockgate.js' } },
});
const installs = Number(values.installs);
const folder = mkdtempSync(join(tmpdir(), 'lockgate-bench-firewall-'));
const children: ChildProcess[] = [];
/** Documents as they came the first time. */
const seen = new Map<string, Buffer>();
try {
  await measure();
} finally {
  for (const child of children) child.kill();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(): Promise<void> {
  const upstream = await started([resolve('.tools/bench/firewall-upstream.js')], 'stdout', (line) => line.startsWith('{"origin"'));
  const { origin, expected } = JSON.parse(upstream.line) as { origin: string; expected: readonly ExpectedPackage[] }; // what it prints
  // The documents are made up: what they lack says nothing about the firewall.
  writeFileSync(join(folder, 'lockgate.yaml'), 'version: 1\n');
  const serve = [resolve(values.lockgate), 'serve', '--port', '0', '--quiet'];
  const firewall = await started(serve, 'stderr', (line) => line.includes('"listening"'), origin);
  const address = String((JSON.parse(firewall.line) as { origin: unknown }).origin); // its own log line
  const memory = async (): Promise<number> =>
    gaugeIn((await get(`${address}/-/lockgate/metrics`, new Agent())).body.toString('utf8'), 'lockgate_resident_memory_bytes');

  const before = await memory();
  show('direct, 1 install', await load(origin, 1, expected, false));
  const cold = await load(address, 1, expected, true);
  show('firewall, 1 install, cold', cold);
  const afterCold = await memory();
  const direct = await load(origin, installs, expected, false);
  show(`direct, ${installs} installs at once`, direct);
  const rounds: Figures[] = [];
  const memories = [before, afterCold];
  for (let round = 1; round <= 3; round += 1) {
    const figures = await load(address, installs, expected, true);
    rounds.push(figures);
    memories.push(await memory());
    show(`firewall, ${installs} installs at once, round ${round}`, figures);
  }
  const last = rounds.at(-1) ?? cold;
  for (const kind of ['documents', 'tarballs'] as const) {
    const added = [0.5, 0.99].map((quantile) => (quantileOf(last[kind], quantile) - quantileOf(direct[kind], quantile)).toFixed(1));
    console.log(`added latency, ${kind}: p50 ${added[0]} ms, p99 ${added[1]} ms`);
  }
  console.log(`resident memory, MiB: ${memories.map((bytes) => Math.round(bytes / 1024 / 1024)).join(' -> ')}`);
  const wrong = [cold, ...rounds].flatMap((figures) => figures.wrong);
  console.log(`wrong answers: ${wrong.length}`);
  for (const one of wrong.slice(0, 10)) console.log(`  ${one}`);
  if (wrong.length > 0) process.exitCode = 1;
}

async function load(origin: string, count: number, expected: readonly ExpectedPackage[], isGated: boolean): Promise<Figures> {
  const figures: Figures = { documents: [], tarballs: [], seconds: 0, bytes: 0, wrong: [] };
  const begun = performance.now();
  await Promise.all(Array.from({ length: count }, () => install(origin, expected, isGated, figures)));
  figures.seconds = (performance.now() - begun) / 1_000;
  return figures;
}

async function install(origin: string, expected: readonly ExpectedPackage[], isGated: boolean, figures: Figures): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 15 });
  await Promise.all(
    expected.map(async ({ name, isRefused }) => {
      const { status, body, milliseconds } = await get(`${origin}/${name.replace('/', '%2f')}`, agent);
      figures.documents.push(milliseconds);
      figures.bytes += body.length;
      if (isGated && !isRefused && (status !== 200 || !isRightDocument(name, body))) figures.wrong.push(`document of ${name}: ${status}`);
    }),
  );
  await Promise.all(
    expected.map(async ({ name, version, sha512, isRefused }) => {
      const base = name.slice(name.lastIndexOf('/') + 1);
      const { status, body, milliseconds } = await get(`${origin}/${name}/-/${base}-${version}.tgz`, agent);
      figures.tarballs.push(milliseconds);
      figures.bytes += body.length;
      const isPublished = createHash('sha512').update(body).digest('hex') === sha512;
      const isRight = isRefused ? status === 403 && !isPublished : status === 200 && isPublished;
      if (isGated && !isRight) figures.wrong.push(`${name}@${version}: ${status} ${body.subarray(0, 200).toString('latin1')}`);
    }),
  );
  agent.destroy();
}

/** Read once; afterwards it has to be the same. */
function isRightDocument(name: string, body: Buffer): boolean {
  const known = seen.get(name);
  if (known !== undefined) return known.equals(body);
  seen.set(name, body);
  return gunzipSync(body).includes(`"name":${JSON.stringify(name)}`);
}

function get(url: string, agent: Agent): Promise<{ readonly status: number; readonly body: Buffer; readonly milliseconds: number }> {
  const begun = performance.now();
  return new Promise((done, fail) => {
    const sent = httpRequest(
      url,
      { agent, headers: { 'user-agent': 'npm/11.0.0 node/v20', accept: 'application/json', 'accept-encoding': 'gzip' } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', fail);
        response.on('end', () =>
          done({ status: response.statusCode ?? 0, body: Buffer.concat(chunks), milliseconds: performance.now() - begun }),
        );
      },
    );
    sent.on('error', fail);
    sent.end();
  });
}

/** Starts a program and waits for the line that says that it listens. */
function started(
  argv: readonly string[],
  stream: 'stdout' | 'stderr',
  isReady: (line: string) => boolean,
  registry = '',
): Promise<{ readonly line: string }> {
  const isService = registry !== '';
  const env = { PATH: process.env['PATH'], HOME: folder, npm_config_registry: registry };
  const child = spawn(process.execPath, [...argv], { stdio: ['ignore', 'pipe', 'pipe'], ...(isService ? { cwd: folder, env } : {}) });
  children.push(child);
  return new Promise((done, fail) => {
    child.on('exit', (code) => fail(new Error(`${argv[0]} ended with ${code}`)));
    createInterface({ input: child[stream] }).on('line', (line) => {
      if (isReady(line)) done({ line });
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

function quantileOf(values: readonly number[], quantile: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * quantile))] ?? Number.NaN;
}

function gaugeIn(text: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

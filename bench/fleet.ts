import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createFleetStore } from '../src/fleet/store.ts';
import { openPostgresql } from '../src/platform/postgresql.ts';
import { openSqlite } from '../src/platform/sqlite.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql } from '../test/support/postgresql.ts';
import { type SyntheticFleet, writeFleet } from './fleet/synthetic-fleet.ts';

/** One way of auditing the fleet, measured. */
interface Row {
  readonly name: string;
  readonly seconds: number;
  /** User and system time of all its processes, without the server's. */
  readonly cpuSeconds: number;
  /** The largest resident set of any of its processes, in MiB. */
  readonly peak: number;
  /** Bytes of the store. */
  readonly size: number;
  /** Milliseconds of the median search for the commonest package, in a process that is running. */
  readonly search: number;
}

const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');

/**
 * Audits a synthetic fleet, without a network: into SQLite, and into PostgreSQL with one, two and four workers. Everything runs on this
 * one machine, the server included; every way begins with an empty store and an empty cache.
 *
 *   npm run -s build && npm run -s tools && node .tools/bench/fleet.js [--repositories 1000] [--only sqlite|postgresql]
 */
const { values } = parseArgs({ options: { repositories: { type: 'string', default: '1000' }, only: { type: 'string' } } });
const folder = mkdtempSync(join(tmpdir(), 'lockgate-bench-'));
const fleet = writeFleet(folder, Number(values.repositories));
console.log(
  `${fleet.repositories} repositories, ${fleet.installed} installed copies of ${fleet.distinctVersions} versions of ${fleet.distinctNames} packages`,
);
if (values.only !== 'postgresql') print(await inSqlite());
if (values.only !== 'sqlite' && hasPostgresql) {
  const server = await startPostgresql();
  try {
    for (const workers of [1, 2, 4]) print(await inPostgresql(server, workers));
  } finally {
    server.remove();
  }
}
rmSync(folder, { recursive: true, force: true });

async function inSqlite(): Promise<Row> {
  const file = join(folder, 'audits.db');
  const { seconds, cpuSeconds, peak } = await timed([['audit', '--offline', '--quiet', '--store', file, fleet.list]]);
  const size = statSync(file).size;
  const database = await openSqlite(file, { mode: 'shared' });
  return { name: 'SQLite, one process', seconds, cpuSeconds, peak, size, search: await searchTime(database, fleet) };
}

async function inPostgresql(server: PostgresqlServer, workers: number): Promise<Row> {
  const url = await server.createDatabase();
  await timed([['audit', 'enqueue', '--offline', '--store', url, fleet.list]]);
  const worker = ['audit', 'worker', '--drain', '--concurrency', '2', '--store', url];
  const { seconds, cpuSeconds, peak } = await timed(Array.from({ length: workers }, () => worker));
  const search = await searchTime(await openPostgresql(url), fleet);
  return {
    name: `PostgreSQL, ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    seconds,
    cpuSeconds,
    peak,
    size: await server.sizeOf(url),
    search,
  };
}

function print({ name, seconds, cpuSeconds, peak, size, search }: Row): void {
  const cells = [
    name,
    `${seconds.toFixed(1)} s`,
    `${(fleet.repositories / seconds).toFixed(1)}/s`,
    `${((cpuSeconds * 1000) / fleet.repositories).toFixed(0)} ms`,
    `${peak.toFixed(0)} MiB`,
    `${(size / 1_048_576).toFixed(0)} MiB`,
    `${search.toFixed(0)} ms`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

/** Runs commands at once, from start to exit, with an empty cache that they share. */
async function timed(commands: readonly (readonly string[])[]): Promise<Used & { readonly seconds: number }> {
  const home = mkdtempSync(join(folder, 'home-'));
  const begun = performance.now();
  const children = commands.map((args) =>
    spawn(process.execPath, [program, ...args], {
      env: { PATH: process.env['PATH'] ?? '', HOME: home, CI: 'true' },
      stdio: ['ignore', 'ignore', 'pipe'],
    }),
  );
  const used = await Promise.all(children.map(usedBy));
  return {
    seconds: (performance.now() - begun) / 1000,
    cpuSeconds: used.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peak: Math.max(...used.map(({ peak }) => peak)),
  };
}

type Used = Pick<Row, 'cpuSeconds' | 'peak'>;

/** Waits for the end of a process, and answers what was last seen of its memory and time. Throws where it could not do its work. */
function usedBy(child: ChildProcess): Promise<Used> {
  return new Promise((done, fail) => {
    let used: Used = { cpuSeconds: 0, peak: 0 };
    let said = '';
    const look = setInterval(() => {
      used = seenOf(child.pid) ?? used;
    }, 100);
    child.stderr?.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
    child.once('close', (code) => {
      clearInterval(look);
      // Verdicts are exit codes, too; 2 alone says that nothing was decided.
      if (code === 2 || code === null) fail(new Error(`ended with ${code}: ${said}`));
      else done(used);
    });
  });
}

/** What Linux tells of a process (`proc(5)`): its clock ticks a hundred times a second. Undefined once it has ended. */
function seenOf(pid: number | undefined): Used | undefined {
  try {
    const peak = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
    return Number.isFinite(peak) ? { peak, cpuSeconds: (Number(fields[11]) + Number(fields[12])) / 100 } : undefined;
  } catch {
    return undefined;
  }
}

async function searchTime(database: Parameters<typeof createFleetStore>[0], { commonest }: SyntheticFleet): Promise<number> {
  const store = await createFleetStore(database);
  const [name, version] = [commonest.slice(0, commonest.lastIndexOf('@')), commonest.slice(commonest.lastIndexOf('@') + 1)];
  const times: number[] = [];
  for (let round = 0; round < 7; round += 1) {
    const begun = performance.now();
    const { hits } = await store.search(name, (held) => held === version);
    if (hits.length === 0) throw new Error(`nobody holds ${commonest}`);
    times.push(performance.now() - begun);
  }
  await store.close();
  return times.sort((a, b) => a - b)[3] ?? Number.NaN;
}

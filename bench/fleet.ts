import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { createFleetStore } from '../src/fleet/store.ts';
import { openPostgresql } from '../src/platform/postgresql.ts';
import { openSqlite } from '../src/platform/sqlite.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql } from '../test/support/postgresql.ts';
import { startRegistry } from '../test/loopback-registry/registry.ts';
import { releasesOfLockfiles } from '../test/loopback-registry/releases-of-lockfiles.ts';
import { measuredProcess } from './fleet/measured-process.ts';
import { type SyntheticFleet, realLockfiles, writeFleet } from './fleet/synthetic-fleet.ts';

/** One way of auditing the fleet, measured. */
interface Row {
  readonly name: string;
  readonly seconds: number;
  /** User and system time of all its processes, without the server's. */
  readonly cpuSeconds: number;
  /** The largest resident set of any of its processes, in MiB. */
  readonly peak: number;
  /** Asked of the registry. */
  readonly requests: number;
  /** Bytes of the store. */
  readonly size: number;
  /** Milliseconds of the median search for the commonest package, in a process that is running. */
  readonly search: number;
}

const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');

/**
 * Audits a synthetic fleet, with a registry on loopback that serves what the real lockfiles name: into SQLite, and into PostgreSQL with
 * one, two and four workers. Everything runs on this one machine, registry and server included; every way begins with an empty store and
 * an empty cache.
 *
 *   npm run -s build && npm run -s tools && node .tools/bench/fleet.js [--repositories 1000] [--only sqlite|postgresql]
 */
const { values } = parseArgs({ options: { repositories: { type: 'string', default: '1000' }, only: { type: 'string' } } });
const folder = mkdtempSync(join(tmpdir(), 'lockgate-bench-'));
const registry = await startRegistry([]);
const lockfiles = realLockfiles(new URL(registry.url).origin);
registry.setPackages(releasesOfLockfiles(lockfiles.map(({ inventory }) => inventory)));
const fleet = writeFleet(folder, Number(values.repositories), lockfiles);
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
await registry.close();
rmSync(folder, { recursive: true, force: true });

async function inSqlite(): Promise<Row> {
  const file = join(folder, 'audits.db');
  const used = await timed([['audit', '--quiet', '--store', file, fleet.list]]);
  const size = statSync(file).size;
  const database = await openSqlite(file, { mode: 'shared' });
  return { name: 'SQLite, one process', ...used, size, search: await searchTime(database, fleet) };
}

async function inPostgresql(server: PostgresqlServer, workers: number): Promise<Row> {
  const url = await server.createDatabase();
  await timed([['audit', 'enqueue', '--store', url, fleet.list]]);
  const worker = ['audit', 'worker', '--drain', '--concurrency', '2', '--store', url];
  const used = await timed(Array.from({ length: workers }, () => worker));
  const search = await searchTime(await openPostgresql(url), fleet);
  return {
    name: `PostgreSQL, ${workers} ${workers === 1 ? 'worker' : 'workers'}`,
    ...used,
    size: await server.sizeOf(url),
    search,
  };
}

function print({ name, seconds, cpuSeconds, peak, requests, size, search }: Row): void {
  const cells = [
    name,
    `${seconds.toFixed(1)} s`,
    `${(fleet.repositories / seconds).toFixed(1)}/s`,
    `${((cpuSeconds * 1000) / fleet.repositories).toFixed(0)} ms`,
    `${peak.toFixed(0)} MiB`,
    String(requests),
    `${(size / 1_048_576).toFixed(0)} MiB`,
    `${search.toFixed(0)} ms`,
  ];
  console.log(`| ${cells.join(' | ')} |`);
}

/** Runs commands at once, from start to exit, with an empty cache that they share. Throws where one could not do its work. */
async function timed(commands: readonly (readonly string[])[]): Promise<Pick<Row, 'seconds' | 'cpuSeconds' | 'peak' | 'requests'>> {
  const home = mkdtempSync(join(folder, 'home-'));
  registry.requests.length = 0;
  const env = { HOME: home, CI: 'true', npm_config_registry: registry.url };
  const ended = await Promise.all(commands.map((args) => measuredProcess([program, ...args], { env })));
  // Verdicts are exit codes, too; 2 alone says that nothing was decided.
  const broken = ended.find(({ code }) => code === 2 || code === null);
  if (broken !== undefined) throw new Error(`ended with ${broken.code}: ${broken.stderr}`);
  return {
    seconds: Math.max(...ended.map(({ seconds }) => seconds)),
    cpuSeconds: ended.reduce((sum, { cpuSeconds }) => sum + cpuSeconds, 0),
    peak: Math.max(...ended.map(({ peak }) => peak)),
    requests: registry.requests.length,
  };
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

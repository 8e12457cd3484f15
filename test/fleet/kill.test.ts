import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { repositoryOpener } from '../../src/commands/audit-sources.ts';
import { createAuditGates } from '../../src/fleet/audit-gates.ts';
import { jobsOf } from '../../src/fleet/audit-jobs.ts';
import { type AuditSetup, saveSetup } from '../../src/fleet/audit-setup.ts';
import { evaluateRepository } from '../../src/fleet/evaluate-repository.ts';
import { openPgBossQueue } from '../../src/fleet/pg-boss-queue.ts';
import type { RepositorySource } from '../../src/fleet/repository-source.ts';
import { digestOf } from '../../src/fleet/storable.ts';
import { type FleetStore, createFleetStore } from '../../src/fleet/store.ts';
import { milliseconds } from '../../src/model/units.ts';
import { openPostgresql } from '../../src/platform/postgresql.ts';
import { openSqlite } from '../../src/platform/sqlite.ts';
import { isCampaign } from '../support/campaign.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql, whereSkipped } from '../support/postgresql.ts';
import { syntheticFleet } from './synthetic-fleet.ts';

const setup: AuditSetup = { now: milliseconds(Date.UTC(2026, 10, 25)), isOffline: true, isDeep: false, deadline: 120_000 };
const kills = isCampaign ? 20 : 3;
const fleet = syntheticFleet(isCampaign ? 300 : 24, 12);
/** Milliseconds for what takes one process all the work. */
const patience = isCampaign ? 600_000 : 60_000;
const home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
const variables = {
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  XDG_CACHE_HOME: join(home, '.cache'),
  XDG_CONFIG_HOME: join(home, '.config'),
};

/** What an audit must come to: judged one after the other, in this process, into SQLite, with nobody killed. */
let expected: readonly string[];

beforeAll(async () => {
  const database = await openSqlite(join(mkdtempSync(join(tmpdir(), 'lockgate-store-')), 'audits.db'), { mode: 'exclusive' });
  const store = await createFleetStore(database);
  const audit = await begin(store, fleet);
  const gates = createAuditGates({ ...setup, variables });
  const ports = { open: repositoryOpener({ gates, variables }) };
  for (const source of fleet) await store.put(audit, await evaluateRepository(source, ports, new AbortController().signal));
  await store.finish(audit, setup.now);
  expected = await resultsOf(store, audit);
  await gates.close();
  await store.close();
}, patience);

describe('an audit in SQLite', () => {
  it(`comes to the same when it is killed ${kills} times`, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockgate-audits-'));
    const list = fleet.map(({ name, at }) => `  - { name: ${name}, path: ${'path' in at ? at.path : ''} }`);
    writeFileSync(join(folder, 'repos.yaml'), ['version: 1', 'name: fleet', 'repositories:', ...list].join('\n'));
    const audit = (): ChildProcess =>
      run(['audit', '--offline', '--quiet', '--store', join(folder, 'audits.db'), join(folder, 'repos.yaml')]);
    const store = async (): Promise<FleetStore> => createFleetStore(await openSqlite(join(folder, 'audits.db'), { mode: 'shared' }));
    let killed = 0;
    while (killed < kills) {
      const victim = audit();
      await sleep(300 + Math.random() * 400);
      victim.kill('SIGKILL');
      await ended(victim);
      killed += 1;
      if (existsSync(join(folder, 'audits.db')) && (await isFinished(await store()))) break;
    }
    // On a fast machine it may be done before it was killed that often.
    expect(killed).toBeGreaterThan(0);
    expect(await ended(audit())).toBe(1);
    const audits = await store();
    expect(await audits.audits()).toHaveLength(1);
    expect(await resultsOf(audits, 1)).toEqual(expected);
    await audits.close();
  });
});

describe.skipIf(!hasPostgresql)(`an audit in PostgreSQL${whereSkipped}`, () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.remove());

  it('comes to the same as in SQLite', async () => {
    const { url, audit, store } = await enqueued(server);
    await ended(worker(url));
    expect(await resultsOf(store, audit)).toEqual(expected);
  });

  it(`comes to the same when a worker is killed ${kills} times`, async () => {
    const { url, audit, store, deadLetters } = await enqueued(server);
    let killed = 0;
    while (killed < kills) {
      const victim = worker(url);
      await begun(victim);
      // In the middle: something of its work is done, and something has begun.
      const before = (await store.open(audit)).length;
      await expect.poll(async () => (await store.open(audit)).length, { timeout: patience, interval: 20 }).toBeLessThan(before);
      await sleep(Math.random() * 50);
      if ((await store.open(audit)).length === 0) break;
      victim.kill('SIGKILL');
      await ended(victim);
      killed += 1;
    }
    await ended(worker(url));
    expect(killed).toBe(kills);
    expect(await resultsOf(store, audit)).toEqual(expected);
    expect(await deadLetters()).toEqual([]);
  });

  it('comes to the same when PostgreSQL is restarted under its workers, and when it crashes', async () => {
    const { url, audit, store, deadLetters } = await enqueued(server);
    const workers = [worker(url), worker(url)];
    await Promise.all(workers.map(begun));
    await sleep(200);
    server.restart();
    await sleep(400);
    server.kill();
    await sleep(300);
    server.start();
    const codes = await Promise.all(workers.map(ended));
    expect(codes).toEqual([0, 0]);
    expect(await resultsOf(store, audit)).toEqual(expected);
    expect(await deadLetters()).toEqual([]);
  });

  it('is left in order by a worker that is told to stop, and finished by the next', async () => {
    const { url, audit, store, counts } = await enqueued(server);
    const stopped = worker(url);
    await begun(stopped);
    await sleep(200);
    stopped.kill('SIGTERM');
    expect(await ended(stopped)).toBe(0);
    expect((await counts()).running).toBe(0);
    await ended(worker(url));
    expect(await resultsOf(store, audit)).toEqual(expected);
  });
});

async function enqueued(server: PostgresqlServer): Promise<{
  readonly url: string;
  readonly audit: number;
  readonly store: FleetStore;
  readonly counts: () => Promise<{ readonly running: number }>;
  readonly deadLetters: () => Promise<readonly unknown[]>;
}> {
  const url = await server.createDatabase();
  const database = await openPostgresql(url, { connections: 3 });
  const store = await createFleetStore(database);
  // As the workers are told: a second without a sign of life, and a job is another's.
  const queue = await openPgBossQueue(database, { lease: 1 });
  onTestFinished(async () => {
    await queue.close();
    await database.close();
  });
  const audit = await begin(store, fleet);
  await saveSetup(database, audit, setup);
  await queue.enqueue(jobsOf(audit, fleet, { urgency: 'manual' }));
  return { url, audit, store, counts: queue.counts, deadLetters: queue.deadLetters };
}

async function begin(store: FleetStore, sources: readonly RepositorySource[]): Promise<number> {
  const repositories = sources.map(({ name, tags }) => ({ name, tags }));
  return (await store.begin({ scope: 'fleet', configuration: 'c', tool: 'lockgate', startedAt: setup.now, repositories })).id;
}

/** What a finished audit holds, a line for each repository and each lockfile; everything that was judged as a digest, to be readable. */
async function resultsOf(store: FleetStore, audit: number): Promise<readonly string[]> {
  const lines: string[] = [];
  for await (const line of store.export(audit)) lines.push(`${line.slice(0, 120)} ${digestOf(line)}`);
  expect((await store.audit(audit))?.finishedAt).toBeDefined();
  return lines.slice(1);
}

async function isFinished(store: FleetStore): Promise<boolean> {
  const [newest] = await store.audits();
  await store.close();
  return newest?.finishedAt !== undefined;
}

function worker(url: string): ChildProcess {
  return run(['audit', 'worker', '--drain', '--lease', '1', '--store', url]);
}

function run(args: readonly string[]): ChildProcess {
  const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');
  return spawn(process.execPath, [program, ...args], { env: variables, stdio: ['ignore', 'ignore', 'pipe'] });
}

/** Resolves when a worker says that it works. */
function begun(child: ChildProcess): Promise<void> {
  return new Promise((done, fail) => {
    let said = '';
    child.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
      if (said.includes('works on')) done();
    });
    child.once('exit', (code) => fail(new Error(`the worker ended with ${code}: ${said}`)));
  });
}

function ended(child: ChildProcess): Promise<number | null> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) return done(child.exitCode);
    child.stderr?.resume();
    return child.once('exit', (code) => done(code));
  });
}

function sleep(duration: number): Promise<void> {
  return new Promise((done) => setTimeout(done, duration));
}

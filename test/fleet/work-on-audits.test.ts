import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { jobsOf, priorities } from '../../src/fleet/audit-jobs.ts';
import type { JobQueue } from '../../src/fleet/job-queue.ts';
import { openPgBossQueue } from '../../src/fleet/pg-boss-queue.ts';
import type { RepositorySource } from '../../src/fleet/repository-source.ts';
import { type FleetStore, createFleetStore } from '../../src/fleet/store.ts';
import { type Workplace, workOnAudits } from '../../src/fleet/work-on-audits.ts';
import { type Milliseconds, milliseconds } from '../../src/model/units.ts';
import { openPostgresql } from '../../src/platform/postgresql.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql, whereSkipped } from '../support/postgresql.ts';

const now = (): Milliseconds => milliseconds(Date.UTC(2026, 10, 25));

describe('the jobs of an audit', () => {
  const sources = ['shop', 'blog'].map(sourceOf);
  const versions = Array.from({ length: 450 }, (_, index) => ({ name: `package-${index}`, version: '1.0.0' }));

  it('are the same, however often they are made', () => {
    expect(jobsOf(1, sources, { urgency: 'nightly', versions })).toEqual(jobsOf(1, sources, { urgency: 'nightly', versions }));
  });

  it('are others for another audit', () => {
    const [first, second] = [1, 2].map((audit) => jobsOf(audit, sources, { urgency: 'nightly', versions }).map(({ key }) => key));
    expect(first?.filter((key) => second?.includes(key))).toEqual([]);
  });

  it('hold each version once, in batches that go first', () => {
    const jobs = jobsOf(1, sources, { urgency: 'nightly', versions });
    const batches = jobs.filter(({ kind }) => kind === 'refresh');
    expect(batches.map(({ data }) => (data as { versions: unknown[] }).versions.length)).toEqual([200, 200, 50]);
    expect(batches.every(({ priority }) => priority > priorities.nightly)).toBe(true);
  });

  it('go before everything less urgent, batches and repositories alike', () => {
    const lowest = (urgency: keyof typeof priorities): number =>
      Math.min(...jobsOf(1, sources, { urgency, versions }).map(({ priority }) => priority));
    const highest = (urgency: keyof typeof priorities): number =>
      Math.max(...jobsOf(1, sources, { urgency, versions }).map(({ priority }) => priority));
    expect(lowest('incident')).toBeGreaterThan(highest('manual'));
    expect(lowest('manual')).toBeGreaterThan(highest('nightly'));
  });
});

describe.skipIf(!hasPostgresql)(`workers on audits${whereSkipped}`, () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.remove());

  it('finish an audit together, each repository once in its result', async () => {
    const url = await server.createDatabase();
    const [first, second] = [await desk(url), await desk(url)];
    const names = Array.from({ length: 40 }, (_, index) => `repository ${index}`);
    const audit = await begun(first, names);
    await first.queue.enqueue(jobsOf(audit, names.map(sourceOf), { urgency: 'manual' }));
    await Promise.all([drain(first), drain(second)]);
    expect(await first.store.open(audit)).toEqual([]);
    expect((await first.store.audit(audit))?.finishedAt).toBe(now());
    expect(await repositoriesOf(first.store, audit)).toEqual(names.sort().map((name) => [name, 'failed', 'lockfile-missing']));
  });

  it('record a repository that was given up as a failure, and finish without it', async () => {
    const place = await desk(await server.createDatabase());
    const audit = await begun(place, ['good', 'cursed']);
    await place.queue.enqueue(jobsOf(audit, ['good', 'cursed'].map(sourceOf), { urgency: 'manual' }));
    await drain(place, async ({ name }) => {
      if (name === 'cursed') throw new TypeError('a bug');
      return [];
    });
    expect(await repositoriesOf(place.store, audit)).toEqual([
      ['cursed', 'failed', 'given-up'],
      ['good', 'failed', 'lockfile-missing'],
    ]);
    expect((await place.store.audit(audit))?.finishedAt).toBe(now());
  });

  it('leave an audit open whose jobs were not all enqueued, and finish it once they are', async () => {
    const place = await desk(await server.createDatabase());
    const audit = await begun(place, ['a', 'b']);
    await place.queue.enqueue(jobsOf(audit, [sourceOf('a')], { urgency: 'manual' }));
    await drain(place);
    expect((await place.store.audit(audit))?.finishedAt).toBeUndefined();
    expect(await place.queue.enqueue(jobsOf(audit, ['a', 'b'].map(sourceOf), { urgency: 'manual' }))).toBe(1);
    await drain(place);
    expect((await place.store.audit(audit))?.finishedAt).toBe(now());
  });

  it('drop the jobs of an audit that is no more', async () => {
    const place = await desk(await server.createDatabase());
    await place.queue.enqueue(jobsOf(99, [sourceOf('a')], { urgency: 'manual' }));
    await workOnAudits({ ...place, open: async () => undefined }, draining());
    expect(await place.queue.counts()).toEqual({ open: 0, running: 0, dead: 0 });
  });

  it('open an audit once for all its jobs, and let it go at the end', async () => {
    const place = await desk(await server.createDatabase());
    const audit = await begun(place, ['a', 'b', 'c']);
    await place.queue.enqueue(
      jobsOf(audit, ['a', 'b', 'c'].map(sourceOf), { urgency: 'manual', versions: [{ name: 'x', version: '1.0.0' }] }),
    );
    const events: string[] = [];
    await workOnAudits(
      {
        ...place,
        open: async (id) => {
          events.push(`open ${id}`);
          return {
            ports: { open: async ({ name }) => (events.push(name), []) },
            refresh: async (versions) => void events.push(`refresh ${versions.length}`),
            close: async () => void events.push('close'),
          };
        },
      },
      { ...draining(), concurrency: 1 },
    );
    expect(events).toEqual([`open ${audit}`, 'refresh 1', 'a', 'b', 'c', 'close']);
  });

  it('wait for the next audit until they are told to stop', async () => {
    const place = await desk(await server.createDatabase());
    const stop = new AbortController();
    const working = workOnAudits(place, { concurrency: 1, signal: stop.signal });
    const audit = await begun(place, ['late']);
    await place.queue.enqueue(jobsOf(audit, [sourceOf('late')], { urgency: 'manual' }));
    await expect.poll(async () => (await place.store.audit(audit))?.finishedAt, { timeout: 10_000 }).toBe(now());
    stop.abort();
    await working;
  });
});

function sourceOf(name: string): RepositorySource {
  return { name, tags: [], at: { url: `https://git.example/${encodeURIComponent(name)}.git` } };
}

/** A worker's place on a store of its own connection, whose repositories have no lockfile. */
async function desk(url: string): Promise<Workplace & { readonly store: FleetStore; readonly queue: JobQueue }> {
  const database = await openPostgresql(url, { connections: 4 });
  const store = await createFleetStore(database);
  const queue = await openPgBossQueue(database, { lease: 2, attempts: 2, backOff: 1, poll: 50 });
  onTestFinished(async () => {
    await queue.close();
    await store.close();
  });
  return {
    store,
    queue,
    clock: now,
    onEvent: () => undefined,
    open: async () => ({ ports: { open: async () => [] }, refresh: async () => undefined, close: async () => undefined }),
  };
}

async function drain(place: Workplace, open: (source: RepositorySource) => Promise<readonly []> = async () => []): Promise<void> {
  await workOnAudits(
    { ...place, open: async () => ({ ports: { open }, refresh: async () => undefined, close: async () => undefined }) },
    draining(),
  );
}

function draining(): { readonly concurrency: number; readonly signal: AbortSignal; readonly isDraining: true } {
  return { concurrency: 2, signal: new AbortController().signal, isDraining: true };
}

async function begun({ store }: Workplace, names: readonly string[]): Promise<number> {
  const repositories = names.map((name) => ({ name, tags: [] }));
  return (await store.begin({ scope: 'acme', configuration: 'c', tool: 'lockgate 1', startedAt: now(), repositories })).id;
}

async function repositoriesOf(store: FleetStore, audit: number): Promise<readonly (readonly unknown[])[]> {
  const list = [];
  for await (const { repository, state, failure } of store.repositories(audit)) list.push([repository, state, failure?.code]);
  return list;
}

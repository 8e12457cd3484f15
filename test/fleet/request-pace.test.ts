import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RequestPace, localPace, sharedPace } from '../../src/fleet/request-pace.ts';
import { createFleetStore } from '../../src/fleet/store.ts';
import { type PostgresqlDatabase, openPostgresql } from '../../src/platform/postgresql.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql, whereSkipped } from '../support/postgresql.ts';

const registry = 'https://registry.example';

describe('the pace of one process', () => {
  it('lets a second of requests begin at once, and then so many a second', async () => {
    const pace = localPace(100);
    expect(await secondsFor(100, [pace])).toBeLessThan(0.2);
    expect(await secondsFor(50, [pace])).toBeGreaterThan(0.4);
  });

  it('counts each registry by itself', async () => {
    const pace = localPace(10);
    await secondsFor(10, [pace]);
    const begun = performance.now();
    await pace('https://other.example', new AbortController().signal);
    expect(performance.now() - begun).toBeLessThan(80);
  });

  it('keeps no request beyond its deadline', async () => {
    const pace = localPace(1);
    await pace(registry, new AbortController().signal);
    const begun = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => pace(registry, AbortSignal.abort())));
    expect(performance.now() - begun).toBeLessThan(200);
  });
});

describe.skipIf(!hasPostgresql)(`the pace of all workers of a store${whereSkipped}`, () => {
  let server: PostgresqlServer;
  let database: PostgresqlDatabase;
  beforeAll(async () => {
    server = await startPostgresql();
    database = await openPostgresql(await server.createDatabase());
    await createFleetStore(database);
  });
  afterAll(async () => {
    await database.close();
    server.remove();
  });

  it('is one pace, however many they are', async () => {
    const workers = [sharedPace(database, 100), sharedPace(database, 100), sharedPace(database, 100)];
    await secondsFor(120, workers);
    const seconds = await secondsFor(150, workers);
    expect(seconds).toBeGreaterThan(1.1);
    expect(seconds).toBeLessThan(4);
  });
});

/** How long it takes until that many requests have begun, asked for at once by workers in turn. */
async function secondsFor(requests: number, paces: readonly RequestPace[]): Promise<number> {
  const begun = performance.now();
  const signal = new AbortController().signal;
  await Promise.all(Array.from({ length: requests }, async (_, index) => paces[index % paces.length]?.(registry, signal)));
  return (performance.now() - begun) / 1000;
}

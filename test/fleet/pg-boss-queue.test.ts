import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openPgBossQueue } from '../../src/fleet/pg-boss-queue.ts';
import { openPostgresql } from '../../src/platform/postgresql.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql, whereSkipped } from '../support/postgresql.ts';
import { itWorksAsAQueue } from './queue-suite.ts';

describe.skipIf(!hasPostgresql)(`the queue in PostgreSQL${whereSkipped}`, () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.remove());

  itWorksAsAQueue(async () => {
    const url = await server.createDatabase();
    return async (options) => {
      const database = await openPostgresql(url, { connections: 4 });
      const queue = await openPgBossQueue(database, options);
      return {
        ...queue,
        close: async () => {
          await queue.close();
          await database.close();
        },
      };
    };
  });

  it('is set up once by any number of workers that begin at once', async () => {
    const url = await server.createDatabase();
    const databases = await Promise.all(Array.from({ length: 6 }, () => openPostgresql(url, { connections: 2 })));
    const queues = await Promise.all(databases.map((database) => openPgBossQueue(database)));
    expect(await queues[0]?.counts()).toEqual({ open: 0, running: 0, dead: 0 });
    await Promise.all(queues.map((queue) => queue.close()));
    await Promise.all(databases.map((database) => database.close()));
  });
});

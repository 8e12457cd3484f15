import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';
import { openSqlQueue } from '../../src/fleet/sql-queue.ts';
import { openSqlite } from '../../src/platform/sqlite.ts';
import { itWorksAsAQueue } from './queue-suite.ts';

describe('the queue in SQLite', () => {
  itWorksAsAQueue(async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'lockgate-queue-')), 'audits.db');
    await (await openSqlite(file, { mode: 'exclusive' })).close();
    return async (options) => {
      const database = await openSqlite(file, { mode: 'shared' });
      const queue = await openSqlQueue(database, Date.now, options);
      return {
        ...queue,
        close: async () => {
          await queue.close();
          await database.close();
        },
      };
    };
  });
});

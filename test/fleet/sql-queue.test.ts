import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Job, JobQueue } from '../../src/fleet/job-queue.ts';
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

  describe('of who is alone with it', () => {
    const job: Job = { kind: 'evaluate', key: 'evaluate 1 shop', priority: 0, data: null };
    const signal = new AbortController().signal;
    async function opener(): Promise<() => Promise<{ readonly queue: JobQueue; readonly close: () => Promise<void> }>> {
      const file = join(mkdtempSync(join(tmpdir(), 'lockgate-queue-')), 'audits.db');
      await (await openSqlite(file, { mode: 'exclusive' })).close();
      return async () => {
        const database = await openSqlite(file, { mode: 'exclusive' });
        return { queue: await openSqlQueue(database, Date.now, { isAlone: true, poll: 5 }), close: () => database.close() };
      };
    }

    it('begins anew what the store says is not done, whatever the audit of another list has made of its job', async () => {
      const open = await opener();
      for (let round = 0; round < 2; round += 1) {
        const { queue, close } = await open();
        expect(await queue.enqueue([job])).toBe(1);
        await queue.work(() => Promise.resolve(), { concurrency: 1, signal, isDraining: true });
        await close();
      }
    });

    it('takes up at once what was cut off, and gives up what ends its process again and again', async () => {
      const open = await opener();
      let begun = 0;
      for (let process = 0; process < 30; process += 1) {
        const { queue, close } = await open();
        expect(await queue.enqueue([job])).toBe(process === 0 ? 1 : 0);
        const stop = new AbortController();
        const working = queue.work(
          () => {
            begun += 1;
            stop.abort();
            // As if the process ended here: nobody says what became of it.
            return new Promise(() => undefined);
          },
          { concurrency: 1, signal: stop.signal, isDraining: true },
        );
        await Promise.race([working, new Promise((done) => setTimeout(done, 20))]);
        await close();
      }
      expect(begun).toBe(20);
    });
  });
});

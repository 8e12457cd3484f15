import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll } from 'vitest';
import { bundleThread } from '../../scripts/bundle/reading-thread.ts';
import type { ArrivedDocument, Unread } from '../../src/collectors/packument-reading.ts';
import { decodeRecord } from '../../src/collectors/packument-record.ts';
import type { ReadingThread } from '../../src/collectors/shared-reading.ts';
import { openSideThread } from '../../src/platform/side-thread.ts';
import { readWith } from './packument-world.ts';

// Every test of the collector once more: documents are left packed, and read by the program of the reading thread.
const folder = mkdtempSync(join(tmpdir(), 'lockgate-thread-'));
let thread: ReadingThread;

beforeAll(async () => {
  const script = join(folder, 'thread.mjs');
  writeFileSync(script, await bundleThread('src/document-thread.ts', 'esm'));
  thread = openSideThread<ArrivedDocument, string | Unread>(pathToFileURL(script), { stackSizeMb: 1.15 });
  readWith(() => ({
    onAsked: () => undefined,
    read: async (document) => {
      const told = await thread.ask(document);
      if ('lost' in told) throw new Error(`the thread has lost it: ${told.lost}`);
      if (typeof told.answer !== 'string') return told.answer;
      const record = decodeRecord(told.answer);
      if (record === undefined) throw new Error('the thread writes what nobody reads');
      return { record, text: told.answer };
    },
    close: () => undefined,
  }));
});
afterAll(() => {
  thread.close();
  rmSync(folder, { recursive: true, force: true });
});

await import('./packument.test.ts');
await import('./packument-memory.test.ts');

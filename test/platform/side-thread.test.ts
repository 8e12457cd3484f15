import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { bundleThread } from '../../scripts/bundle/reading-thread.ts';
import type { SideThread } from '../../src/model/side-thread.ts';
import { openSideThread } from '../../src/platform/side-thread.ts';

const folder = mkdtempSync(join(tmpdir(), 'lockgate-side-thread-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const opened: { close: () => void }[] = [];
afterEach(() => opened.splice(0).forEach((thread) => thread.close()));

/** A thread that does as it is told. */
const script = pathToFileURL(join(folder, 'obedient.mjs'));
writeFileSync(
  script,
  `import { parentPort } from 'node:worker_threads';
parentPort.on('message', (told) => {
  if (told === 'throw') throw new Error('as told');
  if (told === 'loop') for (;;);
  if (told === 'fill') for (const all = []; ; ) all.push(Array.from({ length: 10_000 }, (_, at) => ({ at })));
  if (told === 'environment') told = Object.keys(process.env);
  parentPort.postMessage({ heard: told });
});`,
);

function start(from: URL = script, limits = {}): SideThread<string, { readonly heard: unknown }> {
  const thread = openSideThread<string, { readonly heard: unknown }>(from, limits);
  opened.push(thread);
  return thread;
}

describe('a thread beside this one', { timeout: 30_000 }, () => {
  it('answers in the order of the questions, and is told nothing of the environment', async () => {
    const thread = start();
    const answers = await Promise.all(['one', 'two', 'three', 'environment'].map((question) => thread.ask(question)));
    expect(answers).toEqual(['one', 'two', 'three', []].map((heard) => ({ answer: { heard } })));
  });

  it('loses what it was asked when it fails, and everything that it is asked later', async () => {
    const thread = start();
    const answers = await Promise.all([thread.ask('one'), thread.ask('throw'), thread.ask('two')]);
    expect(answers).toEqual([{ answer: { heard: 'one' } }, { lost: 'ended' }, { lost: 'ended' }]);
    expect(await thread.ask('three')).toEqual({ lost: 'ended' });
  });

  it('loses everything when its script is not there', async () => {
    const thread = start(pathToFileURL(join(folder, 'nowhere.mjs')));
    expect(await Promise.all([thread.ask('one'), thread.ask('two')])).toEqual([{ lost: 'ended' }, { lost: 'ended' }]);
  });

  it('says which question took more memory than it may have, and the process goes on', async () => {
    const thread = start(script, { maxOldGenerationSizeMb: 16, maxYoungGenerationSizeMb: 2 });
    const answers = await Promise.all([thread.ask('one'), thread.ask('fill'), thread.ask('two')]);
    expect(answers).toEqual([{ answer: { heard: 'one' } }, { lost: 'out-of-memory' }, { lost: 'ended' }]);
  });

  it('ends in the middle of what it does when it is closed', async () => {
    const thread = start();
    const looping = thread.ask('loop');
    setTimeout(() => thread.close(), 50);
    expect(await looping).toEqual({ lost: 'ended' });
  });

  it('rejects what cannot be copied', async () => {
    await expect(start().ask((() => 'one') as unknown as string)).rejects.toThrow(/could not be cloned/);
  });

  it('keeps the process alive while it owes an answer, and no longer', async () => {
    const program = join(folder, 'program.mjs');
    writeFileSync(
      program,
      `${await bundleThread('src/platform/side-thread.ts', 'esm')}
const thread = openSideThread(new URL('./obedient.mjs', import.meta.url), {});
thread.ask('one').then((told) => console.log(JSON.stringify(told)));`,
    );
    expect(execFileSync(process.execPath, [program], { encoding: 'utf8', timeout: 20_000 })).toBe('{"answer":{"heard":"one"}}\n');
  });
});

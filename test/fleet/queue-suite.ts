import { expect, it } from 'vitest';
import type { Job, JobQueue } from '../../src/fleet/job-queue.ts';
import type { QueueOptions } from '../../src/fleet/queue-options.ts';

/** What every queue must do, whatever keeps its jobs. `open` opens one more door to the queue of a fresh store. */
export function itWorksAsAQueue(freshStore: () => Promise<(options?: QueueOptions) => Promise<JobQueue>>): void {
  it.concurrent('does each job once, however often it was enqueued', async () => {
    const queue = await (await freshStore())(quick);
    expect(await queue.enqueue([job('a'), job('b')])).toBe(2);
    expect(await queue.enqueue([job('b'), job('c'), job('c')])).toBe(1);
    expect(await queue.counts()).toEqual({ open: 3, running: 0, dead: 0 });
    expect((await drained(queue)).sort()).toEqual(['a', 'b', 'c']);
    expect(await queue.counts()).toEqual({ open: 0, running: 0, dead: 0 });
    await queue.close();
  });

  it.concurrent('remembers the keys of what is done', async () => {
    const queue = await (await freshStore())(quick);
    await queue.enqueue([job('a')]);
    await drained(queue);
    expect(await queue.enqueue([job('a')])).toBe(0);
    expect(await drained(queue)).toEqual([]);
    await queue.close();
  });

  it.concurrent('takes what is urgent first, and otherwise what came first', async () => {
    const queue = await (await freshStore())(quick);
    await queue.enqueue([job('night', 1)]);
    await queue.enqueue([job('person', 5)]);
    await queue.enqueue([job('incident', 10)]);
    await queue.enqueue([job('late night', 1)]);
    expect(await drained(queue, 1)).toEqual(['incident', 'person', 'night', 'late night']);
    await queue.close();
  });

  it.concurrent('carries any data', async () => {
    const queue = await (await freshStore())(quick);
    const data = { text: 'NUL \0, half \uD800, \u{1F512}, "quotes" \\', list: [1, null, { deep: true }] };
    await queue.enqueue([{ kind: 'evaluate', key: 'odd \0 key', priority: 0, data }]);
    const seen: Job[] = [];
    await queue.work(async (taken) => void seen.push(taken), draining());
    expect(seen).toEqual([{ kind: 'evaluate', key: 'odd \0 key', priority: 0, data }]);
    await queue.close();
  });

  it.concurrent('runs as many jobs at once as it is told, and no more', async () => {
    const queue = await (await freshStore())(quick);
    await queue.enqueue(Array.from({ length: 12 }, (_, index) => job(`job ${index}`)));
    let now = 0;
    let most = 0;
    await queue.work(
      async () => {
        most = Math.max(most, (now += 1));
        await sleep(20);
        now -= 1;
      },
      { ...draining(), concurrency: 3 },
    );
    expect(most).toBe(3);
    await queue.close();
  });

  it.concurrent('tries a job again that failed', async () => {
    const queue = await (await freshStore())(quick);
    await queue.enqueue([job('a')]);
    let attempts = 0;
    await queue.work(async () => {
      attempts += 1;
      if (attempts < 3) throw new Error('the registry is away');
    }, draining());
    expect(attempts).toBe(3);
    expect(await queue.deadLetters()).toEqual([]);
    await queue.close();
  });

  it.concurrent('gives a job up after its attempts, keeps the others going, and begins it anew when it is enqueued again', async () => {
    const queue = await (await freshStore())({ ...quick, attempts: 2 });
    await queue.enqueue([job('bad'), job('good')]);
    const attempts: string[] = [];
    const handle = async ({ key }: Job): Promise<void> => {
      attempts.push(key);
      if (key === 'bad') throw new Error('this lockfile is cursed \0');
    };
    await queue.work(handle, draining());
    expect(attempts.sort()).toEqual(['bad', 'bad', 'good']);
    expect(await queue.counts()).toEqual({ open: 0, running: 0, dead: 1 });
    expect(await queue.deadLetters()).toEqual([{ job: job('bad'), error: expect.stringContaining('this lockfile is cursed') }]);

    expect(await queue.enqueue([job('bad'), job('good')])).toBe(1);
    expect(await queue.counts()).toEqual({ open: 1, running: 0, dead: 0 });
    expect(await drained(queue)).toEqual(['bad']);
    await queue.close();
  });

  it.concurrent('hands over the jobs of a worker that died', async () => {
    const open = await freshStore();
    const dying = await open(quick);
    const other = await open(quick);
    await dying.enqueue([job('a')]);
    await abandonOne(dying);
    expect(await other.counts()).toEqual({ open: 0, running: 1, dead: 0 });
    expect(await drained(other)).toEqual(['a']);
    await Promise.all([dying.close(), other.close()]);
  });

  it.concurrent('leaves a long job to the worker that lives', async () => {
    const open = await freshStore();
    const slow = await open(quick);
    const other = await open(quick);
    await slow.enqueue([job('long')]);
    let runs = 0;
    const handle = async (): Promise<void> => {
      runs += 1;
      await sleep(2_600);
    };
    await Promise.all([slow.work(handle, draining()), sleep(100).then(() => other.work(handle, draining()))]);
    expect(runs).toBe(1);
    await Promise.all([slow.close(), other.close()]);
  });

  it.concurrent('shares jobs between workers, each to one', async () => {
    const open = await freshStore();
    const workers = await Promise.all([open(quick), open(quick), open(quick)]);
    const keys = Array.from({ length: 60 }, (_, index) => `job ${index}`);
    await workers[0]?.enqueue(keys.map((key) => job(key)));
    const done: string[] = [];
    await Promise.all(
      workers.map((queue) =>
        queue.work(
          async ({ key }) => {
            await sleep(1);
            done.push(key);
          },
          { ...draining(), concurrency: 2 },
        ),
      ),
    );
    expect(done.sort()).toEqual(keys.sort());
    await Promise.all(workers.map((queue) => queue.close()));
  });

  it.concurrent('waits for more work until it is told to stop, and finishes what runs', async () => {
    const queue = await (await freshStore())(quick);
    const stop = new AbortController();
    const done: string[] = [];
    const working = queue.work(
      async ({ key }) => {
        if (key === 'last') stop.abort();
        await sleep(50);
        done.push(key);
      },
      { concurrency: 1, signal: stop.signal },
    );
    await queue.enqueue([job('first')]);
    await sleep(200);
    await queue.enqueue([job('last', 2), job('left', 1)]);
    await working;
    expect(done).toEqual(['first', 'last']);
    expect(await queue.counts()).toEqual({ open: 1, running: 0, dead: 0 });
    await queue.close();
  });

  it.concurrent('takes nothing when it was told to stop before', async () => {
    const queue = await (await freshStore())(quick);
    await queue.enqueue([job('a')]);
    await queue.work(() => Promise.reject(new Error('not this one')), { concurrency: 1, signal: AbortSignal.abort(), isDraining: true });
    expect(await queue.counts()).toEqual({ open: 1, running: 0, dead: 0 });
    await queue.close();
  });

  it.concurrent('keeps its jobs when it is closed and opened again', async () => {
    const open = await freshStore();
    const before = await open(quick);
    await before.enqueue([job('a')]);
    await before.close();
    const after = await open(quick);
    expect(await drained(after)).toEqual(['a']);
    await after.close();
  });
}

/** Times for tests: seconds and milliseconds instead of minutes. */
const quick: QueueOptions = { lease: 1, attempts: 4, backOff: 1, poll: 50 };

function job(key: string, priority = 0): Job {
  return { kind: 'evaluate', key, priority, data: { repository: key } };
}

function draining(): { readonly concurrency: number; readonly signal: AbortSignal; readonly isDraining: true } {
  return { concurrency: 2, signal: new AbortController().signal, isDraining: true };
}

/** Does all that is left and answers the keys in the order in which they were begun. */
async function drained(queue: JobQueue, concurrency = 2): Promise<string[]> {
  const keys: string[] = [];
  await queue.work(
    async ({ key }) => {
      keys.push(key);
      await sleep(1);
    },
    { ...draining(), concurrency },
  );
  return keys;
}

/** Takes a job and is never heard of again: its door to the store is shut while the job runs. */
async function abandonOne(queue: JobQueue): Promise<void> {
  await new Promise<void>((taken) => {
    void queue
      .work(
        async () => {
          taken();
          await queue.close();
          await new Promise(() => undefined);
        },
        { concurrency: 1, signal: new AbortController().signal },
      )
      .catch(() => undefined);
  });
}

function sleep(milliseconds: number): Promise<void> {
  return new Promise((done) => setTimeout(done, milliseconds));
}

import type { Job, JobQueue, WorkOptions } from './job-queue.ts';
import { pause } from './pause.ts';

/** What the loop needs of a queue. Ids name a job that was taken. */
export interface JobSource {
  /** Seconds. */
  readonly lease: number;
  /** Milliseconds. */
  readonly poll: number;
  readonly take: (count: number) => Promise<readonly { readonly id: string; readonly job: Job }[]>;
  /** Prolongs leases; answers the jobs that are still leased. */
  readonly renew: (ids: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly complete: (id: string) => Promise<unknown>;
  readonly fail: (id: string, message: string) => Promise<unknown>;
  /** Gives the jobs of workers that have died to others. */
  readonly releaseLost: () => Promise<void>;
  /** Jobs that are open or running, here or elsewhere. */
  readonly countLeft: () => Promise<number>;
}

/**
 * Takes jobs and runs them, `concurrency` at a time, until told to stop or, when draining, until nothing is left anywhere. Leases are
 * renewed while jobs run; a job whose lease was lost is told so through its signal. Whatever fails at the queue itself ends the loop.
 */
export async function workLoop(
  handle: Parameters<JobQueue['work']>[0],
  { concurrency, signal, isDraining = false }: WorkOptions,
  source: JobSource,
): Promise<void> {
  const running = new Map<string, { readonly lost: AbortController; readonly end: Promise<void> }>();
  let trouble: { readonly error: unknown } | undefined;
  const watch = setInterval(() => void renewLeases(), (source.lease * 1000) / 3);

  async function renewLeases(): Promise<void> {
    const ids = [...running.keys()];
    if (ids.length === 0) return;
    try {
      const kept = await source.renew(ids);
      for (const id of ids) if (!kept.has(id)) running.get(id)?.lost.abort(new Error('the lease of this job has ended'));
    } catch {
      // The next renewal, or the report of the job's end, tells whether the queue is really gone.
    }
  }

  async function run(id: string, job: Job, lost: AbortSignal): Promise<void> {
    try {
      const failure = await failureOf(() => handle(job, lost));
      // What becomes of a job whose lease was lost is for its new worker to say.
      if (!lost.aborted) await (failure === undefined ? source.complete(id) : source.fail(id, failure));
    } catch (error) {
      trouble ??= { error };
    } finally {
      running.delete(id);
    }
  }

  try {
    let nextSearch = 0;
    while (!signal.aborted && trouble === undefined) {
      if (performance.now() >= nextSearch) {
        await source.releaseLost();
        nextSearch = performance.now() + (source.lease * 1000) / 4;
      }
      const taken = running.size < concurrency ? await source.take(concurrency - running.size) : [];
      for (const { id, job } of taken) {
        const lost = new AbortController();
        running.set(id, { lost, end: run(id, job, lost.signal) });
      }
      if (taken.length > 0 && running.size < concurrency) continue;
      if (running.size === 0 && isDraining && (await source.countLeft()) === 0) break;
      const ends = [...running.values()].map(({ end }) => end);
      await (running.size === concurrency ? Promise.race(ends) : Promise.race([...ends, pause(source.poll, signal)]));
    }
  } finally {
    await Promise.all([...running.values()].map(({ end }) => end));
    clearInterval(watch);
  }
  if (trouble !== undefined) throw trouble.error;
}

/** What went wrong, in one line; nothing for a job that was done. A bug in a handler fails its job as well: others must go on. */
async function failureOf(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work();
    return undefined;
  } catch (error) {
    return (error instanceof Error ? error.message : String(error)).slice(0, 1000);
  }
}

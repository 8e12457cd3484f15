import type { Milliseconds } from '../model/units.ts';
import { type HeldVersion, taskOf } from './audit-jobs.ts';
import { type EvaluationPorts, evaluateRepository } from './evaluate-repository.ts';
import type { Job, JobQueue, WorkOptions } from './job-queue.ts';
import { pause } from './pause.ts';
import type { FleetStore } from './store.ts';

/** What a worker needs for the jobs of one audit. It stays open over many of them. */
export interface AuditWork {
  readonly ports: EvaluationPorts;
  readonly refresh: (versions: readonly HeldVersion[], signal: AbortSignal) => Promise<void>;
  readonly close: () => Promise<void>;
}

export interface Workplace {
  readonly queue: JobQueue;
  readonly store: FleetStore;
  /** Opens what an audit needs; undefined for an audit that is no more. */
  readonly open: (audit: number) => Promise<AuditWork | undefined>;
  readonly clock: () => Milliseconds;
  readonly onEvent: (line: string) => void;
}

export interface AuditWorkOptions extends WorkOptions {
  /** Return as soon as this audit is finished, whatever others have left to do. */
  readonly audit?: number;
}

/**
 * Works on whatever audits have jobs: until nothing is left anywhere or, when not draining, until told to stop. An audit is finished by
 * whoever notices that its last repository is done; a repository whose job was given up is done, too: that is its result.
 */
export async function workOnAudits(place: Workplace, { audit, ...options }: AuditWorkOptions): Promise<void> {
  const enough = new AbortController();
  const stop = (): void => enough.abort();
  options.signal.addEventListener('abort', stop, { once: true });
  if (options.signal.aborted) stop();
  const opened = new Map<number, Promise<AuditWork | undefined>>();
  const workOf = (audit: number): Promise<AuditWork | undefined> => {
    const work = opened.get(audit) ?? place.open(audit);
    opened.set(audit, work);
    // What could not be opened is tried again by the next job.
    work.catch(() => opened.delete(audit));
    return work;
  };
  const closeAll = async (): Promise<void> => {
    const works = [...opened.values()];
    opened.clear();
    for (const work of works) await (await work.catch(() => undefined))?.close();
  };

  let looked = place.clock();
  const handle = async (job: Job, lost: AbortSignal): Promise<void> => {
    const task = taskOf(job);
    const work = await workOf(task.audit);
    if (work === undefined) return;
    if ('versions' in task) return work.refresh(task.versions, lost);
    await place.store.put(task.audit, await evaluateRepository(task.source, work.ports, lost));
    if (place.clock() - looked < timeBetweenLooks) return;
    looked = place.clock();
    await concludeAudit(place, task.audit);
    if (audit !== undefined && (await place.store.audit(audit))?.finishedAt !== undefined) stop();
  };

  try {
    do {
      await place.queue.work(handle, { ...options, signal: enough.signal, isDraining: true });
      if (!options.signal.aborted) await concludeAudits(place);
      // The next audit has a time of its own, and evidence that others have learned meanwhile.
      await closeAll();
      if (options.isDraining !== true) await pause(idleTime, options.signal);
    } while (options.isDraining !== true && !options.signal.aborted);
  } finally {
    options.signal.removeEventListener('abort', stop);
    await closeAll();
  }
}

/** Milliseconds between two looks at a queue that had nothing left. */
const idleTime = 2_000;

/** Milliseconds between two looks whether an audit is complete: with ten thousand repositories that is a question with a price. */
const timeBetweenLooks = 5_000;

/** Finishes every audit that has nothing left to do. */
async function concludeAudits(place: Workplace): Promise<void> {
  for (const { id, finishedAt } of await place.store.audits()) if (finishedAt === undefined) await concludeAudit(place, id);
}

/** Finishes an audit whose repositories are all done. One that misses jobs (whoever enqueued them died) waits for them. */
async function concludeAudit({ store, queue, clock, onEvent }: Workplace, audit: number): Promise<void> {
  const open = new Set(await store.open(audit));
  if (open.size > 0) {
    for (const { job, error } of await queue.deadLetters()) {
      const task = taskOf(job);
      if (!('source' in task) || task.audit !== audit || !open.delete(task.source.name)) continue;
      onEvent(`${task.source.name} was given up: ${error}`);
      await store.put(audit, {
        repository: task.source.name,
        records: [],
        failure: {
          repository: task.source.name,
          code: 'given-up',
          message: `its audit was given up after several attempts: ${error}`,
          hint: 'the next audit begins anew',
        },
      });
    }
  }
  if (open.size > 0) return;
  await store.finish(audit, clock());
  onEvent(`audit ${audit} is finished`);
}

/**
 * A piece of work of an audit. `key` names it: two jobs of one key are one job, so that whoever enqueues may die and begin again.
 * What it does must be idempotent: a worker may die after the work and before it could say so.
 */
export interface Job {
  readonly kind: 'refresh' | 'evaluate';
  readonly key: string;
  /** Higher goes first: an incident before a person, a person before the night. */
  readonly priority: number;
  /** JSON. */
  readonly data: unknown;
}

export interface WorkOptions {
  /** How many jobs of this worker run at once. */
  readonly concurrency: number;
  /** Ends the loop: what runs is finished, nothing new is begun. */
  readonly signal: AbortSignal;
  /** Return once nothing is left instead of waiting for more. */
  readonly isDraining?: boolean;
}

/** One interface over a leased table in SQLite and over pg-boss in PostgreSQL: leases, retry with back-off, dead letters. */
export interface JobQueue {
  /** How many were new. */
  readonly enqueue: (jobs: readonly Job[]) => Promise<number>;
  /** Takes jobs until told to stop. A handler that throws gives the job back until its attempts are used up: then it is a dead letter. */
  readonly work: (handle: (job: Job, signal: AbortSignal) => Promise<void>, options: WorkOptions) => Promise<void>;
  readonly counts: () => Promise<{ readonly open: number; readonly running: number; readonly dead: number }>;
  /** Jobs that were given up, with the last error. */
  readonly deadLetters: () => Promise<readonly { readonly job: Job; readonly error: string }[]>;
  readonly close: () => Promise<void>;
}

/** How long a queue is patient with its workers; the same for every engine. */
export interface QueueOptions {
  /** Seconds after which a job whose worker gives no sign of life goes to another one. */
  readonly lease?: number;
  /** How often a job is begun in all before it is a dead letter. */
  readonly attempts?: number;
  /** Seconds before the second attempt; each further one waits about twice as long. */
  readonly backOff?: number;
  /** Milliseconds between two looks at a queue that is empty. */
  readonly poll?: number;
}

export const queueDefaults: Required<QueueOptions> = { lease: 60, attempts: 6, backOff: 2, poll: 500 };

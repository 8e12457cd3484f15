import { setMaxListeners } from 'node:events';
import type { HttpTiming } from './http-timing.ts';

const minimumBytesPerStall = 1024;

/** The clock of one attempt. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Why the signal was aborted; undefined while it was not. */
  readonly passed: () => 'deadline' | 'timeout' | undefined;
  readonly expectHeaders: () => void;
  readonly expectBody: () => void;
  readonly received: (bytes: number) => void;
  readonly stop: () => void;
}

/** Ends an attempt at the run's deadline, at its own, when no answer begins, or when a body drips (slow loris). */
export function startDeadline(outer: AbortSignal | undefined, headersTimeout: number, times: HttpTiming): Deadline {
  const controller = new AbortController();
  let passed: 'deadline' | 'timeout' | undefined;
  let phase: NodeJS.Timeout | undefined;
  let recently = 0;
  const end = (why: 'deadline' | 'timeout'): void => {
    passed ??= why;
    controller.abort();
  };
  const onOuter = (): void => end('deadline');
  const whole = setTimeout(() => end('timeout'), times.attemptTimeout);
  // Many requests wait for the one deadline of a run; that is no leak.
  if (outer !== undefined) setMaxListeners(0, outer);
  if (outer?.aborted === true) onOuter();
  outer?.addEventListener('abort', onOuter, { once: true });
  return {
    signal: controller.signal,
    passed: () => passed,
    expectHeaders: () => {
      clearTimeout(phase);
      phase = setTimeout(() => end('timeout'), headersTimeout);
    },
    expectBody: () => {
      clearTimeout(phase);
      phase = setInterval(() => {
        if (!(recently >= minimumBytesPerStall)) end('timeout');
        recently = 0;
      }, times.stallTimeout);
    },
    received: (bytes) => {
      recently += bytes;
    },
    stop: () => {
      clearTimeout(phase);
      clearTimeout(whole);
      outer?.removeEventListener('abort', onOuter);
    },
  };
}

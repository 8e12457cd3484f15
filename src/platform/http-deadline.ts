import { setMaxListeners } from 'node:events';
import type { HttpTiming } from './http-timing.ts';

const minimumBytesPerStall = 1024;
/** The clock looks as often within the shortest time that it measures, and at least every so many milliseconds. */
const looksPerTime = 10;
const longestBetweenLooks = 250;

/** The clock of one attempt. */
export interface Deadline {
  /** Calls when the attempt has to end: at once where it has to already. */
  readonly onPassed: (listener: () => void) => void;
  /** Why it has to end; undefined while it need not. */
  readonly passed: () => Passed | undefined;
  readonly expectHeaders: () => void;
  readonly expectBody: () => void;
  readonly received: (bytes: number) => void;
  readonly stop: () => void;
}

type Passed = 'deadline' | 'timeout';

/** Ends attempts at the run's deadline, at their own, when no answer begins, or when a body drips (slow loris). */
export interface AttemptClock {
  /** @param outer aborted at the run's deadline */
  readonly start: (outer: AbortSignal | undefined) => Deadline;
}

/**
 * One clock for all attempts of a client: a run makes thousands, and timers and a signal for each of them are a fifth of what sending
 * them costs. It is never early, and late by a tenth of the shortest time at most, or by a quarter of a second.
 */
export function createAttemptClock(headersTimeout: number, times: HttpTiming): AttemptClock {
  const running = new Set<Running>();
  const runs = new Map<AbortSignal, Run>();
  const shortest = Math.min(headersTimeout, times.stallTimeout, times.attemptTimeout);
  let timer: NodeJS.Timeout | undefined;

  const look = (): void => {
    const now = performance.now();
    for (const attempt of running) attempt.look(now);
    if (running.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };

  const follow = (outer: AbortSignal, attempt: Running): void => {
    const run = runs.get(outer) ?? beginRun(outer);
    runs.set(outer, run);
    run.attempts.add(attempt);
  };

  const leave = (outer: AbortSignal, attempt: Running): void => {
    const run = runs.get(outer);
    run?.attempts.delete(attempt);
    if (run === undefined || run.attempts.size > 0) return;
    outer.removeEventListener('abort', run.onAbort);
    runs.delete(outer);
  };

  return {
    start: (outer) => {
      const attempt = startAttempt(headersTimeout, times);
      running.add(attempt);
      // What is running keeps the process alive by its socket.
      timer ??= setInterval(look, Math.min(longestBetweenLooks, shortest / looksPerTime)).unref();
      if (outer?.aborted === true) attempt.end('deadline');
      else if (outer !== undefined) follow(outer, attempt);
      return {
        ...attempt.deadline,
        stop: () => {
          running.delete(attempt);
          if (outer !== undefined) leave(outer, attempt);
        },
      };
    },
  };
}

/** The attempts that end with one run. */
interface Run {
  readonly attempts: Set<Running>;
  readonly onAbort: () => void;
}

function beginRun(outer: AbortSignal): Run {
  const attempts = new Set<Running>();
  const onAbort = (): void => {
    for (const attempt of attempts) attempt.end('deadline');
  };
  // Many requests wait for the one deadline of a run; that is no leak.
  setMaxListeners(0, outer);
  outer.addEventListener('abort', onAbort, { once: true });
  return { attempts, onAbort };
}

interface Running {
  readonly deadline: Omit<Deadline, 'stop'>;
  readonly end: (why: Passed) => void;
  /** Ends the attempt if it is late. */
  readonly look: (now: number) => void;
}

function startAttempt(headersTimeout: number, { attemptTimeout, stallTimeout }: HttpTiming): Running {
  const listeners: (() => void)[] = [];
  const latest = performance.now() + attemptTimeout;
  let due = Infinity;
  /** Bytes since the last look that counted; none while headers are waited for. */
  let recently = 0;
  let passed: Passed | undefined;

  const end = (why: Passed): void => {
    passed ??= why;
    for (const listener of listeners.splice(0)) listener();
  };
  return {
    deadline: {
      onPassed: (listener) => {
        if (passed === undefined) listeners.push(listener);
        else listener();
      },
      passed: () => passed,
      expectHeaders: () => {
        recently = 0;
        due = performance.now() + headersTimeout;
      },
      expectBody: () => {
        recently = 0;
        due = performance.now() + stallTimeout;
      },
      received: (bytes) => {
        recently += bytes;
      },
    },
    end,
    look: (now) => {
      if (!(now < latest)) return end('timeout');
      if (now < due) return;
      if (!(recently >= minimumBytesPerStall)) return end('timeout');
      recently = 0;
      due = now + stallTimeout;
    },
  };
}

import { type MessagePort, type ResourceLimits, Worker, parentPort } from 'node:worker_threads';
import type { SideAnswer, SideThread } from '../model/side-thread.ts';

/**
 * Starts a thread with this script, which calls `answerBeside`. It keeps the process alive only while it owes an answer.
 * @param limits its memory; beyond it the thread ends, and not the process
 */
export function openSideThread<Question, Answer>(script: URL, limits: ResourceLimits): SideThread<Question, Answer> {
  const worker = startWorker(script, limits);
  if (worker === undefined) return { ask: async () => ({ lost: 'ended' }), close: () => undefined };
  /** Who waits for an answer, in the order of the questions: that is the order of the answers. */
  const waiting: ((answer: SideAnswer<Answer>) => void)[] = [];
  let end: 'ended' | 'out-of-memory' = 'ended';
  let isOver = false;
  worker.on('message', (answer: Answer) => {
    waiting.shift()?.({ answer });
    if (waiting.length === 0) worker.unref();
  });
  // An answer that cannot be read is none, and which one it was to nobody knows.
  worker.on('messageerror', () => void worker.terminate());
  worker.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'ERR_WORKER_OUT_OF_MEMORY') end = 'out-of-memory';
  });
  worker.on('exit', () => {
    isOver = true;
    for (const [place, tell] of waiting.splice(0).entries()) tell({ lost: place === 0 ? end : 'ended' });
  });
  worker.unref();
  return {
    ask: async (question) => {
      if (isOver) return { lost: 'ended' };
      post(worker, question);
      if (waiting.length === 0) worker.ref();
      return new Promise((resolve) => waiting.push(resolve));
    },
    close: () => {
      isOver = true;
      void worker.terminate();
    },
  };
}

/** In the thread's script: answers whatever comes. What `answer` throws ends the thread. */
export function answerBeside(answer: (question: never) => unknown): void {
  // Who starts the thread sends what its script answers.
  parentPort?.on('message', (question) => post(parentPort, answer(question as never)));
}

function post(port: Pick<MessagePort, 'postMessage'> | null, message: unknown): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- that is of windows: threads have no origin
  port?.postMessage(message);
}

/** Undefined where the system has no thread left to give, or Node's permissions allow none. */
function startWorker(script: URL, resourceLimits: ResourceLimits): Worker | undefined {
  try {
    // Neither the user's environment nor what Node is told to load first is for it.
    return new Worker(script, { env: {}, execArgv: [], resourceLimits });
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ERR_WORKER_INIT_FAILED' || code === 'ERR_ACCESS_DENIED') return undefined;
    throw error;
  }
}

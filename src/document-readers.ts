import { availableParallelism } from 'node:os';
import type { CollectorPorts } from './collectors/ports.ts';
import { readHere } from './collectors/packument-reading.ts';
import { type ReadingThread, openSharedReader } from './collectors/shared-reading.ts';
import { withDecodedBody } from './platform/http-body.ts';

/** The compiled `document-thread.ts`. Where there is none, as beside the sources, no thread comes up, and all is read on this one. */
const script = new URL('./document-thread.js', import.meta.url);
/**
 * Megabytes. Little of a document outlives its reading, so that a small young generation is enough and the thread adds next to nothing
 * to the peak. The stack is the main thread's: nesting that is too deep for one is too deep for the other.
 */
const limits = { maxYoungGenerationSizeMb: 4, stackSizeMb: 1.15 };

/** The one place that decides whether registry documents are read on a second thread: nothing where there is no core for it. */
export function readersBeside(): Pick<CollectorPorts, 'openReader'> {
  if (availableParallelism() < 2) return {};
  return {
    openReader: (signal) =>
      openSharedReader({
        start: startThread,
        readHere: (document) => readHere(document, withDecodedBody),
        whenIdle: setImmediate,
        signal,
      }),
  };
}

async function startThread(): Promise<ReadingThread> {
  const { openSideThread } = await import('./platform/side-thread.ts');
  return openSideThread(script, limits);
}

import type { SideAnswer, SideThread } from '../model/side-thread.ts';
import type { ArrivedDocument, DocumentReader, DocumentReading, Unread } from './packument-reading.ts';
import { decodeRecord } from './packument-record.ts';

/** A thread that answers with the text of a document's record. */
export type ReadingThread = SideThread<ArrivedDocument, string | Unread>;

export interface SharedReading {
  readonly start: () => Promise<ReadingThread>;
  /** Reads a document on this thread. */
  readonly readHere: (document: ArrivedDocument) => DocumentReading;
  /** Calls when this thread has nothing else to do for now. */
  readonly whenIdle: (work: () => void) => void;
  /** Aborted when nobody wants to know any more. */
  readonly signal: AbortSignal;
}

/** Requests under way when the other thread is started: it comes up while they are answered. */
const startAfter = 32;
/**
 * Documents that may still come. Coming up and growing warm costs the other thread 100 ms of CPU: it takes a tenth off the time of a run
 * with 200 documents, a sixth with 700, a quarter with 2,000, and nothing off one with 100.
 */
const worthAThread = 200;
/** What the other thread holds: enough to be busy while this one is, and little enough for this one to take its share. */
const mostHeld = 12;
/** Bytes, packed. A document that is larger is read here. */
const mostBytesHeld = 2 * 1024 * 1024;

interface Waiting {
  readonly document: ArrivedDocument;
  readonly tell: (reading: DocumentReading) => void;
  readonly fail: (error: unknown) => void;
}

/**
 * A reader that shares the documents of a run between this thread and another, which is started when many are to come. The other one is
 * always given the next few; of what waits beyond that, this one reads whenever it has nothing else to do. What the other thread loses is
 * read here, so that the answers are the same with it, without it, and when it fails.
 */
export function openSharedReader({ start, readHere, whenIdle, signal }: SharedReading): DocumentReader {
  const waiting: Waiting[] = [];
  let thread: ReadingThread | undefined;
  let trouble: { readonly error: unknown } | undefined;
  let isClosed = false;
  let asked = 0;
  let held = 0;
  let bytesHeld = 0;
  let isIdleAwaited = false;

  const startThread = async (): Promise<void> => {
    try {
      const started = await start();
      if (isClosed) started.close();
      else thread = started;
    } catch (error) {
      trouble = { error };
    }
  };

  /** Gives the other thread what it has room for, and sees to it that the rest is read. */
  const share = (): void => {
    if (thread !== undefined) for (const next of waiting.splice(0, fitting())) give(next, thread);
    if (waiting.length === 0 || isIdleAwaited) return;
    isIdleAwaited = true;
    whenIdle(() => {
      isIdleAwaited = false;
      const next = waiting.shift();
      if (next !== undefined) settle(next, () => readHere(next.document));
      share();
    });
  };

  /** How many of those that wait longest the other thread has room for. */
  const fitting = (): number => {
    let bytes = bytesHeld;
    const full = waiting.findIndex(({ document }, place) => {
      bytes += document.body.byteLength;
      return held + place >= mostHeld || bytes > mostBytesHeld;
    });
    return full === -1 ? waiting.length : full;
  };

  const give = (next: Waiting, to: ReadingThread): void => {
    const { document } = next;
    // Whoever is told gives the memory of the body back.
    const bytes = document.body.byteLength;
    held++;
    bytesHeld += bytes;
    const onTold = (told: SideAnswer<string | Unread>): void => {
      if ('lost' in told) thread = undefined;
      settle(next, () => {
        if ('answer' in told) return decoded(told.answer);
        if (told.lost === 'out-of-memory') return tooLarge(document);
        return isClosed ? late : readHere(document);
      });
    };
    const onSettled = (): void => {
      held--;
      bytesHeld -= bytes;
      share();
    };
    void to.ask(document).then(onTold).catch(next.fail).finally(onSettled);
  };

  const close = (): void => {
    isClosed = true;
    signal.removeEventListener('abort', close);
    for (const next of waiting.splice(0)) settle(next, () => late);
    thread?.close();
  };
  signal.addEventListener('abort', close, { once: true });

  return {
    onAsked: (atMost) => {
      asked++;
      if (asked === startAfter && atMost >= worthAThread) void startThread();
    },
    read: async (document) => {
      if (trouble !== undefined) throw trouble.error;
      if (thread === undefined) return readHere(document);
      return new Promise((tell, fail) => {
        waiting.push({ document, tell, fail });
        share();
      });
    },
    close,
  };
}

function settle({ tell, fail }: Waiting, read: () => DocumentReading): void {
  try {
    tell(read());
  } catch (error) {
    fail(error);
  }
}

const late: Unread = { reason: 'deadline', detail: 'the deadline of the run passed before the answer was read' };

function tooLarge({ url }: ArrivedDocument): Unread {
  return { reason: 'too-large', detail: `${url} takes more memory to read than there is` };
}

function decoded(answer: string | Unread): DocumentReading {
  if (typeof answer !== 'string') return answer;
  const record = decodeRecord(answer);
  if (record === undefined) throw new Error('the reading thread is of another build');
  return { record, text: answer };
}

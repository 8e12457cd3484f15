import { describe, expect, it } from 'vitest';
import type { ArrivedDocument, DocumentReading, Unread } from '../../src/collectors/packument-reading.ts';
import { encodeRecord, type PackumentRecord } from '../../src/collectors/packument-record.ts';
import { type ReadingThread, openSharedReader } from '../../src/collectors/shared-reading.ts';
import { PublishedVersions } from '../../src/evidence/published-versions.ts';
import type { SideAnswer } from '../../src/model/side-thread.ts';

function documentOf(name: string, bytes = 10): ArrivedDocument {
  return {
    body: new Uint8Array(bytes),
    encoding: undefined,
    url: `https://registry.example/${name}`,
    maxBytes: 1_000,
    name,
    registry: 'https://registry.example/',
    mediaType: 'application/json',
    locked: ['1.0.0'],
    comparedSince: 0,
    also: [],
    validators: {},
  };
}

function recordOf(name: string): PackumentRecord {
  return {
    packument: {
      name,
      status: 'published',
      registry: 'https://registry.example/',
      representation: 'full',
      distTags: {},
      versions: PublishedVersions.of([]),
      releases: new Map(),
    },
    locked: [],
  };
}

const readingOf = (name: string): DocumentReading => ({ record: recordOf(name), text: encodeRecord(recordOf(name)) });

/** A thread that answers when it is told to, and a world around a reader. */
function world(start?: () => Promise<ReadingThread>) {
  const held: { readonly name: string; readonly tell: (answer: SideAnswer<string | Unread>) => void }[] = [];
  const here: string[] = [];
  const idle: (() => void)[] = [];
  let started = 0;
  let isOver = false;
  const thread: ReadingThread = {
    ask: ({ name }) => (isOver ? Promise.resolve({ lost: 'ended' }) : new Promise((tell) => held.push({ name, tell }))),
    close: () => {
      isOver = true;
      for (const { tell } of held.splice(0)) tell({ lost: 'ended' });
    },
  };
  const controller = new AbortController();
  const reader = openSharedReader({
    start: async () => {
      started++;
      return start === undefined ? thread : start();
    },
    readHere: ({ name }) => {
      here.push(name);
      return readingOf(name);
    },
    whenIdle: (work) => idle.push(work),
    signal: controller.signal,
  });
  return {
    reader,
    held,
    here,
    isOver: () => isOver,
    started: () => started,
    abort: () => controller.abort(),
    /** The thread answers its oldest question, or loses all that it has. */
    answer: (answer?: SideAnswer<string | Unread>) => {
      const question = held.shift();
      question?.tell(answer ?? { answer: encodeRecord(recordOf(question.name)) });
    },
    lose: (first: 'ended' | 'out-of-memory') => {
      isOver = true;
      for (const [place, { tell }] of held.splice(0).entries()) tell({ lost: place === 0 ? first : 'ended' });
    },
    rest: () => idle.shift()?.(),
    /** As many requests are sent as start the thread. */
    startThread: async () => {
      for (let request = 0; request < 32; request++) reader.onAsked(700);
      await settled();
    },
  };
}

/** All that is due has happened. */
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const names = (count: number): readonly string[] => Array.from({ length: count }, (_, at) => `p${at}`);

describe('a reader that shares its documents with another thread', () => {
  it('starts none where few documents are to come, or few requests are sent', async () => {
    const few = world();
    for (let request = 0; request < 100; request++) few.reader.onAsked(199);
    const remembered = world();
    for (let request = 0; request < 31; request++) remembered.reader.onAsked(2_000);
    await settled();
    expect([few.started(), remembered.started()]).toEqual([0, 0]);
    expect(await few.reader.read(documentOf('a'))).toEqual(readingOf('a'));
    expect(few.here).toEqual(['a']);
  });

  it('starts one, once, while many are under way, and reads here until it is there', async () => {
    const { reader, started, here } = world();
    for (let request = 0; request < 700; request++) reader.onAsked(700 - request);
    await reader.read(documentOf('first'));
    await settled();
    expect(started()).toBe(1);
    expect(here).toEqual(['first']);
  });

  it('gives the other thread twelve, and reads the others here when there is nothing else to do', async () => {
    const { reader, startThread, held, here, rest, answer } = world();
    await startThread();
    const readings = Promise.all(names(15).map((name) => reader.read(documentOf(name))));
    expect(held.map(({ name }) => name)).toEqual(names(12));
    expect(here).toEqual([]);
    rest();
    expect(here).toEqual(['p12']);
    answer();
    await settled();
    expect(held.at(-1)?.name).toBe('p13');
    rest();
    expect(here).toEqual(['p12', 'p14']);
    rest();
    while (held.length > 0) answer();
    expect(await readings).toEqual(names(15).map(readingOf));
  });

  it('gives the other thread no more than two megabytes, and none that is larger', async () => {
    const { reader, startThread, held, here, rest, answer } = world();
    await startThread();
    const large = reader.read(documentOf('large', 3_000_000));
    expect(held).toEqual([]);
    rest();
    expect(await large).toEqual(readingOf('large'));
    const half = 1_100_000;
    const readings = Promise.all([reader.read(documentOf('one', half)), reader.read(documentOf('two', half))]);
    expect(held.map(({ name }) => name)).toEqual(['one']);
    answer();
    await settled();
    expect(held.map(({ name }) => name)).toEqual(['two']);
    answer();
    expect(await readings).toEqual([readingOf('one'), readingOf('two')]);
    expect(here).toEqual(['large']);
  });

  it('has room again after an answer, even if the memory of the body is given back at once', async () => {
    const { reader, startThread, held, answer } = world();
    await startThread();
    for (const name of names(4)) {
      const document = documentOf(name, 1_500_000);
      const reading = reader
        .read(document)
        .then(() => structuredClone(document.body.buffer, { transfer: [document.body.buffer as ArrayBuffer] }));
      expect(held.map((question) => question.name)).toEqual([name]);
      answer();
      await reading;
      await settled();
    }
  });

  it('passes on why a document tells nothing', async () => {
    const { reader, startThread, answer } = world();
    await startThread();
    const reading = reader.read(documentOf('a'));
    answer({ answer: { reason: 'malformed', detail: 'the answer is not valid JSON' } });
    expect(await reading).toEqual({ reason: 'malformed', detail: 'the answer is not valid JSON' });
  });

  it('reads here whatever the other thread loses, and all that comes later', async () => {
    const { reader, startThread, lose, here, rest } = world();
    await startThread();
    const readings = Promise.all(names(14).map((name) => reader.read(documentOf(name))));
    lose('ended');
    await settled();
    rest();
    rest();
    expect(await readings).toEqual(names(14).map(readingOf));
    expect(await reader.read(documentOf('later'))).toEqual(readingOf('later'));
    expect([...here].sort()).toEqual([...names(14), 'later'].sort());
  });

  it('does not try here what has taken all memory there', async () => {
    const { reader, startThread, lose, here } = world();
    await startThread();
    const readings = Promise.all(['bomb', 'honest'].map((name) => reader.read(documentOf(name))));
    lose('out-of-memory');
    expect(await readings).toEqual([
      { reason: 'too-large', detail: 'https://registry.example/bomb takes more memory to read than there is' },
      readingOf('honest'),
    ]);
    expect(here).toEqual(['honest']);
  });

  it('calls everything late when the deadline passes, and ends the thread', async () => {
    const { reader, startThread, abort, isOver, here } = world();
    await startThread();
    const readings = Promise.all(names(14).map((name) => reader.read(documentOf(name))));
    abort();
    const answers = await readings;
    expect(answers).toHaveLength(14);
    for (const answer of answers) expect(answer).toMatchObject({ reason: 'deadline' });
    expect([isOver(), here]).toEqual([true, []]);
  });

  it('ends a thread that comes up too late', async () => {
    let arrive: (thread: ReadingThread) => void = () => undefined;
    let isClosed = false;
    const { reader, startThread } = world(() => new Promise((resolve) => (arrive = resolve)));
    await startThread();
    reader.close();
    arrive({ ask: () => Promise.resolve({ lost: 'ended' }), close: () => void (isClosed = true) });
    await settled();
    expect(isClosed).toBe(true);
  });

  it('does not hide that something is wrong with the program', async () => {
    const broken = world(() => Promise.reject(new Error('not in this bundle')));
    await broken.startThread();
    await expect(broken.reader.read(documentOf('a'))).rejects.toThrow('not in this bundle');
    const { reader, startThread, answer } = world();
    await startThread();
    const reading = reader.read(documentOf('a'));
    answer({ answer: '{}' });
    await expect(reading).rejects.toThrow('of another build');
  });
});

import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type DocumentAnswer, type Documents, createDocuments } from '../../src/firewall/documents.ts';
import { defaultLimits } from '../../src/firewall/limits.ts';
import { createReleases } from '../../src/firewall/releases.ts';
import type { HttpOutcome } from '../../src/model/http.ts';
import { createRegistryDirectory } from '../../src/registries/directory.ts';

const registry = 'https://registry.example/';
const text = JSON.stringify({
  name: 'heron',
  readme: 'wings '.repeat(10_000),
  versions: { '1.0.0': { name: 'heron', version: '1.0.0', dist: { tarball: `${registry}heron/-/heron-1.0.0.tgz` } } },
});

/** How a registry may send the document. */
const ways = new Map<string, { readonly packed?: Buffer; readonly encoding?: string }>([
  ['in gzip', { packed: gzipSync(text), encoding: 'gzip' }],
  ['in brotli', { packed: brotliCompressSync(text), encoding: 'br' }],
  ['as it is', {}],
]);

function documentsOf(way: string): Documents {
  const { packed, encoding } = ways.get(way) ?? {};
  const answer = (): Promise<HttpOutcome> =>
    Promise.resolve({
      type: 'response',
      status: 200,
      headers: new Map(encoding === undefined ? [] : [['content-encoding', encoding]]),
      body: Buffer.from(text),
      ...(packed === undefined ? {} : { packed }),
      url: `${registry}heron`,
    });
  return createDocuments({
    upstream: { get: answer },
    registries: () => createRegistryDirectory({ registry, scopes: new Map(), publicRegistry: registry, additional: [] }),
    limits: defaultLimits,
    now: () => 0,
  });
}

function held(answer: DocumentAnswer): Extract<DocumentAnswer, { type: 'found' }>['document'] {
  if (answer.type !== 'found') throw new Error(answer.type);
  return answer.document;
}

/** Everything that only a weak reference knows is gone afterwards. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  await sleep(0);
  runInNewContext('gc()');
}

describe('a document that came', () => {
  it.each([...ways.keys()])('%s is held packed, and is the same when memory was needed in between', async (way) => {
    const documents = documentsOf(way);
    const document = held(await documents.get('heron'));
    expect(documents.bytes()).toBeLessThan(text.length / 10);
    expect(document.length).toBe(text.length);
    await collectGarbage();
    expect(document.body().toString('utf8')).toBe(text);
    expect(document.open()?.get('name')).toBe('heron');
    expect(createReleases().of(document, '1.0.0')).toMatchObject({ address: `${registry}heron/-/heron-1.0.0.tgz`, exotic: [] });
  });
});

describe('what a document says of a version', () => {
  it('is remembered without the document being opened again, and only for that document', async () => {
    const releases = createReleases();
    const document = held(await documentsOf('in gzip').get('heron'));
    const closed = {
      ...document,
      open: () => {
        throw new Error('it is opened');
      },
    };
    expect(() => releases.of(closed, '1.0.0')).toThrow('it is opened');
    const release = releases.of(document, '1.0.0');
    expect(releases.of(closed, '1.0.0')).toBe(release);
    expect(() => releases.of({ ...closed, digest: 'another' }, '1.0.0')).toThrow('it is opened');
    expect(releases.of(document, '2.0.0')).toBeUndefined();
  });
});

import { afterEach, describe, expect, it } from 'vitest';
import { type DocumentReader, readHere } from '../../src/collectors/packument-reading.ts';
import { withDecodedBody } from '../../src/platform/http-body.ts';
import { release } from '../loopback-registry/release.ts';
import { closeAll, known, leftPad, memoryLayer, minute, now, observe, registryWith } from './packument-world.ts';

afterEach(closeAll);

describe('the names layer', () => {
  it('answers for five minutes without a request, and then asks whether anything changed', async () => {
    const cache = memoryLayer();
    const registry = await registryWith(leftPad);
    const first = await known(registry, 'left-pad', ['1.3.0'], { cache });
    expect(await known(registry, 'left-pad', ['1.3.0'], { cache, at: now + 4 * minute })).toStrictEqual(first);
    expect(registry.requests).toHaveLength(1);
    expect(await known(registry, 'left-pad', ['1.3.0'], { cache, at: now + 6 * minute })).toStrictEqual(first);
    expect(registry.requests.map(({ headers }) => headers['if-none-match'] !== undefined)).toStrictEqual([false, true]);
    expect(await observe(registry, 'left-pad', ['1.3.0'], { cache, at: now + 7 * minute })).toMatchObject({ observedAt: now + 6 * minute });
    expect(registry.requests).toHaveLength(2);
  });

  it('announces a document to its reader where one should come, and not where the remembered one is asked about', async () => {
    const cache = memoryLayer();
    const registry = await registryWith(leftPad);
    const announced: number[] = [];
    const openReader = (): DocumentReader => ({
      onAsked: (atMost) => announced.push(atMost),
      read: (document) => Promise.resolve(readHere(document, withDecodedBody)),
      close: () => undefined,
    });
    await known(registry, 'left-pad', ['1.3.0'], { cache });
    await known(registry, 'left-pad', ['1.3.0'], { cache, openReader, at: now + 6 * minute });
    expect([registry.requests.length, announced]).toStrictEqual([2, []]);
    await known(registry, 'left-pad', ['1.0.0'], { cache, openReader, at: now + 6 * minute });
    expect([registry.requests.length, announced]).toStrictEqual([3, [1]]);
  });

  it('asks without conditions for a version that it does not hold', async () => {
    const cache = memoryLayer();
    const registry = await registryWith(leftPad);
    await known(registry, 'left-pad', ['1.0.0'], { cache });
    registry.setPackages([...leftPad, release({ name: 'left-pad', version: '1.4.0' })]);
    registry.setFaults([{ type: 'etag', path: '/left-pad', etag: '"the same for everything"' }]);
    expect((await known(registry, 'left-pad', ['1.4.0'], { cache })).releases.has('1.4.0')).toBe(true);
    expect(registry.requests[1]?.headers['if-none-match']).toBeUndefined();
  });

  it('reads a document again for every version that anybody holds, and answers each as if nobody else had asked', async () => {
    const cache = memoryLayer();
    const registry = await registryWith([...leftPad, release({ name: 'left-pad', version: '1.3.0-beta.1' })]);
    const asked = [['1.0.0'], ['1.3.0'], ['1.3.0-beta.1'], ['1.0.0', '1.3.0']];
    for (const versions of [...asked, ...asked]) {
      const alone = await known(registry, 'left-pad', versions, { cache: memoryLayer() });
      expect(await known(registry, 'left-pad', versions, { cache })).toStrictEqual(alone);
    }
    // Once for each version that was new, and those without a memory.
    expect(registry.requests).toHaveLength(3 + 2 * asked.length);
  });

  it('is not spoilt by a fault in a version that others hold', async () => {
    const cache = memoryLayer();
    const registry = await registryWith(leftPad);
    await known(registry, 'left-pad', ['1.3.0'], { cache });
    const change = (document: Readonly<Record<string, unknown>>): unknown => ({
      ...document,
      versions: { ...(document['versions'] as object), '1.3.0': { version: '9.9.9' } }, // the document is ours
    });
    registry.setFaults([{ type: 'change', path: '/left-pad', change }]);
    expect(await known(registry, 'left-pad', ['1.0.0'], { cache })).toMatchObject({ status: 'published' });
    expect(await observe(registry, 'left-pad', ['1.3.0'], { cache })).toMatchObject({ state: 'unavailable', reason: 'malformed' });
  });

  it('holds of what is below an old version how it was published, and reads it again for who wants all of it', async () => {
    const cache = memoryLayer();
    const years = 365 * 24 * 60 * minute;
    const signed = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((version, at) =>
      release({ name: 'left-pad', version, publishedAt: new Date(now - 2 * years + at * minute).toISOString() }),
    );
    const registry = await registryWith(signed);
    const old = await known(registry, 'left-pad', ['1.3.0'], { cache });
    expect([...old.releases.keys()].sort()).toStrictEqual(['1.2.0', '1.3.0']);
    expect([...(old.earlier?.keys() ?? [])].sort()).toStrictEqual(['1.0.0', '1.1.0']);
    expect(old.earlier?.get('1.0.0')).toMatchObject({ version: '1.0.0', publishedAt: now - 2 * years, isSigned: true });
    expect(old.earlier?.get('1.0.0')).not.toHaveProperty('dependencies');
    const deep = await known(registry, 'left-pad', ['1.3.0'], { cache, isDeep: true });
    expect([...deep.releases.keys()].sort()).toStrictEqual(['1.0.0', '1.1.0', '1.2.0', '1.3.0']);
    expect(deep.earlier).toBeUndefined();
    expect(registry.requests).toHaveLength(2);
    expect(await known(registry, 'left-pad', ['1.3.0'], { cache })).toStrictEqual(old);
    expect(registry.requests).toHaveLength(2);
  });

  it('gives offline what is kept of the versions below, where all of them were wanted', async () => {
    const cache = memoryLayer();
    const old = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((version) =>
      release({ name: 'left-pad', version, publishedAt: '2020-01-01T00:00:00.000Z' }),
    );
    const registry = await registryWith(old);
    const kept = await known(registry, 'left-pad', ['1.3.0'], { cache });
    expect(await known(registry, 'left-pad', ['1.3.0'], { cache, isOffline: true, isDeep: true })).toStrictEqual(kept);
  });

  it('takes a document for malformed that is nested too deeply to be written', async () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const body = `{"name":"left-pad","versions":{"1.3.0":{"name":"left-pad","version":"1.3.0","license":${deep}}},"time":{}}`;
    const registry = await registryWith(leftPad, { faults: [{ type: 'body', path: '/left-pad', body }] });
    expect(await observe(registry, 'left-pad', ['1.3.0'])).toMatchObject({ state: 'unavailable', reason: 'malformed' });
  });

  it('forgets the versions that nobody has asked for in a while, so that a record has an end', async () => {
    const cache = memoryLayer();
    const versions = Array.from({ length: 70 }, (_, at) => `1.${at}.0`);
    const registry = await registryWith(versions.map((version) => release({ name: 'left-pad', version })));
    for (const version of versions) await known(registry, 'left-pad', [version], { cache });
    await known(registry, 'left-pad', ['1.69.0'], { cache });
    expect(registry.requests).toHaveLength(70);
    await known(registry, 'left-pad', ['1.0.0'], { cache });
    expect(registry.requests).toHaveLength(71);
    expect((await known(registry, 'left-pad', versions, { cache })).releases.size).toBe(70);
  });

  it('does not take a record from the future for fresh', async () => {
    const cache = memoryLayer();
    const registry = await registryWith(leftPad);
    await known(registry, 'left-pad', ['1.3.0'], { cache, at: now + 60 * minute });
    await known(registry, 'left-pad', ['1.3.0'], { cache });
    expect(registry.requests).toHaveLength(2);
  });

  it('answers offline whatever its age, and says how old that is', async () => {
    const cache = memoryLayer();
    const registry = await registryWith(leftPad);
    await known(registry, 'left-pad', ['1.3.0'], { cache });
    const later = { cache, isOffline: true, at: now + 1_000 * minute };
    expect(await observe(registry, 'left-pad', ['1.3.0'], later)).toMatchObject({ state: 'known', observedAt: now });
    expect(await observe(registry, 'left-pad', ['9.0.0'], later)).toMatchObject({ state: 'unavailable', reason: 'offline' });
    expect(await observe(registry, 'right-pad', ['1.0.0'], later)).toMatchObject({ state: 'unavailable', reason: 'offline' });
    expect(registry.requests).toHaveLength(1);
  });

  it('ignores a record that another release of this tool wrote', async () => {
    const cache = memoryLayer();
    const registry = await registryWith(leftPad);
    await known(registry, 'left-pad', ['1.3.0'], { cache });
    for (const key of cache.records.keys())
      cache.records.set(key, { text: '{"format":0,"versions":"1.3.0","times":"","releases":[{"version":"1.3.0"}]}', writtenAt: now });
    expect(await known(registry, 'left-pad', ['1.3.0'], { cache })).toMatchObject({ status: 'published' });
    expect(registry.requests).toHaveLength(2);
  });
});

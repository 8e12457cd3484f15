import { afterEach, describe, expect, it } from 'vitest';
import { createPackumentCollector } from '../../src/collectors/packument.ts';
import type { Packument } from '../../src/evidence/packument.ts';
import { packument } from '../../src/evidence/packument.ts';
import type { CacheLayer, CacheRecord } from '../../src/model/cache.ts';
import { noCache } from '../../src/model/cache.ts';
import type { Component } from '../../src/model/component.ts';
import { bomRef } from '../../src/model/component.ts';
import type { Observation } from '../../src/model/evidence.ts';
import { npmPurl } from '../../src/model/purl.ts';
import { milliseconds } from '../../src/model/units.ts';
import { createHttpClient } from '../../src/platform/http.ts';
import { createRegistryDirectory } from '../../src/registries/directory.ts';
import type { Fault } from '../loopback-registry/faults.ts';
import type { LoopbackRegistry, RegistryOptions } from '../loopback-registry/registry.ts';
import { startRegistry } from '../loopback-registry/registry.ts';
import type { BuiltRelease } from '../loopback-registry/release.ts';
import { release } from '../loopback-registry/release.ts';

const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));
const minute = 60_000;
const opened: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function registryWith(releases: readonly BuiltRelease[], options: RegistryOptions = {}): Promise<LoopbackRegistry> {
  const registry = await startRegistry(releases, options);
  opened.push(registry);
  return registry;
}

interface Ask {
  readonly cache?: CacheLayer;
  readonly isOffline?: boolean;
  readonly isDeep?: boolean;
  readonly at?: number;
}

/** What the collector observes of `name@version`, or of several versions of one name. */
async function observe(
  registry: LoopbackRegistry,
  name: string,
  versions: readonly string[],
  ask: Ask = {},
): Promise<Observation<Packument>> {
  const http = createHttpClient(
    {
      strictSsl: true,
      headersTimeout: 200,
      proxyFor: () => undefined,
      authorizationFor: () => undefined,
      clientCertificateFor: () => undefined,
    },
    { retryDelay: 1, stallTimeout: 100, attemptTimeout: 2_000 },
  );
  opened.push(http);
  const registries = createRegistryDirectory({ registry: registry.url, scopes: new Map(), publicRegistry: 'https://registry.example/' });
  const { cache = noCache.names, isOffline = false, isDeep = false } = ask;
  const collector = createPackumentCollector({ http, registries, cache, isOffline, isDeep });
  const [first, ...rest] = versions.map((version) => component(name, version));
  if (first === undefined) throw new Error('ask for a version');
  const answer = await collector.collect(new Map([[name, [first, ...rest]]]), {
    collected: { get: () => undefined },
    signal: AbortSignal.timeout(20_000),
    now: milliseconds(ask.at ?? now),
    onProgress: () => undefined,
  });
  const observation = answer.get(name);
  if (observation === undefined) throw new Error('the collector forgot its subject');
  return observation;
}

async function known(registry: LoopbackRegistry, name: string, versions: readonly string[], ask: Ask = {}): Promise<Packument> {
  const observation = await observe(registry, name, versions, ask);
  if (observation.state !== 'known') throw new Error(JSON.stringify(observation));
  expect(packument.shape(observation.value)).toBe(true);
  return observation.value;
}

function component(name: string, version: string): Component {
  return {
    bomRef: bomRef(`${name}@${version}`),
    purl: npmPurl(name, version),
    name,
    version,
    source: { type: 'registry' },
    scope: 'required',
    location: { file: 'package-lock.json', line: 1 },
  };
}

/** A layer in memory that counts nothing and forgets nothing. */
function memoryLayer(): CacheLayer & { readonly records: Map<string, CacheRecord> } {
  const records = new Map<string, CacheRecord>();
  return { records, get: (key) => records.get(key), put: (key, text, writtenAt) => void records.set(key, { text, writtenAt }) };
}

const leftPad = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((version, index) =>
  release({ name: 'left-pad', version, publishedAt: `2020-01-0${index + 1}T00:00:00.000Z` }),
);

describe('the packument collector', () => {
  it('reads every field that checks compare', async () => {
    const built = release({
      name: '@acme/native',
      version: '2.0.0',
      publishedAt: '2024-05-06T07:08:09.123Z',
      scripts: { install: 'node-gyp rebuild', test: 'vitest' },
      dependencies: { 'left-pad': '^1.0.0', constructor: '1.0.0' },
      optionalDependencies: { fsevents: '2' },
      bin: { native: 'cli.js' },
      license: 'MIT',
      repository: { type: 'git', url: 'git+https://git.example/acme/native.git', directory: 'packages/native' },
      deprecated: 'use @acme/wasm',
      maintainers: [{ name: 'ada', email: 'ada@acme.example' }],
      publisher: { name: 'ada', email: 'ada@acme.example' },
      trustedPublisher: 'github',
      tags: ['next'],
    });
    const registry = await registryWith([built], { attestations: { '@acme/native@2.0.0': { attestations: [] } } });
    const value = await known(registry, '@acme/native', ['2.0.0']);
    expect(registry.requests[0]).toMatchObject({ path: '/@acme/native', headers: { accept: 'application/json' } });
    expect(value).toMatchObject({
      name: '@acme/native',
      status: 'published',
      registry: registry.url,
      representation: 'full',
      createdAt: Date.parse('2024-05-06T07:08:09.123Z'),
      distTags: { latest: '2.0.0', next: '2.0.0' },
      versions: [{ version: '2.0.0', publishedAt: Date.parse('2024-05-06T07:08:09.123Z') }],
      maintainers: [{ name: 'ada', email: 'ada@acme.example' }],
      repository: 'git+https://git.example/acme/native.git',
    });
    const found = value.releases.get('2.0.0');
    if (found === undefined) throw new Error('the locked version is missing');
    const { signatures, dependencies, ...rest } = found;
    expect(signatures).toStrictEqual([{ keyid: registry.signer.keyid, sig: expect.any(String) }]);
    expect(Object.entries(dependencies)).toStrictEqual([
      ['left-pad', '^1.0.0'],
      ['constructor', '1.0.0'],
    ]);
    expect(rest).toMatchObject({
      installScripts: { install: 'node-gyp rebuild' },
      optionalDependencies: { fsevents: '2' },
      bin: ['native'],
      licence: 'MIT',
      deprecated: 'use @acme/wasm',
      publisher: { name: 'ada', email: 'ada@acme.example' },
      trustedPublisher: 'github',
      attestations: `${registry.url}-/npm/v1/attestations/@acme/native@2.0.0`,
      fileCount: 2,
      unpackedSize: built.unpackedSize,
      repositoryDirectory: 'packages/native',
    });
    expect(rest.integrity?.map(({ algorithm }) => algorithm)).toStrictEqual(['sha512', 'sha1']);
  });

  it('keeps a recent locked version and five below it', async () => {
    const releases = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0', '1.6.0-beta.1', '1.6.0', '1.7.0'].map((version) =>
      release({ name: 'many', version, publishedAt: new Date(now - minute).toISOString() }),
    );
    const registry = await registryWith(releases);
    const value = await known(registry, 'many', ['1.6.0']);
    expect([...value.releases.keys()].sort()).toStrictEqual(['1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0', '1.6.0']);
    expect(value.versions).toHaveLength(9);
  });

  it.each(['constructor', 'hasOwnProperty', 'JSONStream', '-', '_'])('asks for the odd but real name %s', async (name) => {
    const registry = await registryWith([release({ name, version: '1.0.0' })]);
    expect(await known(registry, name, ['1.0.0'])).toMatchObject({ name, status: 'published' });
  });

  it.each(['..', '../../etc', 'a/b', '@a/b/c', '@../x', '.hidden', '', 'x'.repeat(300), 'a b', '\ud800'])(
    'does not ask for %j, which is no name',
    async (name) => {
      const registry = await registryWith([]);
      expect(await observe(registry, name, ['1.0.0'])).toMatchObject({ state: 'unavailable', reason: 'malformed' });
      expect(registry.requests).toHaveLength(0);
    },
  );
});

describe('what the registry says about a name', () => {
  it('is missing at 404', async () => {
    const registry = await registryWith([]);
    expect(await known(registry, 'invented', ['1.0.0'])).toMatchObject({ status: 'missing', versions: [] });
  });

  it('is unpublished, with the time', async () => {
    const registry = await registryWith([], { unpublished: { gone: '2026-01-02T03:04:05.000Z' } });
    expect(await known(registry, 'gone', ['1.0.0'])).toMatchObject({
      status: 'unpublished',
      unpublishedAt: Date.parse('2026-01-02T03:04:05.000Z'),
    });
  });

  it('is empty without versions', async () => {
    const registry = await registryWith([], { empty: ['hollow'] });
    expect(await known(registry, 'hollow', ['1.0.0'])).toMatchObject({ status: 'empty' });
  });

  it('is held by the registry where only the security placeholder is left', async () => {
    const registry = await registryWith([
      release({ name: 'evil', version: '0.0.1-security', repository: { url: 'git+https://git.example/npm/security-holder.git' } }),
    ]);
    expect(await known(registry, 'evil', ['1.0.0'])).toMatchObject({ status: 'security-holding' });
  });

  it('has no publish times where the document has none', async () => {
    const registry = await registryWith(leftPad, {
      faults: [{ type: 'change', path: '/left-pad', change: (document) => ({ ...document, time: undefined }) }],
    });
    const value = await known(registry, 'left-pad', ['1.3.0']);
    expect(value).toMatchObject({ status: 'published', representation: 'full' });
    expect(value.releases.get('1.3.0')).not.toHaveProperty('publishedAt');
  });

  it('is abbreviated where the answer is, whatever was asked for', async () => {
    const change = (document: Readonly<Record<string, unknown>>): unknown => ({
      ...document,
      time: undefined,
      maintainers: undefined,
      modified: '2020-01-04T00:00:00.000Z',
    });
    const cache = memoryLayer();
    const registry = await registryWith(leftPad, { faults: [{ type: 'change', path: '/left-pad', change }] });
    expect(await known(registry, 'left-pad', ['1.3.0'], { cache })).toMatchObject({
      representation: 'abbreviated',
      modifiedAt: Date.parse('2020-01-04T00:00:00Z'),
    });
    expect(cache.records.size).toBe(0);
  });
});

describe('an answer that proves nothing is unavailable', () => {
  const cases: readonly (readonly [string, Fault, string])[] = [
    ['401', { type: 'status', path: '/left-pad', status: 401 }, 'forbidden'],
    ['403', { type: 'status', path: '/left-pad', status: 403 }, 'forbidden'],
    ['410', { type: 'status', path: '/left-pad', status: 410 }, 'forbidden'],
    ['451', { type: 'status', path: '/left-pad', status: 451 }, 'forbidden'],
    ['429', { type: 'status', path: '/left-pad', status: 429 }, 'rate-limited'],
    ['500', { type: 'status', path: '/left-pad', status: 500 }, 'server-error'],
    ['400', { type: 'status', path: '/left-pad', status: 400 }, 'malformed'],
    ['not JSON', { type: 'body', path: '/left-pad', body: '<html>log in</html>' }, 'malformed'],
    ['an empty object', { type: 'body', path: '/left-pad', body: '{}' }, 'malformed'],
    [
      'a document of another package',
      { type: 'change', path: '/left-pad', change: (document) => ({ ...document, name: 'right-pad' }) },
      'malformed',
    ],
    [
      'a version that says it is another',
      { type: 'change', path: '/left-pad', change: (document) => ({ ...document, versions: { '1.3.0': { version: '9.9.9' } } }) },
      'malformed',
    ],
    [
      'a fault inside the wanted version',
      { type: 'body', path: '/left-pad', body: '{"name":"left-pad","versions":{"1.3.0":{"version":nope}}}' },
      'malformed',
    ],
    ['half a body', { type: 'truncate', path: '/left-pad' }, 'network'],
    ['a gzip bomb', { type: 'gzip-bomb', path: '/left-pad', bytes: 80 * 1024 * 1024 }, 'too-large'],
    ['silence', { type: 'hang', path: '/left-pad' }, 'timeout'],
    ['a drip', { type: 'drip', path: '/left-pad', milliseconds: 10 }, 'timeout'],
    ['an endless redirect', { type: 'redirect', path: '/left-pad', to: '/left-pad' }, 'malformed'],
    ['304 without a condition', { type: 'not-modified', path: '/left-pad' }, 'malformed'],
  ];

  it.each(cases)('%s', async (_, fault, reason) => {
    const cache = memoryLayer();
    const registry = await registryWith(leftPad, { faults: [fault] });
    expect(await observe(registry, 'left-pad', ['1.3.0'], { cache })).toMatchObject({ state: 'unavailable', reason });
    expect(cache.records.size, 'failures are never remembered').toBe(0);
  });
});

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

import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../loopback-registry/faults.ts';
import { release } from '../loopback-registry/release.ts';
import { closeAll, known, leftPad, memoryLayer, minute, now, observe, registryWith } from './packument-world.ts';
import { PublishedVersions } from '../../src/evidence/published-versions.ts';

afterEach(closeAll);

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
      versions: PublishedVersions.of([{ version: '2.0.0', publishedAt: Date.parse('2024-05-06T07:08:09.123Z') }]),
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
    expect(value.versions.count).toBe(9);
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
    expect(await known(registry, 'invented', ['1.0.0'])).toMatchObject({ status: 'missing', versions: PublishedVersions.of([]) });
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

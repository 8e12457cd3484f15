/** Tarballs over real HTTP: a registry on 127.0.0.1, honest and hostile. */
import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { createPackumentCollector } from '../../src/collectors/packument.ts';
import type { CollectorPorts } from '../../src/collectors/ports.ts';
import { createKnownCommandsCollector } from '../../src/collectors/known-commands.ts';
import { createLicenceFilesCollector } from '../../src/collectors/licence-files.ts';
import { createPreviousTarballCollector } from '../../src/collectors/previous-tarball.ts';
import { createTarballCollector } from '../../src/collectors/tarball.ts';
import { knownCommands } from '../../src/evidence/known-commands.ts';
import { licenceFiles } from '../../src/evidence/licence-files.ts';
import { previousTarball } from '../../src/evidence/previous-tarball.ts';
import { tarball } from '../../src/evidence/tarball.ts';
import { type CacheLayer, noCache } from '../../src/model/cache.ts';
import type { Component } from '../../src/model/component.ts';
import type { Collected, Collector, EvidenceKey, Observation } from '../../src/model/evidence.ts';
import { parseIntegrity } from '../../src/model/integrity.ts';
import { milliseconds } from '../../src/model/units.ts';
import { readShipped } from '../../src/platform/allowlists.ts';
import { createRegistryDirectory } from '../../src/registries/directory.ts';
import type { Fault } from '../loopback-registry/faults.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { component as componentOf, withoutIntegrity } from '../support/inventory.ts';
import { impatientClient } from '../support/direct-client.ts';

const file = '/left-pad/-/left-pad-1.3.0.tgz';
const opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

interface World {
  readonly registry: LoopbackRegistry;
  readonly ports: CollectorPorts;
}

async function world(releases: readonly BuiltRelease[], faults: readonly Fault[] = [], over: Partial<CollectorPorts> = {}): Promise<World> {
  const registry = await startRegistry(releases, { faults });
  const http = impatientClient({
    authorizationFor: (url) => (url.origin === new URL(registry.url).origin ? 'Bearer sesame' : undefined),
  });
  opened.push(registry, http);
  const registries = createRegistryDirectory({
    registry: registry.url,
    scopes: new Map(),
    publicRegistry: 'https://registry.example/',
  });
  const ports = {
    http,
    registries,
    cache: noCache.names,
    facts: noCache.facts,
    isOffline: false,
    readShipped,
    readsTarballs: true,
    ...over,
  };
  return { registry, ports };
}

/** The component of a release as a lockfile pins it. */
function locked({ options: { name, version }, integrity }: BuiltRelease, over: Partial<Component> = {}): Component {
  const parsed = parseIntegrity(integrity);
  if (parsed === undefined) throw new Error('no integrity');
  return componentOf(name, version, { integrity: parsed, ...over });
}

/** Runs the collectors one after the other, as the engine does at the soonest, and proves each answer's shape. */
async function collect(
  { ports }: Pick<World, 'ports'>,
  subject: Component,
): Promise<<T>(key: EvidenceKey<T>) => Observation<T> | undefined> {
  const observations = new Map<string, ReadonlyMap<string, Observation<unknown>>>();
  const collected: Collected = {
    // Each observation was collected for this very key.
    get: <T>(key: EvidenceKey<T>, id: string) => observations.get(key.id)?.get(id) as Observation<T> | undefined,
  };
  const context = { collected, signal: new AbortController().signal, now: milliseconds(1_000_000), onProgress: () => undefined };
  const collectors: readonly Collector<unknown>[] = [
    createPackumentCollector(ports),
    createTarballCollector(ports),
    createPreviousTarballCollector(ports),
    createLicenceFilesCollector(ports),
    createKnownCommandsCollector(ports),
  ];
  for (const { key, collect: ask } of collectors) {
    const answers = await ask(new Map([[key.subjectOf(subject) ?? '', [subject]]]), context);
    for (const answer of answers.values()) if (answer.state === 'known') expect(key.shape(answer.value)).toBe(true);
    observations.set(key.id, answers);
  }
  return (key) => collected.get(key, key.subjectOf(subject) ?? '');
}

const mit = 'Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted.\n';
const honest = release({
  name: 'left-pad',
  version: '1.3.0',
  scripts: { postinstall: 'node scripts/setup' },
  bin: { pad: 'cli.js', git: 'cli.js' },
  files: { 'cli.js': '#!/usr/bin/env node\n', 'scripts/setup.js': 'console.log(1);\n', LICENSE: mit },
});
const older = release({ name: 'left-pad', version: '1.2.0' });

describe('the tarball of a version', () => {
  it('is read against the locked digest, with its manifest, files, texts and script targets', async () => {
    const facts = await collect(await world([older, honest]), locked(honest));
    expect(facts(tarball)).toMatchObject({
      state: 'known',
      value: {
        status: 'read',
        size: honest.tarball.length,
        unpackedSize: honest.unpackedSize,
        manifest: { name: 'left-pad', scripts: { postinstall: 'node scripts/setup' }, bin: { pad: 'cli.js' } },
        scriptTargets: ['scripts/setup.js'],
        texts: [{ path: 'LICENSE' }, { path: 'scripts/setup.js', text: 'console.log(1);\n' }],
        oddities: [],
      },
    });
  });

  it('serves the licence check, the command check and the comparison with the release before from one reading', async () => {
    const { registry, ports } = await world([older, honest]);
    const facts = await collect({ ports }, locked(honest));
    expect(facts(licenceFiles)).toMatchObject({ state: 'known', value: { files: [{ path: 'LICENSE', text: mit }] } });
    expect(facts(knownCommands)).toMatchObject({ state: 'known', value: { commands: [{ command: 'git', isSystem: true }] } });
    expect(facts(previousTarball)).toMatchObject({ state: 'known', value: { status: 'read', version: '1.2.0' } });
    expect(registry.requests.map(({ path }) => path)).toEqual(['/left-pad', file, '/left-pad/-/left-pad-1.2.0.tgz']);
  });

  it('raises no question about the release before when there is nothing to compare', async () => {
    const { registry, ports } = await world([release({ name: 'left-pad', version: '1.0.0' }), older]);
    const facts = await collect({ ports }, locked(older));
    expect(facts(previousTarball)).toMatchObject({ state: 'known', value: { status: 'not-needed' } });
    expect(registry.requests).toHaveLength(2);
  });

  it('is not asked for in a run that reads none', async () => {
    const { registry, ports } = await world([older], [], { readsTarballs: false });
    const facts = await collect({ ports }, locked(older));
    expect(facts(tarball)).toMatchObject({ state: 'not-offered', by: 'a run without --deep' });
    expect(facts(licenceFiles)).toMatchObject({ state: 'not-offered' });
    expect(registry.requests.map(({ path }) => path)).toEqual(['/left-pad']);
  });

  it('is known to be other bytes, and these are not unpacked', async () => {
    const swapped = release({ name: 'left-pad', version: '1.3.0', files: { 'evil.js': '' } });
    const facts = await collect(await world([swapped]), locked(honest));
    expect(facts(tarball)).toMatchObject({ state: 'known', value: { status: 'different' } });
  });

  it('has to meet every algorithm that the lockfile names, the weak one beside the strong one too', async () => {
    const [sha512] = locked(honest).integrity ?? [];
    if (sha512 === undefined) throw new Error('no integrity');
    const wrong = locked(honest, { integrity: [sha512, { algorithm: 'sha1', digest: '0'.repeat(40) }] });
    expect((await collect(await world([honest]), wrong))(tarball)).toMatchObject({ value: { status: 'different' } });
    const right = locked(honest, { integrity: [sha512, { algorithm: 'sha1', digest: honest.shasum }] });
    expect((await collect(await world([honest]), right))(tarball)).toMatchObject({ value: { status: 'read' } });
  });

  it("is held to the registry's digest where the lockfile is silent", async () => {
    const silent = withoutIntegrity(locked(honest));
    expect((await collect(await world([honest]), silent))(tarball)).toMatchObject({ value: { status: 'read' } });
    const lying = { ...honest, options: { ...honest.options, dist: { integrity: older.integrity } } };
    expect((await collect(await world([lying]), silent))(tarball)).toMatchObject({ value: { status: 'different' } });
    expect((await collect(await world([honest], [{ path: '/left-pad', type: 'status', status: 500 }]), silent))(tarball)).toMatchObject({
      state: 'unavailable',
    });
  });

  it('is remembered by its bytes: a second run reads nothing, and offline answers', async () => {
    const texts = new Map<string, string>();
    const facts: CacheLayer = {
      get: (key) => (texts.has(key) ? { text: texts.get(key) ?? '', writtenAt: milliseconds(5) } : undefined),
      put: (key, text) => texts.set(key, text),
    };
    const { registry, ports } = await world([older, honest], [], { facts });
    const first = await collect({ ports }, locked(honest));
    const asked = registry.requests.filter(({ path }) => path.endsWith('.tgz')).length;
    const second = await collect({ ports: { ...ports, isOffline: false } }, locked(honest));
    expect(registry.requests.filter(({ path }) => path.endsWith('.tgz'))).toHaveLength(asked);
    const value = (observed: Observation<unknown> | undefined) => (observed?.state === 'known' ? observed.value : undefined);
    expect(value(second(tarball))).toEqual(value(first(tarball)));
    expect(value(second(licenceFiles))).toEqual(value(first(licenceFiles)));
    expect((await collect({ ports: { ...ports, isOffline: true } }, locked(honest)))(tarball)).toMatchObject({ state: 'known' });
  });

  it('is asked for on its registry only, whatever the document and the lockfile name', async () => {
    const foreign = await startRegistry([honest]);
    opened.push(foreign);
    const lured = { ...honest, options: { ...honest.options, dist: { tarball: `${foreign.url}left-pad/-/left-pad-1.3.0.tgz` } } };
    const { registry, ports } = await world([lured]);
    const pinned = locked(honest, { source: { type: 'registry', url: `${foreign.url}left-pad/-/left-pad-1.3.0.tgz` } });
    expect((await collect({ ports }, pinned))(tarball)).toMatchObject({ value: { status: 'read' } });
    expect(foreign.requests).toEqual([]);
    expect(registry.requests.at(-1)?.path).toBe(file);
  });

  it('is fetched through a redirect without the credentials of the registry', async () => {
    const mirror = await startRegistry([honest]);
    opened.push(mirror);
    const { registry, ports } = await world(
      [honest],
      [{ path: file, type: 'redirect', to: mirror.url.replace('127.0.0.1', 'localhost') + file.slice(1) }],
    );
    expect((await collect({ ports }, locked(honest)))(tarball)).toMatchObject({ value: { status: 'read' } });
    expect(registry.requests.at(-1)?.headers.authorization).toBe('Bearer sesame');
    expect(mirror.requests.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('is not known when something on the way compressed it again and changed it', async () => {
    const body = gzipSync('not the archive');
    const { ports } = await world([honest], [{ path: file, type: 'body', body, headers: { 'content-encoding': 'gzip' } }]);
    expect((await collect({ ports }, locked(honest)))(tarball)).toMatchObject({ state: 'unavailable', reason: 'malformed' });
  });

  it.each([
    ['missing', { type: 'status', status: 404 }, 'malformed'],
    ['forbidden', { type: 'status', status: 403 }, 'forbidden'],
    ['a server error', { type: 'status', status: 503 }, 'server-error'],
    ['cut off', { type: 'truncate' }, 'network'],
    ['never sent', { type: 'hang' }, 'timeout'],
    ['a slow loris', { type: 'drip', milliseconds: 50 }, 'timeout'],
    ['larger than anything honest', { type: 'body', body: 'x', headers: { 'content-length': '300000000' } }, 'too-large'],
  ] as const)('is unavailable when it is %s', async (_, fault, reason) => {
    const { ports } = await world([honest], [{ path: file, ...fault }]);
    expect((await collect({ ports }, locked(honest)))(tarball)).toMatchObject({ state: 'unavailable', reason });
  });

  it('is known to be damaged when the locked bytes are no archive, and unknown when nobody pinned them', async () => {
    const page = Buffer.from('<html>');
    const integrity = parseIntegrity(`sha512-${createHash('sha512').update(page).digest('base64')}`);
    if (integrity === undefined) throw new Error('no integrity');
    const faults: readonly Fault[] = [{ path: file, type: 'body', body: page }];
    expect((await collect(await world([honest], faults), locked(honest, { integrity })))(tarball)).toMatchObject({
      value: { status: 'damaged' },
    });
    const undigested = { ...honest, shasum: '', options: { ...honest.options, dist: { integrity: undefined, shasum: undefined } } };
    expect((await collect(await world([undigested], faults), withoutIntegrity(locked(honest))))(tarball)).toMatchObject({
      state: 'unavailable',
      reason: 'malformed',
    });
  });
});

import { expect } from 'vitest';
import { createPackumentCollector, type PackumentSources } from '../../src/collectors/packument.ts';
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
import type { LoopbackRegistry, RegistryOptions } from '../loopback-registry/registry.ts';
import { startRegistry } from '../loopback-registry/registry.ts';
import type { BuiltRelease } from '../loopback-registry/release.ts';
import { release } from '../loopback-registry/release.ts';

export const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));
export const minute = 60_000;
const opened: { close: () => Promise<void> }[] = [];
let readers: Pick<PackumentSources, 'openReader'> = {};

/** From now on documents are left packed, and read by these. */
export function readWith(openReader: NonNullable<PackumentSources['openReader']>): void {
  readers = { openReader };
}

/** For afterEach: ends every registry and client of a test. */
export async function closeAll(): Promise<void> {
  await Promise.all(opened.splice(0).map((one) => one.close()));
}

export async function registryWith(releases: readonly BuiltRelease[], options: RegistryOptions = {}): Promise<LoopbackRegistry> {
  const registry = await startRegistry(releases, options);
  opened.push(registry);
  return registry;
}

interface Ask {
  readonly cache?: CacheLayer;
  readonly isOffline?: boolean;
  readonly isDeep?: boolean;
  readonly at?: number;
  /** In place of the readers that all others are given. */
  readonly openReader?: NonNullable<PackumentSources['openReader']>;
}

/** What the collector observes of `name@version`, or of several versions of one name. */
export async function observe(
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
  const collector = createPackumentCollector({
    http,
    registries,
    cache,
    isOffline,
    isDeep,
    ...readers,
    ...(ask.openReader === undefined ? {} : { openReader: ask.openReader }),
  });
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

export async function known(registry: LoopbackRegistry, name: string, versions: readonly string[], ask: Ask = {}): Promise<Packument> {
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
export function memoryLayer(): CacheLayer & { readonly records: Map<string, CacheRecord> } {
  const records = new Map<string, CacheRecord>();
  return { records, get: (key) => records.get(key), put: (key, text, writtenAt) => void records.set(key, { text, writtenAt }) };
}

export const leftPad = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((version, index) =>
  release({ name: 'left-pad', version, publishedAt: `2020-01-0${index + 1}T00:00:00.000Z` }),
);

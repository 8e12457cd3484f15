import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createImitatedPackageCollector } from '../../src/collectors/imitated-package.ts';
import { type ImitatedPackage, imitatedPackage } from '../../src/evidence/imitated-package.ts';
import { type Popularity, popularity } from '../../src/evidence/popularity.ts';
import { noCache } from '../../src/model/cache.ts';
import type { EvidenceKey, Observation } from '../../src/model/evidence.ts';
import { milliseconds } from '../../src/model/units.ts';
import { createHttpClient } from '../../src/platform/http.ts';
import { createRegistryDirectory } from '../../src/registries/directory.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { component } from '../support/inventory.ts';
import { directConnection } from '../support/direct-client.ts';

const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));
const http = createHttpClient(directConnection);
let registry: LoopbackRegistry;
beforeAll(async () => {
  registry = await startRegistry([
    release({ name: 'dayjs', version: '1.11.0', maintainers: [{ name: 'iamkun', email: 'iamkun@mail.example' }] }),
  ]);
});
afterAll(async () => {
  await http.close();
  await registry.close();
});

/** What is observed of a name that resembles these targets, the likeliest first. */
async function observe(...targets: readonly string[]): Promise<Observation<ImitatedPackage> | undefined> {
  const value: Popularity = {
    tier: targets.length === 0 ? 'none' : 'warn',
    relations: targets.map((name) => ({
      kind: 'combosquat',
      target: { name, downloads: 1e8 },
      tier: 'warn',
      reason: 'adds words to',
      counterReasons: [],
    })),
    conflation: [],
    measuredAt: now,
  };
  const get = <T>(key: EvidenceKey<T>): Observation<T> | undefined => {
    const isAsked = key.id === popularity.id && key.shape(value);
    return isAsked ? { state: 'known', value, observedAt: now, source: 'test' } : undefined;
  };
  const collector = createImitatedPackageCollector({
    http,
    registries: createRegistryDirectory({ registry: registry.url, scopes: new Map(), publicRegistry: 'https://registry.example/' }),
    cache: noCache.names,
    facts: noCache.facts,
    isOffline: false,
    readShipped: () => new Uint8Array(),
  });
  const requests = new Map([['easy-day-js', [component('easy-day-js', '1.0.0')] as const]]);
  const context = { collected: { get }, signal: AbortSignal.timeout(10_000), now, onProgress: () => undefined };
  const observation = (await collector.collect(requests, context)).get('easy-day-js');
  if (observation?.state === 'known') expect(imitatedPackage.shape(observation.value)).toBe(true);
  return observation;
}

describe('the imitated package', () => {
  it('is the likeliest target, with its publishers', async () => {
    expect(await observe('dayjs', 'left-pad')).toMatchObject({
      state: 'known',
      value: { status: 'published', name: 'dayjs', maintainers: ['iamkun'] },
    });
  });

  it('is nothing, and nobody is asked, for a name that resembles nothing or a whole scope', async () => {
    expect(await observe()).toMatchObject({ value: { status: 'none' } });
    expect(await observe('@babel')).toMatchObject({ value: { status: 'none' } });
  });

  it('is nothing where the registry lacks the target', async () => {
    expect(await observe('left-pad')).toMatchObject({ value: { status: 'none' } });
  });
});

/** The whole chain over real HTTP: a registry on 127.0.0.1, signatures and attestations of a Sigstore of our own. */
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAttestationsCollector } from '../../src/collectors/attestations.ts';
import { createPackumentCollector } from '../../src/collectors/packument.ts';
import type { CollectorPorts } from '../../src/collectors/ports.ts';
import { createRegistryKeysCollector } from '../../src/collectors/registry-keys.ts';
import { createRegistrySignatureCollector } from '../../src/collectors/registry-signature.ts';
import { createSignatureProofCollector } from '../../src/collectors/signature-proof.ts';
import { createVerifiedProvenanceCollector } from '../../src/collectors/verified-provenance.ts';
import { type RegistrySignatureResult, registrySignature } from '../../src/evidence/registry-signature.ts';
import { signedSubject, type VerifiedProvenance, verifiedProvenance } from '../../src/evidence/verified-provenance.ts';
import type { CacheLayer, CacheRecord } from '../../src/model/cache.ts';
import { noCache } from '../../src/model/cache.ts';
import type { Component } from '../../src/model/component.ts';
import type { Collected, Collector, EvidenceKey, Observation } from '../../src/model/evidence.ts';
import { parseIntegrity } from '../../src/model/integrity.ts';
import { milliseconds } from '../../src/model/units.ts';
import { createRegistryDirectory } from '../../src/registries/directory.ts';
import { type LoopbackRegistry, type RegistryOptions, startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { component as componentOf, withoutIntegrity } from '../support/inventory.ts';
import { type Attestation, createEcosystem, type Ecosystem } from '../provenance/ecosystem.ts';
import { impatientClient } from '../support/direct-client.ts';

const repository = 'git+https://github.com/acme/widget.git';
const first = release({ name: '@acme/widget', version: '1.0.0', repository, publishedAt: '2026-01-01T00:00:00.000Z' });
const second = release({ name: '@acme/widget', version: '1.0.1', repository, publishedAt: '2026-02-01T00:00:00.000Z' });
const opened: { close: () => Promise<void> }[] = [];
let ecosystem: Ecosystem;

beforeAll(async () => {
  ecosystem = await createEcosystem();
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const targetOf = ({ options: { name, version }, integrity }: BuiltRelease) => ({ name, version, integrity });

async function attest(
  built: BuiltRelease,
  build: NonNullable<Parameters<Ecosystem['provenance']>[1]>['build'] = {},
): Promise<readonly Attestation[]> {
  return [await ecosystem.publish(targetOf(built)), await ecosystem.provenance(targetOf(built), { build })];
}

interface World {
  readonly registry: LoopbackRegistry;
  readonly ports: CollectorPorts;
}

async function world(
  releases: readonly BuiltRelease[],
  attestations: Readonly<Record<string, readonly Attestation[]>>,
  over: RegistryOptions & { readonly isPublic?: boolean } = {},
): Promise<World> {
  const answers = Object.fromEntries(Object.entries(attestations).map(([label, list]) => [label, { attestations: list }]));
  const registry = await startRegistry(releases, { ...over, attestations: answers });
  const keys = { keys: [registry.signer.publicKey, ecosystem.registryKey] };
  if (over.isSigned !== false)
    registry.setFaults([{ path: '/-/npm/v1/keys', type: 'body', body: JSON.stringify(keys) }, ...(over.faults ?? [])]);
  const http = impatientClient();
  opened.push(registry, http);
  const registries = createRegistryDirectory({
    registry: registry.url,
    scopes: new Map(),
    publicRegistry: over.isPublic === true ? registry.url : 'https://registry.example/',
  });
  const readShipped = () => Buffer.from(ecosystem.trustData);
  return { registry, ports: { http, registries, cache: noCache.names, facts: noCache.facts, isOffline: false, readShipped } };
}

function component(built: BuiltRelease): Component {
  const integrity = parseIntegrity(built.integrity);
  if (integrity === undefined) throw new Error('no integrity');
  return componentOf(built.options.name, built.options.version, { integrity });
}

interface Facts {
  readonly provenance: Observation<VerifiedProvenance> | undefined;
  readonly signature: Observation<RegistrySignatureResult> | undefined;
}

/** Runs the six collectors one after the other, as the engine does at the soonest. */
async function collect({ ports }: Pick<World, 'ports'>, subject: Component): Promise<Facts> {
  const observations = new Map<string, ReadonlyMap<string, Observation<unknown>>>();
  const collected: Collected = {
    // Each observation was collected for this very key.
    get: <T>(key: EvidenceKey<T>, id: string) => observations.get(key.id)?.get(id) as Observation<T> | undefined,
  };
  const context = { collected, signal: new AbortController().signal, now: milliseconds(Date.now() + 1000), onProgress: () => undefined };
  const collectors: readonly Collector<unknown>[] = [
    createPackumentCollector(ports),
    createRegistryKeysCollector(ports),
    createAttestationsCollector(ports),
    createSignatureProofCollector(ports),
    createVerifiedProvenanceCollector(ports),
    createRegistrySignatureCollector(ports),
  ];
  for (const { key, collect: ask } of collectors) {
    const answers = await ask(new Map([[key.subjectOf(subject) ?? '', [subject]]]), context);
    for (const answer of answers.values()) if (answer.state === 'known') expect(key.shape(answer.value)).toBe(true);
    observations.set(key.id, answers);
  }
  const id = signedSubject(subject) ?? '';
  return { provenance: collected.get(verifiedProvenance, id), signature: collected.get(registrySignature, id) };
}

/** Trust data of another registry: the ecosystem's own attestation key is not in it. */
function withoutKeys(trustData: string): string {
  return JSON.stringify({ ...(JSON.parse(trustData) as object), registryKeys: { keys: [] } });
}

describe('signatures and provenance over HTTP', () => {
  it('prove an honest release, its build, and the release before it', async () => {
    const facts = await collect(
      await world([first, second], { '@acme/widget@1.0.0': await attest(first), '@acme/widget@1.0.1': await attest(second) }),
      component(second),
    );
    expect(facts.provenance).toMatchObject({
      state: 'known',
      value: { status: 'verified', isAnnounced: true, provenance: { log: 'rekor.example' } },
    });
    expect(facts.provenance).toMatchObject({
      value: { earlier: [{ version: '1.0.0', announced: 'provenance', provenance: { log: 'rekor.example' } }] },
    });
    expect(facts.signature).toMatchObject({ state: 'known', value: { status: 'verified', timeSource: 'transparency-log' } });
  });

  it('refuse bytes that the lockfile does not name', async () => {
    const facts = await collect(await world([first], { '@acme/widget@1.0.0': await attest(first) }), componentOf('@acme/widget', '1.0.0'));
    expect(facts.provenance).toMatchObject({ value: { status: 'refused', refusal: { layer: 'binding', reason: 'subject-digest' } } });
    expect(facts.signature).toMatchObject({ value: { status: 'refused', reason: 'invalid' } });
  });

  it('refuse attestations of one version that are replayed for another', async () => {
    const facts = await collect(await world([second], { '@acme/widget@1.0.1': await attest(first) }), component(second));
    expect(facts.provenance).toMatchObject({ value: { status: 'refused', refusal: { reason: 'subject-name' } } });
  });

  it('refuse provenance that is announced and was taken out of the answer', async () => {
    const [publish] = await attest(first);
    const facts = await collect(await world([first], { '@acme/widget@1.0.0': publish === undefined ? [] : [publish] }), component(first));
    expect(facts.provenance).toMatchObject({ value: { status: 'refused', refusal: { reason: 'provenance-missing' } } });
  });

  it('ask for the attestations of a version that announces none after one that did, and tell stripped from never published', async () => {
    const stripped = release({ ...second.options, dist: { attestations: undefined } });
    const hidden = await world([first, stripped], {
      '@acme/widget@1.0.0': await attest(first),
      '@acme/widget@1.0.1': await attest(stripped),
    });
    expect((await collect(hidden, component(stripped))).provenance).toMatchObject({ value: { status: 'verified', isAnnounced: false } });
    const never = await world([first, second], { '@acme/widget@1.0.0': await attest(first) });
    expect((await collect(never, component(second))).provenance).toMatchObject({
      value: { status: 'absent', earlier: [{ announced: 'provenance' }] },
    });
    expect(never.registry.requests.map(({ path }) => path)).toContain('/-/npm/v1/attestations/@acme/widget@1.0.1');
  });

  it('ask nothing about a package that never had any', async () => {
    const plain = await world([first, second], {});
    expect((await collect(plain, component(second))).provenance).toMatchObject({ value: { status: 'absent' } });
    expect(plain.registry.requests.filter(({ path }) => path.includes('attestations'))).toEqual([]);
  });

  it('are not offered by a registry that nobody described and that signs nothing', async () => {
    const facts = await collect(await world([first], {}, { isSigned: false }), component(first));
    expect(facts.signature).toMatchObject({ state: 'not-offered' });
    expect(facts.provenance).toMatchObject({ value: { status: 'absent' } });
  });

  it('are unavailable, and no pass, where the public registry’s documents come without any signature', async () => {
    const facts = await collect(await world([first], {}, { isSigned: false, isPublic: true }), component(first));
    expect(facts.signature).toMatchObject({ state: 'unavailable', reason: 'malformed' });
    expect(facts.provenance).toMatchObject({ state: 'unavailable', reason: 'malformed' });
  });

  it('refuse one version without a signature among signed ones', async () => {
    const bare = release({ ...second.options, dist: { signatures: undefined } });
    const facts = await collect(await world([first, bare], {}), component(bare));
    expect(facts.signature).toMatchObject({ value: { status: 'refused', reason: 'missing' } });
  });

  it('are absent where a mirror passes on the announcement and serves nothing, and refused where it serves the release before', async () => {
    const deaf = await world([first, second], { '@acme/widget@1.0.1': await attest(second) });
    deaf.registry.setFaults([{ path: /attestations/, type: 'status', status: 404 }]);
    expect((await collect(deaf, component(second))).provenance).toMatchObject({ value: { status: 'absent', isAnnounced: true } });
    const choosy = await world([first, second], { '@acme/widget@1.0.0': await attest(first), '@acme/widget@1.0.1': await attest(second) });
    choosy.registry.setFaults([{ path: '/-/npm/v1/attestations/@acme/widget@1.0.1', type: 'status', status: 404 }]);
    expect((await collect(choosy, component(second))).provenance).toMatchObject({
      value: { status: 'refused', refusal: { reason: 'provenance-missing' } },
    });
  });

  it('are refused where the public registry announces them and serves nothing', async () => {
    const deaf = await world([first], { '@acme/widget@1.0.0': await attest(first) }, { isPublic: true });
    deaf.registry.setFaults([{ path: /attestations/, type: 'status', status: 404 }]);
    expect((await collect(deaf, component(first))).provenance).toMatchObject({ value: { status: 'refused' } });
  });

  it('are unavailable, and no accusation, while the registry’s keys cannot be had', async () => {
    const mute = await world([first], { '@acme/widget@1.0.0': await attest(first) });
    mute.registry.setFaults([{ path: '/-/npm/v1/keys', type: 'status', status: 503 }]);
    const other = { ...mute.ports, readShipped: () => Buffer.from(withoutKeys(ecosystem.trustData)) };
    expect((await collect({ ports: other }, component(first))).provenance).toMatchObject({ state: 'unavailable' });
  });

  it('have nothing to verify where the lockfile names no digest', async () => {
    const facts = await collect(await world([first], { '@acme/widget@1.0.0': await attest(first) }), withoutIntegrity(component(first)));
    expect(facts.signature).toMatchObject({ value: { status: 'nothing-to-verify' } });
    expect(facts.provenance).toMatchObject({ value: { status: 'verified' } });
  });

  it('are unavailable while the endpoint fails, and remembered once they were proven', async () => {
    const facts = new Map<string, CacheRecord>();
    const layer: CacheLayer = { get: (key) => facts.get(key), put: (key, text, now) => void facts.set(key, { text, writtenAt: now }) };
    const honest = await world([first], { '@acme/widget@1.0.0': await attest(first) });
    const ports = { ...honest.ports, facts: layer };
    honest.registry.setFaults([{ path: /attestations/, type: 'status', status: 503 }]);
    expect((await collect({ ports }, component(first))).provenance).toMatchObject({ state: 'unavailable', reason: 'server-error' });
    expect(facts.size).toBe(0);
    honest.registry.setFaults([
      { path: '/-/npm/v1/keys', type: 'body', body: JSON.stringify({ keys: [honest.registry.signer.publicKey, ecosystem.registryKey] }) },
    ]);
    expect((await collect({ ports }, component(first))).provenance).toMatchObject({ value: { status: 'verified' } });
    honest.registry.setFaults([
      { path: /attestations/, type: 'status', status: 503 },
      { path: '/-/npm/v1/keys', type: 'body', body: JSON.stringify({ keys: [honest.registry.signer.publicKey, ecosystem.registryKey] }) },
    ]);
    expect((await collect({ ports }, component(first))).provenance).toMatchObject({ value: { status: 'verified' } });
  });

  it('are not proven again for the same trust root, and never recalled for another', async () => {
    const facts = new Map<string, CacheRecord>();
    const layer: CacheLayer = { get: (key) => facts.get(key), put: (key, text, now) => void facts.set(key, { text, writtenAt: now }) };
    const honest = await world([first], { '@acme/widget@1.0.0': await attest(first) });
    const before = await collect({ ports: { ...honest.ports, facts: layer } }, component(first));
    const written = facts.size;
    const again = await collect({ ports: { ...honest.ports, facts: layer } }, component(first));
    expect(again.provenance).toMatchObject({ value: before.provenance?.state === 'known' ? before.provenance.value : undefined });
    expect(facts.size).toBe(written);
    const other = (await createEcosystem()).trustData;
    const elsewhere = await collect({ ports: { ...honest.ports, facts: layer, readShipped: () => Buffer.from(other) } }, component(first));
    expect(elsewhere.provenance).toMatchObject({ value: { status: 'refused', refusal: { reason: 'unknown-log', isUnknownSigner: true } } });
  });

  it('open no connection offline: what is remembered is proven, the rest is unavailable', async () => {
    const [names, facts] = [new Map<string, CacheRecord>(), new Map<string, CacheRecord>()];
    const layer = (records: Map<string, CacheRecord>): CacheLayer => ({
      get: (key) => records.get(key),
      put: (key, text, now) => void records.set(key, { text, writtenAt: now }),
    });
    const { registry, ports } = await world([first], { '@acme/widget@1.0.0': await attest(first) });
    const remembering = { ...ports, cache: layer(names), facts: layer(facts) };
    await collect({ ports: remembering }, component(first));
    const asked = registry.requests.length;
    const offline = await collect({ ports: { ...remembering, isOffline: true } }, component(first));
    expect(offline).toMatchObject({ provenance: { value: { status: 'verified' } }, signature: { value: { status: 'verified' } } });
    const forgetful = await collect({ ports: { ...ports, isOffline: true } }, component(first));
    expect(forgetful).toMatchObject({
      provenance: { state: 'unavailable', reason: 'offline' },
      signature: { state: 'unavailable', reason: 'offline' },
    });
    expect(registry.requests.length).toBe(asked);
  });

  it('turn unavailable with trust data of more than a year ago', async () => {
    const old = JSON.stringify({ ...(JSON.parse(ecosystem.trustData) as object), date: '2020-01-01' });
    const { ports } = await world([first], { '@acme/widget@1.0.0': await attest(first) });
    const facts = await collect({ ports: { ...ports, readShipped: () => Buffer.from(old) } }, component(first));
    expect(facts.provenance).toMatchObject({ state: 'unavailable', detail: expect.stringMatching(/trust update/) });
  });
});

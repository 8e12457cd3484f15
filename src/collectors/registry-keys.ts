import { registryKeys as key, type RegistryKeySet } from '../evidence/registry-keys.ts';
import { GateError } from '../model/gate-error.ts';
import type { CollectContext, Collector, Observation } from '../model/evidence.ts';
import type { NamedKey } from '../model/registry.ts';
import { readRegistryKeys } from '../provenance/registry-keys.ts';
import { forAWhile } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';
import { createTrust, type Trust } from './trust.ts';

const maxBytes = 256 * 1024;
/** As long as a registry's documents, in milliseconds. */
const freshFor = 5 * 60 * 1000;
const fromEndpoint = forAWhile(freshFor);

/**
 * Learns the keys of each registry: those that the policy names; else the shipped ones, or what `trust update` brought, for
 * the public registry; else `/-/npm/v1/keys`. The first source that there is decides alone: no later one adds to it.
 * A registry that has no such endpoint does not sign, unless its profile or the policy says that it does.
 */
export function createRegistryKeysCollector(ports: CollectorPorts): Collector<RegistryKeySet> {
  const trust = createTrust(ports);
  return {
    key,
    holdsUntil: (observation, sources) => (isFromEndpoint(observation) ? fromEndpoint(observation, sources) : sources),
    collect: async (requests, context) => {
      const byRegistry = new Map<string, Promise<Observation<RegistryKeySet>>>();
      const names = [...requests.keys()];
      const answers = await Promise.all(
        names.map((name) => {
          const registry = ports.registries.registryFor(name);
          const answer = byRegistry.get(registry) ?? observe(registry, ports, trust, context);
          byRegistry.set(registry, answer);
          return answer;
        }),
      );
      return new Map(names.flatMap((name, index) => (answers[index] === undefined ? [] : [[name, answers[index]]])));
    },
  };
}

async function observe(
  registry: string,
  ports: CollectorPorts,
  trust: Trust,
  context: CollectContext,
): Promise<Observation<RegistryKeySet>> {
  const host = new URL(registry).host;
  const profile = ports.registries.profileOf(registry);
  if (profile.offers.signatures === 'not-offered') return { state: 'not-offered', by: host };
  if (profile.keys !== undefined) return known({ source: 'policy', text: keysDocument(profile.keys) }, context.now, 'policy');
  if (profile.id === 'public') return shipped(trust, context, host);
  const cacheKey = JSON.stringify([registry, 'keys']);
  const remembered = ports.cache.get(cacheKey);
  const age = remembered === undefined ? -1 : context.now - remembered.writtenAt;
  if (remembered !== undefined && age >= 0 && age < freshFor)
    return known({ source: 'endpoint', text: remembered.text }, remembered.writtenAt, registry);
  if (ports.isOffline) {
    return remembered === undefined
      ? { state: 'unavailable', reason: 'offline', detail: 'the keys of this registry are not remembered', source: host }
      : known({ source: 'endpoint', text: remembered.text }, remembered.writtenAt, registry);
  }
  const outcome = await ports.http.get(`${registry}-/npm/v1/keys`, { signal: context.signal, maxBytes, maxDecodedBytes: maxBytes });
  if (outcome.type === 'failed') return { state: 'unavailable', reason: outcome.reason, detail: outcome.detail, source: host };
  // A registry that must sign and has no keys does not go unjudged: see the collector of registry signatures.
  const mayHaveNone = profile.offers.signatures === 'if-offered' || profile.requiresSignatures === true;
  if (outcome.status === 404 && mayHaveNone) return { state: 'not-offered', by: host };
  const text = outcome.body.toString('utf8');
  if (outcome.status !== 200 || !areKeys(text)) {
    return {
      state: 'unavailable',
      reason: 'malformed',
      detail: `the keys endpoint answers ${outcome.status} and no usable keys`,
      source: host,
    };
  }
  ports.cache.put(cacheKey, text, context.now);
  return known({ source: 'endpoint', text }, context.now, registry);
}

/** The policy's keys and the shipped ones change with the policy and the tool; the endpoint's when the registry likes. */
function isFromEndpoint(observation: Observation<RegistryKeySet>): boolean {
  return observation.state === 'known' && observation.value.source === 'endpoint';
}

/** The policy's keys in the shape of the endpoint. */
function keysDocument(keys: readonly NamedKey[]): string {
  const kind = { keytype: 'ecdsa-sha2-nistp256', scheme: 'ecdsa-sha2-nistp256' };
  return JSON.stringify({
    keys: keys.map(({ keyid, key, expires }) => ({
      ...kind,
      keyid,
      key,
      expires: expires === undefined ? null : new Date(expires).toISOString(),
    })),
  });
}

function shipped(trust: Trust, { now }: CollectContext, source: string): Observation<RegistryKeySet> {
  const stale = trust.staleness(now);
  if (stale !== undefined) return { state: 'unavailable', reason: 'not-collected', detail: stale, source };
  return known({ source: 'shipped', text: trust.data().registryKeysText }, trust.data().date, 'shipped');
}

function known(value: RegistryKeySet, observedAt: CollectContext['now'], source: string): Observation<RegistryKeySet> {
  return { state: 'known', value, observedAt, source };
}

function areKeys(text: string): boolean {
  try {
    return readRegistryKeys(text).length > 0;
  } catch (error) {
    if (error instanceof GateError) return false;
    throw error;
  }
}

import type { RegistryKeySet } from '../evidence/registry-keys.ts';
import type { Observation } from '../model/evidence.ts';
import type { Milliseconds } from '../model/units.ts';
import { type BundleVerifier, createBundleVerifier } from '../provenance/bundle.ts';
import { readRegistryKeys, type RegistryKey } from '../provenance/registry-keys.ts';
import { readTrustData, trustAge, type TrustData, trustNote } from '../provenance/shipped-trust.ts';
import type { CollectorPorts } from './ports.ts';

/** Where the shipped trust root and keys lie, below `allowlists/`. */
export const shippedTrust = 'registries/public-trust.json';

/** What collectors believe without asking anybody; read and loaded once, when it is first needed. */
export interface Trust {
  readonly data: () => TrustData;
  readonly verifier: () => Promise<BundleVerifier>;
  /** The keys of an observation; the public registry's where the registry has none of its own. */
  readonly keysOf: (keys: Observation<RegistryKeySet> | undefined) => readonly RegistryKey[];
  /** Why the trust data cannot be relied on any more; undefined while it can. */
  readonly staleness: (now: Milliseconds) => string | undefined;
}

export function createTrust({ readShipped }: Pick<CollectorPorts, 'readShipped'>): Trust {
  const data = once(() => readTrustData(Buffer.from(readShipped(shippedTrust)).toString('utf8')));
  return {
    data,
    verifier: () => verifierOf(data()),
    keysOf: (keys) =>
      keys?.state === 'known' && keys.value.source !== 'shipped' ? readRegistryKeys(keys.value.text) : data().registryKeys,
    staleness: (now) => (trustAge(data(), now) === 'stale' ? trustNote(data(), now) : undefined),
  };
}

/** By the trust data that it verifies with: loading it takes longer than verifying a dozen bundles. */
const verifiers = new WeakMap<TrustData, Promise<BundleVerifier>>();

function verifierOf(data: TrustData): Promise<BundleVerifier> {
  const verifier = verifiers.get(data) ?? createBundleVerifier(data.trustRoot);
  verifiers.set(data, verifier);
  return verifier;
}

function once<T>(create: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: create() }).value;
}

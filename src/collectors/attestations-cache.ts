import { createHash } from 'node:crypto';
import type { CacheLayer } from '../model/cache.ts';
import { formatIntegrity } from '../model/integrity.ts';
import type { Milliseconds } from '../model/units.ts';
import type { NpmAttestations } from '../provenance/npm-attestations.ts';
import type { RegistryKey } from '../provenance/registry-keys.ts';
import type { PackageClaim } from '../provenance/statement.ts';
import type { TrustRoot } from '../provenance/trust-root.ts';

/** The key under which a proven answer of the attestations endpoint is remembered: it is immutable, like the version. */
export function attestationsCacheKey(registry: string, name: string, version: string): string {
  return JSON.stringify([registry, name, version, 'attestations']);
}

/** Everything that a verdict over attestations depends on. */
export interface ProofInput extends PackageClaim {
  readonly answer: string;
  readonly trustRoot: TrustRoot;
  readonly keys: readonly RegistryKey[];
}

/** The key of a proof: a verdict never changes while claim, bundles, trust root and keys are the same. */
export function proofCacheKey({ name, version, integrity, answer, trustRoot, keys }: ProofInput): string {
  const keySet = keys.map(({ keyid, usage, spki, validity }) => [keyid, usage, spki, validity.start, validity.end ?? null]);
  const content = JSON.stringify([name, version, formatIntegrity(integrity), answer, trustRoot.digest, keySet]);
  return JSON.stringify(['proof-1', createHash('sha256').update(content).digest('hex')]);
}

/** Remembers a proof. Refusals never are: they may be a mirror's fault, and are cheap to find again. */
export function rememberProof(facts: CacheLayer, key: string, proof: NpmAttestations, now: Milliseconds): void {
  facts.put(
    key,
    JSON.stringify(proof, (_, value: unknown) => (value instanceof Map ? { map: [...value] } : value)),
    now,
  );
}

/** A remembered proof; the cache gives only what this user wrote, and the engine proves its shape once more. */
export function recallProof(facts: CacheLayer, key: string): NpmAttestations | undefined {
  const record = facts.get(key);
  if (record === undefined) return undefined;
  // The record was written by `rememberProof`: its authenticity was proven before it was given out.
  return JSON.parse(record.text, (_, value: unknown) => (isMap(value) ? new Map(value.map) : value)) as NpmAttestations;
}

function isMap(value: unknown): value is { readonly map: readonly (readonly [unknown, unknown])[] } {
  return typeof value === 'object' && value !== null && 'map' in value && Array.isArray(value.map);
}

import { type Packument, packument, publishedReleases } from '../evidence/packument.ts';
import { registryKeys, type RegistryKeySet } from '../evidence/registry-keys.ts';
import { signatureProof as key, type SignatureProof } from '../evidence/signature-proof.ts';
import type { Component } from '../model/component.ts';
import type { CollectContext, Collector, Observation } from '../model/evidence.ts';
import { findKey } from '../provenance/registry-keys.ts';
import { proveRegistrySignatures } from '../provenance/registry-signature.ts';
import { forEachAtOnce } from './at-once.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';
import { strippedDocuments } from './stripped-documents.ts';
import { createTrust, type Trust } from './trust.ts';

/** So many that no thread of the pool falls asleep meanwhile (to wake one takes half as long as its work), and others wait 20 ms at most. */
const atOnce = 512;

/**
 * Proves each version's registry signatures over the lockfile's SHA-512. Nothing signed at all is `unavailable` where
 * the registry is known to sign, and not offered where nobody says that it does; one version without a signature among
 * signed ones is a finding. Other evidence is collected meanwhile: whether a key was in force is judged when that is there.
 */
export function createSignatureProofCollector(ports: CollectorPorts): Collector<SignatureProof> {
  const trust = createTrust(ports);
  return {
    key,
    after: [packument, registryKeys],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, context) => {
      const observations = new Map<string, Observation<SignatureProof>>();
      await forEachAtOnce(requests, atOnce, async ([subject, [component]]) => {
        const document = context.collected.get(packument, component.name);
        // Whoever ran this has stopped waiting: what has no observation could not be found out.
        if (context.signal.aborted || document === undefined) return;
        observations.set(subject, document.state === 'known' ? await derive(component, document.value, ports, trust, context) : document);
      });
      return observations;
    },
  };
}

async function derive(
  component: Component,
  document: Packument,
  ports: CollectorPorts,
  trust: Trust,
  context: CollectContext,
): Promise<Observation<SignatureProof>> {
  const { name, version, integrity } = component;
  const host = (): string => new URL(document.registry).host;
  const known = (value: SignatureProof): Observation<SignatureProof> => ({
    state: 'known',
    value,
    observedAt: context.now,
    source: document.registry,
  });
  const release = document.releases.get(version);
  if (document.status !== 'published' || release === undefined) return known({ status: 'not-in-registry' });
  const signatures = release.signatures ?? [];
  const isRequired = ports.registries.profileOf(document.registry).requiresSignatures === true;
  const keySet = context.collected.get(registryKeys, name);
  if (signatures.length === 0 && isRequired) return known(required(`${name}@${version} carries no signature of ${host()}`));
  if (signatures.length === 0 && !areOthersSigned(document, keySet)) {
    if (ports.registries.profileOf(document.registry).offers.signatures !== 'offered') return { state: 'not-offered', by: host() };
    return { state: 'unavailable', reason: 'malformed', detail: strippedDocuments, source: host() };
  }
  if (keySet === undefined || keySet.state === 'unavailable') {
    return keySet ?? { state: 'unavailable', reason: 'not-collected', detail: 'nobody collected the keys of the registry', source: host() };
  }
  if (isRequired && keySet.state === 'not-offered') {
    return known(required(`${host()} has no keys that the signature on ${name}@${version} could be verified with`));
  }
  if (integrity?.some(({ algorithm }) => algorithm === 'sha512') !== true) {
    return known(isRequired ? required(`the lockfile names no SHA-512 of ${name}@${version}`) : { status: 'nothing-to-verify' });
  }
  const keys = trust.keysOf(keySet);
  // A mirror without keys may still pass on the public registry's signatures; anybody else's cannot be judged.
  if (keySet.state === 'not-offered' && !signatures.some(({ keyid }) => findKey(keys, 'signatures', keyid) !== undefined)) return keySet;
  const result = await proveRegistrySignatures({ name, version, integrity, signatures, keys });
  if (result.verdict === 'accepted') return known({ status: 'proven', keyids: result.value.map(({ keyid }) => keyid) });
  const { reason, detail, isUnknownSigner = false } = result.refusal;
  return known({ status: 'refused', reason, detail, isUnknownSigner });
}

function required(why: string): SignatureProof {
  return { status: 'refused', reason: 'required', detail: `${why}, and the policy requires a registry signature`, isUnknownSigner: false };
}

/** Other versions are signed, or the registry's own endpoint has keys: then this one should be signed as well. */
function areOthersSigned(document: Packument, keys: Observation<RegistryKeySet> | undefined): boolean {
  const isSigning = keys?.state === 'known' && keys.value.source === 'endpoint';
  return isSigning || publishedReleases(document).some(({ isSigned }) => isSigned === true);
}

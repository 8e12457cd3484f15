import { packument } from '../evidence/packument.ts';
import { registryKeys } from '../evidence/registry-keys.ts';
import { registrySignature as key, type RegistrySignatureResult } from '../evidence/registry-signature.ts';
import { type SignatureProof, signatureProof } from '../evidence/signature-proof.ts';
import { verifiedProvenance } from '../evidence/verified-provenance.ts';
import type { Component } from '../model/component.ts';
import type { CollectContext, Collector, Observation, SubjectId } from '../model/evidence.ts';
import { milliseconds } from '../model/units.ts';
import { findKey } from '../provenance/registry-keys.ts';
import { judgeSigningTime, type SignedAt } from '../provenance/registry-signature.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';
import { createTrust, type Trust } from './trust.ts';

/** Judges of each version's proven signatures whether the key was in force when they were made. */
export function createRegistrySignatureCollector(ports: CollectorPorts): Collector<RegistrySignatureResult> {
  const trust = createTrust(ports);
  return {
    key,
    after: [packument, registryKeys, signatureProof, verifiedProvenance],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, context) => {
      const observations = new Map<string, Observation<RegistrySignatureResult>>();
      for (const [subject, [component]] of requests) {
        const proof = context.collected.get(signatureProof, subject);
        if (proof === undefined) continue;
        observations.set(
          subject,
          proof.state === 'known' ? { ...proof, value: judge(subject, component, proof.value, trust, context) } : proof,
        );
      }
      return observations;
    },
  };
}

function judge(
  subject: SubjectId,
  component: Component,
  proof: SignatureProof,
  trust: Trust,
  context: CollectContext,
): RegistrySignatureResult {
  if (proof.status !== 'proven') return proof;
  const keys = trust.keysOf(context.collected.get(registryKeys, component.name));
  const signers = proof.keyids.flatMap((keyid) => findKey(keys, 'signatures', keyid) ?? []);
  const result = judgeSigningTime(component, signers, signedAt(subject, component, context));
  if (result.verdict === 'accepted') return { status: 'verified', ...result.value };
  const { reason, detail, isUnknownSigner = false } = result.refusal;
  return { status: 'refused', reason, detail, isUnknownSigner };
}

/** The log's time is signed; the document's is not, and is taken only where there is no other. */
function signedAt(subject: SubjectId, { name, version }: Component, { collected }: CollectContext): SignedAt | undefined {
  const proven = collected.get(verifiedProvenance, subject);
  if (proven?.state === 'known' && proven.value.status === 'verified')
    return { time: milliseconds(proven.value.publish.loggedAt), source: 'transparency-log' };
  const document = collected.get(packument, name);
  const publishedAt = document?.state === 'known' ? document.value.releases.get(version)?.publishedAt : undefined;
  return publishedAt === undefined ? undefined : { time: milliseconds(publishedAt), source: 'packument' };
}

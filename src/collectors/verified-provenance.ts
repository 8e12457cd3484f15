import { type Attestations, attestations } from '../evidence/attestations.ts';
import { type Packument, packument } from '../evidence/packument.ts';
import { registryKeys } from '../evidence/registry-keys.ts';
import { type EarlierRelease, type VerifiedProvenance, verifiedProvenance as key } from '../evidence/verified-provenance.ts';
import type { Component } from '../model/component.ts';
import type { CollectContext, Collector, Observation } from '../model/evidence.ts';
import type { Integrity } from '../model/integrity.ts';
import { parseJson } from '../model/json.ts';
import { type NpmAttestations, verifyNpmAttestations } from '../provenance/npm-attestations.ts';
import type { Refusal, Verdict } from '../provenance/verdict.ts';
import { attestationsCacheKey, proofCacheKey, recallProof, rememberProof } from './attestations-cache.ts';
import { asLongAsItsSources } from './lasting.ts';
import type { CollectorPorts } from './ports.ts';
import { earlierReleases } from './release-line.ts';
import { createTrust, type Trust } from './trust.ts';

/**
 * Verifies the attestations of each version over the lockfile's digest, and those of the release before it over the
 * registry's. Where the lockfile names no digest (yarn's modern lockfiles), the registry's stands in for both.
 */
export function createVerifiedProvenanceCollector(ports: CollectorPorts): Collector<VerifiedProvenance> {
  const trust = createTrust(ports);
  return {
    key,
    after: [packument, registryKeys, attestations],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, context) => {
      const observations = new Map<string, Observation<VerifiedProvenance>>();
      for (const [subject, [component]] of requests) {
        const document = context.collected.get(packument, component.name);
        const answers = context.collected.get(attestations, `${component.name}@${component.version}`);
        if (document === undefined || answers === undefined) continue;
        if (document.state !== 'known') observations.set(subject, document);
        else if (answers.state !== 'known') observations.set(subject, answers);
        else
          observations.set(subject, await derive({ component, document: document.value, answers: answers.value }, ports, trust, context));
      }
      return observations;
    },
  };
}

interface Question {
  readonly component: Component;
  readonly document: Packument;
  readonly answers: Attestations;
}

async function derive(
  question: Question,
  ports: CollectorPorts,
  trust: Trust,
  context: CollectContext,
): Promise<Observation<VerifiedProvenance>> {
  const { component, document, answers } = question;
  const known = (value: VerifiedProvenance): Observation<VerifiedProvenance> => ({
    state: 'known',
    value,
    observedAt: context.now,
    source: document.registry,
  });
  const { isAnnounced } = answers;
  const release = document.releases.get(component.version);
  if (release === undefined) return known({ status: 'absent', isAnnounced: false, earlier: [] });
  const stale = trust.staleness(context.now);
  const hasAnswer = answers.answer !== undefined || answers.earlier.length > 0;
  if (hasAnswer && stale !== undefined) return { state: 'unavailable', reason: 'not-collected', detail: stale, source: 'trust root' };
  const verify = hasAnswer ? verifierOf(document, ports, trust, context) : undefined;
  const earlier = await Promise.all(earlierReleases(document, release).map((before) => withProof(before, document, answers, verify)));
  if (answers.answer === undefined || verify === undefined) {
    // Mirrors pass on what documents announce, and often have no such endpoint: that is no sign of tampering. One that answers is.
    const isServed = ports.registries.profileOf(document.registry).offers.attestations === 'offered' || answers.earlier.length > 0;
    if (!isAnnounced || !isServed) return known({ status: 'absent', isAnnounced, earlier });
    return known({ status: 'refused', isAnnounced, earlier, refusal: missing });
  }
  const result = await verify(component.version, component.integrity ?? release.integrity, answers.answer);
  const keys = context.collected.get(registryKeys, component.name);
  if (result.verdict === 'refused' && result.refusal.isUnknownSigner === true && keys?.state === 'unavailable') return keys;
  if (result.verdict === 'refused') return known({ status: 'refused', isAnnounced, earlier, refusal: result.refusal });
  if (isAnnounced && result.value.provenance === undefined) return known({ status: 'refused', isAnnounced, earlier, refusal: missing });
  ports.facts.put(attestationsCacheKey(document.registry, document.name, component.version), answers.answer, context.now);
  const { publish, provenance } = result.value;
  return known({
    status: 'verified',
    isAnnounced,
    earlier,
    publish,
    ...(provenance === undefined ? {} : { provenance }),
  });
}

const missing: Refusal = {
  layer: 'binding',
  reason: 'provenance-missing',
  detail: 'the registry announces provenance and does not have it',
};

type Verify = (version: string, integrity: Integrity | undefined, answer: string) => Promise<Verdict<NpmAttestations>>;

/** Verifies an answer, or recalls that this very answer was proven before; Sigstore's verifier is loaded only when it is needed. */
function verifierOf(document: Packument, { facts }: CollectorPorts, trust: Trust, { collected, now }: CollectContext): Verify {
  const { name } = document;
  const keys = trust.keysOf(collected.get(registryKeys, name));
  const { trustRoot } = trust.data();
  return async (version, integrity, answer) => {
    if (integrity === undefined) return refused('binding', 'lockfile-integrity', 'neither lockfile nor registry name a digest');
    const proofKey = proofCacheKey({ name, version, integrity, answer, trustRoot, keys });
    const remembered = recallProof(facts, proofKey);
    if (remembered !== undefined) return { verdict: 'accepted', value: remembered };
    const response = parseJson(answer);
    if (response === undefined) return refused('format', 'response', 'the attestations are not JSON');
    const verifier = await trust.verifier();
    const result = verifyNpmAttestations({ name, version, integrity, response, keys, verifier, now });
    if (result.verdict === 'accepted') rememberProof(facts, proofKey, result.value, now);
    return result;
  };
}

async function withProof(
  before: Omit<EarlierRelease, 'provenance'>,
  document: Packument,
  answers: Attestations,
  verify: Verify | undefined,
): Promise<EarlierRelease> {
  const answer = answers.earlier.find(({ version }) => version === before.version)?.answer;
  const release = document.releases.get(before.version) ?? document.earlier?.get(before.version);
  if (answer === undefined || verify === undefined) return before;
  const result = await verify(before.version, release?.integrity, answer);
  return result.verdict === 'accepted' && result.value.provenance !== undefined
    ? { ...before, provenance: result.value.provenance }
    : before;
}

function refused(layer: Refusal['layer'], reason: string, detail: string): Verdict<never> {
  return { verdict: 'refused', refusal: { layer, reason, detail } };
}

import * as v from 'valibot';
import type { Milliseconds } from '../model/units.ts';
import type { BundleVerifier, VerifiedBundle } from './bundle.ts';
import type { CertificateClaims } from './certificate.ts';
import { type ProvenanceClaims, provenanceTypes, readProvenance } from './predicate.ts';
import { findKey, type RegistryKey } from './registry-keys.ts';
import { bindToPackage, type PackageClaim, readStatement, type Statement } from './statement.ts';
import { isWithin } from './trust-root.ts';
import { accepted, judge, refuse, type Verdict } from './verdict.ts';

export interface NpmAttestationsInput extends PackageClaim {
  /** The parsed answer of `/-/npm/v1/attestations/<name>@<version>`. */
  readonly response: unknown;
  readonly keys: readonly RegistryKey[];
  readonly verifier: BundleVerifier;
  readonly now: Milliseconds;
}

/** The registry's own word that it accepted this version. */
export interface PublishAttestation {
  readonly keyid: string;
  readonly registry: string;
  readonly loggedAt: Milliseconds;
  readonly log: string;
}

/** Proven provenance, before anybody has asked whether this build may be trusted: see `proveBuild`. */
export interface Provenance {
  readonly predicateType: string;
  readonly certificate: CertificateClaims;
  readonly claims: ProvenanceClaims;
  readonly signedAt: Milliseconds;
  readonly log: string;
  readonly logIndex: string;
}

/** What the attestations of one version prove. Both belong together: provenance alone could be anybody's upload. */
export interface NpmAttestations {
  readonly publish: PublishAttestation;
  readonly provenance?: Provenance;
}

const publishType = 'https://github.com/npm/attestation/tree/main/specs/publish/v0.1';
const maxAttestations = 8;
const responseShape = v.object({
  attestations: v.pipe(
    v.array(v.object({ predicateType: v.pipe(v.string(), v.maxLength(512)), bundle: v.unknown() })),
    v.maxLength(maxAttestations),
  ),
});
const publishShape = v.object({ name: v.string(), version: v.string(), registry: v.string() });

interface Attestation {
  readonly label: string;
  readonly bundle: VerifiedBundle;
}

/**
 * Verifies the attestations of one npm version: cryptography, then what they are about. Which builds may be trusted is
 * decided by `proveBuild` and `checkRepository`.
 */
export function verifyNpmAttestations(input: NpmAttestationsInput): Verdict<NpmAttestations> {
  return judge(() => {
    const parsed = v.safeParse(responseShape, input.response);
    if (!parsed.success)
      refuse('format', 'response', `the attestations are malformed at ${v.getDotPath(parsed.issues[0]) ?? 'their root'}`);
    const attestations = parsed.output.attestations.map(({ predicateType, bundle }) => ({
      label: predicateType,
      bundle: cryptography(bundle, input),
    }));
    const bound = attestations.map((attestation) => ({ ...attestation, statement: bind(attestation, input) }));
    const publishes = bound.filter(({ label }) => label === publishType);
    const provenances = bound.filter(({ label }) => provenanceTypes.has(label));
    const [publish] = publishes;
    const [provenance] = provenances;
    if (publish === undefined)
      refuse('binding', 'publish-attestation-missing', 'the registry does not attest that it published this version');
    if (publishes.length > 1 || provenances.length > 1)
      refuse('binding', 'duplicate-attestation', 'there are two attestations of one kind');
    const published = readPublish(publish.bundle, publish.statement, input);
    return provenance === undefined
      ? { publish: published }
      : { publish: published, provenance: readBuild(provenance.bundle, provenance.statement) };
  });
}

function cryptography(bundle: unknown, { verifier, keys, now }: NpmAttestationsInput): VerifiedBundle {
  const keyFor = (hint: string) => findKey(keys, 'attestations', hint)?.key;
  return accepted(verifier.verify({ bundle, keyFor, now }));
}

function bind({ label, bundle }: Attestation, input: NpmAttestationsInput): Statement {
  const statement = readStatement(bundle);
  if (statement.predicateType !== label) {
    refuse('binding', 'predicate-type', `the attestation is labelled ${label} and signed as ${statement.predicateType}`);
  }
  // A key id is outside of the signature: it must be the key's own, and a certificate has none.
  const keyid = bundle.signer.kind === 'key' ? bundle.signer.hint : '';
  if (bundle.envelope?.keyid !== keyid)
    refuse('binding', 'key-id', `the envelope claims the key ${bundle.envelope?.keyid ?? ''}, which did not sign it`);
  bindToPackage(statement, input);
  return statement;
}

function readPublish(bundle: VerifiedBundle, { predicate }: Statement, input: NpmAttestationsInput): PublishAttestation {
  const key = bundle.signer.kind === 'key' ? findKey(input.keys, 'attestations', bundle.signer.hint) : undefined;
  if (key === undefined) refuse('binding', 'publish-key', 'the publish attestation is not signed by a key of the registry');
  const parsed = v.safeParse(publishShape, predicate);
  if (!parsed.success || parsed.output.name !== input.name || parsed.output.version !== input.version) {
    refuse('binding', 'publish-predicate', 'the publish attestation is for another package or version');
  }
  const [loggedAt] = bundle.signedTimes;
  if (!bundle.signedTimes.every((time) => isWithin(time, key.validity))) {
    refuse('binding', 'publish-key-expired', `the publish attestation was signed outside of the validity of ${key.keyid}`);
  }
  return { keyid: key.keyid, registry: parsed.output.registry, loggedAt, log: bundle.logs[0]?.name ?? '' };
}

function readBuild(bundle: VerifiedBundle, { predicateType, predicate }: Statement): Provenance {
  if (bundle.signer.kind !== 'certificate') refuse('policy', 'identity', 'the provenance is signed by a key, which names no build');
  const claims = readProvenance(predicateType, predicate);
  const [log] = bundle.logs;
  return {
    predicateType,
    certificate: bundle.signer.claims,
    claims,
    signedAt: bundle.signedTimes[0],
    log: log?.name ?? '',
    logIndex: log?.index ?? '',
  };
}

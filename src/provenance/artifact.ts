import { createHash, type KeyObject } from 'node:crypto';
import type { Milliseconds } from '../model/units.ts';
import type { BundleVerifier, VerifiedBundle } from './bundle.ts';
import type { CertificateClaims } from './certificate.ts';
import type { Artifact } from './signed-content.ts';
import { bindToArtifact, readStatement, type Statement } from './statement.ts';
import { accepted, judge, refuse, type Verdict } from './verdict.ts';

/** Who must have signed: a certificate's subject and issuer, both exact, or one key. */
export type ExpectedSigner = { readonly identity: string; readonly issuer: string } | { readonly key: KeyObject };

export interface ArtifactInput {
  readonly bundle: unknown;
  readonly artifact: Artifact;
  readonly signer: ExpectedSigner;
  readonly verifier: BundleVerifier;
  readonly now: Milliseconds;
}

export interface ArtifactProof {
  readonly bundle: VerifiedBundle;
  /** The attestation, where the bundle is one. */
  readonly statement?: Statement;
}

/** Proves that an artifact was signed, or attested, by exactly the signer that is expected. */
export function proveArtifact({ bundle, artifact, signer, verifier, now }: ArtifactInput): Verdict<ArtifactProof> {
  return judge(() => {
    const keyFor = () => ('key' in signer ? signer.key : undefined);
    const proven = accepted(verifier.verify({ bundle, artifact, keyFor, now }));
    checkSigner(proven, signer);
    if (proven.envelope === undefined) return { bundle: proven };
    const statement = readStatement(proven);
    bindToArtifact(statement, digestsOf(artifact));
    return { bundle: proven, statement };
  });
}

/** The OIDC issuer that a certificate names: the typed extension, else the one from before 2023. */
export function issuerOf({ extensions }: CertificateClaims): string | undefined {
  return extensions.get(8) ?? extensions.get(1);
}

/** Refuses every signer but the one that is expected; compared exactly, never as a pattern. */
export function checkSigner({ signer }: VerifiedBundle, expected: ExpectedSigner): void {
  if ('key' in expected) {
    if (signer.kind !== 'key') refuse('policy', 'identity', 'it was signed with a certificate, not with the key');
    return;
  }
  if (signer.kind !== 'certificate') refuse('policy', 'identity', 'it was signed with a key, which names nobody');
  const { subject } = signer.claims;
  const issuer = issuerOf(signer.claims);
  if (subject.value !== expected.identity) refuse('policy', 'identity', `it was signed by ${subject.value}, not by ${expected.identity}`);
  if (issuer !== expected.issuer)
    refuse('policy', 'issuer', `the signer's identity was issued by ${issuer ?? 'nobody'}, not by ${expected.issuer}`);
}

function digestsOf(artifact: Artifact): ReadonlyMap<string, string> {
  if ('sha256' in artifact) return new Map([['sha256', artifact.sha256.toString('hex')]]);
  return new Map(
    ['sha256', 'sha384', 'sha512'].map((algorithm) => [algorithm, createHash(algorithm).update(artifact.bytes).digest('hex')]),
  );
}

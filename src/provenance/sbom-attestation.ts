import type { Milliseconds } from '../model/units.ts';
import { checkSigner, type ExpectedSigner } from './artifact.ts';
import type { BundleVerifier, VerifiedBundle } from './bundle.ts';
import { maxSbomBundleLength } from './bundle-shape.ts';
import { isSignedByKeyAlone, verifyKeySignature } from './key-signature.ts';
import { bindToArtifact, readStatement, type Statement } from './statement.ts';
import { accepted, judge, refuse, type Verdict } from './verdict.ts';

/** The in-toto predicate type of a CycloneDX document, as its project registered it. */
export const sbomPredicateType = 'https://cyclonedx.org/bom';

/** What an SBOM is about: a file and its SHA-256, hexadecimal. */
export interface SbomSubject {
  readonly name: string;
  readonly sha256: string;
}

/** The in-toto statement (v1) that says: this SBOM describes this file. */
export function sbomStatement(sbom: unknown, { name, sha256 }: SbomSubject): string {
  return JSON.stringify({
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name, digest: { sha256 } }],
    predicateType: sbomPredicateType,
    predicate: sbom,
  });
}

export interface SbomProofInput {
  /** The document, parsed by a reader that refuses a key twice in one object: else two readers could see two documents. */
  readonly sbom: unknown;
  readonly bundle: unknown;
  readonly signer: ExpectedSigner;
  /** What it must describe; absent: whatever the statement names. */
  readonly sha256?: string;
  readonly verifier: () => Promise<BundleVerifier>;
  readonly now: Milliseconds;
}

export interface SbomProof {
  readonly subjects: Statement['subjects'];
  /** Absent where a key alone has signed: then nobody knows when. */
  readonly bundle?: VerifiedBundle;
}

/** Proves that exactly the expected signer attested exactly this SBOM, members in their order included. */
export async function proveSbom(input: SbomProofInput): Promise<Verdict<SbomProof>> {
  const verifier = isKeyAlone(input) ? undefined : await input.verifier();
  return judge(() => {
    const bundle = verifier === undefined ? undefined : logged(input, verifier);
    const { predicateType, predicate, subjects } = readStatement(bundle ?? keySigned(input));
    if (predicateType !== sbomPredicateType) refuse('binding', 'predicate-type', `it attests ${predicateType}, not a CycloneDX document`);
    if (JSON.stringify(predicate) !== JSON.stringify(input.sbom)) refuse('binding', 'predicate', 'another SBOM than this one was signed');
    if (input.sha256 !== undefined) bindToArtifact({ predicateType, predicate, subjects }, new Map([['sha256', input.sha256]]));
    return { subjects, ...(bundle === undefined ? {} : { bundle }) };
  });
}

function isKeyAlone({ bundle, signer }: SbomProofInput): boolean {
  return 'key' in signer && isSignedByKeyAlone(bundle, maxSbomBundleLength);
}

function keySigned({ bundle, signer }: SbomProofInput): Pick<VerifiedBundle, 'envelope'> {
  if (!('key' in signer)) return refuse('policy', 'identity', 'it was signed with a key, which names nobody');
  return { envelope: accepted(verifyKeySignature(bundle, signer.key, maxSbomBundleLength)) };
}

function logged({ bundle, signer, now }: SbomProofInput, verifier: BundleVerifier): VerifiedBundle {
  const keyFor = () => ('key' in signer ? signer.key : undefined);
  const proven = accepted(verifier.verify({ bundle, keyFor, now, maxPayloadBytes: maxSbomBundleLength }));
  checkSigner(proven, signer);
  return proven;
}

import { compareIntegrity, type Integrity } from '../model/integrity.ts';
import type { Milliseconds } from '../model/units.ts';
import { type BuildPolicy, proveBuild, proveRepository } from './build-policy.ts';
import type { BundleVerifier } from './bundle.ts';
import { compareWithHistory, type Drift, type ReleaseTrust } from './history.ts';
import type { BuildIdentity } from './identity.ts';
import { type NpmAttestations, verifyNpmAttestations } from './npm-attestations.ts';
import type { RegistryKey } from './registry-keys.ts';
import { type RegistrySignature, type SignedAt, type VerifiedRegistrySignature, verifyRegistrySignature } from './registry-signature.ts';
import type { PackageClaim } from './statement.ts';
import { accepted, judge, refuse, type Verdict } from './verdict.ts';

/** Everything that is known about one version of a package. */
export interface PackageProofInput extends PackageClaim {
  /** What the registry's document says about this version. */
  readonly registry: {
    readonly integrity?: Integrity;
    readonly signatures: readonly RegistrySignature[];
    readonly publishedAt?: Milliseconds;
    readonly repository?: string;
    readonly announced: ReleaseTrust['announced'];
    readonly hasTrustedPublisher?: true;
  };
  /** The parsed answer of the attestations endpoint; absent where it has none. */
  readonly attestations?: unknown;
  /** The other releases of the package, in any order. */
  readonly others: readonly ReleaseTrust[];
  readonly keys: readonly RegistryKey[];
  readonly verifier: BundleVerifier;
  readonly policy: BuildPolicy;
  readonly now: Milliseconds;
}

/** The whole chain of one version: who published, who built it, from what, and how that fits its past. */
export interface PackageProof {
  readonly signature: VerifiedRegistrySignature;
  readonly attestations?: NpmAttestations;
  /** The build, where there is provenance. */
  readonly identity?: BuildIdentity;
  /** Differences from earlier releases that refuse nothing. */
  readonly drifts: readonly Drift[];
}

/**
 * Proves one version in a fixed order: lockfile against registry, registry signature, attestations, build policy,
 * history. Stops at the first refusal.
 */
export function provePackage(input: PackageProofInput): Verdict<PackageProof> {
  return judge(() => {
    const { registry } = input;
    if (registry.integrity !== undefined && compareIntegrity(registry.integrity, input.integrity) !== 'equal') {
      refuse('binding', 'lockfile-integrity', 'the registry distributes other bytes than the lockfile names');
    }
    const attested = input.attestations === undefined ? undefined : verifyNpmAttestations({ ...input, response: input.attestations });
    const signature = accepted(
      verifyRegistrySignature({
        ...input,
        signatures: registry.signatures,
        ...signedAt(attested, registry.publishedAt),
      }),
    );
    const attestations = attested === undefined ? undefined : accepted(attested);
    const provenance = attestations?.provenance;
    if (registry.announced === 'provenance' && provenance === undefined) {
      refuse('binding', 'provenance-missing', 'the registry announces provenance and does not have it');
    }
    const identity = provenance === undefined ? undefined : accepted(proveBuild(provenance, input.policy));
    if (identity !== undefined && registry.repository !== undefined) accepted(proveRepository(identity, registry.repository));
    const drifts = compareWithHistory(releaseTrust(input, identity), input.others);
    for (const { isRefusal, reason, detail } of drifts) if (isRefusal) refuse('history', reason, detail);
    return { signature, drifts, ...(attestations !== undefined && { attestations }), ...(identity !== undefined && { identity }) };
  });
}

function releaseTrust({ version, registry }: PackageProofInput, identity: BuildIdentity | undefined): ReleaseTrust {
  const { publishedAt, repository, announced, hasTrustedPublisher } = registry;
  return {
    version,
    announced,
    ...(hasTrustedPublisher !== undefined && { hasTrustedPublisher }),
    ...(publishedAt !== undefined && { publishedAt }),
    ...(repository !== undefined && { repository }),
    ...(identity !== undefined && { identity }),
  };
}

/** A log's time is signed; the packument's is not, and is taken only where there is no other. */
function signedAt(attested: Verdict<NpmAttestations> | undefined, publishedAt: Milliseconds | undefined): { readonly signedAt?: SignedAt } {
  if (attested?.verdict === 'accepted') return { signedAt: { time: attested.value.publish.loggedAt, source: 'transparency-log' } };
  return publishedAt === undefined ? {} : { signedAt: { time: publishedAt, source: 'packument' } };
}

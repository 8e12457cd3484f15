import { packument, type Release } from '../evidence/packument.ts';
import { type VerifiedProvenance, verifiedProvenance } from '../evidence/verified-provenance.ts';
import type { CheckContext } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { UsedEvidence } from '../model/evidence.ts';
import { trustedPartyOf } from '../model/trusted-party.ts';
import { identityOf } from '../provenance/identity.ts';
import { isSameRepository, readRepository } from '../provenance/repository.ts';
import { allProviders } from './build-providers.ts';

/** What tells who a release comes from; stands under `uses` of every check that own people are spared. */
export const originEvidence: { readonly packument: typeof packument; readonly provenance: typeof verifiedProvenance } = {
  packument,
  provenance: verifiedProvenance,
};

/**
 * Why a release needs no proof of age and standing: the policy trusts whoever it provably comes from. Undefined where it
 * does not, and where nothing proves the origin. Signatures, integrity and malware are never spared.
 */
export function trustedBy(component: Component, used: UsedEvidence<typeof originEvidence>, context: CheckContext): string | undefined {
  const parties = context.trusted ?? [];
  if (parties.length === 0) return undefined;
  const publisher = accountOf(used.packument?.releases.get(component.version));
  const built = repositoryOf(used.provenance);
  const trusted = trustedPartyOf(parties, component, {
    registry: context.registries.registryFor(component.name),
    isFromRepository: (repository) => built !== undefined && isBuiltFrom(built, repository),
    ...(publisher === undefined ? {} : { publisher }),
  });
  if (trusted === undefined) return undefined;
  const { party, proof } = trusted;
  return `${proof}, trusted by ${party.location.file}:${party.location.line}: ${party.reason}`;
}

/** The account that published a release; with trusted publishing the registry writes the pipeline's name there, which is nobody's. */
export function accountOf(release: Release | undefined): string | undefined {
  return release?.trustedPublisher === undefined ? release?.publisher?.name : undefined;
}

/** The repository that verified provenance proves; undefined where nothing is proven. */
export function repositoryOf(provenance: VerifiedProvenance | undefined): string | undefined {
  const certificate = provenance?.status === 'verified' ? provenance.provenance?.certificate : undefined;
  const identity = certificate === undefined ? undefined : identityOf(certificate, allProviders([]));
  return identity?.verdict === 'accepted' ? identity.value.sourceRepository : undefined;
}

/** Whether two ways of writing a repository mean the same one. */
export function isBuiltFrom(built: string, repository: string): boolean {
  const [left, right] = [readRepository(built), readRepository(repository)];
  return left !== undefined && right !== undefined && isSameRepository(left, right);
}

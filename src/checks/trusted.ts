import { packument } from '../evidence/packument.ts';
import { verifiedProvenance } from '../evidence/verified-provenance.ts';
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
  const release = used.packument?.releases.get(component.version);
  const { provenance } = used;
  const certificate = provenance?.status === 'verified' ? provenance.provenance?.certificate : undefined;
  const identity = certificate === undefined ? undefined : identityOf(certificate, allProviders([]));
  const built = identity?.verdict === 'accepted' ? readRepository(identity.value.sourceRepository) : undefined;
  // With trusted publishing the registry writes the pipeline's name in the account's place: that is nobody's identity.
  const publisher = release?.trustedPublisher === undefined ? release?.publisher?.name : undefined;
  const trusted = trustedPartyOf(parties, component, {
    registry: context.registries.registryFor(component.name),
    isFromRepository: (repository) => {
      const wanted = readRepository(repository);
      return built !== undefined && wanted !== undefined && isSameRepository(built, wanted);
    },
    ...(publisher === undefined ? {} : { publisher }),
  });
  if (trusted === undefined) return undefined;
  const { party, proof } = trusted;
  return `${proof}, trusted by ${party.location.file}:${party.location.line}: ${party.reason}`;
}

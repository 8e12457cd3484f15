import type { BomRef, Purl } from '../model/component.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ProvenBuild, ProvenBuilds } from '../proven-builds.ts';
import { workflowPath } from '../provenance/identity.ts';
import type { Enrichment, EnrichmentMap } from '../sbom/enrichment.ts';

/** What the registry's documents and verified builds add to an inventory, by bom-ref. A document that did not come adds nothing. */
export function enrichmentFrom(inventory: Inventory, { documents, builds }: ProvenBuilds): EnrichmentMap {
  const enriched = new Map<Purl | BomRef, Enrichment>();
  const unproven = new Set([...inventory.components.values()].filter(({ bomRef }) => !builds.has(bomRef)).map(({ purl }) => purl));
  for (const component of inventory.components.values()) {
    const observation = component.source.type === 'registry' ? documents.get(component.name) : undefined;
    if (observation?.state !== 'known') continue;
    const release = observation.value.releases.get(component.version);
    if (release === undefined) continue;
    const from = observation.value.registry;
    const { licence, integrity, tarball, publisher, repository } = release;
    enriched.set(component.bomRef, {
      ...(typeof licence === 'string' ? { licence: { value: licence, from } } : {}),
      ...(integrity === undefined ? {} : { integrity: { value: integrity, from } }),
      ...(tarball === undefined ? {} : { tarball: { value: tarball, from } }),
      ...(publisher === undefined ? {} : { publisher: { value: publisher, from } }),
      ...(repository === undefined ? {} : { repository: { value: repository, from } }),
      // An SBOM has one entry for all copies of a purl: it says nothing that holds for some of them only.
      ...(unproven.has(component.purl) ? {} : buildOf(builds.get(component.bomRef), from)),
    });
  }
  return enriched;
}

function buildOf(build: ProvenBuild | undefined, from: string): Pick<Enrichment, 'attestations' | 'build'> {
  if (build === undefined) return {};
  const { identity, signedAt, log, logIndex, url } = build;
  const { sourceRepository: repository, commit, ref, trigger, issuer, signer } = identity;
  const value = { repository, commit, ref, workflow: workflowPath(identity), trigger, issuer, signer, signedAt, log, logIndex };
  return { attestations: { value: url, from }, build: { value, from: 'verified provenance' } };
}

import type { Packument } from '../evidence/packument.ts';
import type { BomRef, Purl } from '../model/component.ts';
import type { Observation } from '../model/evidence.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Enrichment, EnrichmentMap } from '../sbom/enrichment.ts';

/** What the registry's documents add to an inventory, by bom-ref. A document that did not come adds nothing. */
export function enrichmentFrom(inventory: Inventory, documents: ReadonlyMap<string, Observation<Packument>>): EnrichmentMap {
  const enriched = new Map<Purl | BomRef, Enrichment>();
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
    });
  }
  return enriched;
}

// Written by `npm run generate`: do not edit.
import type { Collector } from '../model/evidence.ts';
import type { CollectorPorts } from './ports.ts';
import { createAttestationsCollector } from './attestations.ts';
import { createDeclaredLicenceCollector } from './declared-licence.ts';
import { createGainedDependenciesCollector } from './gained-dependencies.ts';
import { createImitatedPackageCollector } from './imitated-package.ts';
import { createPackumentCollector } from './packument.ts';
import { createPopularityCollector } from './popularity.ts';
import { createPublishTimeCollector } from './publish-time.ts';
import { createPublisherHistoryCollector } from './publisher-history.ts';
import { createRegistryKeysCollector } from './registry-keys.ts';
import { createRegistrySignatureCollector } from './registry-signature.ts';
import { createReleaseBurstCollector } from './release-burst.ts';
import { createReleaseHistoryCollector } from './release-history.ts';
import { createVerifiedProvenanceCollector } from './verified-provenance.ts';

export function createCollectors(ports: CollectorPorts): readonly Collector<unknown>[] {
  return [createAttestationsCollector(ports), createDeclaredLicenceCollector(ports), createGainedDependenciesCollector(), createImitatedPackageCollector(ports), createPackumentCollector(ports), createPopularityCollector(ports), createPublishTimeCollector(ports), createPublisherHistoryCollector(ports), createRegistryKeysCollector(ports), createRegistrySignatureCollector(ports), createReleaseBurstCollector(), createReleaseHistoryCollector(), createVerifiedProvenanceCollector(ports)];
}

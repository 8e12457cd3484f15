// Written by `npm run generate`: do not edit.
import type { Collector } from '../model/evidence.ts';
import type { CollectorPorts } from './ports.ts';
import { createAdvisoriesCollector } from './advisories.ts';
import { createAttestationsCollector } from './attestations.ts';
import { createDeclaredLicenceCollector } from './declared-licence.ts';
import { createFixedAdvisoriesCollector } from './fixed-advisories.ts';
import { createGainedDependenciesCollector } from './gained-dependencies.ts';
import { createImitatedPackageCollector } from './imitated-package.ts';
import { createKnownCommandsCollector } from './known-commands.ts';
import { createLicenceFilesCollector } from './licence-files.ts';
import { createPackumentCollector } from './packument.ts';
import { createPopularityCollector } from './popularity.ts';
import { createPreviousTarballCollector } from './previous-tarball.ts';
import { createPublishTimeCollector } from './publish-time.ts';
import { createPublisherHistoryCollector } from './publisher-history.ts';
import { createRegistryKeysCollector } from './registry-keys.ts';
import { createRegistrySignatureCollector } from './registry-signature.ts';
import { createReleaseBurstCollector } from './release-burst.ts';
import { createReleaseHistoryCollector } from './release-history.ts';
import { createSignatureProofCollector } from './signature-proof.ts';
import { createTarballCollector } from './tarball.ts';
import { createVerifiedProvenanceCollector } from './verified-provenance.ts';

export function createCollectors(ports: CollectorPorts): readonly Collector<unknown>[] {
  return [createAdvisoriesCollector(ports), createAttestationsCollector(ports), createDeclaredLicenceCollector(ports), createFixedAdvisoriesCollector(ports), createGainedDependenciesCollector(), createImitatedPackageCollector(ports), createKnownCommandsCollector(ports), createLicenceFilesCollector(ports), createPackumentCollector(ports), createPopularityCollector(ports), createPreviousTarballCollector(ports), createPublishTimeCollector(ports), createPublisherHistoryCollector(ports), createRegistryKeysCollector(ports), createRegistrySignatureCollector(ports), createReleaseBurstCollector(), createReleaseHistoryCollector(), createSignatureProofCollector(ports), createTarballCollector(ports), createVerifiedProvenanceCollector(ports)];
}

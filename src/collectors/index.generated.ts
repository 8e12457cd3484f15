// Written by `npm run generate`: do not edit.
import type { Collector } from '../model/evidence.ts';
import type { CollectorPorts } from './ports.ts';
import { createAttestationsCollector } from './attestations.ts';
import { createPackumentCollector } from './packument.ts';
import { createPublishTimeCollector } from './publish-time.ts';
import { createRegistryKeysCollector } from './registry-keys.ts';
import { createRegistrySignatureCollector } from './registry-signature.ts';
import { createVerifiedProvenanceCollector } from './verified-provenance.ts';

export function createCollectors(ports: CollectorPorts): readonly Collector<unknown>[] {
  return [createAttestationsCollector(ports), createPackumentCollector(ports), createPublishTimeCollector(ports), createRegistryKeysCollector(ports), createRegistrySignatureCollector(ports), createVerifiedProvenanceCollector(ports)];
}

// Written by `npm run generate`: do not edit.
import type { Collector } from '../model/evidence.ts';
import type { CollectorPorts } from './ports.ts';
import { createPackumentCollector } from './packument.ts';
import { createPublishTimeCollector } from './publish-time.ts';

export function createCollectors(ports: CollectorPorts): readonly Collector<unknown>[] {
  return [createPackumentCollector(ports), createPublishTimeCollector(ports)];
}

import type { Change } from '../model/change.ts';
import type { Integrity } from '../model/integrity.ts';
import type { Inventory } from '../model/inventory.ts';
import { namedComponent, namedInventory, namedRoot } from '../model/named-inventory.ts';

/** A version that somebody may be about to install, with the digests of the bytes that it would be. */
export interface Arrival {
  readonly name: string;
  readonly version: string;
  readonly integrity?: Integrity;
}

/**
 * What the gate is asked about versions that pass through a registry: a graph without edges. Nobody here knows who asks for them,
 * so that every open question is answered the strict way: nothing is a direct dependency (rules soften for those alone), no waiver
 * that names a way from a root applies, everything is needed in production, and no tarball address of a lockfile is believed,
 * because none is at hand. What only a project's own graph can tell stays the task of `check` and `exec`.
 */
export function arrivalOf(arrivals: readonly Arrival[]): { readonly inventory: Inventory; readonly changes: readonly Change[] } {
  const components = arrivals.map((arrival) => namedComponent(arrival, place));
  return {
    inventory: namedInventory({ root, components, format: 'registry-request' }),
    changes: components.map((after) => ({ type: 'added', after })),
  };
}

const place = 'registry request';
const root = namedRoot('registry-request', place);

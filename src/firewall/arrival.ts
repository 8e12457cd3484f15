import type { Change } from '../model/change.ts';
import { type Component, bomRef } from '../model/component.ts';
import type { Integrity } from '../model/integrity.ts';
import type { Inventory } from '../model/inventory.ts';
import { npmPurl } from '../model/purl.ts';

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
  const components = arrivals.map(componentOf);
  return {
    inventory: {
      root,
      components: new Map(components.map((component) => [component.bomRef, component])),
      edges: new Map(),
      origin: { path: place, format: 'registry-request', digest: '' },
      declared: [],
      facts: [],
      overrides: new Map(),
    },
    changes: components.map((after) => ({ type: 'added', after })),
  };
}

const place = 'registry request';

const root: Component = {
  bomRef: bomRef(place),
  purl: npmPurl('registry-request', ''),
  name: 'registry-request',
  version: '',
  source: { type: 'workspace', path: '.' },
  scope: 'required',
  location: { file: place, line: 1 },
};

function componentOf({ name, version, integrity }: Arrival): Component {
  return {
    bomRef: bomRef(`${name}@${version}`),
    purl: npmPurl(name, version),
    name,
    version,
    source: { type: 'registry' },
    ...(integrity === undefined ? {} : { integrity }),
    scope: 'required',
    location: { file: place, line: 1 },
  };
}

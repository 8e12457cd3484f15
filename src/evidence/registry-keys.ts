import type { EvidenceKey } from '../model/evidence.ts';
import { packageSubject } from './subjects.ts';
import { isObjectOf, isOneOf, isTextOf } from './shape.ts';

/** The keys that a registry signs with. */
export interface RegistryKeySet {
  /** `policy`: named there; `shipped`: came with the tool or through TUF; `endpoint`: the registry's own word, over TLS only. */
  readonly source: 'policy' | 'shipped' | 'endpoint';
  /** The document, in either of the shapes that registries publish; proven when it was collected. */
  readonly text: string;
}

const shape = isObjectOf<RegistryKeySet>({ source: isOneOf('policy', 'shipped', 'endpoint'), text: isTextOf(256 * 1024) });

/** The keys of the registry that a name comes from; one per name, asked once per registry. */
export const registryKeys: EvidenceKey<RegistryKeySet> = {
  id: 'registry-keys',
  shape,
  subjectOf: packageSubject,
};

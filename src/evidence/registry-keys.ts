import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import { packageSubject } from './subjects.ts';

/** The keys that a registry signs with. */
export interface RegistryKeySet {
  /** `policy`: named there; `shipped`: came with the tool or through TUF; `endpoint`: the registry's own word, over TLS only. */
  readonly source: 'policy' | 'shipped' | 'endpoint';
  /** The document, in either of the shapes that registries publish; proven when it was collected. */
  readonly text: string;
}

const shape = v.object({ source: v.picklist(['policy', 'shipped', 'endpoint']), text: v.pipe(v.string(), v.maxLength(256 * 1024)) });

/** The keys of the registry that a name comes from; one per name, asked once per registry. */
export const registryKeys: EvidenceKey<RegistryKeySet> = {
  id: 'registry-keys',
  shape: (value): value is RegistryKeySet => v.is(shape, value),
  subjectOf: packageSubject,
};

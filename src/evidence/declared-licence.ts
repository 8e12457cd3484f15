import type { EvidenceKey } from '../model/evidence.ts';
import { isAnything, isObjectOf, isOneOf } from './shape.ts';

/** What the author of one version declares. */
export interface DeclaredLicence {
  /** The raw value of the manifest's licence field; absent where it has none. */
  readonly field?: unknown;
  /** Who says so. `nobody`: neither a registry nor the lockfile describes this version. */
  readonly from: 'registry' | 'lockfile' | 'nobody';
}

const shape = isObjectOf<DeclaredLicence>({ field: isAnything, from: isOneOf('registry', 'lockfile', 'nobody') });

/**
 * The declared licence of a version: the registry's manifest, else the lockfile's copy of it. One per `name@version`, or per
 * purl for what does not come from a registry. The project's own packages have none.
 */
export const declaredLicence: EvidenceKey<DeclaredLicence> = {
  id: 'declared-licence',
  shape,
  subjectOf: ({ source, name, version, purl }) => {
    switch (source.type) {
      case 'registry':
        return `${name}@${version}`;
      case 'git':
      case 'tarball':
        return purl;
      case 'file':
      case 'workspace':
        return undefined;
    }
  },
};

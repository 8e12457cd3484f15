import type { EvidenceKey } from '../model/evidence.ts';
import { releaseSubject } from './subjects.ts';
import { isNumber, isObjectOf, isText, isVariantOf, optional } from './shape.ts';

/** When one version, and the name itself, first appeared. */
export type PublishTime =
  /** Milliseconds since the epoch, as the registry says: unsigned metadata. */
  | {
      readonly status: 'published';
      readonly publishedAt: number;
      readonly firstPublishedAt: number;
      readonly versionCount: number;
      readonly previous?: PreviousRelease;
    }
  /** The registry does not know this version: nothing to say about its age. */
  | { readonly status: 'not-in-registry' };

/** The highest version below this one that is older than it. */
export interface PreviousRelease {
  readonly version: string;
  readonly publishedAt: number;
}

const shape = isVariantOf<PublishTime>({
  published: {
    publishedAt: Number.isFinite,
    firstPublishedAt: Number.isFinite,
    versionCount: isNumber,
    previous: optional(isObjectOf<PreviousRelease>({ version: isText, publishedAt: Number.isFinite })),
  },
  'not-in-registry': {},
});

/** The publish time of a version; derived from the full registry document. One per `name@version`. */
export const publishTime: EvidenceKey<PublishTime> = {
  id: 'publish-time',
  shape,
  subjectOf: releaseSubject,
};

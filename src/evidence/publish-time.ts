import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import { releaseSubject } from './subjects.ts';

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

const instant = v.pipe(v.number(), v.finite());
const shape = v.variant('status', [
  v.object({
    status: v.literal('published'),
    publishedAt: instant,
    firstPublishedAt: instant,
    versionCount: v.number(),
    previous: v.optional(v.object({ version: v.string(), publishedAt: instant })),
  }),
  v.object({ status: v.literal('not-in-registry') }),
]);

/** The publish time of a version; derived from the full registry document. One per `name@version`. */
export const publishTime: EvidenceKey<PublishTime> = {
  id: 'publish-time',
  shape: (value): value is PublishTime => v.is(shape, value),
  subjectOf: releaseSubject,
};

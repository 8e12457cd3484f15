import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import { days, daysToMilliseconds } from '../model/units.ts';
import { releaseSubject } from './subjects.ts';

/** No policy can have older releases compared with their past: what they did has been looked at since, and nobody collects it. */
export const longestRecent: number = daysToMilliseconds(days(90));

/** What one release's own metadata says about how and from where it was published. Unsigned. */
export interface AnnouncedRelease {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt?: number;
  readonly announced: 'none' | 'provenance' | 'trusted-publisher';
  readonly repository?: string;
}

/** A release beside the ones before it, or the fact that the registry does not know it. */
export type ReleaseHistory =
  | {
      readonly status: 'published';
      readonly release: AnnouncedRelease;
      readonly publishedAt: number;
      /** Earlier releases of the same major line, or of the nearest lower one; nearest first, at most five. */
      readonly earlier: readonly AnnouncedRelease[];
      /** The last time before it that any version of the package was published. */
      readonly lastBefore?: { readonly version: string; readonly publishedAt: number };
    }
  /** Older than `longestRecent`: not compared with anything. */
  | { readonly status: 'history' }
  | { readonly status: 'not-in-registry' };

const instant = v.pipe(v.number(), v.finite());
const release = v.object({
  version: v.string(),
  publishedAt: v.exactOptional(instant),
  announced: v.picklist(['none', 'provenance', 'trusted-publisher']),
  repository: v.exactOptional(v.string()),
});
const shape = v.variant('status', [
  v.object({
    status: v.literal('published'),
    release,
    publishedAt: instant,
    earlier: v.array(release),
    lastBefore: v.exactOptional(v.object({ version: v.string(), publishedAt: instant })),
  }),
  v.object({ status: v.literal('history') }),
  v.object({ status: v.literal('not-in-registry') }),
]);

/** One per `name@version`; derived from the registry document. */
export const releaseHistory: EvidenceKey<ReleaseHistory> = {
  id: 'release-history',
  shape: (value): value is ReleaseHistory => v.is(shape, value),
  subjectOf: releaseSubject,
};

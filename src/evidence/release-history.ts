import type { EvidenceKey } from '../model/evidence.ts';
import { days, daysToMilliseconds } from '../model/units.ts';
import { releaseSubject } from './subjects.ts';
import { isListOf, isObjectOf, isOneOf, isText, isVariantOf, optional } from './shape.ts';

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

type Published = Extract<ReleaseHistory, { status: 'published' }>;

const isRelease = isObjectOf<AnnouncedRelease>({
  version: isText,
  publishedAt: optional(Number.isFinite),
  announced: isOneOf('none', 'provenance', 'trusted-publisher'),
  repository: optional(isText),
});
const shape = isVariantOf<ReleaseHistory>({
  published: {
    release: isRelease,
    publishedAt: Number.isFinite,
    earlier: isListOf(isRelease),
    lastBefore: optional(isObjectOf<NonNullable<Published['lastBefore']>>({ version: isText, publishedAt: Number.isFinite })),
  },
  history: {},
  'not-in-registry': {},
});

/** One per `name@version`; derived from the registry document. */
export const releaseHistory: EvidenceKey<ReleaseHistory> = {
  id: 'release-history',
  shape,
  subjectOf: releaseSubject,
};

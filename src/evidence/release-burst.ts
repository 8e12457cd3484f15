import type { EvidenceKey } from '../model/evidence.ts';
import { releaseSubject } from './subjects.ts';
import { isListOf, isText, isVariantOf, optional } from './shape.ts';

export type ReleaseBurst =
  | {
      readonly status: 'published';
      /** Milliseconds since the epoch. */
      readonly publishedAt: number;
      /** Stable versions of the same major line within an hour of it, itself included; empty where they are most of its history. */
      readonly versions: readonly string[];
      /** What was looked at for others: its scope and its account; none for a package that has hardly a past. */
      readonly circles: readonly string[];
      /**
       * Packages of this lockfile with the same scope or publisher, released within half an hour of each other, itself included;
       * one for each group that has been released together before.
       */
      readonly strangers: readonly string[];
      /** What they have in common: the scope or the account. */
      readonly common?: string;
    }
  /** Older than `longestRecent` of release-history: not compared with anything. */
  | { readonly status: 'history' }
  | { readonly status: 'not-in-registry' };

const shape = isVariantOf<ReleaseBurst>({
  published: {
    publishedAt: Number.isFinite,
    versions: isListOf(isText),
    circles: isListOf(isText),
    strangers: isListOf(isText),
    common: optional(isText),
  },
  history: {},
  'not-in-registry': {},
});

/** What was published in the same minutes. One per `name@version`; derived from all registry documents of the run. */
export const releaseBurst: EvidenceKey<ReleaseBurst> = {
  id: 'release-burst',
  shape,
  subjectOf: releaseSubject,
};

import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import { releaseSubject } from './subjects.ts';

/** A dependency that a release has and the one before it had not. */
export interface GainedDependency {
  readonly name: string;
  readonly range: string;
  /** Milliseconds since the epoch. */
  readonly firstPublishedAt: number;
  readonly versionCount: number;
  /** Any of its versions at hand runs code during the install. */
  readonly hasInstallScript: boolean;
  /**
   * Who publishes it: `own` the scope or somebody who has published or maintained the dependent before; `befriended` only shares
   * a maintainer, which its owner can arrange alone; `unknown` where the registry names nobody.
   */
  readonly publisher: 'own' | 'befriended' | 'stranger' | 'unknown';
}

export type GainedDependencies =
  | {
      readonly status: 'published';
      /** Milliseconds since the epoch. */
      readonly publishedAt: number;
      /** The release that it is compared with; absent for the first of its line. */
      readonly previous?: string;
      /** The names that it has newly. */
      readonly sought: readonly string[];
      /** What is known of them, as far as the lockfile holds them. */
      readonly gained: readonly GainedDependency[];
    }
  /** Older than `longestRecent` of release-history: not compared with anything. */
  | { readonly status: 'history' }
  | { readonly status: 'not-in-registry' };

const instant = v.pipe(v.number(), v.finite());
const gained = v.object({
  name: v.string(),
  range: v.string(),
  firstPublishedAt: instant,
  versionCount: v.number(),
  hasInstallScript: v.boolean(),
  publisher: v.picklist(['own', 'befriended', 'stranger', 'unknown']),
});
const shape = v.variant('status', [
  v.object({
    status: v.literal('published'),
    publishedAt: instant,
    previous: v.exactOptional(v.string()),
    sought: v.array(v.string()),
    gained: v.array(gained),
  }),
  v.object({ status: v.literal('history') }),
  v.object({ status: v.literal('not-in-registry') }),
]);

/** What a release newly depends on. One per `name@version`; derived from the registry documents of both. */
export const gainedDependencies: EvidenceKey<GainedDependencies> = {
  id: 'gained-dependencies',
  shape: (value): value is GainedDependencies => v.is(shape, value),
  subjectOf: releaseSubject,
};

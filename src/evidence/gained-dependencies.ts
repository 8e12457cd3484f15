import type { EvidenceKey } from '../model/evidence.ts';
import { releaseSubject } from './subjects.ts';
import { isBoolean, isListOf, isNumber, isObjectOf, isOneOf, isText, isVariantOf, optional } from './shape.ts';

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

const isGained = isObjectOf<GainedDependency>({
  name: isText,
  range: isText,
  firstPublishedAt: Number.isFinite,
  versionCount: isNumber,
  hasInstallScript: isBoolean,
  publisher: isOneOf('own', 'befriended', 'stranger', 'unknown'),
});
const shape = isVariantOf<GainedDependencies>({
  published: { publishedAt: Number.isFinite, previous: optional(isText), sought: isListOf(isText), gained: isListOf(isGained) },
  history: {},
  'not-in-registry': {},
});

/** What a release newly depends on. One per `name@version`; derived from the registry documents of both. */
export const gainedDependencies: EvidenceKey<GainedDependencies> = {
  id: 'gained-dependencies',
  shape,
  subjectOf: releaseSubject,
};

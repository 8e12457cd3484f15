import type { EvidenceKey } from '../model/evidence.ts';
import type { Person } from './packument.ts';
import { releaseSubject } from './subjects.ts';
import { isListOf, isObjectOf, isText, isVariantOf, optional } from './shape.ts';

/** Who published one release, and who could have: unsigned metadata that the registry itself writes. */
export interface ReleasePeople {
  readonly version: string;
  readonly publisher?: Person;
  /** The identity provider, where a pipeline published and no account did. */
  readonly trustedPublisher?: string;
  readonly maintainers?: readonly string[];
}

/** The people behind a release and behind the ones before it. */
export type PublisherHistory =
  | {
      readonly status: 'published';
      readonly release: ReleasePeople;
      /** Milliseconds since the epoch. */
      readonly publishedAt: number;
      /** Earlier releases, nearest first, at most five, whatever their line: people serve the package, not a line of it. */
      readonly earlier: readonly ReleasePeople[];
    }
  /** Older than `longestRecent` of release-history: not compared with anything. */
  | { readonly status: 'history' }
  | { readonly status: 'not-in-registry' };

const isReleasePeople = isObjectOf<ReleasePeople>({
  version: isText,
  publisher: optional(isObjectOf<Person>({ name: isText, email: optional(isText) })),
  trustedPublisher: optional(isText),
  maintainers: optional(isListOf(isText)),
});
const shape = isVariantOf<PublisherHistory>({
  published: { release: isReleasePeople, publishedAt: Number.isFinite, earlier: isListOf(isReleasePeople) },
  history: {},
  'not-in-registry': {},
});

/** One per `name@version`; derived from the registry document. */
export const publisherHistory: EvidenceKey<PublisherHistory> = {
  id: 'publisher-history',
  shape,
  subjectOf: releaseSubject,
};

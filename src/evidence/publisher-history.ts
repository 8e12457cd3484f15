import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import type { Person } from './packument.ts';
import { releaseSubject } from './subjects.ts';

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

const people = v.object({
  version: v.string(),
  publisher: v.exactOptional(v.object({ name: v.string(), email: v.exactOptional(v.string()) })),
  trustedPublisher: v.exactOptional(v.string()),
  maintainers: v.exactOptional(v.array(v.string())),
});
const shape = v.variant('status', [
  v.object({
    status: v.literal('published'),
    release: people,
    publishedAt: v.pipe(v.number(), v.finite()),
    earlier: v.array(people),
  }),
  v.object({ status: v.literal('history') }),
  v.object({ status: v.literal('not-in-registry') }),
]);

/** One per `name@version`; derived from the registry document. */
export const publisherHistory: EvidenceKey<PublisherHistory> = {
  id: 'publisher-history',
  shape: (value): value is PublisherHistory => v.is(shape, value),
  subjectOf: releaseSubject,
};

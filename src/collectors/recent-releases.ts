import { type Packument, packument, type Release } from '../evidence/packument.ts';
import { publishTime } from '../evidence/publish-time.ts';
import { longestRecent } from '../evidence/release-history.ts';
import type { CollectContext, EvidenceKey, Observation, SubjectId, SubjectRequests } from '../model/evidence.ts';

/** A release that is young enough to be compared, with all that its registry's document says. */
export interface RecentRelease {
  readonly subject: SubjectId;
  readonly document: Packument;
  readonly release: Release;
  /** Milliseconds since the epoch. */
  readonly publishedAt: number;
  /** A value that follows from the document: as old as that, and from the same place. */
  readonly known: <T>(value: T) => Observation<T>;
}

/** What there is to say where there is nothing to compare. */
export type Unjudged = { readonly status: 'history' } | { readonly status: 'not-in-registry' };

/** The evidence that `deriveForRecent` reads. */
export const recentReleaseEvidence: readonly EvidenceKey<unknown>[] = [packument, publishTime];

/**
 * Derives something for each release that is recent. Without a publish time nobody can say what came before, so that a
 * comparison is as unknown as the time is; an old release is history, one that the registry does not know is that.
 */
export function deriveForRecent<T>(
  requests: SubjectRequests,
  { collected, now }: Pick<CollectContext, 'collected' | 'now'>,
  derive: (recent: RecentRelease) => Observation<T>,
): Map<SubjectId, Observation<T | Unjudged>> {
  const observations = new Map<SubjectId, Observation<T | Unjudged>>();
  for (const [subject, [component]] of requests) {
    const time = collected.get(publishTime, subject);
    const document = collected.get(packument, component.name);
    if (time === undefined || document === undefined) continue;
    if (time.state !== 'known') {
      observations.set(subject, time);
      continue;
    }
    if (document.state !== 'known') {
      observations.set(subject, document);
      continue;
    }
    const { value, observedAt, source } = document;
    const known = <V>(derived: V): Observation<V> => ({ state: 'known', value: derived, observedAt, source });
    const release = value.status === 'published' ? value.releases.get(component.version) : undefined;
    if (release?.publishedAt === undefined) observations.set(subject, known({ status: 'not-in-registry' }));
    else if (now - release.publishedAt > longestRecent) observations.set(subject, known({ status: 'history' }));
    else observations.set(subject, derive({ subject, document: value, release, publishedAt: release.publishedAt, known }));
  }
  return observations;
}

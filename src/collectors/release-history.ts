import type { Packument } from '../evidence/packument.ts';
import { type ReleaseHistory, releaseHistory } from '../evidence/release-history.ts';
import type { Collector } from '../model/evidence.ts';
import { whileRecent } from './lasting.ts';
import { deriveForRecent, recentReleaseEvidence } from './recent-releases.ts';
import { announcedTrust, earlierReleases } from './release-line.ts';

/** Sets each release beside the ones before it. */
export function createReleaseHistoryCollector(): Collector<ReleaseHistory> {
  return {
    key: releaseHistory,
    after: recentReleaseEvidence,
    holdsUntil: whileRecent,
    collect: async (requests, context) =>
      deriveForRecent<ReleaseHistory>(requests, context, ({ document, release, publishedAt, known }) => {
        const lastBefore = lastPublishedBefore(document, publishedAt);
        return known({
          status: 'published',
          release: announcedTrust(release),
          publishedAt,
          earlier: earlierReleases(document, release),
          ...(lastBefore === undefined ? {} : { lastBefore }),
        });
      }),
  };
}

function lastPublishedBefore(
  { versions }: Packument,
  instant: number,
): { readonly version: string; readonly publishedAt: number } | undefined {
  let last = -1;
  let publishedAt = -Infinity;
  for (let index = 0; index < versions.count; index++) {
    const earlier = versions.instants[index] ?? Number.NaN;
    if (earlier < instant && earlier > publishedAt) [last, publishedAt] = [index, earlier];
  }
  return last === -1 ? undefined : { version: versions.versionAt(last), publishedAt };
}

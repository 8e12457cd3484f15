import { type Packument, packument } from '../evidence/packument.ts';
import { publishTime } from '../evidence/publish-time.ts';
import { longestRecent, type ReleaseHistory, releaseHistory } from '../evidence/release-history.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import { announcedTrust, earlierReleases } from './release-line.ts';

/** Sets each release beside the ones before it. Without a publish time nobody can say what came before: then this is as unknown. */
export function createReleaseHistoryCollector(): Collector<ReleaseHistory> {
  return {
    key: releaseHistory,
    after: [packument, publishTime],
    collect: async (requests, { collected, now }) => {
      const observations = new Map<string, Observation<ReleaseHistory>>();
      for (const [subject, [component]] of requests) {
        const time = collected.get(publishTime, subject);
        const document = collected.get(packument, component.name);
        if (time === undefined || document === undefined) continue;
        if (time.state !== 'known') observations.set(subject, time);
        else if (document.state !== 'known') observations.set(subject, document);
        else {
          const { observedAt, source } = document;
          observations.set(subject, { state: 'known', value: derive(document.value, component.version, now), observedAt, source });
        }
      }
      return observations;
    },
  };
}

function derive(document: Packument, version: string, now: number): ReleaseHistory {
  const release = document.status === 'published' ? document.releases.get(version) : undefined;
  if (release?.publishedAt === undefined) return { status: 'not-in-registry' };
  if (now - release.publishedAt > longestRecent) return { status: 'history' };
  const lastBefore = lastPublishedBefore(document, release.publishedAt);
  return {
    status: 'published',
    release: announcedTrust(release),
    publishedAt: release.publishedAt,
    earlier: earlierReleases(document, release),
    ...(lastBefore === undefined ? {} : { lastBefore }),
  };
}

function lastPublishedBefore(
  { versions }: Packument,
  instant: number,
): { readonly version: string; readonly publishedAt: number } | undefined {
  let last: { readonly version: string; readonly publishedAt: number } | undefined;
  for (const { version, publishedAt } of versions) {
    if (publishedAt === undefined || publishedAt >= instant || (last !== undefined && publishedAt <= last.publishedAt)) continue;
    last = { version, publishedAt };
  }
  return last;
}

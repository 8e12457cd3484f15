import semver from 'semver';
import type { Packument, Release } from '../evidence/packument.ts';
import { type PublisherHistory, publisherHistory, type ReleasePeople } from '../evidence/publisher-history.ts';
import type { Collector } from '../model/evidence.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import { whileRecent } from './lasting.ts';
import { defined } from './packument-release.ts';
import { deriveForRecent, recentReleaseEvidence } from './recent-releases.ts';

/** Learns who published each release and the ones before it, as far as its registry says so. */
export function createPublisherHistoryCollector({ registries }: { readonly registries: RegistryDirectory }): Collector<PublisherHistory> {
  return {
    key: publisherHistory,
    after: recentReleaseEvidence,
    holdsUntil: whileRecent,
    collect: async (requests, context) =>
      deriveForRecent<PublisherHistory>(requests, context, ({ document, release, publishedAt, known }) => {
        if (release.publisher !== undefined)
          return known({
            status: 'published',
            release: peopleOf(release),
            publishedAt,
            earlier: earlierThan(release, document).map(peopleOf),
          });
        const host = URL.canParse(document.registry) ? new URL(document.registry).host : document.registry;
        return registries.profileOf(document.registry).offers.publishers === 'offered'
          ? { state: 'unavailable', reason: 'malformed', detail: 'its registry document does not say who published it', source: host }
          : { state: 'not-offered', by: host };
      }),
  };
}

/** Below in semver order and not published later; at most the five that the document keeps below a locked version. */
function earlierThan(release: Release, { releases }: Packument): readonly Release[] {
  if (semver.valid(release.version) === null) return [];
  return [...releases.values()]
    .filter((other) => semver.valid(other.version) !== null && semver.lt(other.version, release.version))
    .filter((other) => !((other.publishedAt ?? 0) > (release.publishedAt ?? 0)))
    .sort((a, b) => semver.rcompare(a.version, b.version))
    .slice(0, 5);
}

function peopleOf({ version, publisher, trustedPublisher, maintainers }: Release): ReleasePeople {
  return defined({
    version,
    publisher,
    trustedPublisher,
    maintainers,
  });
}

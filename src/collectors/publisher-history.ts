import semver from 'semver';
import { type Packument, packument, type Release } from '../evidence/packument.ts';
import { publishTime } from '../evidence/publish-time.ts';
import { type PublisherHistory, publisherHistory, type ReleasePeople } from '../evidence/publisher-history.ts';
import { longestRecent } from '../evidence/release-history.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import { defined } from './packument-release.ts';

/** Learns who published each release and the ones before it, as far as its registry says so. */
export function createPublisherHistoryCollector({ registries }: { readonly registries: RegistryDirectory }): Collector<PublisherHistory> {
  return {
    key: publisherHistory,
    after: [packument, publishTime],
    collect: async (requests, { collected, now }) => {
      const observations = new Map<string, Observation<PublisherHistory>>();
      for (const [subject, [component]] of requests) {
        const time = collected.get(publishTime, subject);
        const document = collected.get(packument, component.name);
        if (time === undefined || document === undefined) continue;
        if (time.state !== 'known') observations.set(subject, time);
        else observations.set(subject, document.state === 'known' ? derive(document, component.version, registries, now) : document);
      }
      return observations;
    },
  };
}

function derive(
  document: Extract<Observation<Packument>, { state: 'known' }>,
  version: string,
  registries: RegistryDirectory,
  now: number,
): Observation<PublisherHistory> {
  const { observedAt, source } = document;
  const { registry, status, releases } = document.value;
  const known = (value: PublisherHistory): Observation<PublisherHistory> => ({ state: 'known', value, observedAt, source });
  const release = status === 'published' ? releases.get(version) : undefined;
  if (release?.publishedAt === undefined) return known({ status: 'not-in-registry' });
  if (now - release.publishedAt > longestRecent) return known({ status: 'history' });
  if (release.publisher === undefined) {
    const isPromised = registries.profileOf(registry).offers.publishers === 'offered';
    const host = URL.canParse(registry) ? new URL(registry).host : registry;
    return isPromised
      ? { state: 'unavailable', reason: 'malformed', detail: 'its registry document does not say who published it', source: host }
      : { state: 'not-offered', by: host };
  }
  return known({
    status: 'published',
    release: peopleOf(release),
    publishedAt: release.publishedAt,
    earlier: earlierThan(release, document.value).map(peopleOf),
  });
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

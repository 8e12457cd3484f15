import semver from 'semver';
import { type Packument, firstPublishedAt, packument } from '../evidence/packument.ts';
import { type PublishTime, publishTime } from '../evidence/publish-time.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import { asLongAsItsSources } from './lasting.ts';

/**
 * Derives publish times from the registry documents that are already there. A document without `time` says nothing
 * about age: that is `unavailable` for a registry that offers publish times, and `not-offered` only by profile.
 */
export function createPublishTimeCollector({ registries }: { readonly registries: RegistryDirectory }): Collector<PublishTime> {
  return {
    key: publishTime,
    after: [packument],
    holdsUntil: asLongAsItsSources,
    collect: async (requests, { collected }) => {
      const observations = new Map<string, Observation<PublishTime>>();
      for (const [subject, [component]] of requests) {
        const document = collected.get(packument, component.name);
        if (document === undefined) continue;
        observations.set(subject, document.state === 'known' ? derive(document, component.version, registries) : document);
      }
      return observations;
    },
  };
}

function derive(
  document: Extract<Observation<Packument>, { state: 'known' }>,
  version: string,
  registries: RegistryDirectory,
): Observation<PublishTime> {
  const { value, observedAt, source } = document;
  const index = value.versions.indexOf(version);
  if (value.status !== 'published' || index === -1) return { state: 'known', value: { status: 'not-in-registry' }, observedAt, source };
  const publishedAt = value.versions.instantAt(index);
  if (publishedAt === undefined) return withoutTime(value, registries);
  const previous = previousOf(value, version, publishedAt);
  return {
    state: 'known',
    value: {
      status: 'published',
      publishedAt,
      firstPublishedAt: firstPublishedAt(value) ?? publishedAt,
      versionCount: value.versions.count,
      ...(previous === undefined ? {} : { previous }),
    },
    observedAt,
    source,
  };
}

function withoutTime(value: Packument, registries: RegistryDirectory): Observation<PublishTime> {
  const host = URL.canParse(value.registry) ? new URL(value.registry).host : value.registry;
  if (registries.profileOf(value.registry).offers['publish-times'] === 'not-offered') return { state: 'not-offered', by: host };
  return { state: 'unavailable', reason: 'malformed', detail: 'its registry document has no publish times', source: host };
}

function previousOf(
  value: Packument,
  version: string,
  publishedAt: number,
): { readonly version: string; readonly publishedAt: number } | undefined {
  const own = semver.parse(version);
  if (own === null) return undefined;
  // From the newest down: the time rules most out, so that few versions have to be compared in a document of thousands.
  for (let index = value.versions.count - 1; index >= 0; index--) {
    const earlier = value.versions.instantAt(index);
    if (earlier === undefined || earlier >= publishedAt) continue;
    const candidate = value.versions.versionAt(index);
    if (isBelow(candidate, own)) return { version: candidate, publishedAt: earlier };
  }
  return undefined;
}

/** Below in semver order, and not a prerelease unless the version in question is one. */
function isBelow(version: string, own: semver.SemVer): boolean {
  const candidate = semver.parse(version);
  return candidate !== null && candidate.compare(own) < 0 && (candidate.prerelease.length === 0 || own.prerelease.length > 0);
}

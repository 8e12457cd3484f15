import { type GainedDependencies, gainedDependencies, type GainedDependency } from '../evidence/gained-dependencies.ts';
import {
  firstPublishedAt,
  type Packument,
  packument,
  type PublishedRelease,
  publishedReleases,
  type Release,
} from '../evidence/packument.ts';
import { circleAround, type Collected, type Collector, type Observation } from '../model/evidence.ts';
import { whileRecent } from './lasting.ts';
import { deriveForRecent, type RecentRelease, recentReleaseEvidence } from './recent-releases.ts';
import { earlierReleases } from './release-line.ts';

/**
 * Compares what each release depends on with the release before, and looks up what is new among the documents that this run
 * has anyway. A dependency that the lockfile does not hold is not installed by it, and is judged where it is.
 */
export function createGainedDependenciesCollector(): Collector<GainedDependencies> {
  return {
    key: gainedDependencies,
    after: recentReleaseEvidence,
    holdsUntil: whileRecent,
    circlesOf: (observation) =>
      observation.state === 'known' && observation.value.status === 'published' ? observation.value.sought.map(circleAround) : [],
    collect: async (requests, context) =>
      deriveForRecent<GainedDependencies>(requests, context, (recent) => derive(recent, context.collected)),
  };
}

function derive({ document, release, publishedAt, known }: RecentRelease, collected: Collected): Observation<GainedDependencies> {
  // The nearest of which the dependencies are known: of what lies below another, older locked version they are not.
  const previous = earlierReleases(document, release)
    .map(({ version }) => document.releases.get(version))
    .find((before) => before !== undefined);
  if (previous === undefined) return known({ status: 'published', publishedAt, sought: [], gained: [] });
  const sought = newNames(release, previous);
  const gained: GainedDependency[] = [];
  for (const [name, range] of sought) {
    const dependency = collected.get(packument, name);
    if (dependency === undefined || dependency.state === 'not-offered') continue;
    if (dependency.state === 'unavailable') return dependency;
    const first = firstPublishedAt(dependency.value);
    if (first === undefined) continue;
    gained.push({
      name,
      range,
      firstPublishedAt: first,
      versionCount: dependency.value.versions.count,
      hasInstallScript: [...dependency.value.releases.values()].some(runsCode),
      publisher: relationOf(document, release.version, dependency.value),
    });
  }
  return known({ status: 'published', publishedAt, previous: previous.version, sought: [...sought.keys()], gained });
}

/** Name and range of what is new, aliases followed. Addresses of git and tarballs are not in this registry. */
function newNames(release: Release, previous: Release): ReadonlyMap<string, string> {
  const had = namesOf(previous);
  return new Map([...namesOf(release)].filter(([name]) => !had.has(name)));
}

function namesOf({ dependencies, optionalDependencies }: Release): ReadonlyMap<string, string> {
  const entries = [...Object.entries(dependencies), ...Object.entries(optionalDependencies)];
  return new Map(entries.map(([name, range]) => [/^npm:((?:@[^/@\s]+\/)?[^/@\s]+)/.exec(range)?.[1] ?? name, range]));
}

function runsCode({ installScripts, hasInstallScript, hasGypfile }: Release): boolean {
  return Object.keys(installScripts).length > 0 || hasInstallScript === true || hasGypfile === true;
}

function relationOf(dependent: Packument, version: string, dependency: Packument): GainedDependency['publisher'] {
  const scope = scopeOf(dependent.name);
  if (scope !== '' && scope === scopeOf(dependency.name)) return 'own';
  const own = publishedReleases(dependent).filter((release) => release.version !== version);
  // What a pipeline published bears the pipeline's name: the same for everybody.
  const ownPeople = new Set(own.flatMap((release) => [...accountOf(release), ...(release.maintainers ?? [])]));
  const published = publishedReleases(dependency);
  const publishers = published.flatMap(accountOf);
  const others = published.flatMap(({ maintainers }) => maintainers ?? []);
  if (ownPeople.size === 0 || (publishers.length === 0 && others.length === 0)) return 'unknown';
  if (publishers.length > 0 && publishers.every((account) => ownPeople.has(account))) return 'own';
  return others.some((account) => ownPeople.has(account)) ? 'befriended' : 'stranger';
}

function accountOf({ publisher, trustedPublisher }: PublishedRelease): readonly string[] {
  return publisher === undefined || trustedPublisher !== undefined ? [] : [publisher.name];
}

function scopeOf(name: string): string {
  return name.startsWith('@') ? name.slice(0, name.indexOf('/')) : '';
}

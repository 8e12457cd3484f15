import semver from 'semver';
import { type ReleaseBurst, releaseBurst } from '../evidence/release-burst.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import { whileRecent } from './lasting.ts';
import { deriveForRecent, type RecentRelease, recentReleaseEvidence } from './recent-releases.ts';

const hour = 3_600_000;
const window = hour / 2;
/** A package without a past cannot be said to behave otherwise than in it. */
const fewestVersions = 3;

/** Looks for releases in the same minutes: of one package, and of packages that have their scope or publisher in common. */
export function createReleaseBurstCollector(): Collector<ReleaseBurst> {
  return {
    key: releaseBurst,
    after: recentReleaseEvidence,
    holdsUntil: whileRecent,
    circlesOf: (observation) =>
      observation.state === 'known' && observation.value.status === 'published' ? observation.value.circles : [],
    collect: async (requests, context) => {
      const recent: RecentRelease[] = [];
      const observations = deriveForRecent<ReleaseBurst>(requests, context, (one) => {
        recent.push(one);
        const { publishedAt } = one;
        return one.known({ status: 'published', publishedAt, versions: sameHour(one), circles: circlesOf(one), strangers: [] });
      });
      for (const [circle, group] of groupsOf(recent)) addStrangers(circle.slice(circle.indexOf(' ') + 1), group, observations);
      return observations;
    },
  };
}

/** The whole history in one hour is a package's birth, or a mirror's first sight of it, and no burst. */
function sameHour({ document: { versions }, release: { version }, publishedAt }: RecentRelease): readonly string[] {
  const near: string[] = [];
  for (let index = 0; index < versions.count; index++) {
    // What has no instant is near nothing.
    if (!(Math.abs((versions.instants[index] ?? Number.NaN) - publishedAt) <= hour)) continue;
    const other = versions.versionAt(index);
    if (semver.major(other) === semver.major(version) && semver.prerelease(other) === null) near.push(other);
  }
  return near.length * 2 > versions.count ? [] : near;
}

/** Its scope, and its account; what a pipeline published has no account of its own. */
function circlesOf({ document: { name, versions }, release: { trustedPublisher, publisher } }: RecentRelease): readonly string[] {
  if (versions.count <= fewestVersions) return [];
  const account = trustedPublisher === undefined ? publisher?.name : undefined;
  return [
    ...(name.startsWith('@') ? [`scope ${name.slice(0, name.indexOf('/'))}`] : []),
    ...(account === undefined ? [] : [`account ${account}`]),
  ];
}

/** Who is compared with whom, in an order that is the same in every company: where two bursts are as large, the first one counts. */
function groupsOf(recent: readonly RecentRelease[]): readonly (readonly [circle: string, readonly RecentRelease[]])[] {
  const groups = new Map<string, RecentRelease[]>();
  for (const one of recent) {
    for (const circle of circlesOf(one)) {
      const group = groups.get(circle);
      if (group === undefined) groups.set(circle, [one]);
      else group.push(one);
    }
  }
  return [...groups].filter(([, { length }]) => length > 1).sort(([a], [b]) => (a < b ? -1 : 1));
}

/** For each member the others in its window, one for each family; the largest burst that a member is part of counts. */
function addStrangers(common: string, group: readonly RecentRelease[], observations: Map<string, Observation<ReleaseBurst>>): void {
  const ordered = [...group].sort((a, b) => a.publishedAt - b.publishedAt || (a.subject < b.subject ? -1 : 1));
  for (const burst of burstsIn(ordered)) {
    const strangers = [...familiesOf(burst)].sort();
    for (const { subject } of burst) {
      const known = observations.get(subject);
      if (known?.state !== 'known' || known.value.status !== 'published' || known.value.strangers.length >= strangers.length) continue;
      observations.set(subject, { ...known, value: { ...known.value, strangers, common } });
    }
  }
}

/** Runs of releases of different packages in which each is within the window of the one before it. */
function burstsIn(ordered: readonly RecentRelease[]): readonly (readonly RecentRelease[])[] {
  const bursts: RecentRelease[][] = [];
  for (const one of ordered) {
    const last = bursts.at(-1)?.at(-1);
    if (last !== undefined && one.publishedAt - last.publishedAt <= window) bursts.at(-1)?.push(one);
    else bursts.push([one]);
  }
  return bursts.filter((burst) => burst.length > 1);
}

/** Unites packages that were released within one window of each other before this burst; answers one name for each union. */
function familiesOf(burst: readonly RecentRelease[]): ReadonlySet<string> {
  const start = burst[0]?.publishedAt ?? 0;
  const parent = new Map<string, string>();
  const rootOf = (name: string): string => {
    let root = name;
    for (let next = parent.get(root); next !== undefined && next !== root; next = parent.get(root)) root = next;
    return root;
  };
  const seen = new Map<number, string>();
  for (const { document } of burst) {
    const { name, versions } = document;
    if (!parent.has(name)) parent.set(name, name);
    for (const publishedAt of versions.instants) {
      // What has no instant is not before anything.
      if (!(publishedAt <= start - window)) continue;
      const slot = Math.floor(publishedAt / window);
      for (const near of [slot - 1, slot, slot + 1]) {
        const other = seen.get(near);
        if (other !== undefined && other !== name) parent.set(rootOf(name), rootOf(other));
      }
      if (!seen.has(slot)) seen.set(slot, name);
    }
  }
  return new Set([...parent.keys()].map(rootOf));
}

import { advisories } from '../evidence/advisories.ts';
import { fixedAdvisories as key } from '../evidence/fixed-advisories.ts';
import { publishTime } from '../evidence/publish-time.ts';
import type { Advisory } from '../model/advisory.ts';
import type { CollectContext, Collected, Collector, Observation, SubjectRequests } from '../model/evidence.ts';
import { days, daysToMilliseconds } from '../model/units.ts';
import { lookUpAdvisories } from './advisory-lookup.ts';
import { advisoriesHoldUntil, type AdvisorySources } from './advisory-questions.ts';

/** Longer than any cool-down that a team would set; older versions are not asked about. */
const youngFor = daysToMilliseconds(days(60));

interface YoungVersion {
  readonly subject: string;
  readonly name: string;
  readonly version: string;
  /** The release before it. */
  readonly previous: string;
}

/**
 * Learns what a young version fixes: advisories that hit the release before it and name this very version as their fix. That a
 * version merely lies outside an advisory's range proves nothing: the next hostile release does, too.
 */
export function createFixedAdvisoriesCollector(sources: AdvisorySources): Collector<readonly Advisory[]> {
  return {
    key,
    after: [publishTime, advisories],
    holdsUntil: advisoriesHoldUntil(sources),
    collect: async (requests, context) => {
      const young = youngVersions(requests, context);
      const questions = new Map<string, Set<string>>();
      for (const { name, previous } of young.values()) questions.set(name, (questions.get(name) ?? new Set<string>()).add(previous));
      const answers = await lookUpAdvisories(questions, sources, context);
      return new Map(
        [...requests.keys()].map((subject) => {
          const version = young.get(subject);
          const before = version === undefined ? undefined : answers.get(`${version.name}@${version.previous}`);
          return [subject, version === undefined || before === undefined ? nothing(context) : fixedBy(version, before, context.collected)];
        }),
      );
    },
  };
}

function youngVersions(requests: SubjectRequests, { collected, now }: CollectContext): ReadonlyMap<string, YoungVersion> {
  const young = new Map<string, YoungVersion>();
  for (const [subject, [{ name, version }]] of requests) {
    const time = collected.get(publishTime, subject);
    if (time?.state !== 'known' || time.value.status !== 'published' || time.value.previous === undefined) continue;
    if (now - time.value.publishedAt < youngFor) young.set(subject, { subject, name, version, previous: time.value.previous.version });
  }
  return young;
}

/** Malware in the release before is no flaw that this one mends: whoever published that one may have published this one. */
function fixedBy(
  { subject, version }: YoungVersion,
  before: Observation<readonly Advisory[]>,
  collected: Collected,
): Observation<readonly Advisory[]> {
  const own = collected.get(advisories, subject);
  if (before.state !== 'known' || own?.state !== 'known') return before.state === 'known' ? (own ?? before) : before;
  const isHit = new Set(own.value.map(({ id }) => id));
  const fixes = before.value.filter(({ id, isMalware, fixedVersions }) => !isMalware && !isHit.has(id) && fixedVersions.includes(version));
  return { ...before, value: own.value.some(({ isMalware }) => isMalware) ? [] : fixes };
}

function nothing({ now }: CollectContext): Observation<readonly Advisory[]> {
  return { state: 'known', value: [], observedAt: now, source: 'publish-time' };
}

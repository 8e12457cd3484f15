import type { Advisory } from '../model/advisory.ts';
import type { CollectContext, Observation, SubjectId, UnavailableReason } from '../model/evidence.ts';
import { daysToMilliseconds, days } from '../model/units.ts';
import { forAWhile, type HoldsUntil } from './lasting.ts';
import type { AdvisoryPorts, CollectorPorts } from './ports.ts';

/** Versions to ask about, by package name. */
export type AdvisoryQuestions = ReadonlyMap<string, ReadonlySet<string>>;

/** What came of them, by `name@version`. */
export type AdvisoryAnswers = ReadonlyMap<SubjectId, Observation<readonly Advisory[]>>;

/** What a source of advisories works with. */
export type AdvisorySources = Pick<CollectorPorts, 'http' | 'registries' | 'cache' | 'facts' | 'isOffline' | 'advisories'>;

/** What holds where nothing is said: the registries alone. */
export const registriesAlone: AdvisoryPorts = {
  source: 'registry',
  apiUrl: 'https://api.osv.dev',
  staleAfter: daysToMilliseconds(days(7)),
  database: () => ({ state: 'absent' }),
};

/** New malware is known within minutes: what was learned is asked again as soon as a registry document would be. */
const freshFor = 5 * 60 * 1000;

/** Every version that is asked about, once. */
export function eachVersion(questions: AdvisoryQuestions): readonly { readonly name: string; readonly version: string }[] {
  return [...questions].flatMap(([name, versions]) => [...versions].map((version) => ({ name, version })));
}

/** The same answer for every version that is asked about. */
export function answerAll(questions: AdvisoryQuestions, answer: Observation<readonly Advisory[]>): AdvisoryAnswers {
  return new Map(eachVersion(questions).map(({ name, version }) => [`${name}@${version}`, answer]));
}

/** Why a source does not answer; `source` is what reports group by. */
export function unanswered(reason: UnavailableReason, detail: string, source: string): Observation<readonly Advisory[]> {
  return { state: 'unavailable', reason, detail, source };
}

export type Recalled = { readonly text: string; readonly writtenAt: CollectContext['now'] } | 'stale' | 'nothing';

/**
 * What the cache holds under a key: only what is minutes old while somebody can be asked, and offline whatever is not older
 * than the policy allows.
 */
export function recall(key: string, { cache, isOffline, advisories }: AdvisorySources, now: CollectContext['now']): Recalled {
  const record = cache.get(key);
  if (record === undefined) return 'nothing';
  const age = now - record.writtenAt;
  const limit = isOffline ? (advisories ?? registriesAlone).staleAfter : freshFor;
  return age >= 0 && age < limit ? record : 'stale';
}

/** How long an answer holds: one from a registry or an API for minutes, an imported database as long as the policy allows. */
export function advisoriesHoldUntil({ advisories = registriesAlone }: Pick<AdvisorySources, 'advisories'>): HoldsUntil {
  return forAWhile(advisories.source === 'import' ? advisories.staleAfter : freshFor);
}

/** Why nothing that is remembered can answer offline. */
export function notRemembered(recalled: 'stale' | 'nothing', source: string): Observation<readonly Advisory[]> {
  const detail =
    recalled === 'stale'
      ? 'what is remembered of its advisories is older than the policy allows: run once without --offline'
      : `its advisories are not remembered: run once without --offline, or ${importHint}`;
  return unanswered(recalled === 'stale' ? 'not-collected' : 'offline', detail, source);
}

/** The way out where no advisories come from anywhere. */
export const importHint = 'import a database of advisories with `lockgate advisories import FILE`';

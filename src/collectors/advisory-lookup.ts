import { uniteHits } from '../advisories/hit.ts';
import type { Advisory } from '../model/advisory.ts';
import type { CollectContext, Observation } from '../model/evidence.ts';
import {
  type AdvisoryAnswers,
  type AdvisoryQuestions,
  type AdvisorySources,
  answerAll,
  registriesAlone,
  unanswered,
} from './advisory-questions.ts';
import { importedSource, lookUpImported, type Usable, usable } from './imported-advisories.ts';
import { askOsvApi } from './osv-api.ts';
import { askRegistries } from './registry-advisories.ts';

/**
 * Which advisories hit these versions, from the source that the policy names. `registry` uses what was imported besides: it adds to
 * what a registry answers, and stands in for one that does not answer, while it is fresh.
 */
export async function lookUpAdvisories(
  questions: AdvisoryQuestions,
  sources: AdvisorySources,
  context: CollectContext,
): Promise<AdvisoryAnswers> {
  if (questions.size === 0) return new Map();
  const { source, staleAfter, database } = sources.advisories ?? registriesAlone;
  if (source === 'api') return askOsvApi(questions, sources, context);
  const imported = usable(database(), staleAfter, context.now);
  if (source === 'import') {
    return 'database' in imported
      ? lookUpImported(questions, imported.database)
      : answerAll(questions, unanswered('not-collected', imported.why, importedSource));
  }
  const answers = await askRegistries(questions, sources, context);
  const stored =
    'database' in imported ? lookUpImported(questions, imported.database) : new Map<string, Observation<readonly Advisory[]>>();
  return new Map([...answers].map(([subject, answer]) => [subject, combine(answer, stored.get(subject), imported)]));
}

/** Two sources that know add up; one that does not know leaves the word to the other. */
function combine(
  registry: Observation<readonly Advisory[]>,
  stored: Observation<readonly Advisory[]> | undefined,
  imported: Usable,
): Observation<readonly Advisory[]> {
  if (stored === undefined) return 'why' in imported && !imported.isAbsent ? withReason(registry, imported.why) : registry;
  if (registry.state !== 'known') return stored;
  if (stored.state !== 'known') return stored;
  return { ...registry, value: uniteHits([...registry.value, ...stored.value]) };
}

/** A database that exists and cannot be used is worth saying where nobody else answers. */
function withReason(registry: Observation<readonly Advisory[]>, why: string): Observation<readonly Advisory[]> {
  return registry.state === 'unavailable' ? { ...registry, detail: `${registry.detail}; ${why}` } : registry;
}

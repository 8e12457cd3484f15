import { hitsVersion, isComparable, readRegistryAdvisory, type RegistryAdvisory, registryHit } from '../advisories/registry-advisory.ts';
import { uniteHits } from '../advisories/hit.ts';
import type { Advisory } from '../model/advisory.ts';
import type { CollectContext, Observation } from '../model/evidence.ts';
import { isRecord, parseJson } from '../model/json.ts';
import type { RegistryOffer } from '../model/registry.ts';
import type { Milliseconds } from '../model/units.ts';
import {
  type AdvisoryAnswers,
  type AdvisoryQuestions,
  type AdvisorySources,
  answerAll,
  eachVersion,
  importHint,
  notRemembered,
  recall,
  unanswered,
} from './advisory-questions.ts';

/** npm itself asks about a whole tree at once; answers to a thousand names stay below a megabyte. */
const namesPerRequest = 1000;
const maxBytes = 16 * 1024 * 1024;
/** More than any honest package has; the registry's own largest answers hold some dozens. */
const mostAdvisories = 1000;
/** Reading a range that is made to be slow costs up to 30 microseconds a character; honest answers hold a fifth of this. */
const mostRangeCharacters = 500_000;
const longestName = 214;

/** What one registry is asked, and how its silence is to be taken. */
interface Registry {
  readonly url: string;
  readonly host: string;
  readonly offer: RegistryOffer;
}

type Batch =
  /** By name; undefined for an entry that cannot be read. */
  | { readonly type: 'answered'; readonly byName: ReadonlyMap<string, readonly RegistryAdvisory[] | undefined> }
  | { readonly type: 'no-endpoint' | 'failed'; readonly observation: Observation<readonly Advisory[]> };

/**
 * Asks each registry's bulk endpoint, `POST /-/npm/v1/security/advisories/bulk`, about its own packages: no name goes to a
 * registry that would not serve it. Which versions an entry hits is computed here, from its range.
 */
export async function askRegistries(
  questions: AdvisoryQuestions,
  sources: AdvisorySources,
  context: CollectContext,
): Promise<AdvisoryAnswers> {
  const byRegistry = new Map<string, Map<string, ReadonlySet<string>>>();
  for (const [name, versions] of questions) {
    const url = sources.registries.registryFor(name);
    byRegistry.set(url, (byRegistry.get(url) ?? new Map<string, ReadonlySet<string>>()).set(name, versions));
  }
  const answers = await Promise.all([...byRegistry].map(([url, own]) => askRegistry(registryAt(url, sources), own, sources, context)));
  return new Map(answers.flatMap((answer) => [...answer]));
}

function registryAt(url: string, { registries }: AdvisorySources): Registry {
  return { url, host: new URL(url).host, offer: registries.profileOf(url).offers.advisories };
}

async function askRegistry(
  registry: Registry,
  questions: AdvisoryQuestions,
  sources: AdvisorySources,
  context: CollectContext,
): Promise<AdvisoryAnswers> {
  if (registry.offer === 'not-offered') return answerAll(questions, { state: 'not-offered', by: registry.host });
  const answers = new Map<string, Observation<readonly Advisory[]>>();
  const open = new Map<string, Set<string>>();
  for (const { name, version } of eachVersion(questions)) {
    const recalled = recall(cacheKey(registry, name, version), sources, context.now);
    if (typeof recalled === 'object') answers.set(`${name}@${version}`, known(recalled.text, version, recalled.writtenAt, registry));
    else if (sources.isOffline) answers.set(`${name}@${version}`, notRemembered(recalled, registry.host));
    else open.set(name, (open.get(name) ?? new Set<string>()).add(version));
  }
  const batches = batchesOf(open);
  const [first, ...rest] = batches;
  if (first === undefined) return answers;
  const absent = recallAbsence(registry, sources, context);
  const opening = absent ?? (await askBatch(first, registry, sources, context));
  if (absent === undefined && opening.type === 'no-endpoint') rememberAbsence(registry, sources, context);
  // An endpoint that is not there is not there for the next thousand names either.
  const further =
    opening.type === 'no-endpoint'
      ? rest.map(() => opening)
      : await Promise.all(rest.map((batch) => askBatch(batch, registry, sources, context)));
  for (const [index, batch] of [opening, ...further].entries()) {
    for (const entry of eachVersion(batches[index] ?? new Map())) answers.set(`${entry.name}@${entry.version}`, judge(batch, entry));
  }
  return answers;

  function judge(batch: Batch, { name, version }: { readonly name: string; readonly version: string }): Observation<readonly Advisory[]> {
    if (batch.type !== 'answered') return batch.observation;
    const entries = batch.byName.get(name);
    if (entries === undefined) return unanswered('malformed', 'it answers with an advisory that cannot be read', registry.host);
    if (entries.length > 0 && !isComparable(version)) {
      return unanswered('malformed', 'advisories are known for it, and its version cannot be compared with theirs', registry.host);
    }
    const text = JSON.stringify(entries.filter((entry) => hitsVersion(entry, version)));
    sources.cache.put(cacheKey(registry, name, version), text, context.now);
    return known(text, version, context.now, registry);
  }
}

function cacheKey({ url }: Registry, name: string, version: string): string {
  return JSON.stringify([url, 'advisories', name, version]);
}

/** From the text that the cache keeps: a remembered answer and a fresh one are read by the same lines. */
function known(text: string, version: string, observedAt: Milliseconds, { host, url }: Registry): Observation<readonly Advisory[]> {
  const entries: readonly RegistryAdvisory[] = JSON.parse(text); // written below, from entries that were proven
  return { state: 'known', value: uniteHits(entries.map((entry) => registryHit(entry, version, host))), observedAt, source: url };
}

function batchesOf(questions: AdvisoryQuestions): readonly AdvisoryQuestions[] {
  const entries = [...questions];
  return Array.from(
    { length: Math.ceil(entries.length / namesPerRequest) },
    (_, index) => new Map(entries.slice(index * namesPerRequest, (index + 1) * namesPerRequest)),
  );
}

async function askBatch(
  questions: AdvisoryQuestions,
  registry: Registry,
  { http }: AdvisorySources,
  { signal }: CollectContext,
): Promise<Batch> {
  const asked = new Map([...questions].filter(([name]) => name.length <= longestName).map(([name, versions]) => [name, [...versions]]));
  const outcome = await http.post(`${registry.url}-/npm/v1/security/advisories/bulk`, JSON.stringify(Object.fromEntries(asked)), {
    headers: { accept: 'application/json' },
    signal,
    maxBytes,
    maxDecodedBytes: maxBytes,
    isBodyGzipped: true,
  });
  if (outcome.type === 'failed') return failed(unanswered(outcome.reason, outcome.detail, registry.host));
  if ([404, 405, 410, 501].includes(outcome.status)) return { type: 'no-endpoint', observation: withoutEndpoint(registry, outcome.status) };
  if (outcome.status !== 200) {
    const reason = outcome.status >= 500 ? 'server-error' : outcome.status === 429 ? 'rate-limited' : 'forbidden';
    return failed(unanswered(reason, `it answers ${outcome.status} to the question for advisories`, registry.host));
  }
  const byName = readAnswer(outcome.body, asked);
  if (byName !== undefined) return { type: 'answered', byName };
  return failed(unanswered('malformed', 'it does not answer the question for advisories with advisories', registry.host));
}

/** A registry that needs no such endpoint and has none will have none in a minute either; the one that should have it is asked each time. */
function recallAbsence(registry: Registry, sources: AdvisorySources, { now }: CollectContext): Batch | undefined {
  if (registry.offer === 'offered' || sources.isOffline) return undefined;
  const recalled = recall(absenceKey(registry), sources, now);
  return typeof recalled === 'object' ? { type: 'no-endpoint', observation: { state: 'not-offered', by: registry.host } } : undefined;
}

function rememberAbsence(registry: Registry, { cache }: AdvisorySources, { now }: CollectContext): void {
  if (registry.offer !== 'offered') cache.put(absenceKey(registry), 'absent', now);
}

function absenceKey({ url }: Registry): string {
  return JSON.stringify([url, 'no-advisories-endpoint']);
}

function failed(observation: Observation<readonly Advisory[]>): Batch {
  return { type: 'failed', observation };
}

/** Not offering it is granted by the profile or the policy; a registry that is said to have the endpoint and does not is a riddle. */
function withoutEndpoint({ host, offer }: Registry, status: number): Observation<readonly Advisory[]> {
  if (offer !== 'offered') return { state: 'not-offered', by: host };
  const detail = `nothing here answers the question for advisories (HTTP ${status}), which this registry is known to answer: a mirror may stand in between; ${importHint}`;
  return unanswered('not-collected', detail, host);
}

/** Undefined for what is no answer. A name that is not in it has no advisories; a name that was not asked about does not count. */
function readAnswer(
  body: Buffer,
  asked: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, readonly RegistryAdvisory[] | undefined> | undefined {
  const answer = parseJson(body);
  if (!isRecord(answer)) return undefined;
  const byName = new Map<string, readonly unknown[]>([...asked.keys()].map((name) => [name, []]));
  for (const [name, entries] of Object.entries(answer))
    if (byName.has(name)) byName.set(name, Array.isArray(entries) ? entries : [undefined]);
  if (rangeCharacters([...byName.values()].flat()) > mostRangeCharacters) return undefined;
  return new Map([...byName].map(([name, entries]) => [name, readEntries(entries)]));
}

function rangeCharacters(entries: readonly unknown[]): number {
  return entries.reduce<number>((sum, entry) => {
    const range = isRecord(entry) ? entry['vulnerable_versions'] : undefined;
    return sum + (typeof range === 'string' ? range.length : 0);
  }, 0);
}

function readEntries(entries: readonly unknown[]): readonly RegistryAdvisory[] | undefined {
  if (entries.length > mostAdvisories) return undefined;
  const read = entries.map(readRegistryAdvisory);
  return read.every((entry) => entry !== undefined) ? read : undefined;
}

import { effectOf, hitOf, uniteHits } from '../advisories/hit.ts';
import { isAdvisoryId, type OsvReading, readOsv } from '../advisories/osv.ts';
import { listOf } from '../advisories/untrusted.ts';
import type { Advisory } from '../model/advisory.ts';
import type { CollectContext, Observation } from '../model/evidence.ts';
import type { HttpOutcome } from '../model/http.ts';
import { isRecord, parseJson } from '../model/json.ts';
import { forEachAtOnce } from './at-once.ts';
import {
  type AdvisoryAnswers,
  type AdvisoryQuestions,
  type AdvisorySources,
  eachVersion,
  notRemembered,
  recall,
  registriesAlone,
  unanswered,
} from './advisory-questions.ts';

/** The API's own limit for one `querybatch`. */
const queriesPerRequest = 1000;
const mostPages = 20;
const mostRecords = 5000;
const concurrency = 16;
const maxBytes = 16 * 1024 * 1024;

/** A record by its id and the instant of its last change, as `querybatch` names it: together they never change. */
interface Reference {
  readonly id: string;
  readonly modified: string;
}

interface Question {
  readonly subject: string;
  readonly name: string;
  readonly version: string;
  readonly pageToken?: string;
}

interface Failure {
  readonly failure: Observation<readonly Advisory[]>;
}

interface Api {
  readonly base: string;
  readonly host: string;
  readonly sources: AdvisorySources;
  readonly context: CollectContext;
}

/**
 * Asks an OSV API: `POST /v1/querybatch` for the ids, then `GET /v1/vulns/ID` once for each record. Whether a record hits a
 * version is computed here. Source: https://google.github.io/osv.dev/api/
 */
export async function askOsvApi(questions: AdvisoryQuestions, sources: AdvisorySources, context: CollectContext): Promise<AdvisoryAnswers> {
  const base = (sources.advisories ?? registriesAlone).apiUrl.replace(/\/+$/, '');
  const api: Api = { base, host: new URL(base).host, sources, context };
  const asked = eachVersion(questions).map((one) => ({ ...one, subject: `${one.name}@${one.version}` }));
  const found = await findReferences(asked, api);
  const references = [...found.values()].flatMap((one) => ('failure' in one ? [] : one));
  const records = await readRecords(new Map(references.map((reference) => [reference.id, reference])), api);
  return new Map(
    asked.map((question) => {
      const own = found.get(question.subject) ?? unclear(api);
      return [question.subject, 'failure' in own ? own.failure : judge(question, own, records, api)];
    }),
  );
}

/** The ids of the records for each version: from the cache, or page by page. */
async function findReferences(questions: readonly Question[], api: Api): Promise<ReadonlyMap<string, readonly Reference[] | Failure>> {
  const { sources, context } = api;
  const found = new Map<string, readonly Reference[] | Failure>();
  const cacheKey = ({ name, version }: Question): string => JSON.stringify([api.base, 'osv', name, version]);
  let open: Question[] = [];
  for (const question of questions) {
    const recalled = recall(cacheKey(question), sources, context.now);
    if (typeof recalled === 'object') found.set(question.subject, JSON.parse(recalled.text)); // written below, from proven references
    else if (sources.isOffline) found.set(question.subject, { failure: notRemembered(recalled, api.host) });
    else open.push(question);
  }
  for (let page = 0; page < mostPages && open.length > 0; page++) {
    const next: Question[] = [];
    for (let start = 0; start < open.length; start += queriesPerRequest) {
      const batch = open.slice(start, start + queriesPerRequest);
      const results = await query(batch, api);
      for (const [index, question] of batch.entries()) {
        const result = 'failure' in results ? results : (results.pages[index] ?? unclear(api));
        const before = found.get(question.subject) ?? [];
        if ('failure' in result || 'failure' in before) {
          found.set(question.subject, 'failure' in result ? result : before);
          continue;
        }
        found.set(question.subject, [...before, ...result.references]);
        if (result.pageToken !== undefined) next.push({ ...question, pageToken: result.pageToken });
        else sources.cache.put(cacheKey(question), JSON.stringify(found.get(question.subject)), context.now);
      }
    }
    open = next;
  }
  for (const { subject } of open)
    found.set(subject, { failure: unanswered('too-large', `it has more than ${mostPages} pages of advisories for one version`, api.host) });
  return found;
}

interface Page {
  readonly references: readonly Reference[];
  readonly pageToken?: string;
}

async function query(batch: readonly Question[], api: Api): Promise<{ readonly pages: readonly (Page | undefined)[] } | Failure> {
  const queries = batch.map(({ name, version, pageToken }) => ({
    package: { name, ecosystem: 'npm' },
    version,
    ...(pageToken === undefined ? {} : { page_token: pageToken }),
  }));
  const { signal } = api.context;
  const body = JSON.stringify({ queries });
  const outcome = await api.sources.http.post(`${api.base}/v1/querybatch`, body, { signal, maxBytes, maxDecodedBytes: maxBytes });
  const answer = answerOf(outcome, api);
  if ('failure' in answer) return answer;
  const results = isRecord(answer.value) ? listOf(answer.value['results']) : undefined;
  return results?.length === batch.length ? { pages: results.map(readPage) } : unclear(api);
}

function readPage(result: unknown): Page | undefined {
  const listed = isRecord(result) ? listOf(result['vulns']) : undefined;
  if (!isRecord(result) || listed === undefined || listed.length > mostRecords) return undefined;
  const references = listed.map(readReference);
  const { next_page_token: pageToken } = result;
  if (!references.every((reference) => reference !== undefined)) return undefined;
  return typeof pageToken === 'string' && pageToken !== '' ? { references, pageToken } : { references };
}

function readReference(value: unknown): Reference | undefined {
  if (!isRecord(value)) return undefined;
  const { id, modified } = value;
  return typeof id === 'string' && isAdvisoryId(id) && typeof modified === 'string' && modified.length <= 64 ? { id, modified } : undefined;
}

type RecordAnswer = Extract<OsvReading, { type: 'record' }> | Failure;

async function readRecords(references: ReadonlyMap<string, Reference>, api: Api): Promise<ReadonlyMap<string, RecordAnswer>> {
  const records = new Map<string, RecordAnswer>();
  await forEachAtOnce([...references.values()].slice(0, mostRecords), concurrency, async (reference) => {
    records.set(reference.id, await readRecord(reference, api));
    api.context.onProgress(records.size, references.size);
  });
  return records;
}

async function readRecord({ id, modified }: Reference, api: Api): Promise<RecordAnswer> {
  const { sources, context } = api;
  const cacheKey = JSON.stringify([api.base, 'osv-record', id, modified]);
  const remembered = sources.facts.get(cacheKey);
  if (remembered === undefined && sources.isOffline) return { failure: notRemembered('nothing', api.host) };
  const answer =
    remembered === undefined
      ? answerOf(
          await sources.http.get(`${api.base}/v1/vulns/${encodeURIComponent(id)}`, {
            signal: context.signal,
            maxBytes,
            maxDecodedBytes: maxBytes,
          }),
          api,
        )
      : { value: JSON.parse(remembered.text) as unknown };
  if ('failure' in answer) return answer;
  const reading = readOsv(answer.value, context.now);
  if (reading.type === 'refused' || reading.id !== id) return unclear(api);
  if (remembered === undefined) sources.facts.put(cacheKey, JSON.stringify(answer.value), context.now);
  return reading;
}

function judge(
  { name, version }: Question,
  references: readonly Reference[],
  records: ReadonlyMap<string, RecordAnswer>,
  api: Api,
): Observation<readonly Advisory[]> {
  const hits: Advisory[] = [];
  for (const { id } of references) {
    const record = records.get(id) ?? unclear(api);
    if ('failure' in record) return record.failure;
    const own = record.isWithdrawn ? undefined : record.packages.find((one) => one.name === name);
    const effect = own === undefined ? 'unaffected' : effectOf(own, version);
    if (effect === 'unknown') return unanswered('malformed', `which versions ${id} hits cannot be read`, api.host);
    if (own !== undefined && effect === 'affected') hits.push(hitOf(own, version, api.host));
  }
  return { state: 'known', value: uniteHits(hits), observedAt: api.context.now, source: api.base };
}

function answerOf(outcome: HttpOutcome, api: Api): { readonly value: unknown } | Failure {
  if (outcome.type === 'failed') return { failure: unanswered(outcome.reason, outcome.detail, api.host) };
  if (outcome.status !== 200) {
    const reason = outcome.status >= 500 ? 'server-error' : outcome.status === 429 ? 'rate-limited' : 'forbidden';
    return { failure: unanswered(reason, `the advisory API answers ${outcome.status}`, api.host) };
  }
  const value = parseJson(outcome.body);
  return value === undefined ? unclear(api) : { value };
}

function unclear(api: Api): Failure {
  return { failure: unanswered('malformed', 'the advisory API answers with something else than it documents', api.host) };
}

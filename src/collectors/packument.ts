import type { Packument, PublishedRelease, Release } from '../evidence/packument.ts';
import { packument as key } from '../evidence/packument.ts';
import { PublishedVersions } from '../evidence/published-versions.ts';
import { longestRecent } from '../evidence/release-history.ts';
import type { CacheLayer } from '../model/cache.ts';
import type { CollectContext, Collector, Observation, UnavailableReason } from '../model/evidence.ts';
import type { HttpClient, HttpOutcome } from '../model/http.ts';
import type { RegistryDirectory } from '../model/registry.ts';
import { days, daysToMilliseconds, formatDuration, type Milliseconds } from '../model/units.ts';
import { forEachAtOnce } from './at-once.ts';
import { forAWhile } from './lasting.ts';
import type { PackumentRecord } from './packument-record.ts';
import { decodeRecord } from './packument-record.ts';
import { type DocumentReader, isUnread, plainReader } from './packument-reading.ts';
import { asEarlier } from './packument-release.ts';
import { wantedVersions } from './packument-versions.ts';

/** What the collector works with; it opens nothing itself. */
export interface PackumentSources {
  readonly http: HttpClient;
  readonly registries: RegistryDirectory;
  /** The names layer. */
  readonly cache: CacheLayer;
  /** Answers from the cache whatever its age; `observedAt` tells. */
  readonly isOffline: boolean;
  /** All versions below a locked one are read as a whole, however old it is. */
  readonly isDeep?: boolean;
  /** Opens a reader, which unpacks documents as well, until it is closed. Absent: they are read here, as the client has unpacked them. */
  readonly openReader?: (signal: AbortSignal) => DocumentReader;
}

const concurrency = 32;
/** How long a registry's document is taken as it is, in milliseconds. */
export const freshFor: number = 5 * 60 * 1000;
/** Live documents of 40 MB exist; a smaller cap would refuse honest packages. */
const maxBytes = 64 * 1024 * 1024;
const longestName = 214;
/** How far this clock may be ahead of a registry's, in milliseconds: a quarter of the shortest age that the default rules ask for. */
const mostAhead = 6 * 3_600_000;
/** Beyond the age until which releases are compared as a whole, in milliseconds: a clock that is set back finds them still. */
const comparedLonger: number = daysToMilliseconds(days(30));

interface Question {
  readonly name: string;
  readonly registry: string;
  readonly locked: ReadonlySet<string>;
  readonly comparedSince: number;
  readonly cacheKey: string;
}

/**
 * Learns the full registry document of each name. Knowledge: published, missing (404), unpublished, empty, held by the
 * registry's staff. Everything else is unavailable: 401 and 403 `forbidden`, 410 and 451 too (the registry declines for good,
 * but does not say that the package never existed), 429 `rate-limited`, 5xx `server-error`.
 */
export function createPackumentCollector(sources: PackumentSources): Collector<Packument> {
  return {
    key,
    holdsUntil: forAWhile(freshFor),
    collect: async (requests, context) => {
      const observations = new Map<string, Observation<Packument>>();
      const reader = sources.openReader?.(context.signal) ?? plainReader;
      const run: Run = { sources, context, reader, open: () => requests.size - observations.size };
      try {
        await forEachAtOnce(requests, concurrency, async ([name, components]) => {
          const locked = new Set(components.map((component) => component.version).filter((version) => version !== ''));
          const observation = await observe(name, locked, run);
          // Who runs the collectors proves it, too, when all have come: now there is time, while the others are on their way.
          if (observation.state === 'known') key.shape(observation.value);
          observations.set(name, observation);
          context.onProgress(observations.size, requests.size);
        });
      } finally {
        reader.close();
      }
      return observations;
    },
  };
}

/** One call of the collector. */
interface Run {
  readonly sources: PackumentSources;
  readonly context: CollectContext;
  readonly reader: DocumentReader;
  /** How many names have no observation yet. */
  readonly open: () => number;
}

async function observe(name: string, locked: ReadonlySet<string>, run: Run): Promise<Observation<Packument>> {
  const { sources, context, reader } = run;
  const registry = sources.registries.registryFor(name);
  if (!isRegistryName(name)) return unavailable('malformed', 'no registry can hold a package of this name', registry);
  const usual = context.now - longestRecent - comparedLonger;
  const comparedSince = sources.isDeep === true ? -Infinity : usual;
  const question: Question = { name, registry, locked, comparedSince, cacheKey: JSON.stringify([registry, name, 'full']) };
  const record = recordIn(sources.cache, question.cacheKey);
  const remembered = record === undefined ? undefined : recall(question, record);
  if (sources.isOffline) {
    // Less than was asked for is more than nothing.
    const kept = remembered ?? (record === undefined ? undefined : recall({ ...question, comparedSince: usual }, record));
    return kept?.observation ?? unavailable('offline', 'nothing is remembered of these versions', registry);
  }
  if (remembered !== undefined && isFresh(remembered.observation.observedAt, context.now)) return remembered.observation;
  const answer = sources.http.get(registry + encodedName(name), {
    headers: { accept: 'application/json', ...validators(remembered?.record) },
    signal: context.signal,
    maxBytes,
    maxDecodedBytes: maxBytes,
    ...(sources.openReader === undefined ? {} : { isBodyLeftPacked: true }),
  });
  // What is remembered will most likely be called unchanged, and there is nothing to read.
  if (remembered === undefined) reader.onAsked(run.open());
  return judge(await answer, { question, remembered, also: record?.record.locked ?? [] }, run);
}

type Answered = Extract<HttpOutcome, { readonly type: 'response' }>;
type Known = Extract<Observation<Packument>, { state: 'known' }>;

interface Stored {
  readonly record: PackumentRecord;
  /** The record as the cache holds it. */
  readonly text: string;
  readonly writtenAt: Milliseconds;
}

interface Remembered extends Stored {
  readonly observation: Known;
}

/** What is asked, and what is known before the answer. */
interface Asked {
  readonly question: Question;
  readonly remembered: Remembered | undefined;
  /** Versions that the same document was read for before. */
  readonly also: readonly string[];
}

/** A record from the future, by a clock that was set back, is not fresh. */
function isFresh(observedAt: Milliseconds, now: Milliseconds): boolean {
  const age = now - observedAt;
  return age >= 0 && age < freshFor;
}

function recordIn(cache: CacheLayer, key: string): Stored | undefined {
  const found = cache.get(key);
  const record = found === undefined ? undefined : decodeRecord(found.text);
  return found === undefined || record === undefined ? undefined : { record, text: found.text, writtenAt: found.writtenAt };
}

/**
 * A remembered document counts only if it holds every locked version: one that lacks a version may simply be older than it. What other
 * projects made it hold beside them has no part in the answer, which is the same whoever asked before.
 */
function recall(question: Question, stored: Stored): Remembered | undefined {
  const { packument, locked: readFor } = stored.record;
  for (const version of question.locked) if (!packument.releases.has(version) || !readFor.includes(version)) return undefined;
  const document = narrowed(packument, question);
  return document === undefined ? undefined : { ...stored, observation: known(document, stored.writtenAt) };
}

/** The document as it would have been read for these versions alone; undefined where more of it was wanted than was kept. */
function narrowed(packument: Packument, { locked, comparedSince }: Question): Packument | undefined {
  const { releases, earlier = new Map<string, PublishedRelease>() } = packument;
  const isRecent = (version: string): boolean => !((releases.get(version)?.publishedAt ?? Infinity) < comparedSince);
  const wanted = wantedVersions(packument.versions, locked, isRecent);
  const whole = new Map<string, Release>();
  const published = new Map<string, PublishedRelease>();
  for (const version of wanted.whole) {
    const release = releases.get(version);
    if (release !== undefined) whole.set(version, release);
    else if (earlier.has(version)) return undefined;
  }
  for (const version of wanted.earlier) {
    const kept = releases.get(version);
    const release = kept === undefined ? earlier.get(version) : asEarlier(kept);
    if (release !== undefined) published.set(version, release);
  }
  const { earlier: _, ...rest } = packument;
  return { ...rest, releases: whole, ...(published.size === 0 ? {} : { earlier: published }) };
}

function validators(record: PackumentRecord | undefined): Readonly<Record<string, string>> {
  return {
    ...(record?.etag === undefined ? {} : { 'if-none-match': record.etag }),
    ...(record?.lastModified === undefined ? {} : { 'if-modified-since': record.lastModified }),
  };
}

async function judge(outcome: HttpOutcome, asked: Asked, run: Run): Promise<Observation<Packument>> {
  const { question, remembered } = asked;
  const { name, registry } = question;
  const { cache } = run.sources;
  const { now } = run.context;
  if (outcome.type === 'failed') return unavailable(outcome.reason, outcome.detail, registry);
  const ahead = now - writtenAt(outcome.headers);
  if (ahead > mostAhead)
    return unavailable(
      'clock',
      `this machine's clock is ${formatDuration(ahead)} ahead of ${hostOf(outcome.url)}, so that no age is proven`,
      registry,
    );
  const answer = (): string => `${hostOf(outcome.url)} answers ${outcome.status}`;
  switch (outcome.status) {
    case 200:
      return readAnswer(outcome, asked, run);
    case 304: {
      if (remembered === undefined) return unavailable('malformed', `${answer()} to a question without conditions`, registry);
      cache.put(question.cacheKey, remembered.text, now);
      return known(remembered.observation.value, now);
    }
    case 404:
      return known(missing(name, registry), now);
    case 401:
    case 403:
    case 410:
    case 451:
      return unavailable('forbidden', answer(), registry);
    case 429:
      return unavailable('rate-limited', answer(), registry);
    default:
      return unavailable(outcome.status >= 500 ? 'server-error' : 'malformed', answer(), registry);
  }
}

async function readAnswer(answer: Answered, { question, also }: Asked, { sources, context, reader }: Run): Promise<Observation<Packument>> {
  const { name, registry, locked, comparedSince, cacheKey } = question;
  const { headers, body, url } = answer;
  const reading = await reader.read({
    body,
    encoding: answer.isPacked === true ? headers.get('content-encoding') : undefined,
    url,
    maxBytes,
    name,
    registry,
    mediaType: headers.get('content-type') ?? '',
    locked: [...locked],
    comparedSince,
    also,
    validators: validatorsIn(headers),
  });
  // Of a document of megabytes a few kilobytes are left.
  answer.letGo?.();
  if (isUnread(reading)) return unavailable(reading.reason, reading.detail, registry);
  const { packument } = reading.record;
  // Asked for in full and answered in brief: such an answer is used, and never kept under the full one's key.
  if (packument.representation === 'full') sources.cache.put(cacheKey, reading.text, context.now);
  // Where it was read for others as well just now, nothing is missing.
  const isForUsAlone = also.every((version) => locked.has(version));
  return known(isForUsAlone ? packument : (narrowed(packument, question) ?? packument), context.now);
}

/**
 * When the answer was written, by the clock of whoever gave it; a cache on the way says by `Age` for how long it has had it (RFC
 * 9111, 4.2.3). NaN where it does not say: what the registry holds back makes nobody's clock wrong.
 */
function writtenAt(headers: ReadonlyMap<string, string>): number {
  const seconds = Number(headers.get('age') ?? 0);
  return Date.parse(headers.get('date') ?? '') + (seconds >= 0 ? seconds * 1000 : 0);
}

function validatorsIn(headers: ReadonlyMap<string, string>): Pick<PackumentRecord, 'etag' | 'lastModified'> {
  const etag = headers.get('etag');
  const lastModified = headers.get('last-modified');
  return { ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
}

function missing(name: string, registry: string): Packument {
  return {
    name,
    status: 'missing',
    registry,
    representation: 'full',
    distTags: {},
    versions: PublishedVersions.of([]),
    releases: new Map(),
  };
}

function known(value: Packument, observedAt: Milliseconds): Known {
  return { state: 'known', value, observedAt, source: value.registry };
}

/** The detail names no package: what one registry does to a thousand of them is said once, with their number. */
function unavailable(reason: UnavailableReason, detail: string, registry: string): Observation<Packument> {
  return { state: 'unavailable', reason, detail, source: hostOf(registry) };
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/** A name that can stand in a registry's path: npm's old names are allowed, ways out of the path are not. */
function isRegistryName(name: string): boolean {
  return name.length <= longestName && name.isWellFormed() && /^(@[^@/\s]+\/)?[^@/\s.][^/\s]*$/.test(name) && !/^@\.+\//.test(name);
}

/** As npm writes it: the scope's `@` stays, the slash does not. */
function encodedName(name: string): string {
  return encodeURIComponent(name).replace(/^%40/, '@').replace('%2F', '%2f');
}

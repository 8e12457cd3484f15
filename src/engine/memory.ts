import type { FindingDraft } from '../model/finding.ts';
import type { PackageFacts } from '../model/package-facts.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import type { Companies } from './circles.ts';

/**
 * What a check came to, where it came to something. A warning is as sure as the evidence that it was made of, and is known for as
 * long; what fails a run by itself and what is inconclusive is never remembered.
 */
export type SettledResult =
  | { readonly result: 'pass' }
  | { readonly result: 'not-applicable'; readonly why: string; readonly notOfferedBy?: string }
  | { readonly result: 'fail'; readonly drafts: readonly [FindingDraft, ...FindingDraft[]] };

/** What all is known about one copy of a package, without anything that belongs to its place in a lockfile. */
export interface RememberedCopy {
  /** By check id; a check that looks beyond the package is not among them. */
  readonly results: ReadonlyMap<string, SettledResult>;
  readonly facts: PackageFacts | undefined;
  /** What a report has to say once because of it. */
  readonly notes: readonly string[];
}

/** All copies of one package, of which every check that needs evidence came to something. */
export interface RememberedPackage {
  /** It holds from here, */
  readonly judgedAt: Milliseconds;
  /** and no longer at this instant. */
  readonly until: Milliseconds;
  readonly copies: readonly RememberedCopy[];
  /** With whom it was compared: it holds in no other company. */
  readonly circles: Companies;
}

/** Judgements by all that they were made of. Whoever opens one answers for it: policy, registries, lists and tool are the same. */
export interface JudgementMemory {
  /** What holds at `now`. */
  readonly recall: (key: string, now: Milliseconds) => RememberedPackage | undefined;
  readonly remember: (key: string, remembered: RememberedPackage) => void;
}

export interface OpenJudgementMemory extends JudgementMemory {
  /** Whether anything was ever judged with these settings, as far as it is known. */
  readonly isEmpty: () => boolean;
  /** One line for the next run, of what holds at `now`; undefined where nothing was learned since it was opened. */
  readonly write: (now: Milliseconds) => string | undefined;
}

/** About 200 bytes each: enough for the largest fleets' packages, and no more than a process can carry. */
const mostPackages = 200_000;
/** A run writes down no more than a large lockfile holds. */
const mostWritten = 20_000;

/**
 * Opens a memory, with what an earlier run wrote: a text whose authenticity the caller has proven. The oldest entry makes room.
 * @param notAfter the instant at which something changes that no evidence tells of: a key's end, an exception's
 */
export function openJudgementMemory(notAfter: number, written?: string): OpenJudgementMemory {
  const packages = written === undefined ? new Map<string, RememberedPackage>() : readPackages(written);
  const share = createSharing();
  let isLearned = false;

  return {
    isEmpty: () => packages.size === 0,
    recall: (key, now) => {
      const known = packages.get(key);
      return known !== undefined && known.judgedAt <= now && now < known.until ? known : undefined;
    },
    remember: (key, remembered) => {
      const until = milliseconds(Math.min(remembered.until, notAfter));
      if (!(remembered.judgedAt < until)) return;
      packages.delete(key);
      packages.set(key, { ...remembered, until, copies: remembered.copies.map((copy) => ({ ...copy, results: share(copy.results) })) });
      isLearned = true;
      if (packages.size > mostPackages) for (const oldest of packages.keys()) return void packages.delete(oldest);
    },
    write: (now) => {
      if (!isLearned) return undefined;
      isLearned = false;
      return writePackages([...packages].filter(([, { until }]) => now < until).slice(-mostWritten));
    },
  };
}

/** Most packages are judged in the same way, in this run and in others: they share one record of it. */
function createSharing(): (results: RememberedCopy['results']) => RememberedCopy['results'] {
  const patterns = new Map<string, RememberedCopy['results']>();
  const met = new WeakMap<RememberedCopy['results'], RememberedCopy['results']>();
  const find = (results: RememberedCopy['results']): RememberedCopy['results'] => {
    // No check's id holds a line break, nor does JSON.
    let text = '';
    for (const [check, result] of results) text += `${result.result === 'pass' ? check : JSON.stringify([check, result])}\n`;
    const shared = patterns.get(text) ?? results;
    patterns.set(text, shared);
    return shared;
  };
  return (results) => {
    const shared = met.get(results) ?? find(results);
    met.set(results, shared);
    return shared;
  };
}

/** What many packages have in common stands once, and is named by its place. */
interface Written {
  readonly patterns: readonly (readonly (readonly [string, SettledResult])[])[];
  readonly licences: readonly NonNullable<PackageFacts['licence']>[];
  readonly notes: readonly (readonly string[])[];
  readonly circles: readonly (readonly [circle: string, company: string])[];
  readonly packages: readonly WrittenPackage[];
}

/** The circles by their places; absent where there is none. */
type WrittenPackage = readonly [key: string, judgedAt: number, until: number, copies: readonly WrittenCopy[], circles?: readonly number[]];

/** Places of pattern and notes; then, where there are facts, the publish time (or null) and the place of the licence (or -1). */
type WrittenCopy = readonly [pattern: number, notes: number, publishedAt?: number | null, licence?: number];

function writePackages(packages: readonly (readonly [string, RememberedPackage])[]): string {
  const [patterns, licences, notes, met] = [createTable(patternOf), createTable(asItIs), createTable(asItIs), createTable(asItIs)];
  const copyOf = ({ results, facts, notes: own }: RememberedCopy): WrittenCopy => {
    const places = [patterns.placeOf(results), notes.placeOf(own)] as const;
    if (facts === undefined) return places;
    return [...places, facts.publishedAt ?? null, facts.licence === undefined ? -1 : licences.placeOf(facts.licence)];
  };
  const written = packages.map(([key, { judgedAt, until, copies, circles }]): WrittenPackage => {
    const own = [key, judgedAt, until, copies.map(copyOf)] as const;
    return circles.size === 0 ? own : [...own, [...circles].map(met.placeOf)];
  });
  const tables = { patterns: patterns.values, licences: licences.values, notes: notes.values, circles: met.values };
  return JSON.stringify({ ...tables, packages: written });
}

function readPackages(text: string): Map<string, RememberedPackage> {
  const written = JSON.parse(text) as Written; // our own text: its authenticity is proven by the caller
  const patterns = written.patterns.map((pattern) => new Map(pattern));
  const factsOf = (publishedAt: number | null, place: number): PackageFacts => {
    const licence = written.licences[place];
    return {
      ...(publishedAt === null ? {} : { publishedAt: milliseconds(publishedAt) }),
      ...(licence === undefined ? {} : { licence }),
    };
  };
  // By place, here and below: taken apart as a list, each of thousands would make an iterator.
  const copyOf = ({ 0: pattern, 1: notes, 2: publishedAt, 3: licence = -1 }: WrittenCopy): RememberedCopy => ({
    results: patterns[pattern] ?? new Map(),
    notes: written.notes[notes] ?? [],
    // Few readers want them.
    get facts() {
      return publishedAt === undefined ? undefined : factsOf(publishedAt, licence);
    },
  });
  // A circle that nobody can name has no members that could be the same.
  const circlesOf = (places: readonly number[]): Companies => new Map(places.map((place) => written.circles[place] ?? ['', '']));
  return new Map(
    written.packages.map(({ 0: key, 1: judgedAt, 2: until, 3: copies, 4: circles }) => [
      key,
      {
        judgedAt: milliseconds(judgedAt),
        until: milliseconds(until),
        copies: copies.map(copyOf),
        circles: circles === undefined ? none : circlesOf(circles),
      },
    ]),
  );
}

const none: Companies = new Map();

function patternOf(results: RememberedCopy['results']): Written['patterns'][number] {
  return [...results];
}

function asItIs<T>(value: T): T {
  return value;
}

/** Values that stand once each, as `written`; most of what is looked up twice is the very same object. */
function createTable<T, W>(written: (value: T) => W): { readonly values: readonly W[]; readonly placeOf: (value: T) => number } {
  const places = new Map<string, number>();
  const met = new Map<T, number>();
  const values: W[] = [];
  const place = (value: T): number => {
    const entry = written(value);
    const text = JSON.stringify(entry);
    const known = places.get(text);
    if (known !== undefined) return known;
    places.set(text, values.length);
    return values.push(entry) - 1;
  };
  return {
    values,
    placeOf: (value) => {
      const known = met.get(value) ?? place(value);
      met.set(value, known);
      return known;
    },
  };
}

import type { LockfileRecord } from '../fleet/audit-record.ts';
import { summariseLicence } from '../licences/summary.ts';
import type { PackageFacts } from '../model/package-facts.ts';
import type { Severity } from '../model/finding.ts';

/** One version of one package, wherever it is installed. */
export interface FleetPackage {
  readonly name: string;
  readonly version: string;
  readonly facts: PackageFacts;
  /** Twice the repository's number, plus one where it asks for the package itself; each repository once, in order of arrival. */
  readonly holders: readonly number[];
}

/** Open findings of one rule and level over all repositories. */
export interface RuleTally {
  readonly rule: string;
  readonly severity: Severity;
  readonly findings: number;
  readonly repositories: number;
}

/** One open finding that several repositories have. */
export interface SharedSubject {
  readonly rule: string;
  readonly severity: Severity;
  readonly subject: string;
  readonly message: string;
  readonly repositories: number;
}

/** Why judgements could not be made, over all repositories. */
export interface CauseTally {
  readonly checks: readonly string[];
  readonly source: string;
  readonly reason: string;
  readonly detail: string;
  readonly isAccepted: boolean;
  readonly subjects: number;
  readonly repositories: number;
}

/** What is known about all repositories together, gathered from one after the other. */
export interface FleetTally {
  /** `repository`: the number by which packages name their holder. */
  readonly add: (repository: number, records: readonly LockfileRecord[]) => void;
  /** Sorted by name, then version, by code unit. */
  readonly packages: () => readonly FleetPackage[];
  readonly rules: () => readonly RuleTally[];
  readonly shared: () => readonly SharedSubject[];
  readonly causes: () => readonly CauseTally[];
}

/** Distinct findings that are remembered to see which ones are shared; what comes later is only counted by rule. */
const mostSubjects = 200_000;

/** Gathers from repositories that come one after the other; their order changes nothing. */
export function createFleetTally(readFacts: (licence: string | undefined, publishedAt: number | undefined) => PackageFacts): FleetTally {
  const packages = new Map<string, Map<string, Held>>();
  const rules = new Map<string, Gathered<{ readonly rule: string; readonly severity: Severity }>>();
  const subjects = new Map<string, Gathered<{ readonly rule: string; readonly severity: Severity; readonly subject: string }>>();
  const causes = new Map<string, Gathered<{ readonly source: string; readonly reason: string; readonly isAccepted: boolean }>>();

  function addPackages(repository: number, record: LockfileRecord): void {
    for (const { name, version, isDirect, licence, publishedAt } of record.packages) {
      const versions = packages.get(name) ?? new Map<string, Held>();
      packages.set(name, versions);
      const held = versions.get(version) ?? { licence, publishedAt, holders: [] };
      versions.set(version, held);
      held.licence = lesser(held.licence, licence);
      held.publishedAt = lesser(held.publishedAt, publishedAt);
      addHolder(held.holders, repository, isDirect);
    }
  }

  function addFindings(repository: number, { findings, inconclusive }: LockfileRecord): void {
    for (const { rule, severity, subject, message, waiver } of findings) {
      if (waiver !== undefined) continue;
      gather(rules, `${severity}\n${rule}`, { rule, severity }).add(repository, 1);
      const key = `${severity}\n${rule}\n${subject}`;
      if (subjects.size < mostSubjects || subjects.has(key)) gather(subjects, key, { rule, severity, subject }).add(repository, 1, message);
    }
    for (const { check, source, reason, detail, isAccepted, subjects: count } of inconclusive) {
      const cause = gather(causes, JSON.stringify([source, reason, isAccepted]), { source, reason, isAccepted });
      cause.add(repository, count, detail);
      cause.checks.add(check);
    }
  }

  return {
    add: (repository, records) => {
      for (const record of records) {
        addPackages(repository, record);
        addFindings(repository, record);
      }
    },
    packages: () =>
      [...packages]
        .sort(([a], [b]) => compare(a, b))
        .flatMap(([name, versions]) =>
          [...versions]
            .sort(([a], [b]) => compare(a, b))
            .map(([version, { licence, publishedAt, holders }]) => ({ name, version, facts: readFacts(licence, publishedAt), holders })),
        ),
    rules: () =>
      [...rules.values()]
        .map(({ what, sum, repositories }) => ({ ...what, findings: sum, repositories }))
        .sort((a, b) => severityRank[a.severity] - severityRank[b.severity] || b.repositories - a.repositories || compare(a.rule, b.rule)),
    shared: () =>
      [...subjects.values()]
        .filter(({ repositories }) => repositories > 1)
        .map(({ what, words, repositories }) => ({ ...what, message: words, repositories }))
        .sort(
          (a, b) =>
            severityRank[a.severity] - severityRank[b.severity] ||
            b.repositories - a.repositories ||
            compare(a.subject, b.subject) ||
            compare(a.rule, b.rule),
        ),
    causes: () =>
      [...causes.values()]
        .map(({ what, words, sum, repositories, checks }) => ({
          ...what,
          checks: [...checks].sort(),
          detail: words,
          subjects: sum,
          repositories,
        }))
        .sort(
          (a, b) =>
            Number(a.isAccepted) - Number(b.isAccepted) ||
            b.repositories - a.repositories ||
            compare(a.source, b.source) ||
            compare(a.reason, b.reason),
        ),
  };
}

/** Understands each distinct licence once. */
export function createFactsReader(): (licence: string | undefined, publishedAt: number | undefined) => PackageFacts {
  const understood = new Map<string, NonNullable<PackageFacts['licence']>>();
  return (licence, publishedAt) => {
    let known = licence === undefined ? undefined : understood.get(licence);
    if (licence !== undefined && known === undefined) {
      const { licence: text, group } = summariseLicence(licence);
      known = { text, group };
      understood.set(licence, known);
    }
    return {
      ...(known === undefined ? {} : { licence: known }),
      // Stored as milliseconds since the epoch.
      ...(publishedAt === undefined ? {} : { publishedAt: publishedAt as NonNullable<PackageFacts['publishedAt']> }),
    };
  };
}

/** What is gathered about one version. */
interface Held {
  licence: string | undefined;
  publishedAt: number | undefined;
  readonly holders: number[];
}

/** What several repositories have in common, with how often, in how many, and one of its wordings. */
interface Gathered<T> {
  readonly what: T;
  readonly checks: Set<string>;
  sum: number;
  repositories: number;
  words: string;
  readonly add: (repository: number, count: number, words?: string) => void;
}

function gather<T>(map: Map<string, Gathered<T>>, key: string, what: T): Gathered<T> {
  const known = map.get(key);
  if (known !== undefined) return known;
  let last = -1;
  const fresh: Gathered<T> = {
    what,
    checks: new Set(),
    sum: 0,
    repositories: 0,
    words: '',
    add: (repository, count, words = '') => {
      fresh.sum += count;
      if (repository !== last) fresh.repositories += 1;
      last = repository;
      if (fresh.words === '' || words < fresh.words) fresh.words = words;
    },
  };
  map.set(key, fresh);
  return fresh;
}

/** Each repository once, as direct where any of its lockfiles asks for the package itself. */
function addHolder(holders: number[], repository: number, isDirect: boolean): void {
  const holder = 2 * repository + Number(isDirect);
  const last = holders.at(-1) ?? -1;
  if (last >> 1 !== repository) holders.push(holder);
  else holders[holders.length - 1] = Math.max(last, holder);
}

/** Of two known values the lesser, so that no order decides. */
function lesser<T extends string | number>(a: T | undefined, b: T | undefined): T | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return b < a ? b : a;
}

const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

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
  readonly holders: number[];
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

export function createFleetTally(readFacts: (licence: string | undefined, publishedAt: number | undefined) => PackageFacts): FleetTally {
  const packages = new Map<string, FleetPackage>();
  const rules = new Map<string, Counted<{ readonly rule: string; readonly severity: Severity }>>();
  const subjects = new Map<string, Counted<Omit<SharedSubject, 'repositories'>>>();
  const causes = new Map<string, Counted<Omit<CauseTally, 'repositories' | 'subjects' | 'checks'>> & { readonly checks: Set<string> }>();

  function addPackages(repository: number, record: LockfileRecord): void {
    for (const { name, version, isDirect, licence, publishedAt } of record.packages) {
      const key = `${name}\n${version}`;
      let known = packages.get(key);
      if (known === undefined) {
        known = { name, version, facts: readFacts(licence, publishedAt), holders: [] };
        packages.set(key, known);
      }
      const last = known.holders.at(-1) ?? -1;
      const holder = 2 * repository + Number(isDirect);
      if (last >> 1 !== repository) known.holders.push(holder);
      else if (holder > last) known.holders[known.holders.length - 1] = holder;
    }
  }

  function addFindings(repository: number, record: LockfileRecord): void {
    for (const { rule, severity, subject, message, waiver } of record.findings) {
      if (waiver !== undefined) continue;
      count(rules, `${severity}\n${rule}`, repository, () => ({ rule, severity }));
      const key = `${severity}\n${rule}\n${subject}`;
      if (subjects.size < mostSubjects || subjects.has(key)) count(subjects, key, repository, () => ({ rule, severity, subject, message }));
    }
    for (const { check, source, reason, detail, isAccepted, subjects: concerned } of record.inconclusive) {
      const key = JSON.stringify([source, reason, isAccepted]);
      count(causes, key, repository, () => ({ source, reason, detail, isAccepted, checks: new Set<string>() }), concerned).checks.add(
        check,
      );
    }
  }

  return {
    add: (repository, records) => {
      for (const record of records) {
        addPackages(repository, record);
        addFindings(repository, record);
      }
    },
    packages: () => [...packages.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version)),
    rules: () =>
      [...rules.values()]
        .map(({ rule, severity, total, repositories }) => ({ rule, severity, findings: total, repositories }))
        .sort((a, b) => severityRank[a.severity] - severityRank[b.severity] || b.repositories - a.repositories || compare(a.rule, b.rule)),
    shared: () =>
      [...subjects.values()]
        .filter(({ repositories }) => repositories > 1)
        .map(({ rule, severity, subject, message, repositories }) => ({ rule, severity, subject, message, repositories }))
        .sort(
          (a, b) =>
            severityRank[a.severity] - severityRank[b.severity] ||
            b.repositories - a.repositories ||
            compare(a.subject, b.subject) ||
            compare(a.rule, b.rule),
        ),
    causes: () =>
      [...causes.values()]
        .map(({ checks, source, reason, detail, isAccepted, total, repositories }) => ({
          checks: [...checks].sort(),
          source,
          reason,
          detail,
          isAccepted,
          subjects: total,
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

type Counted<T> = T & { total: number; repositories: number; last: number };

/** Counts an entry, and the repository once: repositories come one after the other. */
function count<T, C extends Counted<T>>(
  map: Map<string, C>,
  key: string,
  repository: number,
  create: () => Omit<C, 'total' | 'repositories' | 'last'>,
  by = 1,
): C {
  // What `create` leaves out is added here.
  const known = map.get(key) ?? ({ ...create(), total: 0, repositories: 0, last: -1 } as unknown as C);
  map.set(key, known);
  known.total += by;
  if (known.last !== repository) known.repositories += 1;
  known.last = repository;
  return known;
}

const severityRank: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

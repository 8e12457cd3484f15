import type { Finding } from '../model/finding.ts';
import type { Report, Verdict } from '../model/report.ts';

/** What a judgement of a lockfile means for one install. */
export interface InstallVerdict {
  readonly verdict: Verdict;
  /** The unwaived errors that decide. */
  readonly findings: readonly Finding[];
  /** What could not be verified, one line each. */
  readonly unverified: readonly string[];
}

/** What an install that may write the lockfile is about to put right itself; it is judged afterwards. */
const repairable: ReadonlySet<string> = new Set([
  'lockfile/manifest-drift',
  'lockfile/unresolved-dependency',
  'lockfile/override-ignored',
  'lockfile/conflict-markers',
  'pinned-versions/not-locked',
]);

/**
 * The verdict about a lockfile before an install begins.
 * @param replaced names of packages that the command names: another version of them is about to come, which is judged by itself
 */
export function verdictBefore(
  report: Report,
  options: { readonly isFrozen: boolean; readonly replaced: readonly string[] },
): InstallVerdict {
  const replaced = new Set(options.replaced);
  const isLeaving = (name: string | undefined): boolean => name !== undefined && replaced.has(name);
  const findings = report.findings.filter(
    ({ severity, waiver, rule, subject }) =>
      severity === 'error' && waiver === undefined && !isLeaving(subject.name) && (options.isFrozen || !repairable.has(rule)),
  );
  const names = new Map([...(report.inventory?.components.values() ?? [])].map(({ bomRef, name }) => [String(bomRef), name]));
  const unverified = unverifiedIn(report, (subject) => isLeaving(names.get(subject)));
  if (findings.length > 0) return { verdict: 'fail', findings, unverified };
  const { pass, fail, inconclusive, notApplicable, expected } = report.counts;
  const addsUp = pass + fail + inconclusive + notApplicable === expected;
  return { verdict: unverified.length === 0 && addsUp ? 'pass' : 'inconclusive', findings, unverified };
}

/** The verdict about what an install has written. */
export function verdictAfter(report: Report): InstallVerdict {
  const findings = report.findings.filter(({ severity, waiver }) => severity === 'error' && waiver === undefined);
  return { verdict: report.verdict, findings, unverified: unverifiedIn(report, () => false) };
}

function unverifiedIn(report: Report, isLeft: (subject: string) => boolean): readonly string[] {
  const lines = report.outcomes.flatMap((outcome) =>
    outcome.result === 'inconclusive' && !outcome.isAccepted && !isLeft(outcome.subject)
      ? outcome.reasons.map(({ source, detail }) => `${source}: ${detail}`)
      : [],
  );
  return [...new Set(lines)];
}

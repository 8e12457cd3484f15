import { inert } from '../model/inert.ts';
import type { Report } from '../model/report.ts';

/** One cause for many missing judgements, said once. */
export interface InconclusiveGroup {
  readonly checks: readonly string[];
  readonly source: string;
  readonly reason: string;
  readonly detail: string;
  /** Subjects (bom-refs or files) that it concerns, without repetition. */
  readonly subjects: readonly string[];
  readonly isAccepted: boolean;
  /** Whether a policy should accept it: never for a check that broke, and not for what may be there in the next run. */
  readonly isAcceptable: boolean;
}

/** Reasons of a moment: to accept them for good would switch off what the next run can verify. */
const passing: ReadonlySet<string> = new Set(['offline', 'timeout', 'network', 'server-error', 'rate-limited', 'deadline', 'clock']);

/** Groups what could not be decided by its cause: evidence, source, reason and detail. */
export function groupInconclusive(report: Report): readonly InconclusiveGroup[] {
  // Most reports have none, and outcomes by the ten thousand.
  if (report.counts.inconclusive === 0) return [];
  const groups = new Map<
    string,
    {
      readonly checks: Set<string>;
      readonly subjects: Set<string>;
      source: string;
      reason: string;
      detail: string;
      isAccepted: boolean;
      isAcceptable: boolean;
    }
  >();
  for (const outcome of report.outcomes) {
    if (outcome.result !== 'inconclusive') continue;
    for (const { evidence, source: registry, reason, detail } of outcome.reasons) {
      const source = reason === 'deadline' ? 'the time limit' : registry;
      const key = `${evidence === 'check'}\n${source}\n${reason}\n${detail}\n${outcome.isAccepted}`;
      const group = groups.get(key) ?? {
        checks: new Set<string>(),
        subjects: new Set<string>(),
        source,
        reason,
        detail,
        isAccepted: outcome.isAccepted,
        isAcceptable: evidence !== 'check' && !passing.has(reason),
      };
      group.checks.add(outcome.check);
      group.subjects.add(outcome.subject);
      groups.set(key, group);
    }
  }
  return [...groups.values()].map((group) => ({ ...group, checks: [...group.checks].sort(), subjects: [...group.subjects] }));
}

/** The one policy line that accepts all groups that may be accepted, ready to paste; undefined where there is none. */
export function acceptingLine(groups: readonly InconclusiveGroup[]): string | undefined {
  const checksBySource = new Map<string, Set<string>>();
  for (const { checks, source, isAccepted, isAcceptable } of groups) {
    if (isAccepted || !isAcceptable) continue;
    const known = checksBySource.get(source) ?? new Set<string>();
    for (const check of checks) known.add(check);
    checksBySource.set(source, known);
  }
  if (checksBySource.size === 0) return undefined;
  const entries = [...checksBySource].map(
    ([source, checks]) =>
      `{ checks: [${[...checks].sort().join(', ')}], registry: ${inert(JSON.stringify(source))}, reason: "not available from this registry" }`,
  );
  return `inconclusive: { accept: [${entries.join(', ')}] }`;
}

import type { AnyCheck } from '../model/check.ts';
import type { EvidenceFamily, Finding, Severity } from '../model/finding.ts';
import type { Policy } from '../model/policy.ts';

/** Kinds of evidence that are independent of each other; the rest (policy, licence, known-bad) says nothing about intent. */
const independent: ReadonlySet<EvidenceFamily> = new Set(['name', 'freshness', 'identity', 'install-time', 'content', 'source']);
const higher: Readonly<Record<Severity, Severity>> = { note: 'warning', warning: 'error', error: 'error' };
const lower: Readonly<Record<Severity, Severity>> = { error: 'warning', warning: 'note', note: 'note' };

/**
 * Looks at all findings about one package version together: two independent families raise each other by one level,
 * counter-evidence lowers by one. What is a note, or would be one after its counter-evidence, agrees with nobody. A level that the policy names is the user's word and stays; so does an absolute rule.
 * Each change of level is written into the finding.
 */
export function corroborate(findings: readonly Finding[], checks: readonly AnyCheck[], policy: Policy): readonly Finding[] {
  const metas = new Map(checks.flatMap((check) => Object.entries(check.rules)));
  const families = new Map<string, Set<EvidenceFamily>>();
  for (const finding of findings) {
    const family = metas.get(finding.rule)?.family;
    if (family === undefined || !independent.has(family) || !isSignal(finding)) continue;
    families.set(finding.subject.label, (families.get(finding.subject.label) ?? new Set<EvidenceFamily>()).add(family));
  }
  return findings.map((finding) => {
    const meta = metas.get(finding.rule);
    if (meta === undefined || meta.isAbsolute === true || policy.rules.has(finding.rule)) return finding;
    const others = [...(families.get(finding.subject.label) ?? [])].filter((family) => family !== meta.family).sort();
    const isRaised = independent.has(meta.family) && others.length > 0;
    const counter = finding.counterFacts[0];
    if (isRaised && counter !== undefined) return finding;
    if (isRaised && finding.severity !== 'error') {
      return {
        ...finding,
        severity: higher[finding.severity],
        levelReasons: [`raised from ${finding.severity}: ${others.join(' and ')} evidence agrees`],
      };
    }
    if (counter !== undefined && finding.severity !== 'note') {
      return {
        ...finding,
        severity: lower[finding.severity],
        levelReasons: [`lowered from ${finding.severity}: ${counter.label} ${counter.value}`],
      };
    }
    return finding;
  });
}

/** A change of habit that is only told (a note) must not turn every young release into an error. */
function isSignal({ severity, counterFacts }: Finding): boolean {
  return (counterFacts.length > 0 ? lower[severity] : severity) !== 'note';
}

import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import type { Decision } from './decision.ts';

/** What a report about exactly one version decides about it. The verdict is the engine's; here it only gets its words. */
export function decisionOf(name: string, version: string, report: Report): Decision {
  switch (report.verdict) {
    case 'pass':
      return { name, version, action: 'allowed', findings: report.findings.filter(({ severity }) => severity !== 'note'), reasons: [] };
    case 'fail': {
      const findings = errorsOf(report.findings);
      return { name, version, action: 'refused', findings, reasons: findings.map(sentenceOf) };
    }
    case 'inconclusive':
      return { name, version, action: 'unverified', findings: errorsOf(report.findings), reasons: openQuestions(report) };
  }
}

/** The findings that decide. */
export function errorsOf(findings: readonly Finding[]): readonly Finding[] {
  return findings.filter(({ severity, waiver }) => severity === 'error' && waiver === undefined);
}

/** A finding in one sentence, with its rule. */
export function sentenceOf({ message, rule }: Finding): string {
  return `${message} (${rule})`;
}

/** What a client is told, in one line: `evil@1.1.0 is refused: evil@1.1.0 was published 1 hour ago (release-age/too-new)`. */
export function lineOf({ name, version, action, reasons }: Decision): string {
  const label = version === '' ? name : `${name}@${version}`;
  const [first = 'no reason was recorded', ...further] = reasons;
  const more = further.length === 0 ? '' : `; and ${further.length} more`;
  return action === 'unverified' ? `could not verify ${label}: ${first}${more}` : `${label} is refused: ${first}${more}`;
}

/** When a decision may turn by itself, as an instant; undefined where nothing in it waits for a day. */
export function turnsAt({ findings }: Decision): number | undefined {
  const instants = findings.flatMap(({ passesAt }) => passesAt ?? []);
  return instants.length === 0 ? undefined : Math.min(...instants);
}

function openQuestions({ outcomes }: Report): readonly string[] {
  const reasons = outcomes.flatMap((outcome) =>
    outcome.result === 'inconclusive' && !outcome.isAccepted ? outcome.reasons.map(({ detail, source }) => `${source}: ${detail}`) : [],
  );
  return reasons.length === 0 ? ['not every check gave an outcome'] : [...new Set(reasons)];
}

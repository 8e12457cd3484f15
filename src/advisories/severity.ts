import type { AdvisorySeverity } from '../model/advisory.ts';

const order: readonly AdvisorySeverity[] = ['critical', 'high', 'moderate', 'low', 'unrated'];

/** The qualitative rating of a CVSS base score (CVSS v3.1 specification, 5). A score of 0 is low: somebody thought it worth a record. */
export function severityOfScore(score: number): AdvisorySeverity {
  if (!(score < 9)) return 'critical';
  if (score >= 7) return 'high';
  return score >= 4 ? 'moderate' : 'low';
}

/** A rating in words; `medium` is what some databases call moderate. */
export function severityOfWord(word: unknown): AdvisorySeverity {
  switch (typeof word === 'string' ? word.toLowerCase() : '') {
    case 'critical':
      return 'critical';
    case 'high':
      return 'high';
    case 'moderate':
    case 'medium':
      return 'moderate';
    case 'low':
    case 'info':
    case 'none':
      return 'low';
    default:
      return 'unrated';
  }
}

/** The worst of several ratings: where a record disagrees with itself, the higher one counts. */
export function worst(severities: readonly AdvisorySeverity[]): AdvisorySeverity {
  return order.find((severity) => severities.includes(severity)) ?? 'unrated';
}

/** Worst first; unrated last. */
export function compareSeverities(a: AdvisorySeverity, b: AdvisorySeverity): number {
  return order.indexOf(a) - order.indexOf(b);
}

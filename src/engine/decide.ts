import type { Finding } from '../model/finding.ts';
import type { Counts, Outcome, Verdict } from '../model/report.ts';

/**
 * The one total function from outcomes to a verdict. An unwaived error fails; anything that could not be decided and
 * that the policy does not accept, or a sum that does not add up, is inconclusive; only the rest passes.
 */
export function decide(counts: Counts, outcomes: readonly Outcome[], findings: readonly Finding[]): Verdict {
  if (findings.some((finding) => finding.severity === 'error' && finding.waiver === undefined)) return 'fail';
  if (outcomes.some((outcome) => outcome.result === 'inconclusive' && !outcome.isAccepted)) return 'inconclusive';
  const decided = counts.pass + counts.fail + counts.inconclusive + counts.notApplicable;
  if (!(decided === counts.expected)) return 'inconclusive';
  return 'pass';
}

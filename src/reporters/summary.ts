import { inert } from '../model/inert.ts';
import type { Report, Verdict } from '../model/report.ts';
import { groupInconclusive } from './inconclusive-groups.ts';

/** The verdict as every format writes it, so that a search finds it in any of them. */
export const verdictWords: Readonly<Record<Verdict, string>> = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' };

/** One line about one lockfile: `FAIL package-lock.json: 2 errors, 0 warnings, 0 notes in 3 packages`. */
export function summaryLine(report: Report): string {
  const { counts, origin, verdict } = report;
  const problems = [
    plural(counts.errors, 'error'),
    plural(counts.warnings, 'warning'),
    plural(counts.notes, 'note'),
    ...(counts.waived > 0 ? [`${counts.waived} waived`] : []),
    ...(counts.inconclusive > 0 ? [`${plural(counts.inconclusive, 'judgement')} not possible`] : []),
  ];
  return `${verdictWords[verdict]} ${inert(origin.path)}: ${problems.join(', ')} in ${plural(counts.components, 'package')}`;
}

/** The worst verdict of several: a fail outweighs an inconclusive, which outweighs a pass. Of none: inconclusive. */
export function worstVerdict(reports: readonly Report[]): Verdict {
  const verdicts = reports.map((report) => report.verdict);
  if (verdicts.includes('fail')) return 'fail';
  return verdicts.length > 0 && verdicts.every((verdict) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

/** Why a run is inconclusive although no single judgement is: the sum did not add up. Undefined otherwise. */
export function unexplainedDoubt(report: Report): string | undefined {
  if (report.verdict !== 'inconclusive' || groupInconclusive(report).some((group) => !group.isAccepted)) return undefined;
  return `${report.counts.expected} judgements were expected and not all were made`;
}

/** A number with its noun: `1 package`, `2 packages`. */
export function plural(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

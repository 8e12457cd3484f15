import { createHash } from 'node:crypto';
import type { Location } from '../model/component.ts';
import type { Finding, Severity } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';
import type { Report, Verdict } from '../model/report.ts';
import { detailLines } from './finding-lines.ts';
import { groupInconclusive } from './inconclusive-groups.ts';
import { jsonText } from './json-text.ts';
import type { Reporter } from './reporter.ts';
import { plural, summaryLine, unexplainedDoubt } from './summary.ts';

/**
 * GitLab's code quality report: a list of issues at lines of the lockfile, shown in the merge request. The first issue of a
 * lockfile is the verdict. The format has no place for notes, so they stand there, too.
 */
export const gitlabCodequality: Reporter = {
  id: 'gitlab-codequality',
  summary: 'GitLab code quality report',
  render: (report) => write([report]),
  renderAll: write,
};

interface Issue {
  readonly description: string;
  readonly check_name: string;
  readonly fingerprint: string;
  readonly severity: 'info' | 'minor' | 'major' | 'critical' | 'blocker';
  readonly location: { readonly path: string; readonly lines: { readonly begin: number } };
}

function write(reports: readonly Report[]): string {
  return jsonText(reports.flatMap(issuesOf));
}

const ofVerdict: Readonly<Record<Verdict, Issue['severity']>> = { pass: 'info', fail: 'blocker', inconclusive: 'blocker' };
const ofSeverity: Readonly<Record<Severity, Issue['severity']>> = { error: 'critical', warning: 'major', note: 'info' };

function issuesOf(report: Report): readonly Issue[] {
  const top: Location = { file: report.origin.path, line: 1 };
  const issue = (
    check: string,
    severity: Issue['severity'],
    lines: readonly string[],
    place: Location,
    key: readonly unknown[],
  ): Issue => ({
    description: lines.join(' | ').slice(0, 2000).toWellFormed(),
    check_name: check,
    // Unique in the file: the same finding may be in two lockfiles.
    fingerprint: createHash('sha256')
      .update(JSON.stringify([report.origin.path, ...key]))
      .digest('hex')
      .slice(0, 40),
    severity,
    location: { path: place.file, lines: { begin: Math.max(1, place.line) } },
  });
  const verdict = [summaryLine(report), unexplainedDoubt(report) ?? [], report.notes.map((note) => `note: ${inertLine(note)}`)].flat();
  return [
    issue('lockgate/verdict', ofVerdict[report.verdict], verdict, top, ['verdict', report.verdict]),
    ...report.findings.map((finding) =>
      issue(
        finding.rule,
        finding.waiver === undefined ? ofSeverity[finding.severity] : 'info',
        describe(finding),
        finding.locations[0] ?? top,
        [finding.fingerprint],
      ),
    ),
    ...groupInconclusive(report).map(({ checks, detail, source, reason, subjects, isAccepted }) =>
      issue(
        'lockgate/inconclusive',
        isAccepted ? 'info' : 'critical',
        [
          `${isAccepted ? 'not verified, accepted' : 'could not be verified'} (${checks.join(', ')}): ${inertLine(detail)}`,
          `${inertLine(source)}: ${plural(subjects.length, 'subject')}`,
        ],
        top,
        ['inconclusive', checks, source, reason, detail],
      ),
    ),
  ];
}

function describe(finding: Finding): readonly string[] {
  const mark = finding.waiver === undefined ? '' : 'waived: ';
  return [`${mark}${inertLine(finding.message)}`, ...detailLines(finding)];
}

import type { Finding } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';
import type { Report } from '../model/report.ts';
import { detailLines } from './finding-lines.ts';
import { groupInconclusive } from './inconclusive-groups.ts';
import type { Reporter } from './reporter.ts';
import { plural, summaryLine, unexplainedDoubt } from './summary.ts';

/**
 * GitHub's workflow commands: annotations at the lines of the lockfile, to be printed by a step. GitHub shows ten of each level
 * for a step, so the verdict comes first and what does not fit is counted.
 */
export const github: Reporter = {
  id: 'github',
  summary: 'Annotations for GitHub Actions (workflow commands)',
  render: (report) => annotate([report]),
  renderAll: annotate,
};

type Level = 'error' | 'warning' | 'notice';

interface Annotation {
  readonly level: Level;
  readonly title: string;
  readonly message: string;
  readonly file?: string;
  readonly line?: number;
}

/** What GitHub shows of one step, for each level. */
const shownPerLevel = 10;

function annotate(reports: readonly Report[]): string {
  const verdicts = reports.map(verdictAnnotation);
  const details = reports.flatMap(detailAnnotations);
  const lines: string[] = [];
  for (const level of ['error', 'warning', 'notice'] as const) {
    const first = verdicts.filter((annotation) => annotation.level === level);
    const rest = details.filter((annotation) => annotation.level === level);
    const room = Math.max(0, shownPerLevel - first.length);
    const isCut = rest.length > room;
    const shown = isCut ? rest.slice(0, Math.max(0, room - 1)) : rest;
    const more = rest.length - shown.length;
    lines.push(...[...first, ...shown].map(command));
    if (isCut) lines.push(command({ level, title: 'lockgate', message: `${plural(more, level)} more: see the full report` }));
  }
  return `${lines.join('\n')}\n`;
}

function verdictAnnotation(report: Report): Annotation {
  const level = { pass: 'notice', fail: 'error', inconclusive: 'error' } as const;
  const doubt = unexplainedDoubt(report);
  const message = [summaryLine(report), ...(doubt === undefined ? [] : [doubt]), ...report.notes.map((note) => `note: ${inertLine(note)}`)];
  return { level: level[report.verdict], title: `lockgate: ${report.verdict}`, message: message.join('\n') };
}

function detailAnnotations(report: Report): readonly Annotation[] {
  return [
    ...report.findings.filter((finding) => finding.waiver === undefined).map(ofFinding),
    ...groupInconclusive(report).map((group): Annotation => ({
      level: group.isAccepted ? 'notice' : 'error',
      title: `${group.isAccepted ? 'not verified, accepted' : 'inconclusive'}: ${group.checks.join(', ')}`,
      message: `${inertLine(group.detail)}\n${inertLine(group.source)}: ${plural(group.subjects.length, 'subject')}`,
      file: report.origin.path,
      line: 1,
    })),
    ...report.findings.filter((finding) => finding.waiver !== undefined).map(ofFinding),
  ];
}

function ofFinding(finding: Finding): Annotation {
  const { rule, severity, waiver, message, locations } = finding;
  const [place] = locations;
  return {
    level: waiver !== undefined || severity === 'note' ? 'notice' : severity,
    title: waiver === undefined ? rule : `waived: ${rule}`,
    message: [inertLine(message), ...detailLines(finding)].join('\n'),
    ...(place === undefined ? {} : { file: place.file, line: place.line }),
  };
}

/** An annotation is a pointer into the report, not the report. */
const longestMessage = 2000;

function command({ level, title, message, file, line }: Annotation): string {
  const properties = [
    ...(file === undefined ? [] : [`file=${property(file)}`]),
    ...(line === undefined ? [] : [`line=${line}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(',')}::${data(message.slice(0, longestMessage).toWellFormed())}`;
}

/** What ends a command or starts another one is percent-encoded, as the runner decodes it. */
function data(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function property(text: string): string {
  return data(inertLine(text, 200)).replaceAll(':', '%3A').replaceAll(',', '%2C');
}

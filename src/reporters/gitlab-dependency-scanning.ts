import { createHash } from 'node:crypto';
import type { Component, Location } from '../model/component.ts';
import type { Finding, Severity } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';
import type { Report } from '../model/report.ts';
import { detailLines } from './finding-lines.ts';
import { type InconclusiveGroup, groupInconclusive } from './inconclusive-groups.ts';
import { jsonText } from './json-text.ts';
import type { Reporter } from './reporter.ts';
import { plural, summaryLine, unexplainedDoubt, worstVerdict } from './summary.ts';

/**
 * GitLab's dependency scanning report, version 15 of its schema. What the format knows is vulnerable packages: findings about
 * other things are filed under the project itself. A run that could not verify everything is a scan that failed.
 */
export const gitlabDependencyScanning: Reporter = {
  id: 'gitlab-dependency-scanning',
  summary: 'GitLab dependency scanning report',
  render: (report) => write([report]),
  renderAll: write,
};

type GitlabSeverity = 'Info' | 'Unknown' | 'Low' | 'Medium' | 'High' | 'Critical';

function write(reports: readonly Report[]): string {
  const [first] = reports;
  const version = first?.tool.version ?? '';
  const tool = { id: 'lockgate', name: 'Lockgate', version, vendor: { name: 'Lockgate' } };
  // The schema wants seconds without a zone.
  const now = new Date(first?.now ?? 0).toISOString().slice(0, 19);
  const document = {
    version: '15.2.1',
    scan: {
      type: 'dependency_scanning',
      status: worstVerdict(reports) === 'inconclusive' ? 'failure' : 'success',
      start_time: now,
      end_time: now,
      analyzer: tool,
      scanner: tool,
      messages: reports.flatMap(messagesOf),
    },
    vulnerabilities: reports.flatMap((report) => [
      ...report.findings.map((finding) => ofFinding(finding, report)),
      ...groupInconclusive(report).map((group) => ofGroup(group, report)),
    ]),
    dependency_files: reports.map((report) => ({
      path: report.origin.path,
      package_manager: managerOf(report.origin.format),
      dependencies: [...(report.inventory?.components.values() ?? [])]
        .filter(({ source, version: known }) => source.type !== 'workspace' && known !== '')
        .map(dependencyOf),
    })),
  };
  return jsonText(document);
}

function messagesOf(report: Report): readonly unknown[] {
  const level = { pass: 'info', fail: 'warn', inconclusive: 'fatal' } as const;
  return [
    { level: level[report.verdict], value: summaryLine(report) },
    ...[unexplainedDoubt(report) ?? []].flat().map((value) => ({ level: 'fatal', value })),
    ...report.notes.map((note) => ({ level: 'info', value: inertLine(note) })),
  ];
}

const ofSeverity: Readonly<Record<Severity, GitlabSeverity>> = { error: 'High', warning: 'Medium', note: 'Info' };

function ofFinding(finding: Finding, report: Report): unknown {
  const { rule, severity, subject, message, help, waiver, fingerprint, locations, path } = finding;
  const isWaived = waiver !== undefined;
  return vulnerability(report, {
    key: fingerprint,
    name: `${isWaived ? 'waived: ' : ''}${rule}: ${inertLine(subject.label, 150)}`,
    description: [`${isWaived ? 'Waived. ' : ''}${inertLine(message)}`, ...detailLines(finding)].join('\n'),
    severity: isWaived ? 'Info' : ofSeverity[severity],
    ...(help[0] === undefined ? {} : { solution: inertLine(help[0]) }),
    rule,
    place: locations[0] ?? { file: report.origin.path, line: 1 },
    package: inertLine(subject.name ?? report.project.name),
    version: inertLine(subject.version ?? report.project.version),
    isDirect: path.length === 2,
  });
}

function ofGroup({ checks, source, reason, detail, subjects, isAccepted }: InconclusiveGroup, report: Report): unknown {
  return vulnerability(report, {
    key: JSON.stringify(['inconclusive', checks, source, reason, detail]),
    name: `${isAccepted ? 'accepted: ' : ''}not verified: ${checks.join(', ')}`,
    description: `${inertLine(detail)}\n${inertLine(source)}: ${plural(subjects.length, 'subject')}`,
    severity: isAccepted ? 'Info' : 'Unknown',
    rule: 'lockgate/inconclusive',
    place: { file: report.origin.path, line: 1 },
    package: inertLine(report.project.name),
    version: inertLine(report.project.version),
    isDirect: false,
  });
}

interface Vulnerability {
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly severity: GitlabSeverity;
  readonly solution?: string;
  readonly rule: string;
  readonly place: Location;
  readonly package: string;
  readonly version: string;
  readonly isDirect: boolean;
}

function vulnerability(report: Report, one: Vulnerability): unknown {
  const { key, name, description, severity, solution, rule, place, isDirect, version } = one;
  return {
    id: uuid(JSON.stringify([report.origin.path, key])),
    name: cut(name, 255),
    description: cut(description, 20_000),
    severity,
    ...(solution === undefined ? {} : { solution: cut(solution, 7000) }),
    identifiers: [{ type: 'lockgate_rule', name: rule, value: rule }],
    location: { file: place.file, dependency: { package: { name: one.package }, version, ...(isDirect ? { direct: true } : {}) } },
  };
}

function cut(text: string, limit: number): string {
  return text.slice(0, limit).toWellFormed();
}

function dependencyOf({ name, version }: Component): unknown {
  return { package: { name: inertLine(name) }, version: inertLine(version) };
}

/** `npm-lock-v3` and `yarn-berry-8` are npm and yarn to GitLab. */
function managerOf(format: string): string {
  return format.split('-')[0] ?? format;
}

/** Stable for what it names: the hash of it in the form of a UUID of version 8 (RFC 9562). */
function uuid(text: string): string {
  const hex = createHash('sha256').update(text).digest('hex');
  const variant = ((Number.parseInt(hex[16] ?? '0', 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

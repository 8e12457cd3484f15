import type { Finding } from '../model/finding.ts';
import type { Report } from '../model/report.ts';
import { detailLines, placeText, wayOut } from './finding-lines.ts';
import { type InconclusiveGroup, groupInconclusive } from './inconclusive-groups.ts';
import type { Reporter } from './reporter.ts';
import { summaryLine, unexplainedDoubt } from './summary.ts';
import { xmlElement, xmlText } from './xml.ts';

/**
 * JUnit XML, for the test views of CI systems: a suite per lockfile, whose first case is the verdict itself. Errors are failures,
 * what could not be verified is an error, what a person allowed is skipped; warnings and notes pass and say so in their output.
 */
export const junit: Reporter = {
  id: 'junit',
  summary: 'JUnit XML, for the test view of a CI system',
  render: (report) => document([report]),
  renderAll: document,
};

function document(reports: readonly Report[]): string {
  const suites = reports.map(suiteOf);
  const total = (key: keyof Tally): number => suites.reduce((sum, { tally }) => sum + tally[key], 0);
  const attributes = {
    name: 'lockgate',
    tests: total('tests'),
    failures: total('failures'),
    errors: total('errors'),
    skipped: total('skipped'),
  };
  const all = xmlElement(
    'testsuites',
    attributes,
    suites.map(({ xml }) => xml),
  );
  return `<?xml version="1.0" encoding="UTF-8"?>\n${all}\n`;
}

interface Tally {
  readonly tests: number;
  readonly failures: number;
  readonly errors: number;
  readonly skipped: number;
}

/** One test case and how it counts. */
interface Case {
  readonly xml: string;
  readonly result: 'passed' | 'failures' | 'errors' | 'skipped';
}

function suiteOf(report: Report): { readonly xml: string; readonly tally: Tally } {
  const cases = [verdictCase(report), ...report.findings.map(findingCase), ...groupInconclusive(report).map(inconclusiveCase)];
  const count = (result: Case['result']): number => cases.filter((one) => one.result === result).length;
  const tally = { tests: cases.length, failures: count('failures'), errors: count('errors'), skipped: count('skipped') };
  const properties = [
    xmlElement('property', { name: 'verdict', value: report.verdict }),
    xmlElement('property', { name: 'policy', value: report.policyDigest }),
    xmlElement('property', { name: 'lockfile', value: report.origin.digest }),
    ...report.notes.map((note) => xmlElement('property', { name: 'note', value: note })),
  ];
  const xml = xmlElement('testsuite', { name: report.origin.path, ...tally, timestamp: new Date(report.now).toISOString().slice(0, 19) }, [
    xmlElement('properties', {}, properties),
    ...cases.map((one) => one.xml),
  ]);
  return { xml, tally };
}

function verdictCase(report: Report): Case {
  const text = [summaryLine(report), unexplainedDoubt(report) ?? []].flat().join('\n');
  const result = { pass: 'passed', fail: 'failures', inconclusive: 'errors' } as const;
  return caseOf({ classname: 'lockgate', name: 'verdict' }, result[report.verdict], `verdict-${report.verdict}`, text, text);
}

function findingCase(finding: Finding): Case {
  const { rule, severity, subject, message, waiver, locations } = finding;
  const [place] = locations;
  const attributes = {
    classname: `lockgate.${rule.split('/')[0] ?? ''}`,
    name: `${rule} ${subject.label}`,
    file: place?.file,
    line: place?.line,
  };
  const body = [...locations.slice(0, 5).map(placeText), ...detailLines(finding)].join('\n');
  if (waiver !== undefined) return caseOf(attributes, 'skipped', rule, `${message}: ${wayOut(finding).join(' ')}`, body);
  return caseOf(attributes, severity === 'error' ? 'failures' : 'passed', `${severity} ${rule}`, message, body);
}

function inconclusiveCase(group: InconclusiveGroup): Case {
  const attributes = { classname: `lockgate.${group.checks[0] ?? ''}`, name: `${group.checks.join(', ')}: ${group.source}` };
  const body = group.subjects.slice(0, 100).join('\n');
  return caseOf(attributes, group.isAccepted ? 'skipped' : 'errors', `inconclusive ${group.reason}`, group.detail, body);
}

function caseOf(
  attributes: Readonly<Record<string, string | number | undefined>>,
  result: Case['result'],
  type: string,
  message: string,
  body: string,
): Case {
  const element = { failures: 'failure', errors: 'error', skipped: 'skipped', passed: 'system-out' }[result];
  // The schemas that CI systems use allow `skipped` a message alone, and `system-out` text alone.
  const child =
    result === 'passed'
      ? `<system-out>${xmlText(`${type}: ${message}\n${body}`)}</system-out>`
      : result === 'skipped'
        ? xmlElement(element, { message })
        : `<${element} message="${xmlText(message)}" type="${xmlText(type)}">${xmlText(body)}</${element}>`;
  return { xml: xmlElement('testcase', attributes, [child]), result };
}

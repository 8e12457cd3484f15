import { inert, inertLine } from '../model/inert.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Report, Verdict } from '../model/report.ts';
import { formatDate } from '../model/units.ts';
import { type InconclusiveGroup, acceptingLine, groupInconclusive } from './inconclusive-groups.ts';
import type { RenderOptions, Reporter } from './reporter.ts';
import { plural } from './summary.ts';

/** For people: each finding with its place, reason and way out; equal causes once; one summary line that adds up. */
export const text: Reporter = {
  id: 'text',
  summary: 'For people at a terminal',
  render: (report, options) => {
    const paint = painter(options.isColoured);
    const unverified = groupInconclusive(report);
    const accepting = acceptingLine(unverified);
    const blocks = [
      ...groups(report.findings, options.isExpanded).flatMap((group) => renderGroup(group, paint)),
      ...unverified.map((group) => renderInconclusive(group, paint)),
      ...(accepting === undefined
        ? []
        : [`${paint('note', 'help')}: to accept what could not be verified, write into lockgate.yaml: ${accepting}\n`]),
      ...report.notes.map((note) => `${paint('note', 'note')}: ${inert(note)}\n`),
      summary(report, paint),
    ];
    return blocks.join('\n');
  },
};

/** Findings alone, each with its place, reason and way out, as they stand in the text report. */
export function renderFindings(findings: readonly Finding[], options: Pick<RenderOptions, 'isColoured' | 'isExpanded'>): string {
  const paint = painter(options.isColoured);
  return groups(findings, options.isExpanded)
    .flatMap((group) => renderGroup(group, paint))
    .join('\n');
}

type Paint = (style: Severity | Verdict | 'dim' | 'bold', text: string) => string;

const codes = {
  error: '1;31',
  warning: '1;33',
  note: '1;36',
  pass: '1;32',
  fail: '1;31',
  inconclusive: '1;35',
  dim: '2',
  bold: '1',
} as const;

function painter(isColoured: boolean): Paint {
  return (style, words) => (isColoured ? `\u001b[${codes[style]}m${words}\u001b[0m` : words);
}

/** Findings of one rule and level; more than this many are shown as a few and a list of names. */
const shownPerRule = 3;

function groups(findings: readonly Finding[], isExpanded: boolean): readonly (readonly [Finding, ...Finding[]])[] {
  const byRule = new Map<string, [Finding, ...Finding[]]>();
  for (const [index, finding] of findings.entries()) {
    const key = isExpanded ? String(index) : `${finding.severity} ${finding.rule} ${finding.waiver === undefined ? '' : 'waived'}`;
    const known = byRule.get(key);
    if (known === undefined) byRule.set(key, [finding]);
    else known.push(finding);
  }
  return [...byRule.values()];
}

function renderGroup(group: readonly [Finding, ...Finding[]], paint: Paint): readonly string[] {
  const shown = group.length > shownPerRule + 1 ? group.slice(0, shownPerRule) : group;
  const rest = group.slice(shown.length);
  const blocks = shown.map((finding) => renderFinding(finding, paint));
  const [first] = rest;
  if (first === undefined) return blocks;
  const names = [...new Set(rest.map((finding) => inertLine(finding.subject.label, 100)))];
  const listed = names.slice(0, 12).join(', ');
  const more = names.length > 12 ? ` and ${names.length - 12} others` : '';
  return [...blocks, `${paint(first.severity, first.severity)}[${first.rule}]: ${rest.length} more: ${listed}${more} (--all shows each)\n`];
}

function renderFinding(finding: Finding, paint: Paint): string {
  const head = `${paint(finding.severity, finding.severity)}${paint('bold', `[${finding.rule}]`)}: ${inertLine(finding.message)}`;
  const lines = [finding.waiver === undefined ? head : `${paint('dim', 'waived')} ${head}`];
  const [place, ...others] = finding.locations;
  const path = finding.path.length > 1 ? `   ${finding.path.map((step) => inertLine(step, 120)).join(' › ')}` : '';
  if (place !== undefined) lines.push(`  --> ${inert(place.file)}:${place.line}${path}`);
  if (others.length > 0)
    lines.push(
      `   = also at ${others
        .slice(0, 3)
        .map((other) => `${inert(other.file)}:${other.line}`)
        .join(', ')}${others.length > 3 ? ` and ${others.length - 3} more places` : ''}`,
    );
  for (const fact of finding.facts) lines.push(`   = ${inert(fact.label)}: ${inertLine(fact.value, 300)}`);
  for (const fact of finding.counterFacts) lines.push(`   = but ${inert(fact.label)}: ${inertLine(fact.value, 300)}`);
  for (const reason of finding.levelReasons) lines.push(`   = ${inert(reason)}`);
  if (finding.policy !== undefined) {
    const where =
      finding.policy.location === undefined ? 'built-in default' : `${inert(finding.policy.location.file)}:${finding.policy.location.line}`;
    lines.push(
      `   = policy: ${finding.policy.key}${finding.policy.value === '' ? '' : ` is ${inertLine(finding.policy.value, 100)}`} (${where})`,
    );
  }
  if (finding.waiver === undefined) {
    for (const help of finding.help) lines.push(`   = help: ${inertLine(help, 300)}`);
  } else {
    const { owner, reason, expires, location } = finding.waiver;
    lines.push(
      `   = waived by ${inertLine(owner, 80)} until ${formatDate(expires - 1)}: ${inertLine(reason, 200)} (${inert(location.file)}:${location.line})`,
    );
  }
  return `${lines.join('\n')}\n`;
}

function renderInconclusive(group: InconclusiveGroup, paint: Paint): string {
  const packages = `${group.subjects.length} ${group.subjects.length === 1 ? 'package' : 'packages'}`;
  const lines = [
    `${paint('inconclusive', group.isAccepted ? 'not verified, accepted' : 'inconclusive')}${paint('bold', `[${group.checks.join(', ')}]`)}: ${inertLine(group.detail)}`,
  ];
  lines.push(
    `   = ${inert(group.source)}: ${packages}${group.subjects.length <= 3 ? ` (${group.subjects.map((subject) => inertLine(subject, 100)).join(', ')})` : ''}`,
  );
  return `${lines.join('\n')}\n`;
}

function summary(report: Report, paint: Paint): string {
  const { counts } = report;
  const words: Readonly<Record<Verdict, string>> = { pass: 'PASS', fail: 'FAIL', inconclusive: 'INCONCLUSIVE' };
  const problems = [
    plural(counts.errors, 'error'),
    plural(counts.warnings, 'warning'),
    plural(counts.notes, 'note'),
    ...(counts.waived > 0 ? [`${counts.waived} waived`] : []),
  ];
  const judged = `${counts.expected} judgements: ${counts.pass} passed, ${counts.fail} failed, ${counts.inconclusive} inconclusive, ${counts.notApplicable} not applicable`;
  return `${paint(report.verdict, words[report.verdict])}  ${inert(report.origin.path)}: ${problems.join(', ')} in ${plural(counts.components, 'package')} (${judged})\n`;
}

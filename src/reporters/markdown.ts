import { labelOf } from '../model/component.ts';
import type { Finding, Severity } from '../model/finding.ts';
import type { Report, Verdict } from '../model/report.ts';
import { formatDate } from '../model/units.ts';
import { groupInconclusive } from './inconclusive-groups.ts';
import { markdownCode, markdownText } from './markdown-text.ts';
import type { Reporter } from './reporter.ts';
import { plural, summaryLine, unexplainedDoubt, verdictWords, worstVerdict } from './summary.ts';

/**
 * A comment for a pull request, or a step summary. The first line is a marker by which a script finds the comment to replace.
 * The length stays below what GitHub takes for a comment; what does not fit is counted.
 */
export const markdown: Reporter = {
  id: 'markdown',
  summary: 'Markdown, for a pull request comment or a step summary',
  render: (report) => write([report]),
  renderAll: write,
};

/** GitHub refuses a comment of more than 65,536 characters; bytes are counted, to be on the safe side of any way to count. */
const mostBytes = 65_000;
/** Room for the last lines, which must always fit. */
const reserved = 1_000;

export const stickyMarker = '<!-- lockgate: this comment is replaced by the next run -->';

function write(reports: readonly Report[]): string {
  const verdict = worstVerdict(reports);
  const head = [stickyMarker, `## ${icons[verdict]} Lockgate: ${verdictWords[verdict]}`, ''].join('\n');
  const blocks = [...reports.flatMap(headBlocks), ...reports.flatMap(detailBlocks)];
  let text = `${head}\n`;
  let size = bytes(text);
  let left = 0;
  for (const block of blocks) {
    const next = bytes(block) + 1;
    // Once something had to go, nothing later may slip in: what is shown is the beginning, without gaps.
    if (left > 0 || size + next > mostBytes - reserved) {
      left += 1;
      continue;
    }
    text += `${block}\n`;
    size += next;
  }
  return left === 0 ? text : `${text}\n**${plural(left, 'block')} more did not fit here**: see the full report.\n`;
}

const icons: Readonly<Record<Verdict, string>> = { pass: '✅', fail: '❌', inconclusive: '⚠️' };
const levelIcons: Readonly<Record<Severity, string>> = { error: '❌', warning: '⚠️', note: 'ℹ️' };

/** What everybody must read: the numbers, the notes, what changed. */
function headBlocks(report: Report): readonly string[] {
  const doubt = unexplainedDoubt(report);
  return [
    `**${markdownText(summaryLine(report))}**\n`,
    ...(doubt === undefined ? [] : [`> ${doubt}\n`]),
    ...report.notes.slice(0, 20).map((note) => `> ${markdownText(note)}\n`),
    ...changesBlock(report),
  ];
}

const shownChanges = 15;

function changesBlock({ changes = [] }: Report): readonly string[] {
  if (changes.length === 0) return [];
  const count = (type: string): number => changes.filter((change) => change.type === type).length;
  const lines = changes.slice(0, shownChanges).map((change) => {
    if (change.type === 'added') return `- added ${markdownCode(labelOf(change.after))}`;
    if (change.type === 'removed') return `- removed ${markdownCode(labelOf(change.before))}`;
    return `- changed ${markdownCode(labelOf(change.before))} → ${markdownCode(labelOf(change.after))}`;
  });
  const more = changes.length > shownChanges ? [`- and ${changes.length - shownChanges} more`] : [];
  const title = `${count('added')} added, ${count('changed')} changed, ${count('removed')} removed`;
  return [`<details><summary>Packages: ${title}</summary>\n\n${[...lines, ...more].join('\n')}\n\n</details>\n`];
}

function detailBlocks(report: Report): readonly string[] {
  const open = report.findings.filter((finding) => finding.waiver === undefined);
  const waived = report.findings.filter((finding) => finding.waiver !== undefined);
  const decisive = open.filter((finding) => finding.severity === 'error');
  const groups = groupInconclusive(report);
  const others = open.filter((finding) => finding.severity !== 'error');
  return [
    ...section('Errors', decisive.map(findingBlock)),
    ...section(
      'Could not be verified',
      groups.map(
        ({ checks, detail, source, subjects, isAccepted }) =>
          `- ${isAccepted ? 'accepted: ' : '⚠️ '}**${checks.join(', ')}**: ${markdownText(detail)} (${markdownCode(source)}, ${plural(subjects.length, 'subject')})`,
      ),
    ),
    ...section('Warnings and notes', others.map(findingBlock)),
    ...section('Waived', waived.map(findingBlock)),
  ];
}

function section(title: string, entries: readonly string[]): readonly string[] {
  const [first, ...rest] = entries;
  return first === undefined ? [] : [`\n### ${title} (${entries.length})\n\n${first}`, ...rest];
}

/** One list item: what, where, why; the rest folded away. */
function findingBlock(finding: Finding): string {
  const { rule, severity, message, locations, path, facts, counterFacts, levelReasons, policy, help, waiver } = finding;
  const [place] = locations;
  const where = [
    ...(place === undefined ? [] : [markdownCode(`${place.file}:${place.line}`)]),
    ...(path.length > 1 ? [path.map((step) => markdownCode(step, 120)).join(' › ')] : []),
  ];
  const more = [
    ...facts.map(({ label, value }) => `  - ${markdownText(label)}: ${markdownCode(value, 300)}`),
    ...counterFacts.map(({ label, value }) => `  - but ${markdownText(label)}: ${markdownCode(value, 300)}`),
    ...levelReasons.map((reason) => `  - ${markdownText(reason)}`),
    ...(policy?.location === undefined
      ? []
      : [
          `  - policy: ${markdownCode(policy.key)} is ${markdownCode(policy.value, 100)} (${markdownCode(`${policy.location.file}:${policy.location.line}`)})`,
        ]),
  ];
  const out =
    waiver === undefined
      ? help.map((line) => `  - **help:** ${markdownText(line, 300)}`)
      : [
          `  - waived by ${markdownText(waiver.owner, 80)} until ${formatDate(waiver.expires - 1)}: ${markdownText(waiver.reason, 200)} (${markdownCode(`${waiver.location.file}:${waiver.location.line}`)})`,
        ];
  return [
    `- ${levelIcons[severity]} **${rule}**: ${markdownText(message)}`,
    ...(where.length === 0 ? [] : [`  ${where.join(' · ')}`]),
    ...more,
    ...out,
  ].join('\n');
}

function bytes(text: string): number {
  return Buffer.byteLength(text);
}

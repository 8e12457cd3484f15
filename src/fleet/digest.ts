import type { Severity } from '../model/finding.ts';
import { formatDate } from '../model/units.ts';
import { markdownCode, markdownText } from '../reporters/markdown-text.ts';
import { plural } from '../reporters/summary.ts';
import type { FindingRecord, RepositoryFailure } from './audit-record.ts';
import { type AuditSummary, type RepositoryState, repositoryStates } from './audit-summary.ts';
import { type SharedFinding, hasNews, sharedFindings, verdictChanges } from './audit-news.ts';

/**
 * What changed in the world since the last audit, as Markdown for people: worst first, one entry for a finding however many
 * repositories have it. At most 65,000 bytes, as forges take them; what does not fit is counted.
 */
export function renderDigest(summary: AuditSummary): string {
  return within(mostBytes, head(summary), [
    ...newFindings(summary, '- '),
    ...changedVerdicts(summary),
    ...failures(summary),
    ...goneRepositories(summary),
    ...resolvedFindings(summary),
    ...(hasNews(summary) ? [] : ['Nothing new, nothing resolved.\n']),
  ]);
}

/**
 * The same as the body of an issue, with a box to tick for each new finding; an empty text where there is nothing to say, so that a
 * script opens an issue only for a file that is not empty.
 */
export function renderIssueBody(summary: AuditSummary): string {
  if (!hasNews(summary)) return '';
  return within(mostBytes, `${issueMarker}\n${head(summary)}`, [
    ...newFindings(summary, '- [ ] '),
    ...changedVerdicts(summary),
    ...failures(summary),
    ...goneRepositories(summary),
    ...resolvedFindings(summary),
  ]);
}

/** GitHub and GitLab refuse more than 65,536 characters in a comment or a body; bytes are the stricter count. */
const mostBytes = 65_000;
/** The first line of an issue's body, by which a script finds the issue of the audit before. */
export const issueMarker = '<!-- lockgate audit -->';

const namesShown = 8;
const pathShown = 12;
const failuresShown = 25;
const verdictsShown = 40;
/** More than fits in any case. */
const findingsShown = 400;

const stateIcons: Readonly<Record<RepositoryState, string>> = { fail: '❌', failed: '🚫', inconclusive: '⚠️', pass: '✅' };
const levelIcons: Readonly<Record<Severity, string>> = { error: '❌', warning: '⚠️', note: 'ℹ️' };
const stateWords: Readonly<Record<RepositoryState, string>> = {
  fail: 'fail',
  failed: 'could not be audited',
  inconclusive: 'inconclusive',
  pass: 'pass',
};

function head({ audit, previous, states, changes }: AuditSummary): string {
  const appeared = sharedFindings(changes, 'appeared');
  const resolved = sharedFindings(changes, 'resolved');
  const worst = repositoryStates.find((state) => states[state] > 0) ?? 'failed';
  const counts = repositoryStates.flatMap((state) => (states[state] > 0 ? [`${states[state]} ${stateWords[state]}`] : []));
  const since = previous === undefined ? 'first audit: everything is new' : `since the audit of ${formatDate(previous.startedAt)}`;
  return [
    `## ${stateIcons[worst]} Lockgate audit of ${formatDate(audit.startedAt)}`,
    '',
    `**${audit.repositories === 1 ? '1 repository' : `${audit.repositories} repositories`}: ${counts.join(', ')}**`,
    '',
    `${plural(appeared.length, 'new finding')}, ${resolved.length} resolved, ${since}.`,
    '',
  ].join('\n');
}

function newFindings({ changes }: AuditSummary, bullet: string): readonly string[] {
  const shared = sharedFindings(changes, 'appeared');
  const open = shared.filter(({ finding }) => finding.waiver === undefined);
  const waived = shared.length - open.length;
  const blocks = open.slice(0, findingsShown).map((one) => findingBlock(one, bullet));
  return [
    ...section('New', open.length, [...blocks, ...andMore(open.length - findingsShown)]),
    ...(waived === 0 ? [] : [`${plural(waived, 'further new finding')} ${waived === 1 ? 'is' : 'are'} waived.\n`]),
  ];
}

function findingBlock({ finding, repositories }: SharedFinding, bullet: string): string {
  const { rule, severity, message, help } = finding;
  const path = wayOf(finding);
  return [
    `${bullet}${levelIcons[severity]} **${markdownText(rule, 100)}**: ${markdownText(message, 300)}`,
    `  in ${named(repositories)}${path === '' ? '' : `: ${path}`}`,
    ...help.slice(0, 2).map((line) => `  - **help:** ${markdownText(line, 300)}`),
  ].join('\n');
}

function wayOf({ path }: FindingRecord): string {
  if (path.length < 2) return '';
  const steps = path.length <= pathShown ? path : [...path.slice(0, pathShown - 2), '…', ...path.slice(-1)];
  return steps.map((step) => markdownCode(step, 120)).join(' › ');
}

function changedVerdicts({ changes }: AuditSummary): readonly string[] {
  const changed = verdictChanges(changes);
  const lines = changed
    .slice(0, verdictsShown)
    .map(
      ({ repository, before, verdict }) =>
        `- ${stateIcons[verdict]} ${markdownCode(repository, 120)}: ${before === undefined ? 'not audited before' : stateWords[before]} → ${stateWords[verdict]}`,
    );
  return section('Verdicts that changed', changed.length, [...lines, ...andMore(changed.length - verdictsShown)]);
}

function failures({ failures: all }: AuditSummary): readonly string[] {
  return section('Could not be audited', all.length, [
    ...all.slice(0, failuresShown).map(failureLine),
    ...andMore(all.length - failuresShown),
  ]);
}

function failureLine({ repository, code, message, hint }: RepositoryFailure): string {
  return `- 🚫 ${markdownCode(repository, 120)}: ${markdownText(message, 300)} (${markdownText(code, 60)})${hint === undefined ? '' : `: ${markdownText(hint, 200)}`}`;
}

function goneRepositories({ vanished = [] }: AuditSummary): readonly string[] {
  return vanished.length === 0 ? [] : section('No longer audited', vanished.length, [`- ${named(vanished)}`]);
}

function resolvedFindings({ changes }: AuditSummary): readonly string[] {
  const resolved = sharedFindings(changes, 'resolved');
  const lines = resolved
    .slice(0, findingsShown)
    .map(
      ({ finding, repositories }) =>
        `- ✅ **${markdownText(finding.rule, 100)}** ${markdownCode(finding.subject, 200)} in ${named(repositories)}`,
    );
  return section('Resolved', resolved.length, [...lines, ...andMore(resolved.length - findingsShown)]);
}

function named(repositories: readonly string[]): string {
  const shown = repositories.slice(0, namesShown).map((name) => markdownCode(name, 120));
  const more = repositories.length - shown.length;
  return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function andMore(count: number): readonly string[] {
  return count > 0 ? [`- and ${count} more`] : [];
}

/** The first entry carries the title, so that no title stands alone where the room ends. */
function section(title: string, count: number, entries: readonly string[]): readonly string[] {
  const [first, ...rest] = entries;
  if (first === undefined) return [];
  const [last, ...before] = rest.toReversed();
  const titled = `### ${title} (${count})\n\n${first}`;
  return last === undefined ? [`${titled}\n`] : [titled, ...before.toReversed(), `${last}\n`];
}

/** As many blocks as fit, from the first on and without gaps, and how many did not. */
function within(limit: number, start: string, blocks: readonly string[]): string {
  let text = `${start}\n`;
  let size = Buffer.byteLength(text);
  for (const [index, block] of blocks.entries()) {
    size += Buffer.byteLength(block) + 1;
    if (size > limit - roomForTheEnd)
      return `${text}\n**${plural(blocks.length - index, 'block')} more did not fit here.** \`lockgate audit --format json\` has all of them.\n`;
    text += `${block}\n`;
  }
  return text;
}

const roomForTheEnd = 200;

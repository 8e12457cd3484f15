import { inert, inertLine } from '../model/inert.ts';
import { formatDate } from '../model/units.ts';
import { plural } from '../reporters/summary.ts';
import { sharedFindings, verdictChanges } from './audit-news.ts';
import { type AuditSummary, type RepositoryState, repositoryStates } from './audit-summary.ts';

export interface AuditTextOptions {
  readonly isColoured: boolean;
  /** Show everything instead of the beginnings of long lists. */
  readonly isExpanded: boolean;
}

/** One audit for people at a terminal: what is new, worst first, what went, what failed, and one line that adds up. */
export function renderAuditText(summary: AuditSummary, options: AuditTextOptions): string {
  const paint = painter(options.isColoured);
  const blocks = [
    ...newFindings(summary, options, paint),
    ...verdicts(summary, options, paint),
    ...failures(summary, options, paint),
    ...resolved(summary, options, paint),
    ...vanished(summary),
    lastLine(summary, paint),
  ];
  return blocks.join('\n');
}

/** The words for a state, as every format writes them. */
const words: Readonly<Record<RepositoryState, string>> = {
  fail: 'FAIL',
  failed: 'NOT AUDITED',
  inconclusive: 'INCONCLUSIVE',
  pass: 'PASS',
};

const shownFindings = 15;
const shownLines = 20;
const shownNames = 5;

type Style = RepositoryState | 'error' | 'warning' | 'note' | 'bold';
type Paint = (style: Style, text: string) => string;

const codes: Readonly<Record<Style, string>> = {
  fail: '1;31',
  failed: '1;35',
  inconclusive: '1;35',
  pass: '1;32',
  error: '1;31',
  warning: '1;33',
  note: '1;36',
  bold: '1',
};

function painter(isColoured: boolean): Paint {
  return (style, text) => (isColoured ? `\u001b[${codes[style]}m${text}\u001b[0m` : text);
}

function newFindings({ changes, previous }: AuditSummary, { isExpanded }: AuditTextOptions, paint: Paint): readonly string[] {
  const found = sharedFindings(changes, 'appeared').filter(({ finding }) => finding.waiver === undefined);
  if (found.length === 0) return [];
  const shown = isExpanded ? found : found.slice(0, shownFindings);
  const since = previous === undefined ? 'in this first audit' : `since the audit of ${formatDate(previous.startedAt)}`;
  const entries = shown.map(({ finding, repositories }) => {
    const { severity, rule, message, path, help } = finding;
    return [
      `${paint(severity, severity)}${paint('bold', `[${inert(rule)}]`)}: ${inertLine(message)}`,
      `   = in ${named(repositories)}${path.length > 1 ? `, e.g. ${path.map((step) => inertLine(step, 120)).join(' › ')}` : ''}`,
      ...help.slice(0, 2).map((line) => `   = help: ${inertLine(line, 300)}`),
      '',
    ].join('\n');
  });
  return [
    `${paint('bold', `New ${since}: ${plural(found.length, 'finding')}`)}\n`,
    ...entries,
    ...more(found.length - shown.length, 'finding'),
  ];
}

function verdicts({ changes, previous }: AuditSummary, { isExpanded }: AuditTextOptions, paint: Paint): readonly string[] {
  if (previous === undefined) return [];
  const changed = verdictChanges(changes);
  const shown = isExpanded ? changed : changed.slice(0, shownLines);
  return section(
    paint('bold', 'Verdicts that changed'),
    shown.map(
      ({ repository, before, verdict }) =>
        `  ${inertLine(repository, 120)}: ${before === undefined ? 'not audited before' : words[before]} -> ${paint(verdict, words[verdict])}`,
    ),
    changed.length - shown.length,
    'repository',
  );
}

function failures({ failures: all }: AuditSummary, { isExpanded }: AuditTextOptions, paint: Paint): readonly string[] {
  const shown = isExpanded ? all : all.slice(0, shownLines);
  return section(
    paint('failed', 'Could not be audited'),
    shown.map(
      ({ repository, message, hint }) =>
        `  ${inertLine(repository, 120)}: ${inertLine(message, 300)}${hint === undefined ? '' : `\n     = help: ${inertLine(hint, 300)}`}`,
    ),
    all.length - shown.length,
    'repository',
  );
}

function resolved({ changes }: AuditSummary, { isExpanded }: AuditTextOptions, paint: Paint): readonly string[] {
  const gone = sharedFindings(changes, 'resolved');
  const shown = isExpanded ? gone : gone.slice(0, shownFindings);
  return section(
    paint('pass', 'Resolved'),
    shown.map(({ finding, repositories }) => `  [${inert(finding.rule)}] ${inertLine(finding.subject, 200)} in ${named(repositories)}`),
    gone.length - shown.length,
    'finding',
  );
}

function vanished({ vanished: names = [] }: AuditSummary): readonly string[] {
  return names.length === 0 ? [] : [`No longer audited: ${named(names)}\n`];
}

/** The line that decides, with every repository in it. */
function lastLine({ audit, states, changes, previous }: AuditSummary, paint: Paint): string {
  const worst = repositoryStates.find((state) => states[state] > 0) ?? 'failed';
  const counts = repositoryStates.flatMap((state) => (states[state] > 0 ? [`${states[state]} ${words[state]}`] : []));
  const appeared = sharedFindings(changes, 'appeared').filter(({ finding }) => finding.waiver === undefined).length;
  const news = `${plural(appeared, 'new finding')}, ${sharedFindings(changes, 'resolved').length} resolved`;
  const against = previous === undefined ? 'first audit' : `compared with audit ${previous.id}`;
  return `${paint(worst, words[worst])}  audit ${audit.id} of ${inertLine(audit.scope, 100)}: ${counted(audit.repositories)} (${counts.join(', ')}); ${news} (${against})\n`;
}

function counted(repositories: number): string {
  return repositories === 1 ? '1 repository' : `${repositories} repositories`;
}

function section(title: string, lines: readonly string[], left: number, what: string): readonly string[] {
  return lines.length === 0 ? [] : [[`${title}:`, ...lines, ''].join('\n'), ...more(left, what)];
}

function more(count: number, what: string): readonly string[] {
  if (count <= 0) return [];
  return [`  ... and ${what === 'repository' && count > 1 ? `${count} repositories` : plural(count, what)} more (--all shows each)\n`];
}

function named(repositories: readonly string[]): string {
  const shown = repositories.slice(0, shownNames).map((name) => inertLine(name, 120));
  const left = repositories.length - shown.length;
  return `${shown.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
}

import type { Decision } from '../firewall/decision.ts';
import type { Finding } from '../model/finding.ts';
import { inertLine } from '../model/inert.ts';
import { plural } from '../reporters/summary.ts';
import { renderFindings } from '../reporters/text.ts';
import type { InstallVerdict } from './install-verdict.ts';

/** What one run under the gate came to, as data. */
export interface ExecResult {
  /** What was refused before the client was started, and why it was not. */
  readonly before?: InstallVerdict;
  /** `before` is about what the client resolved, which it was not let install: its files were put back. */
  readonly isTakenBack?: true;
  /** What the firewall decided while it ran. */
  readonly decisions: readonly Decision[];
  /** What it wrote, where it wrote anything. */
  readonly after?: InstallVerdict;
  /** The client's own exit code; absent where it was never started. */
  readonly clientExit?: number;
  /** It was interrupted while it installed: what it has written was not judged. */
  readonly isUnjudged?: true;
  /** Things that a reader should know: an interrupted run, a file that was put back. */
  readonly notes: readonly string[];
}

export interface SummaryOptions {
  readonly isColoured: boolean;
  /** `npm`, as it was called. */
  readonly program: string;
  /** Path of the lockfile, as people write it; absent where there is none. */
  readonly lockfile?: string;
  /** Commands that take back what has landed. */
  readonly undo: readonly string[];
}

const mostExplained = 5;

/** 1 where something was refused, 3 where something could not be verified, else the client's own exit code. */
export function exitCodeOf({ before, decisions, after, clientExit, isUnjudged }: ExecResult): number {
  const verdicts = [before?.verdict, after?.verdict];
  if (verdicts.includes('fail') || decisions.some(({ action }) => action === 'refused')) return 1;
  if (verdicts.includes('inconclusive') || decisions.some(({ action }) => action === 'unverified')) return 3;
  // A client may end in peace on a signal.
  return clientExit === 0 && isUnjudged === true ? 3 : (clientExit ?? 2);
}

/** What a person reads below the client's own output; empty where there is nothing to say. */
export function renderSummary(result: ExecResult, options: SummaryOptions): string {
  const { program, lockfile = 'the lockfile' } = options;
  const blocks: string[] = [];
  if (result.before !== undefined && result.before.verdict !== 'pass') {
    blocks.push(verdictText(result.before, options));
    const outcome =
      result.isTakenBack === true
        ? 'resolved this and installed nothing, its files are as they were'
        : 'was not started, nothing was written';
    blocks.push(headline(result.before.verdict === 'fail' ? 'REFUSED' : 'NOT VERIFIED', `${program} ${outcome}`));
    return `\n${[...blocks, ...result.notes.map(noteLine)].join('\n')}`;
  }
  const refused = result.decisions.filter(({ action }) => action === 'refused');
  const unverified = result.decisions.filter(({ action }) => action === 'unverified');
  const hidden = result.decisions.filter(({ action }) => action === 'hidden');
  const isFailed = result.clientExit !== undefined && result.clientExit !== 0;
  blocks.push(...decisionsText(refused, options), ...decisionsText(unverified, options));
  // A client that finds no version tells that it does not exist: here is why. Many names mean that it failed for another reason.
  const isExplaining =
    isFailed && refused.length + unverified.length === 0 && new Set(hidden.map(({ name }) => name)).size <= mostExplained;
  blocks.push(...(isExplaining ? decisionsText(hidden, options) : hiddenLines(hidden)));
  if (result.after !== undefined && result.after.verdict !== 'pass') {
    blocks.push(verdictText(result.after, options));
    blocks.push(
      headline(
        result.after.verdict === 'fail' ? 'REFUSED' : 'NOT VERIFIED',
        `${program} has installed what ${lockfile} now holds, and that is not acceptable`,
      ),
    );
    blocks.push(...options.undo.map((command) => `   = to undo: ${command}\n`));
  } else if (refused.length > 0) {
    blocks.push(
      headline(
        'REFUSED',
        `${plural(refused.length, 'package')} asked for by ${program}; not one byte of ${refused.length === 1 ? 'it' : 'them'} was sent`,
      ),
    );
  } else if (unverified.length > 0) {
    blocks.push(
      headline(
        'NOT VERIFIED',
        `${plural(unverified.length, 'package')} asked for by ${program}: nothing proves ${unverified.length === 1 ? 'it' : 'them'} acceptable`,
      ),
    );
  }
  if (isExplaining && hidden.length > 0) {
    const versions = `${plural(hidden.length, 'version')} of ${[...new Set(hidden.map(({ name }) => inertLine(name, 100)))].join(', ')}`;
    blocks.push(
      headline(
        'FAILED',
        `${program} ended with exit code ${result.clientExit}; ${versions} ${hidden.length === 1 ? 'was' : 'were'} kept from it`,
      ),
    );
  }
  blocks.push(...result.notes.map(noteLine));
  return blocks.length === 0 ? '' : `\n${blocks.join('\n')}`;
}

/** The same as data, for `--json`. */
export function summaryAsData(
  result: ExecResult,
  options: { readonly client: string; readonly version: string; readonly tool: string },
): unknown {
  return {
    schemaVersion: 1,
    tool: { name: 'lockgate', version: options.tool },
    client: { id: options.client, version: options.version, exitCode: result.clientExit ?? null },
    exitCode: exitCodeOf(result),
    before: result.before ?? null,
    decisions: result.decisions.filter(({ action }) => action !== 'allowed'),
    allowed: result.decisions.filter(({ action }) => action === 'allowed').map(({ name, version }) => `${name}@${version}`),
    after: result.after ?? null,
    notes: result.notes,
  };
}

function verdictText({ findings, unverified }: InstallVerdict, { isColoured }: SummaryOptions): string {
  return [
    renderFindings(findings, { isColoured, isExpanded: false }),
    ...unverified.slice(0, 20).map(unverifiedLine),
    ...more(unverified.length - 20),
  ]
    .filter((block) => block !== '')
    .join('\n');
}

/** Findings where there are any, else the reasons in words. */
function decisionsText(decisions: readonly Decision[], { isColoured }: SummaryOptions): readonly string[] {
  const findings = decisions.flatMap((decision) => decision.findings.filter(isDeciding));
  const rendered = findings.length === 0 ? [] : [renderFindings(distinct(findings), { isColoured, isExpanded: false })];
  const wordless = decisions.filter((decision) => !decision.findings.some(isDeciding));
  const lines = [...byReason(wordless)].map(([reason, about]) => `${about[0].action}: ${labels(about)}: ${inertLine(reason)}\n`);
  return [...rendered, ...lines.slice(0, 20), ...more(lines.length - 20)];
}

/** One silent registry is the same reason for a thousand packages. */
function byReason(decisions: readonly Decision[]): ReadonlyMap<string, readonly [Decision, ...Decision[]]> {
  const groups = new Map<string, [Decision, ...Decision[]]>();
  for (const decision of decisions) {
    for (const reason of decision.reasons) {
      const group = groups.get(reason);
      if (group === undefined) groups.set(reason, [decision]);
      else group.push(decision);
    }
  }
  return groups;
}

function labels(decisions: readonly Decision[]): string {
  const shown = decisions.slice(0, 5).map(label).join(', ');
  return decisions.length > 5 ? `${shown} and ${decisions.length - 5} more` : shown;
}

function isDeciding({ severity, waiver }: Finding): boolean {
  return severity === 'error' && waiver === undefined;
}

function distinct(findings: readonly Finding[]): readonly Finding[] {
  // A request has no place in a file.
  return [...new Map(findings.map((finding) => [finding.fingerprint, { ...finding, locations: [] }])).values()];
}

/** One line for each name: its newest versions were kept from the client, which took another one. */
function hiddenLines(hidden: readonly Decision[]): readonly string[] {
  const byName = new Map<string, Decision[]>();
  for (const decision of hidden) byName.set(decision.name, [...(byName.get(decision.name) ?? []), decision]);
  const lines = [...byName].map(([name, decisions]) => {
    const versions = decisions.map(({ version }) => inertLine(version, 60));
    const listed = `${versions.slice(-3).join(', ')}${versions.length > 3 ? ` and ${versions.length - 3} older` : ''}`;
    return noteLine(`${name}: ${listed} passed over: ${decisions.at(-1)?.reasons[0] ?? 'refused by the policy'}`);
  });
  return [...lines.slice(0, 10), ...more(lines.length - 10)];
}

function headline(word: string, text: string): string {
  return `${word}  ${text}\n`;
}

function noteLine(text: string): string {
  return `note: ${inertLine(text)}\n`;
}

function unverifiedLine(text: string): string {
  return `inconclusive: ${inertLine(text)}\n`;
}

function more(count: number): readonly string[] {
  return count > 0 ? [`... and ${count} more\n`] : [];
}

function label({ name, version }: Decision): string {
  return inertLine(version === '' ? name : `${name}@${version}`, 200);
}

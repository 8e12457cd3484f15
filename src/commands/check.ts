import { resolve } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import type { Report, Verdict } from '../model/report.ts';
import { writeFileAtomic } from '../platform/files.ts';
import { formats } from '../reporters/formats.generated.ts';
import type { RenderOptions, Reporter } from '../reporters/reporter.ts';
import { allowOnceOptions } from './allow-once.ts';
import type { Command, CommandResult, ExitCode, Invocation } from './command.ts';
import { externalLogOptions } from './external-logs.ts';
import { judgeWorkingTree, judgingOptions } from './judge.ts';
import { defaultPolicyFile } from './project-settings.ts';

const formatNames = formats.map(({ id }) => id).join(', ');

/** `lockgate check`: judges lockfiles against the policy: all of them, or what changed since a base. */
export const check: Command = {
  name: 'check',
  summary: 'Judge a lockfile: may these dependencies be used',
  usage: '[PATH]',
  description: [
    'PATH is a folder with a lockfile, the lockfile itself, or an SBOM (CycloneDX JSON); this folder by default.',
    `The policy is the nearest ${defaultPolicyFile}; without one the built-in defaults hold. With --base, what changed since`,
    "that revision is judged by the base's own policy and .npmrc: a branch cannot loosen the gate that judges it.",
  ].join('\n'),
  maxPositionals: 1,
  options: {
    format: { type: 'string', short: 'f', value: 'FORMAT', description: `Output format: ${formatNames}` },
    report: {
      type: 'string',
      value: 'FORMAT=FILE',
      isRepeatable: true,
      description: 'Also write a report into a file; as often as wanted',
    },
    base: { type: 'string', value: 'REF', description: 'Judge what changed since this revision, by its policy and its .npmrc' },
    head: { type: 'string', value: 'REF', description: 'With --base: judge this revision instead of the working tree' },
    ...externalLogOptions,
    recursive: { type: 'boolean', short: 'r', description: 'Judge the lockfiles in folders further down, too' },
    ...judgingOptions,
    observe: { type: 'boolean', description: 'Report everything and exit 0: for the first weeks; every report says so' },
    ...allowOnceOptions,
    all: { type: 'boolean', description: 'Show every finding instead of grouping equal ones' },
    quiet: { type: 'boolean', short: 'q', description: 'Print nothing when the verdict is a pass' },
    'no-color': { type: 'boolean', description: 'No colours; NO_COLOR does the same' },
  },
  examples: [
    ['lockgate check', 'judge the lockfile of this folder'],
    ['lockgate check --base origin/main', 'what this branch changes, by the policy of main'],
    ['lockgate check packages/app --format json', 'another folder, as data'],
    ['lockgate check --report sarif=lockgate.sarif --report html=lockgate.html', 'several reports of one run'],
    ['lockgate check --offline', 'with what earlier runs remember'],
  ],
  run: async (invocation) => {
    const reporter = await reporterFor(invocation.text('format') ?? 'text');
    const files = await Promise.all(invocation.texts('report').map(parseReportFile));
    const path = invocation.positionals[0] ?? '.';
    const base = invocation.text('base');
    const judged = base === undefined ? await judgeWorkingTree(path, invocation) : await judgeChangeSince(base, path, invocation);
    const reports = judged.map((report) => withRunNotes(report, invocation));
    for (const { reporter: format, file } of files)
      writeFileAtomic(resolve(invocation.environment.cwd, file), renderAll(reports, format, plain));
    const until = base === undefined && files.length === 0 && invocation.texts('allow-once').length === 0 ? holdsUntil(judged) : undefined;
    return { ...answer(reports, reporter, invocation), ...(until === undefined ? {} : { holdsUntil: until }) };
  },
};

/** What git has to do with it is loaded for a change alone. */
async function judgeChangeSince(base: string, path: string, invocation: Invocation): Promise<readonly Report[]> {
  const { judgeChange } = await import('./judge-change.ts');
  return judgeChange(path, base, invocation);
}

const plain: RenderOptions = { isColoured: false, width: 0, isExpanded: true };

/** What every reader of this run must know: that it only observes, what was allowed once, that a base was forgotten. */
function withRunNotes(report: Report, { flag, texts, text, environment }: Invocation): Report {
  const notes = [
    ...(flag('observe') ? [`OBSERVING: the exit code is 0 whatever was found; the verdict is ${report.verdict}`] : []),
    ...texts('allow-once').map((finding) => `ALLOWED ONCE by ${text('owner')}: ${finding}: ${text('reason')}`),
    ...(text('base') === undefined ? forgottenBase(environment.variables) : []),
  ];
  return notes.length === 0 ? report : { ...report, notes: [...notes, ...report.notes] };
}

/** Pull requests are recognised by what the common CI systems set. */
function forgottenBase(variables: Readonly<Record<string, string | undefined>>): readonly string[] {
  const target =
    variables['GITHUB_BASE_REF'] ??
    variables['CI_MERGE_REQUEST_TARGET_BRANCH_NAME'] ??
    variables['BITBUCKET_PR_DESTINATION_BRANCH'] ??
    variables['SYSTEM_PULLREQUEST_TARGETBRANCH'];
  if (target === undefined || target === '') return [];
  const branch = target.replace(/^refs\/heads\//, '');
  return [
    `this is a pull request against ${branch} and everything was judged by its own policy: use --base origin/${branch} to judge the change by the policy of ${branch}`,
  ];
}

async function parseReportFile(text: string): Promise<{ readonly reporter: Reporter; readonly file: string }> {
  const at = text.indexOf('=');
  if (at < 1 || at === text.length - 1)
    throw new GateError('usage', `--report needs FORMAT=FILE, not ${JSON.stringify(text)}`, { hint: `formats: ${formatNames}` });
  return { reporter: await reporterFor(text.slice(0, at)), file: text.slice(at + 1) };
}

async function reporterFor(id: string): Promise<Reporter> {
  const format = formats.find((candidate) => candidate.id === id);
  if (format === undefined) throw new GateError('usage', `there is no format ${JSON.stringify(id)}`, { hint: `formats: ${formatNames}` });
  return format.load();
}

function answer(reports: readonly Report[], reporter: Reporter, { flag, environment }: Invocation): CommandResult {
  const worst = exitCodes[Math.max(...reports.map(({ verdict }) => rank[verdict]))] ?? 2;
  const exitCode = flag('observe') ? 0 : worst;
  if (flag('quiet') && worst === 0) return { exitCode };
  const options = { isColoured: environment.isColoured && !flag('no-color'), width: environment.width, isExpanded: flag('all') };
  return { exitCode, stdout: renderAll(reports, reporter, options) };
}

/** Until when a pass of all lockfiles holds; undefined where one of them does not pass, or not beyond this moment. */
function holdsUntil(reports: readonly Report[]): number | undefined {
  const until = Math.min(...reports.map((report) => (report.verdict === 'pass' ? (report.holdsUntil ?? -Infinity) : -Infinity)));
  return until > -Infinity ? until : undefined;
}

/** The worst verdict decides for several lockfiles: a fail outweighs an inconclusive, which outweighs a pass. */
const rank: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, fail: 2 };
const exitCodes: readonly ExitCode[] = [0, 3, 1];

/** Formats that hold several lockfiles render them together; the others one after the other. */
function renderAll(reports: readonly Report[], reporter: Reporter, options: RenderOptions): string {
  if (reporter.renderAll !== undefined) return reporter.renderAll(reports, options);
  return reports.map((report) => reporter.render(report, options)).join('\n');
}

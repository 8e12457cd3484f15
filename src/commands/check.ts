import { resolve } from 'node:path';
import { type Gate, createGate } from '../gate.ts';
import { GateError } from '../model/gate-error.ts';
import type { Report, Verdict } from '../model/report.ts';
import { readOptionalText } from '../platform/files.ts';
import { baselineFile } from '../policy/baseline.ts';
import { reporters } from '../reporters/index.generated.ts';
import type { Reporter } from '../reporters/reporter.ts';
import type { Command, CommandResult, ExitCode, Invocation } from './command.ts';
import { type ReadLockfile, readLockfiles } from './lockfiles.ts';

export const defaultPolicyFile = 'lockgate.yaml';

/** `lockgate check`: judges a working tree's lockfiles against the policy. */
export const check: Command = {
  name: 'check',
  summary: 'Judge a lockfile: may these dependencies be used',
  usage: '[PATH]',
  description: [
    'PATH is a folder with a lockfile, or the lockfile itself; this folder by default.',
    `The policy is ${defaultPolicyFile} beside the lockfile; without one the built-in defaults hold.`,
  ].join('\n'),
  maxPositionals: 1,
  options: {
    format: {
      type: 'string',
      short: 'f',
      value: 'FORMAT',
      description: `Output format: ${reporters.map((reporter) => reporter.id).join(', ')}`,
    },
    policy: { type: 'string', short: 'p', value: 'FILE', description: 'Another policy file' },
    recursive: { type: 'boolean', short: 'r', description: 'Judge the lockfiles in folders further down, too' },
    offline: { type: 'boolean', description: 'Ask nobody: use what is remembered, and call the rest inconclusive' },
    timeout: { type: 'string', value: 'SECONDS', description: 'Deadline for all evidence of one lockfile, 120 by default' },
    all: { type: 'boolean', description: 'Show every finding instead of grouping equal ones' },
    quiet: { type: 'boolean', short: 'q', description: 'Print nothing when the verdict is a pass' },
    'no-color': { type: 'boolean', description: 'No colours; NO_COLOR does the same' },
  },
  examples: [
    ['lockgate check', 'judge the lockfile of this folder'],
    ['lockgate check packages/app --format json', 'another folder, as data'],
    ['lockgate check --offline', 'with what earlier runs remember'],
  ],
  run: async (invocation) => {
    const reporter = reporterFor(invocation.text('format') ?? 'text');
    const path = invocation.positionals[0] ?? '.';
    const { lockfiles, further } = readLockfiles(path, invocation.environment.cwd, { isRecursive: invocation.flag('recursive') });
    const reports: Report[] = [];
    for (const lockfile of lockfiles) reports.push(await judge(lockfile, further, invocation));
    return answer(reports, reporter, invocation);
  },
};

async function judge(lockfile: ReadLockfile, further: readonly string[], invocation: Invocation): Promise<Report> {
  const { environment } = invocation;
  const gate = await openGate(lockfile.root, invocation);
  try {
    return await gate.assess(lockfile.inventory, {
      siblingLockfiles: lockfile.siblings,
      notes: [...furtherNote(further), ...tarballNote(lockfile)],
      signal: environment.signal,
    });
  } finally {
    await gate.close();
  }
}

/** A gate for the lockfile in `root`: its policy file, its `.npmrc`, the options of the command line. */
export async function openGate(root: string, invocation: Invocation): Promise<Gate> {
  const { environment } = invocation;
  const policy = readPolicy(root, invocation);
  const npmrc = readOptionalText(resolve(root, '.npmrc'));
  const baseline = readOptionalText(resolve(root, baselineFile));
  return createGate({
    now: environment.now,
    variables: environment.variables,
    isOffline: invocation.flag('offline'),
    deadline: secondsOf(invocation.text('timeout')) * 1000,
    onProgress: (evidence, done, total) => environment.onProgress(`${evidence}: ${done} of ${total}`),
    ...(policy === undefined ? {} : { policy }),
    ...(npmrc === undefined ? {} : { npmrc }),
    ...(baseline === undefined ? {} : { baseline: { text: baseline, path: baselineFile } }),
  });
}

/** A named policy must exist; the default one may be absent. */
function readPolicy(root: string, { text, environment }: Invocation): { readonly text: string; readonly path: string } | undefined {
  const named = text('policy');
  const content = readOptionalText(named === undefined ? resolve(root, defaultPolicyFile) : resolve(environment.cwd, named));
  if (content !== undefined) return { text: content, path: named ?? defaultPolicyFile };
  if (named === undefined) return undefined;
  throw new GateError('policy-missing', `there is no policy file ${named}`, {
    hint: 'check the path; without --policy the built-in defaults hold',
  });
}

function secondsOf(text: string | undefined): number {
  if (text === undefined) return 120;
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (!(seconds >= 1)) throw new GateError('usage', `--timeout needs a whole number of seconds, not ${JSON.stringify(text)}`);
  return seconds;
}

function reporterFor(id: string): Reporter {
  const reporter = reporters.find((candidate) => candidate.id === id);
  if (reporter === undefined)
    throw new GateError('usage', `there is no format ${JSON.stringify(id)}`, {
      hint: `formats: ${reporters.map((candidate) => candidate.id).join(', ')}`,
    });
  return reporter;
}

function answer(reports: readonly Report[], reporter: Reporter, { flag, environment }: Invocation): CommandResult {
  const exitCode = Math.max(...reports.map(({ verdict }) => rank[verdict])) as 0 | 1 | 2; // one of the three ranks
  const code = exitCodes[exitCode];
  if (flag('quiet') && code === 0) return { exitCode: code };
  const options = { isColoured: environment.isColoured && !flag('no-color'), width: environment.width, isExpanded: flag('all') };
  const rendered = reports.map((report) => reporter.render(report, options));
  return { exitCode: code, stdout: reporter.id === 'json' && reports.length > 1 ? `[${rendered.join(',')}]\n` : rendered.join('\n') };
}

/** The worst verdict decides for several lockfiles: a fail outweighs an inconclusive, which outweighs a pass. */
const rank: Readonly<Record<Verdict, number>> = { pass: 0, inconclusive: 1, fail: 2 };
const exitCodes: readonly [ExitCode, ExitCode, ExitCode] = [0, 3, 1];

function furtherNote(further: readonly string[]): readonly string[] {
  if (further.length === 0) return [];
  const names = further.slice(0, 3).join(', ');
  return [
    `${further.length} ${further.length === 1 ? 'lockfile' : 'lockfiles'} further down not judged: ${names}${further.length > 3 ? ', ...' : ''}; --recursive takes them all`,
  ];
}

function tarballNote({ inventory }: ReadLockfile): readonly string[] {
  const count = [...inventory.components.values()].filter(
    (component) => component.source.type !== 'workspace' && component.isBundled !== true,
  ).length;
  return count === 0
    ? []
    : [`${count} ${count === 1 ? 'tarball was' : 'tarballs were'} not read: scripts and manifests are judged on the registry's metadata`];
}

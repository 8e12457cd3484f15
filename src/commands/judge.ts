import { resolve } from 'node:path';
import { type Gate, type GateOptions, createGate } from '../gate.ts';
import type { DocumentSubject } from '../model/check.ts';
import { GateError } from '../model/gate-error.ts';
import type { Report } from '../model/report.ts';
import { readOptionalText } from '../platform/files.ts';
import type { Invocation, OptionSpec } from './command.ts';
import { onceWaivers } from './allow-once.ts';
import { externalLogs } from './external-logs.ts';
import { readLockfiles } from './lockfiles.ts';
import { type ProjectSettings, namedPolicy, settingsOnDisk } from './project-settings.ts';

/** Options of every command that judges. */
export const judgingOptions: Readonly<Record<'policy' | 'offline' | 'deep' | 'no-cache' | 'timeout', OptionSpec>> = {
  policy: { type: 'string', short: 'p', value: 'FILE', description: 'Another policy file' },
  offline: { type: 'boolean', description: 'Ask nobody: use what is remembered, and call the rest inconclusive' },
  deep: { type: 'boolean', description: 'Read every tarball; those of changes (--base) are read anyway' },
  'no-cache': { type: 'boolean', description: 'Remember nothing and take nothing for remembered; LOCKGATE_NO_CACHE=1 does the same' },
  timeout: { type: 'string', value: 'SECONDS', description: 'Deadline for all evidence of one lockfile, 120 by default, 600 with --deep' },
};

/** Judges the lockfiles of a working tree, each with its own settings. */
export async function judgeWorkingTree(path: string, invocation: Invocation): Promise<readonly Report[]> {
  const { cwd, signal } = invocation.environment;
  const { lockfiles, further } = readLockfiles(path, cwd, { isRecursive: invocation.flag('recursive') });
  const reports: Report[] = [];
  for (const [index, { inventory, root, siblings }] of lockfiles.entries()) {
    const gate = await openGate(settingsOnDisk(root, resolve(cwd, path)), invocation);
    try {
      const notes = furtherNote(further);
      // Logs of other tools are about the whole project: they are judged once.
      const documents = [...managerSettings(root), ...(index === 0 ? externalLogs(invocation) : [])];
      reports.push(await gate.assess(inventory, { siblingLockfiles: siblings, documents, notes, signal, isVerdictKept: true }));
    } finally {
      await gate.close();
    }
  }
  return reports;
}

/** A gate with a project's settings and the options of the command line. Throws `GateError` for settings that it cannot use. */
export async function openGate(
  settings: ProjectSettings,
  { text, texts, flag, environment }: Invocation,
  transport?: GateOptions['transport'],
): Promise<Gate> {
  const named = text('policy');
  const policy = named === undefined || settings.isPolicyNamed === true ? settings.policy : namedPolicy(named, environment.cwd);
  const gate = await createGate({
    now: environment.now,
    variables: flag('no-cache') ? { ...environment.variables, LOCKGATE_NO_CACHE: '1' } : environment.variables,
    isOffline: flag('offline'),
    isDeep: flag('deep'),
    deadline: secondsOf(text('timeout'), flag('deep') ? 600 : 120) * 1000,
    allowedOnce: onceWaivers(texts('allow-once'), text('reason'), text('owner'), environment.now),
    onProgress: (evidence, done, total) => environment.onProgress(`${evidence}: ${done} of ${total}`),
    onProblem: (problem) => environment.onEvent(`note: ${problem}`),
    ...(policy === undefined ? {} : { policy }),
    ...(settings.npmrc === undefined ? {} : { npmrc: settings.npmrc }),
    ...(settings.baseline === undefined ? {} : { baseline: settings.baseline }),
    ...(transport === undefined ? {} : { transport }),
  });
  // Who brings a transport serves others with it, and ends in its own way.
  return transport === undefined ? untilInterrupted(gate, environment.signal) : gate;
}

/** An interrupted run has no answer: what it had not asked yet would look as if nobody could verify it. */
function untilInterrupted(gate: Gate, signal: AbortSignal): Gate {
  const whole = async <T>(work: Promise<T>): Promise<T> => {
    const answer = await work;
    signal.throwIfAborted();
    return answer;
  };
  return {
    ...gate,
    assess: (...question) => whole(gate.assess(...question)),
    packumentsOf: (...question) => whole(gate.packumentsOf(...question)),
    provenBuildsOf: (...question) => whole(gate.provenBuildsOf(...question)),
  };
}

/** Settings files of the package managers beside a lockfile, in the one state that there is. */
function managerSettings(root: string): readonly DocumentSubject[] {
  return ['.npmrc', '.yarnrc.yml', 'bunfig.toml', 'pnpm-workspace.yaml'].flatMap((path) => {
    const after = readOptionalText(resolve(root, path));
    return after === undefined ? [] : [{ kind: 'document' as const, path, after, isCompared: false }];
  });
}

function secondsOf(text: string | undefined, otherwise: number): number {
  if (text === undefined) return otherwise;
  const seconds = /^\d{1,5}$/.test(text) ? Number(text) : 0;
  if (!(seconds >= 1)) throw new GateError('usage', `--timeout needs a whole number of seconds, not ${JSON.stringify(text)}`);
  return seconds;
}

function furtherNote(further: readonly string[]): readonly string[] {
  if (further.length === 0) return [];
  const names = `${further.slice(0, 3).join(', ')}${further.length > 3 ? ', ...' : ''}`;
  return [
    `${further.length} ${further.length === 1 ? 'lockfile' : 'lockfiles'} further down not judged: ${names}; --recursive takes them all`,
  ];
}

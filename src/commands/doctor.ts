import { basename, delimiter, dirname } from 'node:path';
import { clientWithVersion } from '../clients/detect-client.ts';
import { renderTrials } from '../doctor/findings.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { findClient, versionOf } from '../platform/client-process.ts';
import { withScratchFolder } from '../platform/scratch.ts';
import type { Command, CommandResult, Environment } from './command.ts';
import { type JudgedTrial, type TriedProgram, examine } from './doctor-trials.ts';

/** `lockgate doctor`: plants canaries and looks whether they get in. */
export const doctor: Command = {
  name: 'doctor',
  summary: 'Prove with planted canaries that the gate holds on this machine',
  usage: '',
  description: [
    'Packages that must not run or land are published in a registry on 127.0.0.1, and each package manager of this machine tries to',
    'install them: bare, so that you see the canary sing; under lockgate exec; and with the hooks of this project, copied into a scratch',
    'project. Own HOME, own caches, no network; everything is removed afterwards. Exit code 1 when something ran, landed against',
    'what is documented, or went through, and when an honest package was refused.',
  ].join('\n'),
  maxPositionals: 0,
  options: {
    client: {
      type: 'string',
      short: 'c',
      value: 'CLIENT',
      isRepeatable: true,
      description: 'A program on PATH, or its file: npm, /opt/node/bin/npm; all that are there by default',
    },
    hooks: { type: 'boolean', description: 'Try the hooks that each client would get, whether they are set here or not' },
    format: { type: 'string', short: 'f', value: 'FORMAT', description: 'text or json' },
  },
  examples: [
    ['lockgate doctor', 'every package manager on PATH'],
    ['lockgate doctor --client npm --hooks', 'npm alone, and the hook that it would get'],
  ],
  run: async ({ texts, text, flag, environment }) => {
    const format = text('format') ?? 'text';
    if (format !== 'text' && format !== 'json')
      throw new GateError('usage', `there is no format ${JSON.stringify(format)}`, { hint: 'text or json' });
    const programs = findPrograms(texts('client'), environment);
    if (programs.length === 0)
      throw new GateError('usage', 'no package manager is on PATH', { hint: 'name its file: --client /opt/node/bin/npm' });
    return withScratchFolder(async (folder) => {
      const rows = await examine(programs, folder, flag('hooks'), environment);
      return report(rows, format);
    });
  },
};

function findPrograms(named: readonly string[], { cwd, variables }: Environment): readonly TriedProgram[] {
  const wanted = named.length > 0 ? named : ['npm', 'pnpm', 'yarn', 'bun'];
  return wanted.flatMap((one) => {
    const file = findClient(one, { cwd, project: cwd, variables });
    const name = basename(one).replace(/\.(?:cmd|exe)$/i, '');
    const version = file === undefined ? undefined : versionOf(file, dirname(file), withFirst(file, variables));
    const profile = version === undefined ? undefined : clientWithVersion(name, version);
    if (file !== undefined && version !== undefined && profile !== undefined) return [{ name, file, version, profile, from: file }];
    if (named.length > 0)
      throw new GateError('usage', `${one} is no package manager that can be started`, {
        hint: 'a name on PATH, or the path of the program',
      });
    return [];
  });
}

/** The folder of a client comes first: its Node stands beside it. */
function withFirst(file: string, variables: Environment['variables']): Environment['variables'] {
  return { ...variables, PATH: [dirname(file), variables['PATH'] ?? ''].join(delimiter) };
}

function report(rows: readonly JudgedTrial[], format: 'text' | 'json'): CommandResult {
  const bad = rows.filter(({ verdict }) => verdict === 'leaked' || verdict === 'refused');
  const exitCode = bad.length > 0 ? 1 : 0;
  if (format === 'json')
    return { exitCode, stdout: `${JSON.stringify({ verdict: exitCode === 0 ? 'held' : 'leaked', trials: rows }, undefined, 2)}\n` };
  const silent = rows
    .filter(({ frontEnd, canary, hasRun }) => frontEnd === 'none' && canary === 'install script' && !hasRun)
    .map(({ client }) => client);
  const lines = [
    ...bad.map(
      (row) =>
        `\n${row.verdict}: ${row.client}, ${row.frontEnd}, ${row.canary}\n${row.said
          .split('\n')
          .map((line) => `  ${inertLine(line, 300)}`)
          .join('\n')}`,
    ),
    ...(silent.length === 0 ? [] : [`\nbare, these run no script of a dependency by themselves: ${[...new Set(silent)].join(', ')}`]),
    rows.some(({ frontEnd }) => frontEnd === 'hook')
      ? ''
      : '\nno hook is set in this folder for these clients: exec alone was tried (--hooks tries those that each would get)',
    bad.length === 0 ? '\nheld: no canary ran, and none landed beyond what is documented\n' : `\nLEAKED: ${bad.length} of ${rows.length}\n`,
  ];
  return { exitCode, stdout: renderTrials(rows) + lines.filter((line) => line !== '').join('\n') };
}

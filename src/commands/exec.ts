import { resolve } from 'node:path';
import type { ClientCommand, ClientProfile } from '../clients/client.ts';
import { clients, clientWithVersion, clientsOf, programName } from '../clients/detect-client.ts';
import { projectRoot } from '../exec/project-root.ts';
import { type ExecResult, exitCodeOf, renderSummary, summaryAsData } from '../exec/summary.ts';
import { undoCommands } from '../exec/undo.ts';
import { GateError } from '../model/gate-error.ts';
import { foldersAbove } from '../platform/ancestors.ts';
import { findClient, versionOf } from '../platform/client-process.ts';
import { readOptionalText, writeFileAtomic } from '../platform/files.ts';
import { homeFolder } from '../platform/home.ts';
import { version as ownVersion } from '../version.ts';
import type { ClientRun } from './client-run.ts';
import { allowOnceOptions } from './allow-once.ts';
import type { Command, CommandResult, Invocation } from './command.ts';
import { runGuarded } from './guarded-run.ts';
import { judgingOptions } from './judge.ts';

/** `lockgate exec`: runs a package manager so that nothing lands or runs before it was judged. */
export const exec: Command = {
  name: 'exec',
  summary: 'Run a package manager behind the gate: nothing lands before it was judged',
  usage: '-- COMMAND...',
  description: [
    'COMMAND is any command of npm, pnpm, yarn or bun: lockgate exec -- npm install left-pad. The lockfile is judged first,',
    'tarballs included. Then the client runs against a registry on loopback that hides what the policy refuses and answers 403 where it is',
    'asked for by name; no connection goes around it. What was written is judged once more. The exit code is 1 or 3 where something was',
    "refused or could not be verified, else the client's own.",
  ].join('\n'),
  maxPositionals: Infinity,
  options: {
    policy: judgingOptions.policy,
    timeout: judgingOptions.timeout,
    json: { type: 'string', value: 'FILE', description: 'Also write what was decided into a file, as data' },
    ...allowOnceOptions,
    'no-color': { type: 'boolean', description: 'No colours; NO_COLOR does the same' },
  },
  examples: [
    ['lockgate exec -- npm ci', 'in a CI job, in place of npm ci'],
    ['lockgate exec -- pnpm add left-pad', 'add a package; versions that the policy refuses are passed over'],
    ['lockgate exec -- npx create-vite', 'run a package that is not installed'],
    ['lockgate exec --json decisions.json -- yarn install', 'with everything that was decided as data'],
  ],
  run: async (invocation) => {
    const run = await understand(invocation);
    const result = await runGuarded(run, invocation);
    const json = invocation.text('json');
    if (json !== undefined) writeJson(json, result, run, invocation);
    return answer(result, run, invocation);
  },
};

/** Finds out which client this is and what it is asked to do. Throws `GateError` for what no gate can be put around. */
async function understand({ positionals, environment }: Invocation): Promise<ClientRun> {
  const [program, ...args] = positionals;
  const { cwd, variables } = environment;
  if (program === undefined) throw usage('exec needs a command: lockgate exec -- npm ci');
  const possible = clientsOf(program);
  const [first] = possible;
  if (first === undefined)
    throw usage(
      `${JSON.stringify(program)} is no package manager that Lockgate knows`,
      `known are ${clients.flatMap(({ programs }) => programs).join(', ')}`,
    );
  const folder = resolve(cwd, first.classify([programName(program), ...args]).folder ?? '.');
  const root = projectRoot(first, foldersAbove(folder), (at, name) => readOptionalText(resolve(at, name)));
  const file = findClient(program, { cwd, variables, ...(isOwnHome(root.folder) ? {} : { project: root.folder }) });
  if (file === undefined)
    throw usage(
      `${program} is not installed, or only inside this project`,
      'a program out of node_modules could be anybody’s: name its path to run it all the same',
    );
  const version = versionOf(file, folder, variables);
  if (version === undefined)
    throw new GateError('configuration-invalid', `${program} --version names no version`, {
      hint: `does ${program} --version work in this folder?`,
    });
  const client = clientWithVersion(program, version) ?? first;
  const command = client.classify([programName(program), ...args]);
  refuseDetours(client, command);
  return { client, version, program, file, args, command, folder, root };
}

/** An option that leads to another registry, proxy or cache would lead around the firewall. */
function refuseDetours(client: ClientProfile, { detours }: ClientCommand): void {
  const [detour] = detours;
  if (detour === undefined) return;
  throw usage(
    `${detour} would lead ${client.title} around the gate`,
    'set it in a configuration file: the gate asks the registries that are configured there',
  );
}

/** Somebody's whole home is no project: programs are installed in it. */
function isOwnHome(folder: string): boolean {
  return foldersAbove(homeFolder()).includes(folder);
}

function answer(result: ExecResult, run: ClientRun, { flag, environment }: Invocation): CommandResult {
  const summary = renderSummary(result, {
    isColoured: environment.isColoured && !flag('no-color'),
    program: run.program,
    undo: undoCommands(run.client, run.root.lockfile ?? run.client.lockfiles.at(-1), run.root.lockfile === undefined),
    ...(run.root.lockfile === undefined ? {} : { lockfile: run.root.lockfile }),
  });
  const exitCode = exitCodeOf(result);
  return summary === '' ? { exitCode } : { exitCode, stderr: summary };
}

function writeJson(file: string, result: ExecResult, { client, version }: ClientRun, { environment }: Invocation): void {
  const data = summaryAsData(result, { client: client.id, version, tool: ownVersion });
  writeFileAtomic(resolve(environment.cwd, file), `${JSON.stringify(data, null, 2)}\n`);
}

function usage(message: string, hint = 'lockgate exec --help shows examples'): GateError {
  return new GateError('usage', message, { hint });
}

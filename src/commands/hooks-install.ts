import { dirname, join } from 'node:path';
import { preCommitText } from '../hooks/client-files.ts';
import { GateError } from '../model/gate-error.ts';
import { inert } from '../model/inert.ts';
import { findClient } from '../platform/client-process.ts';
import { readOptionalText, statPath } from '../platform/files.ts';
import { gitHooksFolder } from '../platform/git-hooks.ts';
import { ownBundle } from '../platform/own-program.ts';
import { writeProjectFile } from '../platform/project-files.ts';
import type { Command, CommandResult, Environment } from './command.ts';
import { lockfileFileNames } from './lockfiles.ts';
import { unifiedDiff } from './manifest-edit.ts';
import { type FileChange, clientOfProject, hookPlanFor, installation } from './project-hooks.ts';

/** `lockgate hooks install`: has this project's package manager ask the gate before it runs what it installs. */
export const hooksInstall: Command = {
  name: 'hooks install',
  summary: 'Have the package manager ask the gate before it runs what it installs',
  usage: '',
  description: [
    'Writes what the project’s package manager, in its version, really supports, and says what that stops and what it does not.',
    'Files that are there keep their formatting; scripts that are there still run, after the gate. Nothing is overwritten: what',
    'stands in the way is said. hooks remove takes out exactly what was put in. The hooks look for lockgate on PATH outside of',
    'node_modules, or where LOCKGATE says; with --vendor they carry it along. Without it every install is refused.',
  ].join('\n'),
  maxPositionals: 0,
  options: {
    client: {
      type: 'string',
      short: 'c',
      value: 'CLIENT[@VERSION]',
      description: 'npm, pnpm, yarn or bun; that of packageManager or of the lockfile by default',
    },
    vendor: { type: 'boolean', description: 'Put lockgate itself into .lockgate/ as one file, pinned by its SHA-256' },
    git: { type: 'boolean', description: 'Write a pre-commit hook instead: what a commit changes in lockfiles must pass' },
    'dry-run': { type: 'boolean', description: 'Show every change as a diff and write nothing' },
  },
  examples: [
    ['lockgate hooks install', 'for the package manager of this project'],
    ['lockgate hooks install --client npm@11 --dry-run', 'what that would change'],
    ['lockgate hooks install --git', 'a pre-commit hook, core.hooksPath respected'],
  ],
  run: async ({ text, flag, environment }) => {
    const isDry = flag('dry-run');
    if (flag('git')) return installGitHook(environment, isDry);
    const root = environment.cwd;
    refuseMember(root);
    const client = clientOfProject(root, text('client'), environment);
    const plan = hookPlanFor(client);
    const bundle = flag('vendor') ? ownBundle() : undefined;
    if (flag('vendor') && bundle === undefined)
      throw new GateError('usage', 'this lockgate has no single-file build', { hint: 'npm run bundle makes it in a checkout' });
    const changes = installation(root, client, plan, bundle?.digest);
    if (!isDry) {
      if (bundle !== undefined) writeProjectFile(join(root, '.lockgate/lockgate.mjs'), bundle.bytes, { isExecutable: true });
      for (const { path, before, after, isExecutable } of changes)
        if (after !== undefined && (before !== after || isExecutable)) writeProjectFile(join(root, path), after, { isExecutable });
    }
    const lines = [
      `${client.profile.title} ${client.version} (${client.from}): ${plan.title}`,
      '',
      ...changes.flatMap((change) => describe(change, isDry)),
      ...(bundle === undefined ? [] : [`  .lockgate/lockgate.mjs: ${isDry ? 'would be written' : 'written'}, sha256 ${bundle.digest}`]),
      '',
      ...plan.stops.map((one) => `stops: ${one}`),
      ...plan.misses.map((one) => `does not stop: ${one}`),
      ...[...plan.notes, ...remarks(root, environment, bundle !== undefined, changes)].map((one) => `note: ${one}`),
      '',
      isDry ? 'nothing was written' : 'commit these files; lockgate doctor proves that the hook holds',
      '',
    ];
    return { exitCode: 0, stdout: lines.join('\n') };
  },
};

/** Package managers read the settings of the outermost project: a hook in a member of its workspaces would never be called. */
function refuseMember(root: string): void {
  if (lockfileFileNames.some((name) => statPath(join(root, name)) === 'file') || statPath(join(root, '.git')) !== undefined) return;
  for (let at = dirname(root); dirname(at) !== at; at = dirname(at)) {
    const lockfile = lockfileFileNames.find((name) => statPath(join(at, name)) === 'file');
    if (lockfile !== undefined)
      throw new GateError('usage', `the lockfile of this folder stands further up: ${lockfile} in ${at}`, {
        hint: 'install the hooks there',
      });
    if (statPath(join(at, '.git')) !== undefined) return;
  }
}

function describe({ path, before, after }: FileChange, isDry: boolean): readonly string[] {
  if (before === after) return [`  ${path}: is as it should be`];
  const verb = before === undefined ? 'new' : 'changed';
  if (!isDry && before === undefined) return [`  ${path}: ${verb}`];
  const diff = unifiedDiff(path, before ?? '', after ?? '').trimEnd();
  return [`  ${path}: ${verb}`, ...diff.split('\n').map((line) => `    ${inert(line)}`)];
}

function remarks(root: string, { variables, cwd }: Environment, isVendored: boolean, changes: readonly FileChange[]): readonly string[] {
  const isFound =
    isVendored || (variables['LOCKGATE'] ?? '') !== '' || findClient('lockgate', { cwd, project: root, variables }) !== undefined;
  const manifest = changes.find(({ path }) => path === 'package.json')?.after;
  const isPublic = manifest !== undefined && !/"private"\s*:\s*true/.test(manifest);
  return [
    ...(isFound
      ? []
      : ['lockgate is not on PATH here: until it is, or LOCKGATE names it, every install is refused; --vendor puts it into the project']),
    ...(isPublic
      ? [
          'package.json is not private: published, its scripts would look for .lockgate at every consumer; mark it private, or run hooks remove before you publish',
        ]
      : []),
  ];
}

function installGitHook(environment: Environment, isDry: boolean): CommandResult {
  const { hooks, top, common } = gitHooksFolder(environment.cwd, environment.variables);
  if (![top, common].some((folder) => hooks.startsWith(`${folder}/`)))
    throw new GateError('usage', 'core.hooksPath leads out of this repository: a hook there would be one for all repositories', {
      hint: `add lockgate check --base HEAD to ${join(hooks, 'pre-commit')} by hand`,
    });
  const file = join(hooks, 'pre-commit');
  const before = readOptionalText(file);
  if (before === preCommitText) return { exitCode: 0, stdout: 'the pre-commit hook is there already\n' };
  if (before !== undefined)
    throw new GateError('usage', 'there is a pre-commit hook already, which stays as it is', {
      hint: 'add this line to it: lockgate check --base HEAD --recursive --quiet || exit 1',
    });
  if (!isDry) writeProjectFile(file, preCommitText, { isExecutable: true });
  return {
    exitCode: 0,
    stdout: [
      `${inert(file.startsWith(`${top}/`) ? file.slice(top.length + 1) : file)}: ${isDry ? 'would be written' : 'written'}`,
      'stops: a commit whose lockfile changes are refused or could not be verified, by the policy of HEAD',
      'does not stop: git commit --no-verify; and files are judged as they lie on disk, whatever part of them is staged: the check in CI is the one that counts',
      '',
    ].join('\n'),
  };
}

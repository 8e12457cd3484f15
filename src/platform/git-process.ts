import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { delimiter, isAbsolute, join, sep } from 'node:path';
import { isInside } from './ancestors.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';

/** What one run of git answered. */
export interface GitAnswer {
  /** The exit code; 1 for a run that a signal ended. */
  readonly status: number;
  readonly stdout: Buffer;
  /** The first line of git's complaint, made inert; empty where it had none. */
  readonly complaint: string;
}

/** The most that one run may print, in bytes: a tree of some five million files. */
const mostOutput = 512 * 1024 * 1024;
const longestRun = 60_000;

/**
 * Settings that outrank the repository's own. The commands that are run here use none of them; they are the second wall, should
 * a later git use more.
 */
const settings = [
  'core.hooksPath=/dev/null',
  'core.fsmonitor=false',
  'core.pager=cat',
  'core.attributesFile=/dev/null',
  'core.commitGraph=false',
  'core.warnAmbiguousRefs=true',
  'core.sshCommand=false',
  'core.alternateRefsCommand=false',
  'credential.helper=',
  'protocol.allow=never',
  'gc.auto=0',
  'maintenance.auto=false',
  // Settings are harmless by then, whoever owns the repository; containers and CI often run as somebody else.
  'safe.directory=*',
];

/**
 * Runs git's plumbing in a folder. A hostile repository is harmless: git itself is never taken from it, the environment is
 * fixed, the user's and system's configuration are not read, replaced objects and grafts do not count, and no transport may
 * start (a partial clone would fetch what it lacks, over a command that the repository names).
 * @throws GateError `git` where git is missing, does not end, or prints without end
 */
export function git(folder: string, args: readonly string[], input?: string): GitAnswer {
  const { program, path } = findGit(folder);
  const answer = spawnSync(program, ['--no-pager', ...settings.flatMap((setting) => ['-c', setting]), ...args], {
    cwd: folder,
    maxBuffer: mostOutput,
    timeout: longestRun,
    killSignal: 'SIGKILL',
    env: environment(path),
    ...(input === undefined ? {} : { input }),
  });
  // A git that refuses (here is no repository) may be gone before it was told everything: its exit code is its answer.
  const hasRefused = answer.error !== undefined && 'code' in answer.error && answer.error.code === 'EPIPE' && (answer.status ?? 0) !== 0;
  if (answer.error !== undefined && !hasRefused) throw failure(answer.error);
  return {
    status: answer.status ?? 1,
    stdout: answer.stdout,
    complaint: inertLine((answer.stderr.toString('utf8', 0, 4096).split('\n')[0] ?? '').replace(/^(?:fatal|error): /, ''), 300),
  };
}

/**
 * The git of this machine and the PATH that it may use, never one from `folder`.
 * @throws GateError `git` where there is none
 */
export function findGit(folder: string): { readonly program: string; readonly path: readonly string[] } {
  const path = trustedPath(folder);
  const program = findProgram(path);
  if (program === undefined) throw new GateError('git', 'git is not installed', { hint: 'install git, and have its folder on the PATH' });
  return { program, path };
}

function environment(path: readonly string[]): NodeJS.ProcessEnv {
  const systemRoot = process.env['SystemRoot'];
  return {
    PATH: path.join(delimiter),
    ...(systemRoot === undefined ? {} : { SystemRoot: systemRoot }),
    LC_ALL: 'C',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_ATTR_NOSYSTEM: '1',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ASKPASS: 'false',
    GIT_NO_REPLACE_OBJECTS: '1',
    GIT_GRAFT_FILE: '/dev/null',
    // Known to git 2.45 and later; the line below stops the transport of older ones, and outranks any `protocol.*.allow`.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: '',
  };
}

/**
 * The folders of PATH that a repository cannot fill: an empty or relative one means the working directory, and `npm run` puts
 * `node_modules/.bin` first, where a dependency may have left a `git` of its own.
 */
function trustedPath(folder: string): readonly string[] {
  return (process.env['PATH'] ?? '')
    .split(delimiter)
    .filter((entry) => isAbsolute(entry) && !entry.split(sep).includes('node_modules') && !isInside(entry, folder));
}

function findProgram(path: readonly string[]): string | undefined {
  const name = process.platform === 'win32' ? 'git.exe' : 'git';
  return path.map((entry) => join(entry, name)).find((file) => statSync(file, { throwIfNoEntry: false })?.isFile());
}

function failure(cause: Error): GateError {
  switch ('code' in cause ? cause.code : undefined) {
    case 'ENOENT':
    case 'ENOTDIR':
    case 'EACCES':
      return new GateError('git', 'git cannot be started', { hint: 'is the folder still there, and may git be run?', cause });
    case 'ETIMEDOUT':
      return new GateError('git', `git did not end within ${longestRun / 1000} seconds`, {
        hint: 'try git fsck in this repository',
        cause,
      });
    case 'ENOBUFS':
      return new GateError('git', `git printed more than ${mostOutput / 1024 / 1024} MiB`, {
        hint: 'no repository of packages needs this: find out what is in the commit',
        cause,
      });
    default:
      return new GateError('git', `git did not answer: ${inertLine(cause.message, 200)}`, { hint: 'try git status in this folder', cause });
  }
}

import { spawn, spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { constants } from 'node:os';
import { delimiter, extname, isAbsolute, join, resolve, sep } from 'node:path';
import { isInside } from './ancestors.ts';

export type Variables = Readonly<Record<string, string | undefined>>;

/** How a package manager ended. */
export interface ClientExit {
  /** As a shell reports it: 128 and the signal's number where a signal ended it. */
  readonly code: number;
  /** Whether a signal reached this process or the client. */
  readonly isInterrupted: boolean;
}

const longestVersion = 60_000;
/** What a terminal or a supervisor sends; the client decides what comes of it. */
const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'] as const;

/**
 * The file behind a program's name: a path as it is, a name from PATH. A folder of `node_modules`, one inside the project and a relative one do
 * not count: a dependency may have left an `npm` of its own there. Undefined where there is none.
 */
export function findClient(
  program: string,
  options: { readonly cwd: string; readonly project?: string; readonly variables: Variables },
): string | undefined {
  if (/[\\/]/.test(program)) return candidates(resolve(options.cwd, program), options.variables).find(isFile);
  const { variables, project } = options;
  return (variables['PATH'] ?? variables['Path'] ?? '')
    .split(delimiter)
    .filter(
      (folder) =>
        isAbsolute(folder) && !folder.split(sep).includes('node_modules') && (project === undefined || !isInside(folder, project)),
    )
    .flatMap((folder) => candidates(join(folder, program), variables))
    .find(isFile);
}

/**
 * pnpm fetches the version of itself that a manifest asks for, and runs it, even to say its version: not before anything was judged.
 * Under its firewall it may.
 */
const staysItself = { npm_config_manage_package_manager_versions: 'false', pnpm_config_pm_on_fail: 'ignore' };

/** What a client says to `--version`; undefined where it does not answer with one. */
export function versionOf(file: string, cwd: string, variables: Variables): string | undefined {
  const { file: program, args, isVerbatim } = invocation(file, ['--version'], variables);
  const answer = spawnSync(program, args, {
    cwd,
    env: { ...variables, ...staysItself },
    encoding: 'utf8',
    timeout: longestVersion,
    killSignal: 'SIGKILL',
    maxBuffer: 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
    windowsVerbatimArguments: isVerbatim,
  });
  return answer.status === 0 ? /^v?(\d{1,6}\.\d{1,6}\.\d{1,6}[^\s]{0,60})$/m.exec(answer.stdout)?.[1] : undefined;
}

/**
 * Runs a client on this process's own terminal until it ends, however it ends: a signal is the client's to answer, and this process
 * outlives it. One that a terminal sends reaches both by itself; any other is passed on.
 * @throws the system's error where it cannot be started
 */
export function runClient(
  file: string,
  args: readonly string[],
  options: { readonly cwd: string; readonly variables: Variables },
): Promise<ClientExit> {
  const how = invocation(file, args, options.variables);
  return new Promise((done, fail) => {
    let isInterrupted = false;
    const child = spawn(how.file, how.args, {
      cwd: options.cwd,
      env: options.variables,
      stdio: 'inherit',
      windowsVerbatimArguments: how.isVerbatim,
    });
    const pass = (signal: NodeJS.Signals): void => {
      isInterrupted = true;
      const isFromTerminal = (signal === 'SIGINT' || signal === 'SIGQUIT') && process.stdin.isTTY;
      if (!isFromTerminal) child.kill(signal);
    };
    for (const signal of signals) process.on(signal, pass);
    const release = (): void => {
      for (const signal of signals) process.removeListener(signal, pass);
    };
    child.on('error', (error) => {
      release();
      fail(error);
    });
    child.on('close', (code, signal) => {
      release();
      done({ code: code ?? 128 + (signal === null ? 0 : constants.signals[signal]), isInterrupted: isInterrupted || signal !== null });
    });
  });
}

/** On Windows a name stands for several files, those of PATHEXT. */
function candidates(file: string, variables: Variables): readonly string[] {
  if (process.platform !== 'win32') return [file];
  const extensions = (variables['PATHEXT'] ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((extension) => extension !== '');
  return extname(file) === '' ? extensions.map((extension) => `${file}${extension.toLowerCase()}`) : [file];
}

/** Node starts `.cmd` and `.bat` files through the command interpreter alone, whose own characters have to be disarmed twice: it reads them twice. */
function invocation(
  file: string,
  args: readonly string[],
  variables: Variables,
): { readonly file: string; readonly args: readonly string[]; readonly isVerbatim: boolean } {
  if (process.platform !== 'win32' || !/\.(?:cmd|bat)$/i.test(file)) return { file, args, isVerbatim: false };
  const line = [disarmed(file), ...args.map((argument) => disarmed(disarmed(quoted(argument))))].join(' ');
  return { file: variables['ComSpec'] ?? 'cmd.exe', args: ['/d', '/s', '/c', `"${line}"`], isVerbatim: true };
}

function quoted(argument: string): string {
  return `"${argument.replaceAll(/(\\*)"/g, '$1$1\\"').replace(/(\\*)$/, '$1$1')}"`;
}

function disarmed(text: string): string {
  return text.replaceAll(/([()\][%!^"`<>&|;, *?])/g, '^$1');
}

function isFile(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true;
}

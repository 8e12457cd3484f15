import { parseInvocation } from './arguments.ts';
import type { Command, CommandResult, Environment } from './commands/command.ts';
import { commands } from './commands/index.generated.ts';
import { outerEnvironment } from './exec/client-environment.ts';
import { renderCommandHelp, renderHelp } from './help.ts';
import { GateError } from './model/gate-error.ts';
import { inert, inertLine } from './model/inert.ts';
import { formatDuration } from './model/units.ts';
import { cacheFolders } from './platform/cache.ts';
import { systemClock } from './platform/clock.ts';
import { expectShortRun } from './platform/engine-settings.ts';
import { homeFolder } from './platform/home.ts';
import { watchLooks } from './platform/looks.ts';
import { describeTerminal, isTerminal } from './platform/terminal.ts';
import { toolIdentity } from './platform/tool-identity.ts';
import { type RememberedAnswer, openVerdicts } from './platform/verdicts.ts';
import { didYouMean } from './policy/suggest.ts';
import { version } from './version.ts';

/** Runs one command line and answers the exit code. The only writer to stdout and stderr. */
export async function main(argv: readonly string[]): Promise<number> {
  expectShortRun();
  const interruption = new AbortController();
  const interrupt = (): void => interruption.abort(new Error('interrupted'));
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  try {
    const result = await dispatchRemembering(argv, environmentOf(interruption.signal));
    clearProgress();
    if (result.stderr !== undefined) await write(process.stderr, result.stderr);
    if (result.stdout !== undefined) await write(process.stdout, result.stdout);
    return result.exitCode;
  } catch (error) {
    clearProgress();
    await write(process.stderr, interruption.signal.aborted ? 'error: interrupted; nothing was decided\n' : describe(error));
    return 2;
  } finally {
    process.removeListener('SIGINT', interrupt).removeListener('SIGTERM', interrupt);
    // The caller may end the process at once: what was told on the way comes out before this does.
    if (hasTold) await write(process.stderr, '');
  }
}

/** An event was written, and nobody has waited for it. */
let hasTold = false;

async function dispatch(argv: readonly string[], environment: Environment): Promise<CommandResult> {
  const [name, ...following] = argv;
  if (name === undefined) return { exitCode: 2, stderr: renderHelp(commands) };
  if (name === '--help' || name === '-h' || (name === 'help' && following.length === 0))
    return { exitCode: 0, stdout: renderHelp(commands) };
  if (name === '--version' || name === '-v') return { exitCode: 0, stdout: `${version}\n` };
  const words = name === 'help' ? following : argv;
  const isPair = commands.some((command) => command.name === words.slice(0, 2).join(' '));
  const command = await find(isPair ? words.slice(0, 2).join(' ') : (words[0] ?? ''));
  const rest = words.slice(isPair ? 2 : 1);
  const end = rest.indexOf('--');
  const own = end === -1 ? rest : rest.slice(0, end);
  if (name === 'help' || own.includes('--help') || own.includes('-h')) return { exitCode: 0, stdout: renderCommandHelp(command) };
  return command.run(parseInvocation(command, rest, environment));
}

/** The judgement of a lockfile, or, where nothing that a pass rests on has changed within minutes, that pass once more. */
async function dispatchRemembering(argv: readonly string[], environment: Environment): Promise<CommandResult> {
  if (argv[0] !== 'check' || argv.includes('--no-cache')) return dispatch(argv, environment);
  const { variables, cwd, isColoured, width, now } = environment;
  const verdicts = openVerdicts(cacheFolders(variables, homeFolder()), {
    tool: toolIdentity(version),
    argv,
    cwd,
    variables,
    isColoured,
    width,
  });
  const answer = verdicts.recall(now);
  if (answer !== undefined) return remembered(answer, now);
  const { value: result, looks } = await watchLooks(() => dispatch(argv, environment));
  const { exitCode, holdsUntil, stdout, stderr } = result;
  if (exitCode === 0 && holdsUntil !== undefined && looks !== undefined) {
    verdicts.remember({
      judgedAt: now,
      until: holdsUntil,
      looks,
      ...(stdout === undefined ? {} : { stdout }),
      ...(stderr === undefined ? {} : { stderr }),
    });
  }
  return result;
}

/** What a run printed, to the byte; what was remembered is said beside it. */
function remembered({ judgedAt, stdout, stderr = '' }: RememberedAnswer, now: number): CommandResult {
  if (stdout === undefined) return { exitCode: 0, ...(stderr === '' ? {} : { stderr }) };
  const age = formatDuration(now - judgedAt);
  return { exitCode: 0, stdout, stderr: `${stderr}judged ${age} ago, and nothing has changed since; --no-cache judges again\n` };
}

async function find(name: string): Promise<Command> {
  const entry = commands.find((command) => command.name === name);
  if (entry !== undefined) return entry.load();
  const near = didYouMean(
    name,
    commands.map((command) => command.name),
  );
  throw new GateError('usage', `there is no command ${JSON.stringify(name)}`, {
    hint: near === undefined ? 'lockgate --help lists the commands' : `did you mean lockgate ${near}?`,
  });
}

function environmentOf(signal: AbortSignal): Environment {
  const variables = outerEnvironment(process.env);
  const { isTTY, hasColour, width } = describeTerminal({ stream: process.stdout, variables });
  return {
    cwd: process.cwd(),
    variables,
    now: systemClock(),
    isInteractive: isInteractive(),
    isColoured: hasColour,
    width: isTTY ? width : 0,
    readStdin,
    loadCommands: () => Promise.all(commands.map((entry) => entry.load())),
    signal,
    onProgress: (line) => {
      if (isInteractive())
        process.stderr.write(`\r\u001b[2K${inertLine(line, describeTerminal({ stream: process.stderr, variables }).width - 1)}`);
    },
    onEvent: (line) => {
      clearProgress();
      hasTold = true;
      process.stderr.write(`${inertLine(line, 2000)}\n`);
    },
  };
}

/** A person is watching: progress is worth a line that is wiped again. */
function isInteractive(): boolean {
  // Thousands of steps ask, and to look at the environment takes longer than most of them.
  return isTerminal(process.stderr) && process.env['CI'] === undefined;
}

function clearProgress(): void {
  if (isInteractive()) process.stderr.write('\r\u001b[2K');
}

async function readStdin(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > 67_108_864) throw new GateError('input-invalid', 'standard input is larger than 64 MiB');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Waits until the text is out: a pipe may be slow, and the exit code must not overtake it. */
function write(stream: NodeJS.WriteStream, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    // A reader that has gone (`| head`) ends the output, not the verdict.
    stream.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EPIPE'
        ? resolve()
        : reject(new GateError('output-failed', `the output cannot be written: ${error.code}`, { cause: error })),
    );
    // Told of an error, it leaves it to the listener: a report of which half is out is none.
    stream.write(text, (error) => (error instanceof Error ? undefined : resolve()));
  });
}

function describe(error: unknown): string {
  if (error instanceof GateError) {
    const place =
      error.location === undefined
        ? ''
        : `  --> ${inert(error.location.file)}:${error.location.line}${error.location.column === undefined ? '' : `:${error.location.column}`}\n`;
    const hint = error.hint === undefined ? '' : `   = help: ${inertLine(error.hint)}\n`;
    return `error: ${inertLine(error.message, 1000)}\n${place}${hint}`;
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return `error: this is a bug in lockgate, please report it; nothing was decided\n${stack.split('\n').map(inert).join('\n')}\n`;
}

import type { Milliseconds } from '../model/units.ts';

/** 0 pass, 1 fail, 2 could not run, 3 inconclusive. */
export type ExitCode = 0 | 1 | 2 | 3;

export interface OptionSpec {
  readonly type: 'string' | 'boolean';
  readonly short?: string;
  readonly isRepeatable?: true;
  /** What stands for the value in the help: `FILE`. */
  readonly value?: string;
  readonly description: string;
}

/** What a command is told: its arguments, parsed and proven against its own table, and the world it runs in. */
export interface Invocation {
  readonly positionals: readonly string[];
  readonly text: (option: string) => string | undefined;
  readonly texts: (option: string) => readonly string[];
  readonly flag: (option: string) => boolean;
  readonly environment: Environment;
}

/** The edges of the process, given by `cli.ts`, so that commands stay testable. */
export interface Environment {
  readonly cwd: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly now: Milliseconds;
  readonly isInteractive: boolean;
  readonly isColoured: boolean;
  /** Columns of the terminal, 0 when there is none. */
  readonly width: number;
  readonly readStdin: () => Promise<string>;
  /** The table of all commands, for what is generated from it. */
  readonly loadCommands: () => Promise<readonly Command[]>;
  /** Aborted by SIGINT or SIGTERM. */
  readonly signal: AbortSignal;
  /** One line that replaces the one before; shown on a terminal only. */
  readonly onProgress: (line: string) => void;
  /** One line on stderr at once: how a long-running command (a server, a schedule) tells what happens. Control characters are made inert. */
  readonly onEvent: (line: string) => void;
}

/** What a command answers. Commands never print. */
export interface CommandResult {
  /** An `ExitCode`; a command that runs another program and does not refuse it answers with that program's. */
  readonly exitCode: number;
  readonly stdout?: string;
  readonly stderr?: string;
  /**
   * Until when the same question would get the same answer, as long as no file changes that was looked at; only a pass may say so.
   * Milliseconds since the epoch; absent where it is to be answered anew.
   */
  readonly holdsUntil?: number;
}

/** One command: its table entry for help, completion and parsing, and what it does. */
export interface Command {
  readonly name: string;
  /** One line. */
  readonly summary: string;
  /** Arguments as shown after the name, e.g. `[PATH]`. */
  readonly usage: string;
  /** Paragraphs below the usage line. */
  readonly description: string;
  /** At most this many positionals; `Infinity` for any number. */
  readonly maxPositionals: number;
  readonly options: Readonly<Record<string, OptionSpec>>;
  /** Command line and what it does. */
  readonly examples: readonly (readonly [string, string])[];
  readonly run: (invocation: Invocation) => Promise<CommandResult>;
}

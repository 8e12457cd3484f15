import type { Environment, Invocation } from '../../src/commands/command.ts';
import { milliseconds } from '../../src/model/units.ts';

/** A command line as `cli.ts` would hand it to a command: options by name, a flag is any option that is given. */
export function invocation(
  positionals: readonly string[],
  options: Readonly<Record<string, string>>,
  world: { readonly cwd: string; readonly variables: Readonly<Record<string, string | undefined>> },
): Invocation {
  const environment: Environment = {
    ...world,
    now: milliseconds(Date.now() + 1000),
    isInteractive: false,
    isColoured: false,
    width: 0,
    loadCommands: async () => [],
    readStdin: () => Promise.resolve(''),
    signal: new AbortController().signal,
    onProgress: () => undefined,
    onEvent: () => undefined,
  };
  return { positionals, text: (option) => options[option], texts: () => [], flag: (option) => option in options, environment };
}

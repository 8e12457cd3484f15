import type { Command, OptionSpec } from './commands/command.ts';

/** The list of commands. */
export function renderHelp(commands: readonly { readonly name: string; readonly summary: string }[]): string {
  const width = Math.max(...commands.map((command) => command.name.length));
  return [
    'lockgate decides, with evidence, whether a set of npm dependencies may be used.',
    '',
    'Usage: lockgate COMMAND [OPTIONS]',
    '',
    'Commands:',
    ...commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`),
    '',
    'Options:',
    '  --help     This help; lockgate COMMAND --help for one command',
    '  --version  The version',
    '',
    'Exit codes: 0 pass, 1 fail, 2 could not run, 3 could not verify (inconclusive)',
    '',
  ].join('\n');
}

/** The help of one command, with its options and examples. */
export function renderCommandHelp(command: Command): string {
  const options = Object.entries(command.options).map(([name, spec]) => [optionLabel(name, spec), spec.description] as const);
  const width = Math.max(0, ...options.map(([label]) => label.length));
  return [
    `lockgate ${command.name}: ${command.summary}`,
    '',
    `Usage: lockgate ${command.name} [OPTIONS] ${command.usage}`.trimEnd(),
    '',
    command.description,
    '',
    ...(options.length === 0 ? [] : ['Options:', ...options.map(([label, description]) => `  ${label.padEnd(width)}  ${description}`), '']),
    'Examples:',
    ...command.examples.flatMap(([line, what]) => [`  ${line}`, `      ${what}`]),
    '',
  ].join('\n');
}

function optionLabel(name: string, spec: OptionSpec): string {
  const short = spec.short === undefined ? '' : `-${spec.short}, `;
  return `${short}--${name}${spec.type === 'string' ? ` ${spec.value ?? 'VALUE'}` : ''}`;
}

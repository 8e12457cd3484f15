import type { Command, OptionSpec } from './commands/command.ts';

/** The manual page `lockgate.1`, in the man macros that groff and mandoc read, from the same table as the help. */
export function renderManual(commands: readonly Command[]): string {
  const lines = [
    '.\\" Written by `npm run generate`: do not edit.',
    '.TH LOCKGATE 1',
    '.SH NAME',
    'lockgate \\- decide, with evidence, whether a set of npm dependencies may be used',
    '.SH SYNOPSIS',
    '.B lockgate',
    '.I COMMAND',
    '.RI [ OPTIONS ]',
    '.SH COMMANDS',
    ...commands.flatMap(describeCommand),
    '.SH EXIT STATUS',
    ...[
      ['0', 'pass: every judgement is proven'],
      ['1', 'fail: at least one error that nobody waived'],
      ['2', 'could not run: wrong usage, policy or lockfile'],
      ['3', 'inconclusive: something could not be verified'],
    ].flatMap(([code = '', meaning = '']) => ['.TP', `.B ${code}`, text(meaning)]),
    '.SH FILES',
    '.TP',
    '.I lockgate.yaml',
    'The policy: the nearest one from the lockfile upwards.',
  ];
  return `${lines.join('\n')}\n`;
}

function describeCommand(command: Command): readonly string[] {
  return [
    `.SS lockgate ${text(`${command.name} ${command.usage}`.trimEnd())}`,
    text(`${command.summary}.`),
    '.PP',
    ...command.description.split('\n').map(text),
    ...Object.entries(command.options).flatMap(([name, spec]) => ['.TP', optionLabel(name, spec), text(spec.description)]),
    ...command.examples.flatMap(([line, what]) => ['.PP', '.nf', `.B ${text(line)}`, '.fi', text(what)]),
  ];
}

function optionLabel(name: string, { short, type, value = 'VALUE' }: OptionSpec): string {
  const names = `${short === undefined ? '' : `\\-${short}, `}\\-\\-${name.replaceAll('-', '\\-')}`;
  return type === 'string' ? `.BI "${names} " ${value}` : `.B "${names}"`;
}

/** Text for roff: no escape, no hyphen that becomes another character, and no line that is taken for a request. */
function text(words: string): string {
  const escaped = words
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replaceAll(/[^ -~]/gu, (char) => `\\[u${(char.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}]`);
  return /^[.']/.test(escaped) ? `\\&${escaped}` : escaped;
}

import { GateError } from '../model/gate-error.ts';
import type { Command } from './command.ts';

/** `lockgate completion SHELL`: a completion script, generated from the table of commands. */
export const completion: Command = {
  name: 'completion',
  summary: 'Print a completion script for bash, zsh or fish',
  usage: 'SHELL',
  description: 'SHELL is bash, zsh or fish. Commands and options come from the same table as the help.',
  maxPositionals: 1,
  options: {},
  examples: [
    ['lockgate completion bash > /etc/bash_completion.d/lockgate', 'for all users of bash'],
    ['lockgate completion zsh > "${fpath[1]}/_lockgate"', 'for zsh'],
    ['lockgate completion fish > ~/.config/fish/completions/lockgate.fish', 'for fish'],
  ],
  run: async ({ positionals: [shell], environment }) => {
    const table = await environment.loadCommands();
    switch (shell) {
      case 'bash':
        return { exitCode: 0, stdout: bash(table) };
      case 'zsh':
        return { exitCode: 0, stdout: zsh(table) };
      case 'fish':
        return { exitCode: 0, stdout: fish(table) };
      case undefined:
      default:
        throw new GateError('usage', shell === undefined ? 'SHELL is missing' : `there is no completion for ${JSON.stringify(shell)}`, {
          hint: 'bash, zsh or fish',
        });
    }
  },
};

/** A command of two words is looked up before one of a single word. */
function bash(table: readonly Command[]): string {
  const cases = [...table]
    .sort((a, b) => b.name.length - a.name.length)
    .map(
      (command) =>
        `    ${command.name.includes(' ') ? `'${command.name}'*` : `'${command.name} '*`}) words='${optionWords(command).join(' ')}' ;;`,
    );
  return `# bash completion for lockgate
_lockgate() {
  local cur=\${COMP_WORDS[COMP_CWORD]} words=''
  local line="\${COMP_WORDS[*]:1:COMP_CWORD-1} "
  case $line in
    ' ') words='${firstWords(table).join(' ')}' ;;
${cases.join('\n')}
  esac
${pairs(table)
  .map(([first, seconds]) => `  if [[ $line == '${first} ' ]]; then words+=' ${seconds.join(' ')}'; fi`)
  .join('\n')}
  if [[ -n $words && ( $cur == -* || $COMP_CWORD -eq 1 || $line != *-* ) ]]; then
    mapfile -t COMPREPLY < <(compgen -W "$words" -- "$cur")
  fi
  if [[ \${#COMPREPLY[@]} -eq 0 && $COMP_CWORD -gt 1 ]]; then mapfile -t COMPREPLY < <(compgen -f -- "$cur"); fi
}
complete -o filenames -F _lockgate lockgate
`;
}

function zsh(table: readonly Command[]): string {
  const described = table.map(
    (command) => `    ${quoted(`${command.name.replaceAll(' ', '\\ ')}:${command.summary.replaceAll(':', '\\:')}`)}`,
  );
  const cases = table.map(
    (command) =>
      `    ${quoted(command.name)}) _arguments ${Object.entries(command.options)
        .map(([name, { description, type, value = 'VALUE' }]) =>
          quoted(
            `--${name}${type === 'string' ? '=' : ''}[${description.replaceAll(/[[\]\\:]/g, '\\$&')}]${type === 'string' ? `:${value}:_files` : ''}`,
          ),
        )
        .join(' ')} ${quoted('*:file:_files')} ;;`,
  );
  return `#compdef lockgate
_lockgate() {
  local -a commands=(
${described.join('\n')}
  )
  if (( CURRENT == 2 )); then _describe command commands; return; fi
  local name=$words[2]
  if (( CURRENT > 3 )) && [[ -n \${(M)commands:#$words[2]\\\\ $words[3]:*} ]]; then name="$words[2] $words[3]"; fi
  case $name in
${cases.join('\n')}
  esac
}
compdef _lockgate lockgate
`;
}

function fish(table: readonly Command[]): string {
  const lines = table.flatMap((command) => {
    const [first = '', second] = command.name.split(' ');
    const name =
      second === undefined
        ? `complete -c lockgate -f -n __fish_use_subcommand -a ${first} -d ${quoted(command.summary)}`
        : `complete -c lockgate -n '__fish_seen_subcommand_from ${first}' -a ${second} -d ${quoted(command.summary)}`;
    const condition = `'__fish_seen_subcommand_from ${first}${second === undefined ? '' : `; and __fish_seen_subcommand_from ${second}`}'`;
    return [
      name,
      ...Object.entries(command.options).map(
        ([option, { short, type, description }]) =>
          `complete -c lockgate -n ${condition} -l ${option}${short === undefined ? '' : ` -s ${short}`}${type === 'string' ? ' -r' : ''} -d ${quoted(description)}`,
      ),
    ];
  });
  return `# fish completion for lockgate\n${lines.join('\n')}\n`;
}

function optionWords(command: Command): readonly string[] {
  return [...Object.keys(command.options).map((name) => `--${name}`), '--help'];
}

function firstWords(table: readonly Command[]): readonly string[] {
  return [...new Set(table.map(({ name }) => name.split(' ')[0] ?? name))].sort();
}

/** First words that other commands continue: `sbom diff`, `sbom merge`. */
function pairs(table: readonly Command[]): readonly (readonly [string, readonly string[]])[] {
  const seconds = new Map<string, string[]>();
  for (const { name } of table) {
    const [first = '', second] = name.split(' ');
    if (second !== undefined) seconds.set(first, [...(seconds.get(first) ?? []), second]);
  }
  return [...seconds];
}

/** One word of a shell script, whatever is in it. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\\''`)}'`;
}

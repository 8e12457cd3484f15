import { parseArgs } from 'node:util';
import type { Command, Environment, Invocation } from './commands/command.ts';
import { GateError } from './model/gate-error.ts';
import { didYouMean } from './policy/suggest.ts';

/** Parses a command's arguments against its own table. Throws `GateError` (`usage`) that names the argument and the nearest known one. */
export function parseInvocation(command: Command, argv: readonly string[], environment: Environment): Invocation {
  const options = Object.fromEntries(
    Object.entries(command.options).map(([name, spec]) => [
      name,
      { type: spec.type, multiple: spec.isRepeatable === true, ...(spec.short === undefined ? {} : { short: spec.short }) },
    ]),
  );
  const { tokens } = parseArgs({ args: [...argv], options, strict: false, allowPositionals: true, tokens: true });
  const values = new Map<string, string[]>();
  const positionals: string[] = [];
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const spec = Object.hasOwn(command.options, token.name) ? command.options[token.name] : undefined;
    if (spec === undefined) throw unknownOption(token.rawName, command);
    if (spec.type === 'boolean' && token.value !== undefined) throw usage(`${token.rawName} takes no value`, command);
    if (spec.type === 'string' && (token.value === undefined || token.value === ''))
      throw usage(`${token.rawName} needs a value: ${token.rawName} ${spec.value ?? 'VALUE'}`, command);
    const known = values.get(token.name) ?? [];
    if (known.length > 0 && spec.isRepeatable !== true && spec.type === 'string') throw usage(`${token.rawName} is given twice`, command);
    values.set(token.name, [...known, token.value ?? '']);
  }
  if (positionals.length > command.maxPositionals)
    throw usage(`too many arguments: ${JSON.stringify(positionals[command.maxPositionals])}`, command);
  return {
    positionals,
    text: (option) => values.get(option)?.[0],
    texts: (option) => values.get(option) ?? [],
    flag: (option) => values.has(option),
    environment,
  };
}

function unknownOption(rawName: string, command: Command): GateError {
  const near = didYouMean(rawName.replace(/^-+/, ''), Object.keys(command.options));
  return usage(`there is no option ${rawName}`, command, near === undefined ? undefined : `did you mean --${near}?`);
}

function usage(message: string, command: Command, hint = `lockgate ${command.name} --help shows the options`): GateError {
  return new GateError('usage', message, { hint });
}

/** Which options a program has, as far as they matter for finding its command. */
export interface OptionTable {
  /** Long names without dashes of options that take a value. */
  readonly values: ReadonlySet<string>;
  /** Long names of options that take none. */
  readonly flags: ReadonlySet<string>;
  /** One letter to the long name that it stands for. */
  readonly shorts: Readonly<Record<string, string>>;
  /** A unique beginning of a long name stands for it. */
  readonly isAbbreviated?: true;
  /** Options end at the first word: what follows is for the program that is run. */
  readonly stopsAtWord?: true;
}

/** A command line taken apart. */
export interface CommandLine {
  /** What is no option, in order; those after `--` included. */
  readonly words: readonly string[];
  /** Long name to its values in order; a flag has `true`, `--no-x` has `false` under `x`. */
  readonly options: ReadonlyMap<string, readonly string[]>;
  /** An option that is in no table stood before a word: whether that word is its value cannot be told. */
  readonly isAmbiguous: boolean;
}

/** Takes arguments apart the way npm's own parser does: values after `=` or in the next argument, short ones in a row, `--` ends. */
export function readCommandLine(argv: readonly string[], table: OptionTable): CommandLine {
  const words: string[] = [];
  const options = new Map<string, string[]>();
  let isAmbiguous = false;
  const add = (name: string, value: string): void => void options.set(name, [...(options.get(name) ?? []), value]);
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    if (argument === '--') {
      words.push(...argv.slice(at + 1));
      break;
    }
    if (!argument.startsWith('-') || argument === '-') {
      words.push(argument);
      if (table.stopsAtWord === true) {
        words.push(...argv.slice(at + 1));
        break;
      }
      continue;
    }
    const next = argv[at + 1];
    for (const { name, value } of optionsIn(argument, table)) {
      if (value !== undefined) add(name, value);
      else if (table.values.has(name) && next !== undefined && !next.startsWith('--')) {
        add(name, next);
        at++;
      } else {
        add(name, 'true');
        if (!isKnown(name, table) && next !== undefined && !next.startsWith('-')) isAmbiguous = true;
        if (next === 'true' || next === 'false') at++;
      }
    }
  }
  return { words, options, isAmbiguous };
}

interface Option {
  readonly name: string;
  readonly value?: string;
}

function optionsIn(argument: string, table: OptionTable): readonly Option[] {
  const equals = argument.indexOf('=');
  const body = equals === -1 ? argument : argument.slice(0, equals);
  const value = equals === -1 ? undefined : argument.slice(equals + 1);
  if (!body.startsWith('--')) return shortOptions(body.slice(1), value, table);
  const name = body.slice(2);
  if (name.startsWith('no-') && !isKnown(name, table)) return [{ name: fullName(name.slice(3), table), value: value ?? 'false' }];
  return [{ name: fullName(name, table), ...(value === undefined ? {} : { value }) }];
}

/** `-gD`, `-C`, `-Cdir`; a row of letters of which one is unknown is one long name, as nopt reads it (`-reg`). */
function shortOptions(letters: string, value: string | undefined, table: OptionTable): readonly Option[] {
  const names = letters.split('').map((letter) => (Object.hasOwn(table.shorts, letter) ? table.shorts[letter] : undefined));
  const [first] = names;
  if (letters.length > 1 && first !== undefined && table.values.has(first)) return [{ name: first, value: letters.slice(1) }];
  if (names.includes(undefined)) return [{ name: fullName(letters, table), ...(value === undefined ? {} : { value }) }];
  return names.map((name, index) => ({
    name: name ?? '',
    ...(value === undefined || index < names.length - 1 ? {} : { value }),
  }));
}

function fullName(name: string, table: OptionTable): string {
  if (table.isAbbreviated !== true || name === '' || isKnown(name, table)) return name;
  const matches = [...table.values, ...table.flags].filter((known) => known.startsWith(name));
  return matches.length === 1 ? (matches[0] ?? name) : name;
}

function isKnown(name: string, table: OptionTable): boolean {
  return table.values.has(name) || table.flags.has(name);
}

/** Whether a flag stands, as its last occurrence says. */
export function hasFlag({ options }: CommandLine, ...names: readonly string[]): boolean {
  return names.some((name) => {
    const last = options.get(name)?.at(-1);
    return last !== undefined && last !== 'false';
  });
}

/** The last value of the first of these options that is there: the last one counts for every client. */
export function lastValue({ options }: CommandLine, ...names: readonly string[]): string | undefined {
  return names.map((name) => options.get(name)?.at(-1)).find((value) => value !== undefined);
}

/** The options of a command line that are among these, or that name a registry for a scope, as a person writes them. */
export function detoursIn({ options }: CommandLine, names: readonly string[]): readonly string[] {
  return [...options.keys()]
    .filter((name) => names.includes(name.replace(/^config\./, '')) || name.endsWith(':registry'))
    .map((name) => `--${name}`)
    .sort();
}

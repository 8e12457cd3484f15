/** What is known about one output stream. */
export interface Terminal {
  readonly isTTY: boolean;
  readonly hasColour: boolean;
  /** Columns; 80 where nobody knows. */
  readonly width: number;
}

export interface TerminalInput {
  readonly stream: { readonly isTTY?: boolean; readonly columns?: number };
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** `--color` or `--no-color` of the command line; it wins. */
  readonly colour?: boolean;
}

/**
 * Decides about colour: the flag, then `NO_COLOR` (any text, see no-color.org), then `FORCE_COLOR` (`0` and `false` switch it off),
 * then whether it is a terminal that is not dumb.
 */
export function describeTerminal({ stream, variables, colour }: TerminalInput): Terminal {
  const isTTY = isTerminal(stream);
  const columns = stream.columns ?? Number(variables['COLUMNS'] ?? Number.NaN);
  return { isTTY, hasColour: colour ?? wantsColour(variables, isTTY), width: columns >= 20 ? Math.floor(columns) : 80 };
}

/** Whether a person may see what is written to it. */
export function isTerminal({ isTTY }: TerminalInput['stream']): boolean {
  return isTTY === true;
}

function wantsColour(variables: Readonly<Record<string, string | undefined>>, isTTY: boolean): boolean {
  if ((variables['NO_COLOR'] ?? '') !== '') return false;
  const forced = variables['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced !== 'false';
  return isTTY && variables['TERM'] !== 'dumb';
}

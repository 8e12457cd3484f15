import { expandBraces } from './shell-quoting.ts';

/** One word of a command, quotes removed. `isKnown` is false where the shell itself adds to it when it runs: variables, substitutions, globs. */
export interface Word {
  readonly text: string;
  readonly isKnown: boolean;
}

/** What a script does, in order. `enter` and `leave` are the ends of a subshell, which keeps its own folder. */
export type ShellStep =
  | { readonly type: 'enter' }
  | { readonly type: 'leave' }
  | {
      readonly type: 'command';
      /** `NAME=value` before the program. */
      readonly assignments: readonly Word[];
      readonly words: readonly Word[];
      /** What a here-document or here-string feeds to it. */
      readonly input: Word | undefined;
      /** Files that its output goes to. */
      readonly writes: readonly Word[];
      /** It reads from, or writes to, another command. */
      readonly isPiped: boolean;
      /** It runs whatever the command before it came to, or only when that failed. */
      readonly isFallback: boolean;
    };

export type ShellCommand = Extract<ShellStep, { type: 'command' }>;

/** A command while it is read, and until its here-documents are. */
export interface OpenCommand {
  readonly type: 'command';
  assignments: Word[];
  words: Word[];
  input: Word | undefined;
  writes: Word[];
  isPiped: boolean;
  isFallback: boolean;
  /** The next word is the target of a redirection, or the text of a here-string. */
  awaits: 'target' | 'source' | 'here-string' | 'delimiter' | 'delimiter-dash' | undefined;
}

export interface OpenWord {
  text: string;
  isKnown: boolean;
  isQuoted: boolean;
  /** It has braces outside quotes, and none inside. */
  braces: 'none' | 'plain' | 'mixed';
}

/** A here-document whose text is still to come. */
export interface HereDocument {
  readonly delimiter: string;
  readonly isLiteral: boolean;
  readonly stripsTabs: boolean;
  readonly command: OpenCommand;
}

export function emptyCommand(): OpenCommand {
  return {
    type: 'command',
    assignments: [],
    words: [],
    input: undefined,
    writes: [],
    isPiped: false,
    isFallback: false,
    awaits: undefined,
  };
}

/** Gives a command its next word. Answers the here-document that it announces, if it is the end mark of one. */
export function takeWord(command: OpenCommand, word: OpenWord): HereDocument | undefined {
  // `[` and `[[` are programs, whatever else brackets mean.
  const known: Word = { text: word.text, isKnown: word.isKnown || /^\[{1,2}$/.test(word.text) };
  const { awaits } = command;
  command.awaits = undefined;
  switch (awaits) {
    case 'source':
      return undefined;
    case 'target':
      command.writes.push(known);
      return undefined;
    case 'here-string':
      command.input = known;
      return undefined;
    case 'delimiter':
    case 'delimiter-dash':
      return { delimiter: word.text, isLiteral: word.isQuoted, stripsTabs: awaits === 'delimiter-dash', command };
    case undefined:
      break;
  }
  const isAssignment = command.words.length === 0 && /^[A-Za-z_][A-Za-z_0-9]*\+?=/.test(word.text);
  if (isAssignment) command.assignments.push(known);
  else command.words.push(...expanded(known, word.braces));
  return undefined;
}

/** The text of a here-document that begins at `at`, up to its end mark. */
export function readHereDocument(
  text: string,
  at: number,
  { delimiter, stripsTabs }: HereDocument,
): { readonly body: string; readonly end: number; readonly isClosed: boolean } {
  const lines: string[] = [];
  let end = at;
  while (end < text.length) {
    const lineEnd = text.indexOf('\n', end);
    const raw = text.slice(end, lineEnd === -1 ? undefined : lineEnd);
    end = lineEnd === -1 ? text.length : lineEnd + 1;
    const line = stripsTabs ? raw.replace(/^\t+/, '') : raw;
    if (line === delimiter) return { body: `${lines.join('\n')}\n`, end, isClosed: true };
    lines.push(line);
  }
  return { body: `${lines.join('\n')}\n`, end, isClosed: false };
}

/** Only now: the here-documents of a command come after its own line. */
export function finished({ type, assignments, words, input, writes, isPiped, isFallback }: OpenCommand): ShellCommand {
  return { type, assignments, words, input, writes, isPiped, isFallback };
}

function expanded(word: Word, braces: OpenWord['braces']): readonly Word[] {
  if (braces === 'none' || !word.isKnown || !/[,.]/.test(word.text)) return [word];
  const texts = braces === 'plain' ? expandBraces(word.text) : undefined;
  return texts === undefined ? [{ text: word.text, isKnown: false }] : texts.map((text) => ({ text, isKnown: true }));
}

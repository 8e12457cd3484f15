import { hasControlCharacters } from './json-document.ts';

/** What one line says. `longKey` is a key whose colon and value follow on the next line. */
export type YarnLine =
  | { readonly keys: readonly string[]; readonly value: string | undefined }
  | { readonly longKey: string }
  | { readonly problem: string };

/** Reads one line without its indentation; `longKey` is what the line before announced. */
export type YarnSyntax = (line: string, longKey: string | undefined) => YarnLine;

/**
 * Yarn 1's own syntax: `key value`, `key:` or `key, "key":`, where a bare word ends at a colon, space or comma.
 * Source: the tokeniser of yarn 1.22 (src/lockfile/parse.js).
 */
export const classicSyntax: YarnSyntax = (line) => {
  const keys: string[] = [];
  let at = 0;
  for (;;) {
    const key = line[at] === '"' ? readQuoted(line, at) : readClassicWord(line, at);
    if (key === undefined) return { problem: 'has no readable key' };
    keys.push(key.text);
    at = skipSpaces(line, key.end);
    if (line[at] !== ',') break;
    at = skipSpaces(line, at + 1);
  }
  const hasColon = line[at] === ':';
  at = skipSpaces(line, hasColon ? at + 1 : at);
  if (isEnd(line, at)) return hasColon ? { keys, value: undefined } : { problem: 'has a key without a value' };
  const value = line[at] === '"' ? readQuoted(line, at) : readClassicWord(line, at);
  if (value === undefined) return { problem: 'has no readable value' };
  return isEnd(line, skipSpaces(line, value.end)) ? { keys, value: value.text } : { problem: 'goes on after its value' };
};

/**
 * The part of YAML that yarn 2 and later write: `key: value`, `key:`, and `? key` for a key of more than 1,024
 * characters; plain, double-quoted and single-quoted scalars of one line. Source: stringifySyml of @yarnpkg/parsers.
 */
export const berrySyntax: YarnSyntax = (line, longKey) => {
  if (longKey !== undefined && line[0] !== ':') return { problem: 'does not continue the key before it' };
  if (longKey === undefined && line.startsWith('? ')) {
    const key = readYamlScalar(line, 2, false);
    return key !== undefined && isEnd(line, key.end) ? { longKey: key.text } : { problem: 'has no readable key' };
  }
  const key = longKey === undefined ? readYamlScalar(line, 0, true) : { text: longKey, end: 0 };
  if (key === undefined) return { problem: 'has no readable key' };
  const colon = skipSpaces(line, key.end);
  if (line[colon] !== ':') return { problem: 'has a key without a colon' };
  const at = skipSpaces(line, colon + 1);
  if (isEnd(line, at)) return { keys: [key.text], value: undefined };
  if (at === colon + 1) return { problem: 'has no space behind its colon' };
  const value = readYamlScalar(line, at, false);
  if (value === undefined) return { problem: 'has a value in a form that yarn does not write' };
  return isEnd(line, skipSpaces(line, value.end)) ? { keys: [key.text], value: value.text } : { problem: 'goes on after its value' };
};

interface Scalar {
  readonly text: string;
  /** The offset behind it. */
  readonly end: number;
}

const classicWordStart = /^[A-Za-z0-9/.-]$/;
const classicWordEnd = /[: ,]/g;
/** What no plain scalar of YAML may start with. */
const yamlIndicator = /^[-?:,\][{}#&*!|>'"%@`]$/;

function readClassicWord(line: string, start: number): Scalar | undefined {
  if (!classicWordStart.test(line[start] ?? '')) return undefined;
  classicWordEnd.lastIndex = start;
  const end = classicWordEnd.exec(line)?.index ?? line.length;
  return { text: line.slice(start, end), end };
}

/** Both formats quote as JSON does. */
function readQuoted(line: string, start: number): Scalar | undefined {
  let end = line.indexOf('"', start + 1);
  if (end === -1) return undefined;
  const raw = line.slice(start + 1, end);
  if (!raw.includes('\\')) return { text: raw, end: end + 1 };
  end = start + 1;
  while (end < line.length && line[end] !== '"') end += line[end] === '\\' ? 2 : 1;
  if (end >= line.length) return undefined;
  const text = unescape(line.slice(start, end + 1));
  return text === undefined ? undefined : { text, end: end + 1 };
}

function unescape(quoted: string): string | undefined {
  try {
    const text = String(JSON.parse(quoted));
    // An escape must not bring in what the text itself may not hold.
    return hasControlCharacters(text) ? undefined : text;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function readYamlScalar(line: string, start: number, isKey: boolean): Scalar | undefined {
  const first = line[start] ?? '';
  if (first === '"') return readQuoted(line, start);
  if (first === "'") return readSingleQuoted(line, start);
  // An indicator before a letter (`-1`, `:x`, `?x`) starts a plain scalar as well.
  if (yamlIndicator.test(first) && !(/[-?:]/.test(first) && /[^\s]/.test(line[start + 1] ?? ''))) return undefined;
  const end = endOfPlain(line, start);
  // A value must not hold `: `, and a key must end with it.
  if (!isKey && line[end] === ':') return undefined;
  // Only spaces are left out: any other white space belongs to the scalar.
  let last = end;
  while (last > start && line[last - 1] === ' ') last -= 1;
  return { text: line.slice(start, last), end };
}

/** Where a plain scalar ends: at a colon before a space or the line's end, before a comment, or with the line. */
function endOfPlain(line: string, start: number): number {
  const comment = line.indexOf(' #', start);
  const end = comment === -1 ? line.length : comment;
  for (let colon = line.indexOf(':', start); colon !== -1 && colon < end; colon = line.indexOf(':', colon + 1)) {
    if (colon + 1 === line.length || line[colon + 1] === ' ') return colon;
  }
  return end;
}

function readSingleQuoted(line: string, start: number): Scalar | undefined {
  let end = start + 1;
  while (end < line.length && (line[end] !== "'" || line[end + 1] === "'")) end += line[end] === "'" ? 2 : 1;
  return end < line.length ? { text: line.slice(start + 1, end).replaceAll("''", "'"), end: end + 1 } : undefined;
}

function skipSpaces(line: string, start: number): number {
  let at = start;
  while (line[at] === ' ') at += 1;
  return at;
}

function isEnd(line: string, at: number): boolean {
  return at >= line.length || line[at] === '#';
}

import type { Location } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { linesByLayout, type KeyLines, type WantedLines } from './json-layout.ts';
import { findJsonSyntaxError } from './json-syntax-error.ts';
import { Char, endOfString } from './json-text.ts';

export type JsonValue = null | boolean | number | string | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A JSON file that was read strictly: its value, and the lines of the keys that were asked for. */
export interface JsonDocument {
  readonly value: JsonValue;
  /** The place of a key, given the keys that lead to it; the file alone (line 1) where its line was not asked for. */
  readonly locationOf: (path: readonly string[]) => Location;
  /** The same for the keys of one object: cheaper for many of them. */
  readonly locationsIn: (path: readonly string[]) => (key: string) => Location;
}

export interface JsonOptions {
  /** The file's name in errors and locations. */
  readonly file: string;
  /** Which lines are kept; called for each object that may hold some, with the keys that lead to it. */
  readonly keepsLines?: WantedLines;
}

/** Far above what any package manager writes (two levels for each nested `node_modules` of version 1). */
const maxDepth = 256;
/** Ends each part of a path; no key can hold it, because control characters in keys are refused. */
const separator = '\0';
// oxlint-disable-next-line no-control-regex -- control characters are what it looks for
const controlCharacter = /[\u0000-\u001f\u007f-\u009f]/;

/**
 * Reads JSON (RFC 8259) of unknown origin. A byte order mark and CRLF are fine. Refused with `lockfile-invalid`, line
 * and column: anything that is not JSON, a truncated file, a key twice in one object (two readers would see two
 * different files), a `__proto__` key, control characters in keys, nesting deeper than 256.
 * Read objects with `member` and `Object.entries` only: they have the ordinary prototype.
 */
export function readJsonDocument(text: string, options: JsonOptions): JsonDocument {
  const body = text.charCodeAt(0) === 0xfeff ? text.slice(1) : text;
  const { file, keepsLines = () => 'none' } = options;
  const value = parse(body, file);
  const byLayout = linesByLayout(body, value, { wanted: keepsLines, maxDepth });
  const lines = new Map((byLayout ?? scan(body, file, keepsLines)).map((own) => [prefixOf(own.path), own.lines]));
  const locationsIn = (path: readonly string[]): ((key: string) => Location) => {
    const known = lines.get(prefixOf(path));
    return (key) => ({ file, line: known?.get(key) ?? 1 });
  };
  return {
    value,
    locationOf: (path) => locationsIn(path.slice(0, -1))(path.at(-1) ?? ''),
    locationsIn,
  };
}

/** Is it an object, and not an array or null. */
export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object's own value for a key; undefined for anything inherited (`constructor`) and for what is no object. */
export function member(value: JsonValue | undefined, key: string): JsonValue | undefined {
  return isJsonObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
}

/** An object's own string for a key, or undefined. */
export function textMember(value: JsonValue | undefined, key: string): string | undefined {
  const found = member(value, key);
  return typeof found === 'string' ? found : undefined;
}

/** Whether a text holds control characters (C0, DEL, C1). */
export function hasControlCharacters(text: string): boolean {
  return controlCharacter.test(text);
}

function parse(text: string, file: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue; // what JSON.parse yields without a reviver is exactly this type
  } catch (cause) {
    const error = findJsonSyntaxError(text);
    // JSON.parse refused what the grammar allows: not the file's fault.
    if (error === undefined) throw cause;
    const hint = error.isTruncated ? 'it was cut off: restore it, or let the package manager write it again' : undefined;
    throw invalid(text, file, error.offset, error.problem, hint);
  }
}

/** One object or array that is open during the scan. */
interface Frame {
  readonly isObject: boolean;
  /** The keys so far. */
  readonly keys: Set<string>;
  readonly lines: Map<string, number> | undefined;
}

/**
 * Walks a text that is known to be JSON once: refuses what JSON.parse lets pass, and notes the lines that are asked for.
 * Strings are jumped over natively; that, and no calls in the loop, keeps it as cheap as JSON.parse.
 */
function scan(text: string, file: string, keepsLines: WantedLines): readonly KeyLines[] {
  const found: KeyLines[] = [];
  const path: string[] = [];
  const frames: Frame[] = [];
  let frame: Frame | undefined;
  let expectsKey = false;
  let line = 1;
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case Char.newline:
        line += 1;
        break;
      case Char.quote: {
        const end = endOfString(text, at);
        if (expectsKey && frame !== undefined) {
          const key = keyAt(text, at, end, file);
          if (frame.keys.has(key)) {
            const hint = 'readers disagree about which one counts: remove one';
            throw invalid(text, file, at, `the key ${JSON.stringify(key)} stands twice in one object`, hint);
          }
          frame.keys.add(key);
          frame.lines?.set(key, line);
          path[frames.length - 1] = key;
          expectsKey = false;
        }
        at = end;
        break;
      }
      case Char.comma:
        expectsKey = frame?.isObject === true;
        break;
      case Char.openBrace:
      case Char.openBracket: {
        if (frames.length >= maxDepth) throw invalid(text, file, at, `it is nested deeper than ${maxDepth} levels`);
        expectsKey = text.charCodeAt(at) === Char.openBrace;
        const kept = expectsKey && keepsLines(path) === 'keys' ? new Map<string, number>() : undefined;
        if (kept !== undefined) found.push({ path: [...path], lines: kept });
        frame = { isObject: expectsKey, keys: new Set(), lines: kept };
        frames.push(frame);
        // Inside an array no line can be asked for: this part of a path equals no key.
        path.push(separator);
        break;
      }
      case Char.closeBrace:
      case Char.closeBracket:
        frames.pop();
        path.pop();
        frame = frames.at(-1);
        expectsKey = false;
        break;
      default:
    }
  }
  return found;
}

function keyAt(text: string, start: number, end: number, file: string): string {
  const raw = text.slice(start + 1, end);
  const key = raw.includes('\\') ? String(JSON.parse(text.slice(start, end + 1))) : raw;
  if (hasControlCharacters(key)) throw invalid(text, file, start, 'a key holds a control character');
  if (key === '__proto__')
    throw invalid(text, file, start, 'the key __proto__ is not accepted', 'no package can have this name: remove the entry');
  return key;
}

function invalid(text: string, file: string, offset: number, problem: string, hint?: string): GateError {
  const before = text.slice(0, offset);
  const location = { file, line: before.split('\n').length, column: offset - before.lastIndexOf('\n') };
  return new GateError('lockfile-invalid', `${file} cannot be read: ${problem}`, {
    location,
    hint: hint ?? 'restore the file, or let the package manager write it again',
  });
}

function prefixOf(path: readonly string[]): string {
  return path.map((key) => key + separator).join('');
}

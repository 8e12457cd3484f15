import { parseJson } from '../model/json.ts';

/** Where a value stands in a text, in bytes. */
export type Span = readonly [start: number, end: number];

const quote = 0x22;
const backslash = 0x5c;
const openBrace = 0x7b;
const closeBrace = 0x7d;
const openBracket = 0x5b;
const closeBracket = 0x5d;
const comma = 0x2c;
const colon = 0x3a;

/** Whether an object begins here. */
export function isObjectAt(body: Buffer, start: number): boolean {
  return body[start] === openBrace;
}

/** Whether an object or an array begins here. */
export function isOpening(body: Buffer, start: number): boolean {
  return body[start] === openBrace || body[start] === openBracket;
}

/** The members of an object that stands at `start`; of duplicate keys the last one counts. Undefined where no object does. */
export function scanMembers(body: Buffer, start: number): ReadonlyMap<string, Span> | undefined {
  const members = new Map<string, Span>();
  return collectMembers(body, start, members) === -1 ? undefined : members;
}

/** The same, into a map of the caller's, who may have a quicker way over values. The position after the object, or -1. */
export function collectMembers(
  body: Buffer,
  start: number,
  found: Map<string, Span>,
  skip: (start: number) => number = (at) => skipValue(body, at),
): number {
  return scanObject(body, start, (key, valueStart) => {
    const valueEnd = skip(valueStart);
    found.set(key, [valueStart, valueEnd]);
    return valueEnd;
  });
}

/** Keys that are looked for in many objects. */
export interface WantedKeys {
  readonly places: ReadonlyMap<string, number>;
  /** By length in bytes: the keys of that length with their places. */
  readonly byLength: readonly (readonly (readonly [key: Buffer, place: number])[] | undefined)[];
}

/** Prepares a search for these keys; each is plain ASCII. */
export function wantedKeys(keys: readonly string[]): WantedKeys {
  const byLength: (readonly [Buffer, number])[][] = [];
  for (const [place, key] of keys.entries()) (byLength[key.length] ??= []).push([Buffer.from(key, 'latin1'), place]);
  return { places: new Map(keys.map((key, place) => [key, place])), byLength };
}

/**
 * Notes where the values of wanted keys stand in the object at `start`, without a string for any key; of duplicate keys the last one
 * counts. -1 where no object stands, and where a key is written with escapes, which only a parser can tell.
 * @param spans two numbers for each wanted key, start and end; both -1 where it is missing
 * @param duplicates `refused`: -1, too, where a wanted key stands twice
 */
export function scanWanted(
  body: Buffer,
  start: number,
  { byLength }: WantedKeys,
  spans: Int32Array | number[],
  duplicates?: 'refused',
): number {
  spans.fill(-1);
  if (body[start] !== openBrace) return -1;
  let at = skipSpace(body, start + 1);
  if (body[at] === closeBrace) return at + 1;
  for (;;) {
    if (body[at] !== quote) return -1;
    let keyEnd = at + 1;
    for (; keyEnd < body.length && body[keyEnd] !== quote; keyEnd++) if (body[keyEnd] === backslash) return -1;
    const colonAt = skipSpace(body, keyEnd + 1);
    if (body[colonAt] !== colon) return -1;
    const valueStart = skipSpace(body, colonAt + 1);
    const valueEnd = skipValue(body, valueStart);
    if (valueEnd === -1) return -1;
    for (const [key, place] of byLength[keyEnd - at - 1] ?? none) {
      if (!standsAt(body, at + 1, key)) continue;
      if (duplicates === 'refused' && spans[place * 2] !== -1) return -1;
      spans[place * 2] = valueStart;
      spans[place * 2 + 1] = valueEnd;
    }
    at = skipSpace(body, valueEnd);
    if (body[at] === closeBrace) return at + 1;
    if (body[at] !== comma) return -1;
    at = skipSpace(body, at + 1);
  }
}

const none: readonly (readonly [Buffer, number])[] = [];

function standsAt(body: Buffer, start: number, key: Buffer): boolean {
  for (let index = 0; index < key.length; index++) if (body[start + index] !== key[index]) return false;
  return true;
}

/** Calls `onMember` with each key and its value's position, and goes on where it says. The position after the object, or -1. */
export function scanObject(body: Buffer, start: number, onMember: (key: string, valueStart: number) => number): number {
  if (body[start] !== openBrace) return -1;
  let at = skipSpace(body, start + 1);
  if (body[at] === closeBrace) return at + 1;
  for (;;) {
    const keyEnd = body[at] === quote ? skipString(body, at) : -1;
    if (keyEnd === -1) return -1;
    const key = keyAt(body, at, keyEnd);
    const colonAt = skipSpace(body, keyEnd);
    if (key === undefined || body[colonAt] !== colon) return -1;
    const valueEnd = onMember(key, skipSpace(body, colonAt + 1));
    if (valueEnd === -1) return -1;
    at = skipSpace(body, valueEnd);
    if (body[at] === closeBrace) return at + 1;
    if (body[at] !== comma) return -1;
    at = skipSpace(body, at + 1);
  }
}

function keyAt(body: Buffer, start: number, end: number): string | undefined {
  if (isPlain(body, start + 1, end - 1)) return body.toString('latin1', start + 1, end - 1);
  const key = parseJson(body.subarray(start, end));
  return typeof key === 'string' ? key : undefined;
}

/** Printable ASCII that needs no decoding: nearly every key there is. */
function isPlain(body: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) {
    const byte = body[at];
    if (byte === undefined || byte < 0x20 || byte > 0x7e || byte === backslash) return false;
  }
  return true;
}

/** The position after the value that begins at `start`, or -1. Iterative: depth costs nothing. */
export function skipValue(body: Buffer, start: number): number {
  const first = body[start];
  if (first === quote) return skipString(body, start);
  if (isOpening(body, start)) return skipNested(body, start);
  let at = start;
  for (; at < body.length; at++) {
    const byte = body[at];
    if (byte === comma || byte === closeBrace || byte === closeBracket || (byte !== undefined && byte <= 0x20)) break;
  }
  return at === start || parseJson(body.subarray(start, at)) === undefined ? -1 : at;
}

function skipNested(body: Buffer, start: number): number {
  const length = body.length;
  let depth = 0;
  for (let at = start; at < length; at++) {
    const byte = body[at];
    if (byte === quote) {
      // The hot loop of the whole gate: most bytes of a document are inside strings.
      for (at++; at < length && body[at] !== quote; at++) if (body[at] === backslash) at++;
    } else if (byte === openBrace || byte === openBracket) depth++;
    else if ((byte === closeBrace || byte === closeBracket) && --depth === 0) return at + 1;
  }
  return -1;
}

function skipString(body: Buffer, start: number): number {
  for (let at = start + 1; at < body.length; at++) {
    const byte = body[at];
    if (byte === quote) return at + 1;
    if (byte === backslash) at++;
  }
  return -1;
}

export function skipSpace(body: Buffer, start: number): number {
  let at = start;
  for (; at < body.length; at++) {
    const byte = body[at];
    if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) break;
  }
  return at;
}

import { Char, endOfString } from './json-text.ts';

/** Which lines of an object are wanted: those of its `keys` and perhaps of objects in it, of such objects alone, or none in it at all. */
export type WantedLines = (path: readonly string[]) => 'keys' | 'below' | 'none';

/** The lines of one object's keys, and the keys that lead to the object. */
export interface KeyLines {
  readonly path: readonly string[];
  readonly lines: Map<string, number>;
}

export interface LayoutOptions {
  readonly wanted: WantedLines;
  /** A text that is nested deeper is not looked at. */
  readonly maxDepth: number;
}

/**
 * The lines of the wanted keys of a JSON text that is laid out as JSON.stringify does it: every member on a line of its own, indented
 * by its depth. Files that programs write are, and to jump from line to line takes a third of the walk over everything.
 *
 * Undefined where a text is laid out otherwise, where a key might stand twice in one object or be `__proto__`, and where a string holds
 * a control character or an escape but `\"` and `\\`. So none of that has to be asked again of a text that has an answer.
 * @param value what JSON.parse makes of the text
 */
export function linesByLayout(text: string, value: unknown, options: LayoutOptions): readonly KeyLines[] | undefined {
  const margin = /^\{\n( {1,8}|\t)"/.exec(text)?.[1];
  if (margin === undefined || unusual.test(text)) return undefined;
  const { keys, containers } = sizeOf(value);
  if (!hasKeysAtMost(text, keys)) return undefined;
  const found = linesIn(text, margin, containers, options);
  return found?.every(({ path, lines }) => keyCountAt(value, path) === lines.size) === true ? found : undefined;
}

/** Wants the lines of the members of these objects, which are members of the whole. */
export function linesOfMembers(names: ReadonlySet<string>): WantedLines {
  return ([name, ...further]) => {
    if (name === undefined) return 'below';
    return further.length === 0 && names.has(name) ? 'keys' : 'none';
  };
}

/** DEL and C1, escapes, the key that would set a prototype, and space before a colon. */
const unusual = /[\u007f-\u009f]|\\[^"\\]|"__proto__"|"\s+:/;

/** How many keys all objects of a value have, and how many objects and arrays are not empty. */
function sizeOf(value: unknown): { readonly keys: number; readonly containers: number } {
  let [keys, containers] = [0, 0];
  const open = [value];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    let size = 0;
    if (Array.isArray(next)) {
      size = next.length;
      for (const inner of next) if (isContainer(inner)) open.push(inner);
    } else if (isContainer(next)) {
      for (const key in next) {
        size += 1;
        const inner = next[key];
        if (isContainer(inner)) open.push(inner);
      }
      keys += size;
    }
    if (size > 0) containers += 1;
  }
  return { keys, containers };
}

function isContainer(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/**
 * Whether the text writes no more keys than its value has: then none stands twice. A colon follows the quote that ends a key; where it
 * follows another quote, in a string or at the start of one, there only seems to be a key too many.
 */
function hasKeysAtMost(text: string, keys: number): boolean {
  let count = 0;
  for (let at = text.indexOf('":'); at !== -1 && count <= keys; at = text.indexOf('":', at + 2)) count += 1;
  return count <= keys;
}

/** One open object in which lines are wanted. */
interface Frame {
  readonly path: readonly string[];
  /** How many objects and arrays are open in it, it among them. */
  readonly depth: number;
  readonly lines: Map<string, number> | undefined;
}

/**
 * Depth is counted by the brackets that a line ends with, and those that one begins with. No string reaches over the end of a line, so
 * each of these is a bracket; where there are as many of either as there are objects and arrays, all of them were seen in their places.
 */
function linesIn(text: string, margin: string, containers: number, { wanted, maxDepth }: LayoutOptions): KeyLines[] | undefined {
  const found: KeyLines[] = [];
  const frames: Frame[] = [];
  let frame = frameOf([], 1, wanted, found);
  let depth = 1;
  const margins = ['', margin];
  let [opened, closed] = [1, 0];
  let end = 1;
  for (let line = 2; end < text.length; line += 1) {
    const start = end + 1;
    const next = text.indexOf('\n', start);
    end = next === -1 ? text.length : next;
    const outside = start + (depth - 1) * margin.length;
    const first = text.charCodeAt(outside);
    const last = text.charCodeAt(end - 1);
    if ((first === Char.closeBrace || first === Char.closeBracket) && text.startsWith(margins[depth - 1] ?? '', start)) {
      // What follows is a comma at most. What is empty and yet has two lines is not among the containers.
      if (end - outside > 2 || isOpening(text.charCodeAt(start - 2))) return undefined;
      if (frame?.depth === depth) frame = frames.pop();
      closed += 1;
      depth -= 1;
      if (depth === 0) return opened === containers && closed === containers ? found : undefined;
      continue;
    }
    // Spaces at the end could hide what a line ends with.
    if (!(last > Char.space)) return undefined;
    const opens = last === Char.openBrace || last === Char.openBracket;
    if (frame?.depth === depth && (opens || frame.lines !== undefined)) {
      const key = keyAt(text, start, margins[depth] ?? '');
      if (key === undefined) return undefined;
      frame.lines?.set(key, line);
      const inner: Frame | undefined = last === Char.openBrace ? frameOf([...frame.path, key], depth + 1, wanted, found) : undefined;
      if (inner !== undefined) {
        frames.push(frame);
        frame = inner;
      }
    }
    if (!opens) continue;
    opened += 1;
    depth += 1;
    if (depth > maxDepth) return undefined;
    if (margins.length === depth) margins.push(margin.repeat(depth));
  }
  return undefined;
}

function frameOf(path: readonly string[], depth: number, wanted: WantedLines, found: KeyLines[]): Frame | undefined {
  const kind = wanted(path);
  if (kind === 'none') return undefined;
  if (kind === 'below') return { path, depth, lines: undefined };
  const lines = new Map<string, number>();
  found.push({ path, lines });
  return { path, depth, lines };
}

function isOpening(char: number): boolean {
  return char === Char.openBrace || char === Char.openBracket;
}

/** The key that a line begins with, behind its margin. */
function keyAt(text: string, start: number, margin: string): string | undefined {
  const quote = start + margin.length;
  if (text.charCodeAt(quote) !== Char.quote || !text.startsWith(margin, start)) return undefined;
  const end = endOfString(text, quote);
  if (text.charCodeAt(end + 1) !== Char.colon) return undefined;
  const raw = text.slice(quote + 1, end);
  return raw.includes('\\') ? String(JSON.parse(text.slice(quote, end + 1))) : raw;
}

function keyCountAt(value: unknown, path: readonly string[]): number {
  let at = value;
  for (const key of path) at = isContainer(at) && Object.hasOwn(at, key) ? at[key] : undefined;
  return isContainer(at) ? Object.keys(at).length : -1;
}

/** Which lines of an object are wanted: those of its `keys` and perhaps of objects in it, of such objects alone, or none in it at all. */
export type WantedLines = (path: readonly string[]) => 'keys' | 'below' | 'none';

/** The lines of one object's keys, and the keys that lead to the object. */
export interface KeyLines {
  readonly path: readonly string[];
  readonly lines: Map<string, number>;
}

export interface LayoutOptions {
  readonly wanted: WantedLines;
  /** A value that is nested deeper is not looked at. */
  readonly maxDepth: number;
}

/**
 * The lines of the wanted keys of a JSON text in which every member and every closing bracket stands on a line of its own, as
 * JSON.stringify lays it out: they follow from the value, which takes a third of a walk over all characters.
 *
 * The line breaks of such a text, outside of which there are none, come before members and closing brackets alone, and there are as many
 * of them as of these. Where both is true of a text, nothing stands anywhere else.
 *
 * Undefined where a text is laid out otherwise, where a key might stand twice in one object or be `__proto__`, and where a key might
 * hold a control character: of a text that has an answer, nobody has to ask for any of that.
 * @param value what JSON.parse makes of the text
 */
export function linesByLayout(text: string, value: unknown, options: LayoutOptions): readonly KeyLines[] | undefined {
  const written = text.trimEnd();
  if (!written.startsWith('{') || unusual.test(written)) return undefined;
  const measured = measure(value, options);
  if (measured === undefined || countOf(written, '\n', measured.lines) !== measured.lines - 1) return undefined;
  // A colon follows the quote that ends a key. Where it follows another quote there only seems to be a key too many.
  return countOf(written, '":', measured.keys) === measured.keys ? measured.found : undefined;
}

/** Wants the lines of the members of these objects, which are members of the whole. */
export function linesOfMembers(names: ReadonlySet<string>): WantedLines {
  return ([name, ...further]) => {
    if (name === undefined) return 'below';
    return further.length === 0 && names.has(name) ? 'keys' : 'none';
  };
}

const unusual = new RegExp(
  [
    // DEL and C1, all escapes but those of quotes and backslashes, and the key that would set a prototype.
    /[\u007f-\u009f]|\\[^"\\]|"__proto__"/,
    // Space before a colon, by which keys are counted.
    /"\s+:/,
    // A line break before a line break, a comma or a value, and one in what is empty.
    /\n[ \t\r]*[\n,]|:[ \t\r]*\n|[{[][ \t\r]*\n[ \t\r]*[}\]]/,
  ]
    .map(({ source }) => source)
    .join('|'),
);

interface Measured {
  /** Of the whole text. */
  readonly lines: number;
  /** Of all objects. */
  readonly keys: number;
  readonly found: readonly KeyLines[];
}

/** What the text of a value has when it is laid out so; undefined for one that is too deep, or has its keys in another order than its text. */
function measure(root: unknown, { wanted, maxDepth }: LayoutOptions): Measured | undefined {
  const found: KeyLines[] = [];
  let [line, keys, isMeasurable] = [1, 0, true];
  /** Recursive on the depth of a value, up to the depth that is allowed. */
  const visit = (value: Container, path: readonly string[] | undefined, depth: number): void => {
    const before = line;
    if (depth > maxDepth) isMeasurable = false;
    else if (Array.isArray(value)) {
      for (const inner of value) {
        line += 1;
        // In an array no line is wanted.
        if (isContainer(inner)) visit(inner, undefined, depth + 1);
      }
    } else {
      const kind = path === undefined ? 'none' : wanted(path);
      const lines = kind === 'keys' ? new Map<string, number>() : undefined;
      for (const key in value) {
        line += 1;
        keys += 1;
        lines?.set(key, line);
        // Such keys come first in a value, wherever they stand.
        if (kind !== 'none' && /^\d+$/.test(key)) isMeasurable = false;
        const inner = value[key];
        if (isContainer(inner)) visit(inner, kind === 'none' || path === undefined ? undefined : [...path, key], depth + 1);
      }
      if (lines !== undefined && path !== undefined) found.push({ path, lines });
    }
    if (line > before) line += 1;
  };
  if (isContainer(root)) visit(root, [], 1);
  return isMeasurable ? { lines: line, keys, found } : undefined;
}

type Container = Readonly<Record<string, unknown>>;

function isContainer(value: unknown): value is Container {
  return typeof value === 'object' && value !== null;
}

/** How often a part occurs; counted up to one more than expected. */
function countOf(text: string, part: string, expected: number): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1 && count <= expected; at = text.indexOf(part, at + 1)) count += 1;
  return count;
}

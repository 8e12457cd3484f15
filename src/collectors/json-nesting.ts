import { isOpening, skipValue } from './json-bytes.ts';
import { moduleBytes } from './json-nesting.generated.ts';

/** As in the module's own comment: bytes of a window, and where its marks stand. */
const windowBytes = 65_536;
const marksAt = 69_632;
const vectorBytes = 16;
/** The root of a registry document, its members, and the members of `versions`. */
const deepest = 2;

/** The module of `json-nesting.wat`, of which one is enough: it is never left in the middle of a text. */
interface Scanner {
  readonly window: Uint8Array;
  readonly marks: Int32Array;
  readonly begin: () => void;
  readonly scan: (length: number, deepest: number) => number;
}

let shared: Scanner | undefined;

/**
 * Tells where the values of a large document's root, and of the objects right below it, end; as `skipValue` does, at a fourth of its time.
 * Answers with the position after the value that begins at `start`, or -1; must be asked from the front to the back of the document.
 */
export function createSkipper(body: Buffer): (start: number) => number {
  // Node may run without it, for instance with --jitless.
  if (typeof WebAssembly === 'undefined') return (start) => skipValue(body, start);
  const marks = outermost(body, (shared ??= instantiate()));
  let next = 0;
  return (start) => {
    if (!isOpening(body, start)) return skipValue(body, start);
    while ((marks[next] ?? start) < start) next++;
    if (marks[next] !== start) return -1;
    let open = 0;
    for (; next < marks.length; next++) {
      const mark = marks[next] ?? -1;
      open += isOpening(body, mark) ? 1 : -1;
      if (open === 0) return (marks[next++] ?? -1) + 1;
    }
    return -1;
  };
}

/** The bytes at which the outermost objects and arrays begin and end, in their order. */
function outermost(body: Buffer, { window, marks, begin, scan }: Scanner): readonly number[] {
  const found: number[] = [];
  begin();
  for (let at = 0; at < body.length; at += windowBytes) {
    const part = body.subarray(at, at + windowBytes);
    window.set(part);
    window.fill(0, part.length, part.length + vectorBytes);
    const count = scan(part.length, deepest);
    for (let index = 0; index < count; index++) found.push(at + (marks[index] ?? 0));
  }
  return found;
}

function instantiate(): Scanner {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(Buffer.from(moduleBytes, 'base64')));
  // The module is ours: these are its exports.
  const { memory, begin, scan } = exports as { memory: { buffer: ArrayBuffer } } & Pick<Scanner, 'begin' | 'scan'>;
  return { window: new Uint8Array(memory.buffer), marks: new Int32Array(memory.buffer, marksAt), begin, scan };
}

/** One DER value: its tag byte and its content. */
export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
}

const isConstructed = 0x20;
const maxDepth = 24;

/**
 * The values that fill `bytes` exactly, in X.690's distinguished encoding: one-byte tags, shortest definite lengths,
 * nothing left over. Undefined for anything else, so that no two readers can see different values.
 */
export function readDer(bytes: Buffer): readonly DerValue[] | undefined {
  const values: DerValue[] = [];
  let position = 0;
  while (position < bytes.length) {
    const tag = bytes[position] ?? 0;
    const header = readLength(bytes, position + 1);
    if ((tag & 0x1f) === 0x1f || header === undefined) return undefined;
    const end = header.next + header.length;
    if (end > bytes.length) return undefined;
    values.push({ tag, content: bytes.subarray(header.next, end) });
    position = end;
  }
  return values;
}

/** Whether every constructed value below is distinguished encoding as well, at most 24 levels deep. */
export function isDer(bytes: Buffer): boolean {
  let level: readonly Buffer[] = [bytes];
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maxDepth) return false;
    const next: Buffer[] = [];
    for (const content of level) {
      const values = readDer(content);
      if (values === undefined) return false;
      for (const value of values) if ((value.tag & isConstructed) !== 0) next.push(value.content);
    }
    level = next;
  }
  return true;
}

function readLength(bytes: Buffer, at: number): { readonly length: number; readonly next: number } | undefined {
  const first = bytes[at];
  if (first === undefined) return undefined;
  if (first < 0x80) return { length: first, next: at + 1 };
  const count = first & 0x7f;
  // Four bytes hold every length that passes the size limits; a leading zero or a length below 128 is not the shortest form.
  if (count === 0 || count > 4 || at + count >= bytes.length) return undefined;
  const length = bytes.readUIntBE(at + 1, count);
  return bytes[at + 1] === 0 || length < 0x80 ? undefined : { length, next: at + 1 + count };
}

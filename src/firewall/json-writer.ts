import type { Span } from '../collectors/json-bytes.ts';

/** Writes JSON out of pieces of another document and texts of its own, into one buffer. */
export interface JsonWriter {
  readonly text: (text: string) => void;
  readonly copy: (source: Buffer, span: Span) => void;
  /** Everything written so far; the writer is not used afterwards. */
  readonly end: () => Buffer;
}

/** @param expected bytes; room for more is made where it is needed */
export function createJsonWriter(expected: number): JsonWriter {
  let buffer = Buffer.allocUnsafe(Math.max(256, expected));
  let length = 0;
  const makeRoom = (bytes: number): void => {
    if (length + bytes <= buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(length + bytes, Math.ceil(buffer.length * 1.25)));
    buffer.copy(larger, 0, 0, length);
    buffer = larger;
  };
  return {
    text: (text) => {
      makeRoom(text.length * 3);
      length += buffer.write(text, length);
    },
    copy: (source, [start, end]) => {
      makeRoom(end - start);
      length += source.copy(buffer, length, start, end);
    },
    end: () => buffer.subarray(0, length),
  };
}

import { hash } from 'node:crypto';

/** Where one stored text lies, and what proves it. */
export interface IndexEntry {
  readonly offset: number;
  readonly length: number;
  /** The first 16 bytes of its SHA-256. */
  readonly digest: Uint8Array;
}

/**
 * An index is entries of one width, sorted by key: 16 bytes of the name's SHA-256, 6 of the offset, 4 of the length, 16 of the
 * text's SHA-256. A name with several texts has several entries side by side.
 */
const keyBytes = 16;
const offsetBytes = 6;
const lengthBytes = 4;
const digestBytes = 16;
const width = keyBytes + offsetBytes + lengthBytes + digestBytes;
const growBy = 4096;

/** Collects entries; 42 bytes each. */
export interface IndexBuilder {
  readonly add: (name: string, offset: number, text: Uint8Array) => void;
  /** The sorted index, and how many names it holds. */
  readonly build: () => { readonly index: Buffer; readonly names: number };
}

/** An empty index, to be filled in any order. */
export function createIndexBuilder(): IndexBuilder {
  let bytes = Buffer.alloc(growBy * width);
  let count = 0;
  return {
    add: (name, offset, text) => {
      if ((count + 1) * width > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(bytes.length)]);
      const at = count * width;
      keyOf(name).copy(bytes, at);
      bytes.writeUIntBE(offset, at + keyBytes, offsetBytes);
      bytes.writeUInt32BE(text.length, at + keyBytes + offsetBytes);
      digestOf(text).copy(bytes, at + keyBytes + offsetBytes + lengthBytes);
      count++;
    },
    build: () => {
      const entries = Array.from({ length: count }, (_, entry) => bytes.subarray(entry * width, (entry + 1) * width));
      entries.sort((a, b) => a.compare(b));
      const isNewName = (entry: Buffer, at: number): boolean => entries[at - 1]?.compare(entry, 0, keyBytes, 0, keyBytes) !== 0;
      return { index: Buffer.concat(entries), names: entries.filter(isNewName).length };
    },
  };
}

/** Whether bytes can be an index at all. */
export function isIndex(bytes: Buffer): boolean {
  return bytes.length % width === 0;
}

/** The entries of a name: a binary search, no matter how many names there are. */
export function findEntries(index: Buffer, name: string): readonly IndexEntry[] {
  const key = keyOf(name);
  const count = index.length / width;
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (key.compare(index, middle * width, middle * width + keyBytes) > 0) low = middle + 1;
    else high = middle;
  }
  const entries: IndexEntry[] = [];
  for (let at = low * width; at < index.length && key.compare(index, at, at + keyBytes) === 0; at += width) {
    entries.push({
      offset: index.readUIntBE(at + keyBytes, offsetBytes),
      length: index.readUInt32BE(at + keyBytes + offsetBytes),
      digest: index.subarray(at + width - digestBytes, at + width),
    });
  }
  return entries;
}

function keyOf(name: string): Buffer {
  return hash('sha256', name, 'buffer').subarray(0, keyBytes);
}

function digestOf(text: Uint8Array): Buffer {
  return hash('sha256', text, 'buffer').subarray(0, digestBytes);
}

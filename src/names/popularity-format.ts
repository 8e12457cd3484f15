import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib';

/** One row of a popularity list. */
export interface PopularName {
  readonly name: string;
  /** Downloads a month. */
  readonly downloads: number;
}

/** The decoded list: names as one run of ASCII bytes in code-unit order, and a download bucket for each. */
export interface PopularityColumns {
  readonly size: number;
  readonly text: Uint8Array;
  /** `size + 1` offsets into `text`. */
  readonly starts: Uint32Array;
  /** `bucketOf(downloads)` of each name. */
  readonly buckets: Uint8Array;
  /** How many bytes each name has in common with the one before it; at most 255. */
  readonly shared: Uint8Array;
}

const magic = 'LGPN1\n';
const headerBytes = magic.length + 8;
/** The npm registry has about four million names; a list that claims more than this is not one. */
const maxNames = 4_000_000;
const maxDecodedBytes = 64 * 1024 * 1024;
/** The shipped table comes out in one piece, which nobody has to put together. */
const chunkSize = 4 * 1024 * 1024;
const lineFeed = 10;

/** Ten buckets for each power of ten: a ratio between two buckets is exact to 26 %. */
export function bucketOf(downloads: number): number {
  return downloads >= 1 ? Math.min(255, Math.floor(Math.log10(downloads) * 10 + 1e-9)) : 0;
}

/** The fewest downloads a month that fall into a bucket. */
export function downloadsOf(bucket: number): number {
  return fewestDownloads[bucket] ?? 0;
}

const fewestDownloads: readonly number[] = Array.from({ length: 256 }, (_, bucket) => Math.round(10 ** (bucket / 10)));

/**
 * Packs a list: header (magic, count, length of the third part; little-endian), then shared-prefix lengths, buckets, and
 * line-separated suffixes in code-unit order, all under brotli. Names that are not printable ASCII are refused.
 */
export function encodePopularity(rows: Iterable<PopularName>): Uint8Array {
  const sorted = [...new Map([...rows].map((row) => [row.name, row.downloads]))].sort(([a], [b]) => (a < b ? -1 : 1));
  const prefixes = new Uint8Array(sorted.length);
  const buckets = new Uint8Array(sorted.length);
  const suffixes: string[] = [];
  let previous = '';
  for (const [index, [name, downloads]] of sorted.entries()) {
    if (!/^[!-~]{1,214}$/.test(name)) throw new RangeError(`not a package name: ${JSON.stringify(name)}`);
    const shared = sharedPrefix(previous, name);
    prefixes[index] = shared;
    buckets[index] = bucketOf(downloads);
    suffixes.push(name.slice(shared));
    previous = name;
  }
  const text = Buffer.from(suffixes.join('\n'), 'latin1');
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 'latin1');
  header.writeUInt32LE(sorted.length, magic.length);
  header.writeUInt32LE(text.length, magic.length + 4);
  const plain = Buffer.concat([header, prefixes, buckets, text]);
  return brotliCompressSync(plain, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY,
      [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS,
      [constants.BROTLI_PARAM_SIZE_HINT]: plain.length,
    },
  });
}

/** Unpacks what `encodePopularity` packed; throws a RangeError on anything else. */
export function decodePopularity(packed: Uint8Array): PopularityColumns {
  const plain = brotliDecompressSync(packed, { maxOutputLength: maxDecodedBytes, chunkSize });
  if (plain.length < headerBytes || plain.toString('latin1', 0, magic.length) !== magic) throw new RangeError('not a popularity list');
  const size = plain.readUInt32LE(magic.length);
  const textLength = plain.readUInt32LE(magic.length + 4);
  if (size > maxNames || plain.length !== headerBytes + 2 * size + textLength)
    throw new RangeError('a popularity list of the wrong length');
  // Plain arrays of bytes, all of one kind: loops over Buffers beside them are compiled again.
  const part = (from: number, to: number): Uint8Array => new Uint8Array(plain.buffer, plain.byteOffset + headerBytes + from, to - from);
  const shared = part(0, size);
  return { size, shared, buckets: part(size, 2 * size), ...unfold(shared, part(2 * size, 2 * size + textLength)) };
}

function unfold(prefixes: Uint8Array, suffixes: Uint8Array): { readonly text: Uint8Array; readonly starts: Uint32Array } {
  const size = prefixes.length;
  let total = suffixes.length;
  for (let index = 0; index < size; index += 1) total += prefixes[index] ?? 0;
  if (total > maxDecodedBytes) throw new RangeError('a popularity list that is too large');
  const text = new Uint8Array(total);
  const starts = new Uint32Array(size + 1);
  let read = 0;
  let write = 0;
  for (let index = 0; index < size; index += 1) {
    const previous = index === 0 ? 0 : (starts[index - 1] ?? 0);
    const shared = prefixes[index] ?? 0;
    if (shared > write - previous) throw new RangeError('a popularity list with a prefix that is longer than the name before');
    starts[index] = write;
    for (let offset = 0; offset < shared; offset += 1) text[write + offset] = text[previous + offset] ?? 0;
    write += shared;
    while (read < suffixes.length && suffixes[read] !== lineFeed) text[write++] = suffixes[read++] ?? 0;
    read += 1;
  }
  starts[size] = write;
  return { text: text.subarray(0, write), starts };
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

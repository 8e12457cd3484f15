import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { bucketOf } from './bucket.ts';
import { openColumns, type PopularityColumns, restartEvery } from './popularity-columns.ts';

/** One row of a popularity list. */
export interface PopularName {
  readonly name: string;
  /** Downloads a month. */
  readonly downloads: number;
}

const magic = 'LGPN2\n';
const headerBytes = magic.length + 4;
/** The npm registry has about four million names; a list that claims more than this is not one. */
const maxNames = 4_000_000;
const maxDecodedBytes = 64 * 1024 * 1024;
/** The shipped table comes out in one piece, which nobody has to put together. */
const chunkSize = 4 * 1024 * 1024;

/**
 * Packs a list: header (magic, count; little-endian), then columns in code-unit order of the names: how many bytes each shares with
 * the one before it (every `restartEvery` names one that shares nothing), its bucket, the rest of it and a line feed. All of that
 * is deflated: brotli would take a seventh less room, and twice the time to unpack. Names that are not printable ASCII are refused.
 */
export function encodePopularity(rows: Iterable<PopularName>): Uint8Array {
  const sorted = [...new Map([...rows].map((row) => [row.name, row.downloads]))].sort(([a], [b]) => (a < b ? -1 : 1));
  const prefixes = new Uint8Array(sorted.length);
  const buckets = new Uint8Array(sorted.length);
  const suffixes: string[] = [];
  let previous = '';
  for (const [index, [name, downloads]] of sorted.entries()) {
    if (!/^[!-~]{1,214}$/.test(name)) throw new RangeError(`not a package name: ${JSON.stringify(name)}`);
    const shared = index % restartEvery === 0 ? 0 : sharedPrefix(previous, name);
    prefixes[index] = shared;
    buckets[index] = bucketOf(downloads);
    suffixes.push(`${name.slice(shared)}\n`);
    previous = name;
  }
  const header = Buffer.alloc(headerBytes);
  header.write(magic, 'latin1');
  header.writeUInt32LE(sorted.length, magic.length);
  return deflateRawSync(Buffer.concat([header, prefixes, buckets, Buffer.from(suffixes.join(''), 'latin1')]), { level: 9, memLevel: 9 });
}

/** Unpacks what `encodePopularity` packed; throws a RangeError on anything else. */
export function decodePopularity(packed: Uint8Array): PopularityColumns {
  const plain = inflateRawSync(packed, { maxOutputLength: maxDecodedBytes, chunkSize });
  if (plain.length < headerBytes || plain.toString('latin1', 0, magic.length) !== magic) throw new RangeError('not a popularity list');
  const size = plain.readUInt32LE(magic.length);
  if (size > maxNames || plain.length < headerBytes + 2 * size) throw new RangeError('a popularity list of the wrong length');
  return openColumns(size, plain.subarray(headerBytes));
}

function sharedPrefix(a: string, b: string): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length += 1;
  return length;
}

import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { crc32, inflateRawSync } from 'node:zlib';
import { GateError } from '../model/gate-error.ts';

/** One file in an archive. */
export interface ZipEntry {
  readonly name: string;
  /** Size after decompression. */
  readonly size: number;
  /** Decompressed, whole, and proven by its checksum; only while it is the current one. Throws `GateError` `input-invalid`. */
  readonly read: () => Uint8Array;
}

export interface ZipLimits {
  readonly entries: number;
  /** Bytes of one file after decompression. */
  readonly entryBytes: number;
  /** Bytes of all files together. */
  readonly totalBytes: number;
}

const endOfDirectory = 0x06054b50;
const endOfDirectory64 = 0x06064b50;
const locator64 = 0x07064b50;
const directoryEntry = 0x02014b50;
const localEntry = 0x04034b50;
const longestComment = 65_535;
const windowBytes = 1024 * 1024;
const stored = 0;
const deflated = 8;

/**
 * The files of a zip archive, one after the other in bounded memory: the directory at the end is read in pieces, each file only
 * when it is asked for. Nothing is ever written. Refused are names that lead out of a folder, encryption, methods other than
 * deflate, files that overlap (the trick of small bombs), and whatever exceeds the limits.
 * Source: PKWARE APPNOTE 6.3.10, 4.3; ZIP64 included.
 * @param shown what messages call the archive
 * @throws GateError `input-invalid`
 */
export function* zipEntries(path: string, shown: string, limits: ZipLimits): Generator<ZipEntry> {
  const descriptor = openSync(path, 'r');
  try {
    const read = windowedReader(descriptor);
    const file = { read, readDirectory: windowedReader(descriptor), size: fstatSync(descriptor).size, shown };
    const directory = findDirectory(file);
    if (!(directory.count <= limits.entries)) throw broken(file, `it holds more than ${limits.entries} files`);
    let position = directory.offset;
    let [packed, unpacked] = [0, 0];
    for (let index = 0; index < directory.count; index++) {
      const { next, ...entry } = readDirectoryEntry(file, position, directory.offset + directory.size);
      position = next;
      packed += entry.packedSize + localHeaderBytes;
      unpacked += entry.size;
      if (packed > file.size) throw broken(file, 'its files overlap');
      if (entry.size > limits.entryBytes) throw broken(file, `${JSON.stringify(entry.name)} has more than ${limits.entryBytes} bytes`);
      if (unpacked > limits.totalBytes) throw broken(file, `it unpacks to more than ${limits.totalBytes} bytes`);
      if (entry.name.endsWith('/') && entry.size > 0) throw broken(file, `the folder ${JSON.stringify(entry.name)} has content of its own`);
      if (!entry.name.endsWith('/')) yield { name: entry.name, size: entry.size, read: () => unpack(file, entry) };
    }
    // A count that is too small would leave files out without a word.
    if (position !== directory.offset + directory.size) throw broken(file, 'its directory holds more files than it says');
  } finally {
    closeSync(descriptor);
  }
}

interface ZipFile {
  /** The bytes of a stretch of the file, valid until the next call; undefined where it ends before. */
  readonly read: (offset: number, length: number) => Buffer | undefined;
  /** The same, for the directory: files and directory are read in turns, and each has its own window. */
  readonly readDirectory: ZipFile['read'];
  readonly size: number;
  readonly shown: string;
}

interface DirectoryEntry {
  readonly name: string;
  readonly method: number;
  readonly checksum: number;
  readonly packedSize: number;
  readonly size: number;
  readonly offset: number;
}

const localHeaderBytes = 30;

/** One window of the file is kept, so that reading forward costs one system call per megabyte. */
function windowedReader(descriptor: number): ZipFile['read'] {
  const window = Buffer.allocUnsafe(windowBytes);
  let [start, length] = [0, 0];
  return (offset, wanted) => {
    if (wanted > windowBytes) {
      const bytes = Buffer.allocUnsafe(wanted);
      return fill(descriptor, bytes, offset) === wanted ? bytes : undefined;
    }
    if (offset < start || offset + wanted > start + length) {
      start = offset;
      length = fill(descriptor, window, offset);
    }
    return wanted <= length - (offset - start) ? window.subarray(offset - start, offset - start + wanted) : undefined;
  };
}

function fill(descriptor: number, target: Buffer, offset: number): number {
  let length = 0;
  while (length < target.length) {
    const count = readSync(descriptor, target, length, target.length - length, offset + length);
    if (count === 0) break;
    length += count;
  }
  return length;
}

function directoryAt(file: ZipFile, offset: number, length: number): Buffer {
  return bytesAt({ ...file, read: file.readDirectory }, offset, length);
}

function bytesAt(file: ZipFile, offset: number, length: number): Buffer {
  const isInside = Number.isSafeInteger(offset) && offset >= 0 && Number.isSafeInteger(length) && offset + length <= file.size;
  const bytes = isInside ? file.read(offset, length) : undefined;
  if (bytes === undefined) throw broken(file, 'it is torn');
  return bytes;
}

interface Directory {
  readonly count: number;
  readonly size: number;
  readonly offset: number;
}

/** The end record is the last thing in the file, but for a comment. */
function findDirectory(file: ZipFile): Directory {
  const length = Math.min(file.size, longestComment + 22);
  const tail = directoryAt(file, file.size - length, length);
  let at = length - 22;
  while (at >= 0 && !(tail.readUInt32LE(at) === endOfDirectory && tail.readUInt16LE(at + 20) === length - at - 22)) at--;
  if (at < 0) throw broken(file, 'it is no zip archive');
  const end = file.size - length + at;
  const count = tail.readUInt16LE(at + 10);
  const directory =
    count === 0xffff || tail.readUInt32LE(at + 12) === 0xffffffff || tail.readUInt32LE(at + 16) === 0xffffffff
      ? findDirectory64(file, end)
      : { count, size: tail.readUInt32LE(at + 12), offset: tail.readUInt32LE(at + 16) };
  if (directory.offset + directory.size > end) throw broken(file, 'its directory is not where it says');
  return directory;
}

function findDirectory64(file: ZipFile, end: number): Directory {
  const locator = directoryAt(file, end - 20, 20);
  if (locator.readUInt32LE(0) !== locator64) throw broken(file, 'its directory is not where it says');
  const record = directoryAt(file, numberAt(locator, 8), 56);
  if (record.readUInt32LE(0) !== endOfDirectory64) throw broken(file, 'its directory is not where it says');
  return { count: numberAt(record, 32), size: numberAt(record, 40), offset: numberAt(record, 48) };
}

function readDirectoryEntry(file: ZipFile, offset: number, end: number): DirectoryEntry & { readonly next: number } {
  const head = directoryAt(file, offset, 46);
  if (head.readUInt32LE(0) !== directoryEntry) throw broken(file, 'its directory is damaged');
  const flags = head.readUInt16LE(8);
  const [nameLength, extraLength, commentLength] = [head.readUInt16LE(28), head.readUInt16LE(30), head.readUInt16LE(32)];
  const fixed = {
    method: head.readUInt16LE(10),
    checksum: head.readUInt32LE(16),
    packedSize: head.readUInt32LE(20),
    size: head.readUInt32LE(24),
    offset: head.readUInt32LE(42),
  };
  const next = offset + 46 + nameLength + extraLength + commentLength;
  if (next > end) throw broken(file, 'its directory is damaged');
  const variable = directoryAt(file, offset + 46, nameLength + extraLength);
  const name = variable.toString('utf8', 0, nameLength);
  if (!isInnocent(name)) throw broken(file, `the name ${JSON.stringify(name.slice(0, 100))} leads out of the archive`);
  if ((flags & 0x41) !== 0) throw broken(file, `${JSON.stringify(name)} is encrypted`);
  if (fixed.method !== stored && fixed.method !== deflated) throw broken(file, `${JSON.stringify(name)} is packed in an unknown way`);
  return { name, ...fixed, ...sizes64(variable.subarray(nameLength), fixed), next };
}

/** The ZIP64 extra field holds, in this order, the values that did not fit into 32 bits. */
function sizes64(extra: Buffer, fixed: Pick<DirectoryEntry, 'size' | 'packedSize' | 'offset'>): Partial<DirectoryEntry> {
  for (let at = 0; at + 4 <= extra.length; at += 4 + extra.readUInt16LE(at + 2)) {
    if (extra.readUInt16LE(at) !== 1) continue;
    const values = extra.subarray(at + 4, at + 4 + extra.readUInt16LE(at + 2));
    let taken = 0;
    const wide: Record<string, number> = {};
    for (const key of ['size', 'packedSize', 'offset'] as const) {
      if (fixed[key] !== 0xffffffff || taken + 8 > values.length) continue;
      wide[key] = numberAt(values, taken);
      taken += 8;
    }
    return wide;
  }
  return {};
}

/** The local header repeats the name with a length of its own; the directory's sizes count. */
function unpack(file: ZipFile, entry: DirectoryEntry): Uint8Array {
  const head = bytesAt(file, entry.offset, localHeaderBytes);
  if (head.readUInt32LE(0) !== localEntry) throw broken(file, `${JSON.stringify(entry.name)} is not where the directory says`);
  const start = entry.offset + localHeaderBytes + head.readUInt16LE(26) + head.readUInt16LE(28);
  const packed = bytesAt(file, start, entry.packedSize);
  const bytes = entry.method === stored ? Buffer.from(packed) : inflate(file, packed, entry);
  if (bytes.length !== entry.size || crc32(bytes) !== entry.checksum) throw broken(file, `${JSON.stringify(entry.name)} is damaged`);
  return bytes;
}

function inflate(file: ZipFile, packed: Buffer, entry: DirectoryEntry): Buffer {
  try {
    return inflateRawSync(packed, { maxOutputLength: Math.max(entry.size, 1) });
  } catch (cause) {
    throw broken(file, `${JSON.stringify(entry.name)} is damaged`, cause);
  }
}

/** Above 2^53 a number is no length of anything: it then fails every test of being inside the file. */
function numberAt(bytes: Buffer, offset: number): number {
  return Number(bytes.readBigUInt64LE(offset));
}

function isInnocent(name: string): boolean {
  return (
    name !== '' &&
    !/[\0\\]/.test(name) &&
    !name.startsWith('/') &&
    !/^[A-Za-z]:/.test(name) &&
    !name.split('/').some((part) => part === '..' || part === '.')
  );
}

function broken(file: Pick<ZipFile, 'shown'>, why: string, cause?: unknown): GateError {
  return new GateError('input-invalid', `${file.shown} cannot be used: ${why}`, { cause, hint: 'fetch the archive again from its source' });
}

import { createHash } from 'node:crypto';
import { createGunzip } from 'node:zlib';
import { type BinaryFormat, binaryFormatOf, magicLength } from './binary-format.ts';
import { packagePathOf } from './package-path.ts';
import { DamagedArchive, type TarEntry, createTarReader } from './tar-reader.ts';

/** One file as it would be written; of several with one path the last one counts, as for npm. */
export interface PackedFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly binary?: BinaryFormat;
}

/** A file whose content somebody wants to see. */
export interface KeptFile {
  readonly path: string;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  /** UTF-8; cut at the limit that `isCut` tells of. */
  readonly text: string;
  readonly isCut?: true;
}

/** Something in the archive that extractors treat differently, or that has no business in a package. */
export interface ArchiveOddity {
  readonly type: 'absolute' | 'parent' | 'link' | 'special' | 'duplicate' | 'case' | 'trailing-data';
  /** As written in the archive. */
  readonly path: string;
}

export interface ReadPackage {
  /** Sorted by path, in code units. */
  readonly files: readonly PackedFile[];
  readonly kept: readonly KeptFile[];
  /** At most 32 of each type. */
  readonly oddities: readonly ArchiveOddity[];
  /** Bytes of all entries, also of those that are not written. */
  readonly unpackedSize: number;
}

/** `damaged`: knowledge about the bytes. `too-large` and `aborted`: nothing was found out. */
export type PackageReading =
  | { readonly status: 'read'; readonly package: ReadPackage }
  | { readonly status: 'damaged'; readonly problem: string }
  | { readonly status: 'too-large'; readonly problem: string }
  | { readonly status: 'aborted' };

export interface ReadPackageOptions {
  /** Whether a file's text is kept. */
  readonly isWanted: (path: string) => boolean;
  readonly signal: AbortSignal;
  readonly limits?: Partial<ReadLimits>;
}

/** Far above what honest packages need; a package above them is not judged and so never passed. */
export interface ReadLimits {
  readonly unpackedBytes: number;
  readonly entries: number;
  readonly pathLength: number;
  /** Of one kept text, and of all of them. */
  readonly textBytes: number;
  readonly allTextBytes: number;
}

const defaultLimits: ReadLimits = {
  unpackedBytes: 2 * 1024 ** 3,
  entries: 200_000,
  pathLength: 4_096,
  textBytes: 1024 * 1024,
  allTextBytes: 8 * 1024 * 1024,
};
const maxOddities = 32;
const pieceSize = 256 * 1024;

/**
 * Reads a package's tarball, gzipped or plain, without writing anything anywhere: content flows past and only wanted texts,
 * first bytes and digests stay. Time is the caller's signal; everything else is bounded by `limits`.
 */
export async function readPackage(tarball: Buffer, options: ReadPackageOptions): Promise<PackageReading> {
  const gathering = createGathering({ ...defaultLimits, ...options.limits }, options.isWanted);
  const reader = createTarReader(gathering.listen);
  try {
    for await (const piece of unpacked(tarball)) {
      if (options.signal.aborted) return { status: 'aborted' };
      gathering.count(piece.length);
      reader.write(piece);
    }
    return { status: 'read', package: gathering.result(reader.end()) };
  } catch (error) {
    if (error instanceof TooLarge) return { status: 'too-large', problem: error.message };
    if (error instanceof DamagedArchive) return { status: 'damaged', problem: error.message };
    if (isZlibError(error)) return { status: 'damaged', problem: 'its compression is damaged' };
    throw error;
  }
}

class TooLarge extends Error {}

/** gzip is told by its first bytes (RFC 1952): package managers take plain archives, too. */
async function* unpacked(tarball: Buffer): AsyncGenerator<Buffer> {
  if (tarball.length < 2 || tarball.readUInt16BE(0) !== 0x1f8b) {
    for (let at = 0; at < tarball.length; at += pieceSize) yield tarball.subarray(at, at + pieceSize);
    return;
  }
  const gunzip = createGunzip({ chunkSize: pieceSize });
  gunzip.end(tarball);
  try {
    for await (const piece of gunzip) yield piece as Buffer; // a zlib stream without encoding gives buffers
  } finally {
    gunzip.destroy();
  }
}

/** Takes down what flows past. */
function createGathering(limits: ReadLimits, isWanted: (path: string) => boolean) {
  const files = new Map<string, PackedFile>();
  const kept = new Map<string, KeptFile>();
  const foldedPaths = new Map<string, { readonly path: string; readonly sha256: string }>();
  const oddities: ArchiveOddity[] = [];
  const counts = new Map<ArchiveOddity['type'], number>();
  let [entries, unpackedSize, unpackedBytes, textBytes] = [0, 0, 0, 0];

  function note(type: ArchiveOddity['type'], path: string): void {
    const count = counts.get(type) ?? 0;
    counts.set(type, count + 1);
    if (count < maxOddities) oddities.push({ type, path: path.slice(0, 500) });
  }

  /** The path inside the package, for a file that is written. */
  function placeOf(entry: TarEntry): string | undefined {
    const place = packagePathOf(entry.path);
    if (place !== undefined && 'escapes' in place) {
      note(place.escapes, entry.path);
      return undefined;
    }
    if (entry.type === 'link' || entry.type === 'special') note(entry.type, entry.path);
    return entry.type === 'file' ? place?.path : undefined;
  }

  /** Equal content is no ambiguity: some packing tools write a file twice. */
  function noteClashes(path: string, sha256: string): void {
    const folded = path.normalize('NFC').toLowerCase();
    const other = foldedPaths.get(folded);
    if (other !== undefined && other.sha256 !== sha256) note(other.path === path ? 'duplicate' : 'case', path);
    foldedPaths.set(folded, { path, sha256 });
  }

  return {
    count: (bytes: number): void => {
      unpackedBytes += bytes;
      if (!(unpackedBytes <= limits.unpackedBytes)) throw new TooLarge(`it unpacks to more than ${limits.unpackedBytes} bytes`);
    },
    listen: (entry: TarEntry) => {
      entries += 1;
      if (!(entries <= limits.entries)) throw new TooLarge(`it has more than ${limits.entries} entries`);
      if (!(entry.size <= limits.unpackedBytes)) throw new TooLarge(`it unpacks to more than ${limits.unpackedBytes} bytes`);
      if (!(entry.path.length <= limits.pathLength)) throw new TooLarge(`it has a path of more than ${limits.pathLength} characters`);
      unpackedSize += entry.size;
      const path = placeOf(entry);
      if (path === undefined) return undefined;
      const hash = createHash('sha256');
      const start = createPrefix(magicLength, entry.size);
      const longest = Math.min(limits.textBytes, limits.allTextBytes - textBytes);
      const text = isWanted(path) ? createPrefix(longest, entry.size) : undefined;
      return {
        write: (piece: Buffer): void => {
          hash.update(piece);
          start.add(piece);
          text?.add(piece);
        },
        end: (): void => {
          const sha256 = hash.digest('hex');
          const binary = binaryFormatOf(path, start.bytes());
          noteClashes(path, sha256);
          files.set(path, { path, size: entry.size, mode: entry.mode, ...(binary === undefined ? {} : { binary }) });
          kept.delete(path);
          if (text === undefined) return;
          textBytes += text.bytes().length;
          kept.set(path, { path, sha256, text: text.bytes().toString('utf8'), ...(entry.size > longest ? { isCut: true } : {}) });
        },
      };
    },
    result: ({ hasTrailingData }: { readonly hasTrailingData: boolean }): ReadPackage => {
      if (hasTrailingData) note('trailing-data', '');
      return { files: [...files.values()].sort(byPath), kept: [...kept.values()].sort(byPath), oddities, unpackedSize };
    },
  };
}

/** Copies the first bytes of a file; a file may be shorter. */
function createPrefix(length: number, size: number) {
  const bytes = Buffer.alloc(Math.max(0, Math.min(length, size)));
  let filled = 0;
  return {
    add: (piece: Buffer): void => {
      if (filled < bytes.length) filled += piece.copy(bytes, filled);
    },
    bytes: (): Buffer => bytes,
  };
}

function byPath(a: { readonly path: string }, b: { readonly path: string }): number {
  return a.path < b.path ? -1 : 1;
}

function isZlibError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' && error.code.startsWith('Z_');
}

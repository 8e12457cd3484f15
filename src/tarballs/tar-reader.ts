import { type PaxRecords, readPaxRecords } from './pax-records.ts';
import { type TarHeader, blockSize, readTarHeader } from './tar-header.ts';

/** One entry with the names and sizes that extended records gave it. */
export type TarEntry = Pick<TarHeader, 'path' | 'size' | 'mode' | 'linkTo'> & { readonly type: 'file' | 'directory' | 'link' | 'special' };

/** Told about each entry in turn; what it answers is given the entry's content piece by piece. Pieces are views: copied or lost. */
export type TarListener = (entry: TarEntry) => { readonly write: (piece: Buffer) => void; readonly end: () => void } | undefined;

/** The bytes are no archive that extractors agree on. The message is one calm clause about them. */
export class DamagedArchive extends Error {}

/** Names in front of an entry: more than any file system takes. */
const longestRecords = 64 * 1024;

export interface TarReader {
  /** @throws DamagedArchive */
  readonly write: (piece: Buffer) => void;
  /** The bytes have ended. Answers whether anything but zeros stood behind the end mark. @throws DamagedArchive */
  readonly end: () => { readonly hasTrailingData: boolean };
}

/**
 * Reads a tar archive of any number of pieces without holding it: 512 bytes of header, and names of at most 64 KiB.
 * Understands ustar, PAX and GNU long names; two blocks of zeros end it, as for npm's own reader.
 */
export function createTarReader(listener: TarListener): TarReader {
  const header = createAssembly(blockSize);
  let records: { readonly type: TarHeader['type']; readonly assembly: Assembly } | undefined;
  let content: ReturnType<TarListener>;
  let [remaining, padding, emptyBlocks, entries] = [0, 0, 0, 0];
  let next: Overrides = {};
  let [isOver, hasTrailingData] = [false, false];

  function begin(block: Buffer): void {
    const read = readTarHeader(block);
    if (read === 'empty') {
      emptyBlocks += 1;
      isOver = emptyBlocks === 2;
      return;
    }
    if (read === 'damaged') throw new DamagedArchive(entries === 0 ? 'it is no tar archive' : 'a header in the middle of it is damaged');
    // Some extractors end at the first block of zeros and some go on: what follows is seen by one of them only.
    if (emptyBlocks > 0) throw new DamagedArchive('it goes on behind a mark that ends it for some extractors');
    entries += 1;
    if (isRecords(read.type)) beginRecords(read);
    else beginEntry(read);
  }

  function beginRecords({ type, size }: TarHeader): void {
    if (size > longestRecords) throw new DamagedArchive('it has names of more than 64 KiB');
    records = { type, assembly: createAssembly(size) };
    [remaining, padding] = [size, paddingOf(size)];
    if (size === 0) endContent();
  }

  function beginEntry(read: TarHeader): void {
    const { path = read.path, linkTo = read.linkTo, size = read.size, isSparse } = next;
    next = {};
    const type = isSparse === true ? 'special' : read.type;
    // `beginRecords` has taken the other types.
    content = listener({ path, linkTo, size, mode: read.mode, type: type as TarEntry['type'] });
    [remaining, padding] = [size, paddingOf(size)];
    if (size === 0) endContent();
  }

  function endContent(): void {
    content?.end();
    content = undefined;
    if (records === undefined) return;
    const bytes = records.assembly.bytes;
    next = { ...next, ...overridesFrom(records.type, bytes) };
    records = undefined;
  }

  return {
    write: (piece) => {
      let at = 0;
      while (at < piece.length) {
        if (isOver) {
          hasTrailingData ||= piece.subarray(at).some((byte) => byte !== 0);
          return;
        }
        if (remaining > 0) {
          const part = piece.subarray(at, at + remaining);
          records?.assembly.add(part);
          content?.write(part);
          remaining -= part.length;
          at += part.length;
          if (remaining === 0) endContent();
        } else if (padding > 0) {
          const skipped = Math.min(padding, piece.length - at);
          padding -= skipped;
          at += skipped;
        } else {
          at += header.add(piece.subarray(at));
          if (header.isFull()) begin(header.take());
        }
      }
    },
    end: () => {
      // An archive may end without its mark, never in the middle of something.
      if (remaining > 0 || !header.isEmpty() || records !== undefined) throw new DamagedArchive('it ends too early');
      if (entries === 0) throw new DamagedArchive('it holds nothing');
      return { hasTrailingData };
    },
  };
}

interface Overrides {
  readonly path?: string;
  readonly linkTo?: string;
  readonly size?: number;
  readonly isSparse?: true;
}

function isRecords(type: TarHeader['type']): boolean {
  return type === 'extended' || type === 'global' || type === 'long-path' || type === 'long-link';
}

function overridesFrom(type: TarHeader['type'], bytes: Buffer): Overrides {
  switch (type) {
    case 'long-path':
      return { path: withoutNul(bytes) };
    case 'long-link':
      return { linkTo: withoutNul(bytes) };
    case 'extended':
      return overridesOf(recordsIn(bytes));
    case 'global': {
      // `git archive` writes a comment here. A name or size for all entries is read by some extractors and not by others.
      const { path, linkpath, size } = recordsIn(bytes);
      if ((path ?? linkpath ?? size) !== undefined) throw new DamagedArchive('it gives one name or size to all of its entries');
      return {};
    }
    case 'file':
    case 'directory':
    case 'link':
    case 'special':
      return {};
  }
}

function overridesOf({ path, linkpath, size, isSparse }: PaxRecords): Overrides {
  return {
    ...(path === undefined ? {} : { path }),
    ...(linkpath === undefined ? {} : { linkTo: linkpath }),
    ...(size === undefined ? {} : { size }),
    ...(isSparse === true ? { isSparse } : {}),
  };
}

function recordsIn(bytes: Buffer): PaxRecords {
  const records = readPaxRecords(bytes);
  if (records === undefined) throw new DamagedArchive('it has extended records that cannot be read');
  return records;
}

function withoutNul(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end === -1 ? bytes.length : end);
}

function paddingOf(size: number): number {
  return (blockSize - (size % blockSize)) % blockSize;
}

type Assembly = ReturnType<typeof createAssembly>;

/** Gathers a known number of bytes. */
function createAssembly(length: number) {
  const bytes = Buffer.alloc(length);
  let filled = 0;
  return {
    bytes,
    /** Answers how many it took. */
    add: (piece: Buffer): number => {
      const taken = piece.copy(bytes, filled);
      filled += taken;
      return taken;
    },
    isFull: (): boolean => filled === length,
    isEmpty: (): boolean => filled === 0,
    take: (): Buffer => {
      filled = 0;
      return bytes;
    },
  };
}

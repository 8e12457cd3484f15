/** What a header block says about the entry that follows it. */
export interface TarHeader {
  /** As written; hostile paths included. */
  readonly path: string;
  /** Bytes of content. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  readonly type: TarEntryType;
  readonly linkTo: string;
}

/** `extended` and `global` are PAX records, `long-path` and `long-link` the names that GNU tar writes in front of an entry. */
export type TarEntryType = 'file' | 'directory' | 'link' | 'special' | 'extended' | 'global' | 'long-path' | 'long-link';

export const blockSize = 512;

/** Reads one header block of 512 bytes (POSIX.1-1988 ustar, GNU, v7); `empty` for a block of zeros, `damaged` for anything else. */
export function readTarHeader(block: Buffer): TarHeader | 'empty' | 'damaged' {
  if (!block.some((byte) => byte !== 0)) return 'empty';
  const size = numberAt(block, 124, 12);
  const mode = numberAt(block, 100, 8);
  if (!isChecksumRight(block) || size === undefined) return 'damaged';
  const path = pathOf(block);
  const type = typeOf(block[156] ?? 0, path);
  return { path, size: type === 'directory' ? 0 : size, mode: (mode ?? 0) & 0o7777, type, linkTo: textAt(block, 157, 100) };
}

/** The ustar prefix is 155 bytes, or 130 where the archive keeps access times behind it: told apart as npm's own reader does. */
function pathOf(block: Buffer): string {
  const name = textAt(block, 0, 100);
  if (block.toString('latin1', 257, 265) !== 'ustar\x0000') return name;
  const prefix = textAt(block, 345, block[475] === 0 ? 130 : 155);
  return prefix === '' ? name : `${prefix}/${name}`;
}

function typeOf(flag: number, path: string): TarEntryType {
  switch (String.fromCharCode(flag)) {
    case '\0':
    case '0':
    case '7':
      // v7 has no folders: a file whose name ends in a slash is one.
      return path.endsWith('/') ? 'directory' : 'file';
    case '1':
    case '2':
      return 'link';
    case '5':
      return 'directory';
    case 'x':
      return 'extended';
    case 'g':
      return 'global';
    case 'L':
      return 'long-path';
    case 'K':
      return 'long-link';
    default:
      // Devices, pipes, sparse files, volumes: no package has a use for them, and each extractor does something else with them.
      return 'special';
  }
}

/** Octal digits with spaces or zeros around them, or GNU's base 256 for what is too large; undefined where it is neither. */
function numberAt(block: Buffer, at: number, length: number): number | undefined {
  if (block[at] === 0x80) {
    const value = block.subarray(at + 1, at + length).reduce((sum, byte) => sum * 256 + byte, 0);
    return Number.isSafeInteger(value) ? value : undefined;
  }
  const digits = textAt(block, at, length).trim();
  if (digits === '') return 0;
  return /^[0-7]{1,12}$/.test(digits) ? Number.parseInt(digits, 8) : undefined;
}

/** The sum of all bytes with the checksum itself as spaces; old archives have summed signed bytes. */
function isChecksumRight(block: Buffer): boolean {
  const wanted = numberAt(block, 148, 8);
  let [unsigned, signed] = [0, 0];
  for (const [index, byte] of block.entries()) {
    const value = index >= 148 && index < 156 ? 0x20 : byte;
    unsigned += value;
    signed += value < 128 ? value : value - 256;
  }
  return wanted === unsigned || wanted === signed;
}

function textAt(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end === -1 ? field.length : end);
}

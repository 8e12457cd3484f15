import { gzipSync } from 'node:zlib';

export interface TarEntry {
  /** As written into the archive, hostile paths included; ordinary ones begin with `package/`. */
  readonly path: string;
  readonly content?: string | Buffer;
  readonly mode?: number;
  /** `0` file (default), `1` hard link, `2` symbolic link, `3` device, `5` folder, `g` and `x` PAX records, `L` GNU long name, `S` sparse. */
  readonly type?: '0' | '1' | '2' | '3' | '5' | 'g' | 'x' | 'L' | 'S';
  readonly linkTo?: string;
}

/** A gzipped ustar archive (POSIX.1-1988) with fixed times and owners: the same entries give the same bytes. */
export function packTarball(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? '');
    return [header(entry, content.length), content, Buffer.alloc(-content.length & 511)];
  });
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)]), { level: 9 });
}

function header({ path, mode = 0o644, type = '0', linkTo = '' }: TarEntry, size: number): Buffer {
  const block = Buffer.alloc(512);
  const { name, prefix } = splitPath(path);
  block.write(name, 0, 100);
  block.write(octal(mode, 7), 100);
  block.write(octal(0, 7), 108);
  block.write(octal(0, 7), 116);
  block.write(octal(size, 11), 124);
  block.write(octal(499_162_500, 11), 136);
  block.fill(' ', 148, 156);
  block.write(type, 156);
  block.write(linkTo, 157, 100);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345, 155);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${octal(sum, 6)}\0 `, 148);
  return block;
}

/** Paths above 100 bytes are split at a slash into prefix and name. */
function splitPath(path: string): { readonly name: string; readonly prefix: string } {
  if (Buffer.byteLength(path) <= 100) return { name: path, prefix: '' };
  const slash = path.lastIndexOf('/', 155);
  return { prefix: path.slice(0, slash), name: path.slice(slash + 1) };
}

function octal(value: number, length: number): string {
  return value.toString(8).padStart(length, '0');
}

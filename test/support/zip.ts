import { crc32, deflateRawSync } from 'node:zlib';

/** A zip archive of these files, deflated; `isZip64` writes the end records of archives with more than 65,535 files. */
export function zipOf(files: Readonly<Record<string, string | Buffer>>, { isZip64 = false, method = 8, flags = 0 } = {}): Buffer {
  const locals: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const bytes = Buffer.from(content);
    const packed = method === 8 ? deflateRawSync(bytes) : bytes;
    const label = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(flags, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(packed.length, 14);
    common.writeUInt32LE(bytes.length, 18);
    common.writeUInt16LE(label.length, 22);
    const tail = Buffer.alloc(14);
    tail.writeUInt32LE(offset, 10);
    locals.push(signature(0x04034b50), common, label, packed);
    directory.push(signature(0x02014b50), Buffer.from([20, 0]), common, tail, label);
    offset += 30 + label.length + packed.length;
  }
  const listing = Buffer.concat(directory);
  const count = Object.keys(files).length;
  return Buffer.concat([
    ...locals,
    listing,
    ...(isZip64 ? end64(count, listing.length, offset) : []),
    end(count, listing.length, offset, isZip64),
  ]);
}

function signature(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function end(count: number, size: number, offset: number, isZip64: boolean): Buffer {
  const bytes = Buffer.alloc(22);
  bytes.writeUInt32LE(0x06054b50, 0);
  bytes.writeUInt16LE(isZip64 ? 0xffff : count, 8);
  bytes.writeUInt16LE(isZip64 ? 0xffff : count, 10);
  bytes.writeUInt32LE(isZip64 ? 0xffffffff : size, 12);
  bytes.writeUInt32LE(isZip64 ? 0xffffffff : offset, 16);
  return bytes;
}

function end64(count: number, size: number, offset: number): readonly Buffer[] {
  const record = Buffer.alloc(56);
  record.writeUInt32LE(0x06064b50, 0);
  record.writeBigUInt64LE(44n, 4);
  record.writeBigUInt64LE(BigInt(count), 24);
  record.writeBigUInt64LE(BigInt(count), 32);
  record.writeBigUInt64LE(BigInt(size), 40);
  record.writeBigUInt64LE(BigInt(offset), 48);
  const locator = Buffer.alloc(20);
  locator.writeUInt32LE(0x07064b50, 0);
  locator.writeBigUInt64LE(BigInt(offset + size), 8);
  locator.writeUInt32LE(1, 16);
  return [record, locator];
}

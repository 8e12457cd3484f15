import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, integer, property, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GateError } from '../../src/model/gate-error.ts';
import { zipEntries } from '../../src/platform/zip.ts';
import { zipOf } from '../support/zip.ts';

const limits = { entries: 100_000, entryBytes: 1024 * 1024, totalBytes: 64 * 1024 * 1024 };

const folder = mkdtempSync(join(tmpdir(), 'lockgate-zip-'));

function read(archive: Buffer, over: Partial<typeof limits> = {}): readonly (readonly [string, string])[] {
  const path = join(folder, 'all.zip');
  writeFileSync(path, archive);
  const files: (readonly [string, string])[] = [];
  for (const { name, read: unpack } of zipEntries(path, 'all.zip', { ...limits, ...over }))
    files.push([name, Buffer.from(unpack()).toString('utf8')]);
  return files;
}

/** An archive in which bytes were changed after it was written. */
function spoiled(archive: Buffer, change: (bytes: Buffer) => void): Buffer {
  const copy = Buffer.from(archive);
  change(copy);
  return copy;
}

const honest = zipOf({ 'MAL-1.json': '{"id":"MAL-1"}', 'npm/': '', 'npm/GHSA-1.json': '{}' });
const directoryOf = (archive: Buffer): number => archive.readUInt32LE(archive.length - 6);

describe('a zip archive', () => {
  it('gives its files, folders left out', () => {
    expect(read(honest)).toEqual([
      ['MAL-1.json', '{"id":"MAL-1"}'],
      ['npm/GHSA-1.json', '{}'],
    ]);
  });
  it('is read with stored files, and with a comment at its end', () => {
    const stored = zipOf({ 'a.json': '[1]' }, { method: 0 });
    const commented = Buffer.concat([spoiled(stored, (bytes) => bytes.writeUInt16LE(5, bytes.length - 2)), Buffer.from('hello')]);
    expect(read(commented)).toEqual([['a.json', '[1]']]);
  });
  it('is read with the directory of large archives', () => {
    expect(read(zipOf({ 'a.json': '[1]', 'b.json': '[2]' }, { isZip64: true }))).toHaveLength(2);
  });
  it('holds more files than the small directory can count', () => {
    const files = Object.fromEntries(Array.from({ length: 66_000 }, (_, index) => [`${index}.json`, '{}']));
    expect(read(zipOf(files, { isZip64: true, method: 0 }))).toHaveLength(66_000);
  });

  it.each([
    ['no archive', Buffer.from('{"id":"MAL-1"}'.repeat(10))],
    ['nothing', Buffer.alloc(0)],
    ['a torn archive', honest.subarray(0, honest.length - 10)],
    ['a torn beginning', honest.subarray(20)],
    ['a name that leads out of the archive', zipOf({ '../evil.json': '{}' })],
    ['a name that leads out from within', zipOf({ 'npm/../../evil.json': '{}' })],
    ['an absolute name', zipOf({ '/etc/evil.json': '{}' })],
    ['a name with a drive', zipOf({ 'C:evil.json': '{}' })],
    ['a name with backslashes', zipOf({ '..\\evil.json': '{}' })],
    ['a name with a NUL', zipOf({ 'evil.json\0.txt': '{}' })],
    ['an encrypted file', zipOf({ 'a.json': '{}' }, { flags: 1 })],
    ['an unknown method', zipOf({ 'a.json': '{}' }, { method: 93 })],
    ['a wrong checksum', spoiled(honest, (bytes) => bytes.writeUInt32LE(1, directoryOf(bytes) + 16))],
    ['a size that is too small', spoiled(honest, (bytes) => bytes.writeUInt32LE(3, directoryOf(bytes) + 24))],
    ['a size that is too large', spoiled(honest, (bytes) => bytes.writeUInt32LE(500, directoryOf(bytes) + 24))],
    ['a packed size beyond the end', spoiled(honest, (bytes) => bytes.writeUInt32LE(0x7fffffff, directoryOf(bytes) + 20))],
    ['an offset beyond the end', spoiled(honest, (bytes) => bytes.writeUInt32LE(0x7fffffff, directoryOf(bytes) + 42))],
    ['a directory that is elsewhere', spoiled(honest, (bytes) => bytes.writeUInt32LE(3, bytes.length - 6))],
    ['fewer files than its directory holds', spoiled(honest, (bytes) => bytes.writeUInt16LE(1, bytes.length - 12))],
    ['a folder with content', zipOf({ 'npm/': '{}' })],
    ['more files than its directory holds', spoiled(honest, (bytes) => bytes.writeUInt16LE(60_000, bytes.length - 12))],
  ])('is refused, with words, when it is %s', (_, archive) => expect(() => read(archive)).toThrow(GateError));

  it('is refused when its files overlap, the trick of small bombs', () => {
    const kernel = Buffer.alloc(900_000, 'a');
    const bomb = spoiled(
      zipOf(Object.fromEntries(Array.from({ length: 2000 }, (_, index) => [`${index}.json`, index === 0 ? kernel : '']))),
      (bytes) => {
        const first = directoryOf(bytes);
        for (let at = first; bytes.readUInt32LE(at) === 0x02014b50; at += 46 + bytes.readUInt16LE(at + 28)) {
          bytes.copy(bytes, at + 10, first + 10, first + 28);
          bytes.writeUInt32LE(0, at + 42);
        }
      },
    );
    expect(() => read(bomb, { totalBytes: 8e9 })).toThrow(/overlap/);
  });
  it('with any of its bytes changed gives what was packed, or is refused with words', () => {
    const packed = new Set(['{"id":"MAL-1"}', '{}', '']);
    const change = tuple(integer({ min: 0, max: honest.length - 1 }), integer({ min: 0, max: 255 }));
    assert(
      property(array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const archive = spoiled(honest, (bytes) => {
          for (const [at, value] of changes) bytes[at] = value;
        });
        try {
          const files = read(archive);
          for (const [, content] of files) expect(packed).toContain(content);
          expect(files.length).toBeGreaterThanOrEqual(2);
        } catch (error) {
          if (!(error instanceof GateError)) throw error;
        }
      }),
      { numRuns: 400 },
    );
  });
  it('is refused above its limits', () => {
    const large = zipOf({ 'a.json': Buffer.alloc(2_000_000), 'b.json': '{}' });
    expect(() => read(large)).toThrow(/more than 1048576 bytes/);
    expect(() => read(large, { entryBytes: 4_000_000, totalBytes: 1_000_000 })).toThrow(/unpacks to more/);
    expect(() => read(large, { entries: 1 })).toThrow(/more than 1 files/);
  });
});

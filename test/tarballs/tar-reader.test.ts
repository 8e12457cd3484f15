import { gunzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DamagedArchive, type TarEntry, createTarReader } from '../../src/tarballs/tar-reader.ts';
import { type TarEntry as PackedEntry, packTarball } from '../loopback-registry/tarball.ts';

interface Seen extends Pick<TarEntry, 'path' | 'type' | 'size'> {
  readonly content: string;
}

/** Reads plain tar bytes in pieces of the given size. */
function read(bytes: Buffer, pieceSize = bytes.length): { readonly seen: readonly Seen[]; readonly hasTrailingData: boolean } {
  const seen: Seen[] = [];
  const reader = createTarReader(({ path, type, size }) => {
    const pieces: Buffer[] = [];
    return {
      write: (piece) => pieces.push(Buffer.from(piece)),
      end: () => seen.push({ path, type, size, content: Buffer.concat(pieces).toString('latin1') }),
    };
  });
  for (let at = 0; at < bytes.length; at += Math.max(1, pieceSize)) reader.write(bytes.subarray(at, at + pieceSize));
  return { seen, ...reader.end() };
}

const tar = (entries: readonly PackedEntry[]): Buffer => gunzipSync(packTarball(entries));
const record = (keyword: string, value: string): string => {
  const body = ` ${keyword}=${value}\n`;
  const digits = (length: number): number => String(length).length;
  let length = body.length + 1;
  while (length !== body.length + digits(length)) length = body.length + digits(length);
  return `${length}${body}`;
};

describe('the tar reader', () => {
  it('gives entries in order with their content', () => {
    const { seen, hasTrailingData } = read(
      tar([
        { path: 'package/', type: '5' },
        { path: 'package/a.js', content: 'one' },
        { path: 'package/empty.js', content: '' },
      ]),
    );
    expect(seen.map(({ path, type, content }) => [path, type, content])).toEqual([
      ['package/', 'directory', ''],
      ['package/a.js', 'file', 'one'],
      ['package/empty.js', 'file', ''],
    ]);
    expect(hasTrailingData).toBe(false);
  });

  it('reads the same whatever the pieces, for any content', () => {
    const content = fc.uint8Array({ maxLength: 1500 }).map((bytes) => Buffer.from(bytes));
    const entries = fc.array(fc.record({ name: fc.stringMatching(/^[a-z]{1,40}$/), content }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 1200 }), (files, pieceSize) => {
        const bytes = tar(files.map(({ name, content: body }) => ({ path: `package/${name}`, content: body })));
        const { seen } = read(bytes, pieceSize);
        expect(seen).toEqual(
          files.map(({ name, content: body }) => ({
            path: `package/${name}`,
            type: 'file',
            size: body.length,
            content: body.toString('latin1'),
          })),
        );
      }),
    );
  });

  it('answers any bytes with entries or with a refusal, and with nothing else', () => {
    const honest = tar([
      { path: 'package/package.json', content: '{}' },
      { path: 'PaxHeader', type: 'x', content: record('path', 'package/long') },
      { path: 'package/short', content: 'x'.repeat(700) },
    ]);
    const edited = fc
      .array(fc.tuple(fc.nat(honest.length - 1), fc.nat(255)), { maxLength: 5 })
      .map((edits) => edits.reduce((bytes, [at, value]) => bytes.fill(value, at, at + 1), Buffer.from(honest)));
    const cut = fc.tuple(edited, fc.nat(honest.length)).map(([bytes, end]) => bytes.subarray(0, end));
    fc.assert(
      fc.property(
        fc.oneof(
          cut,
          fc.uint8Array({ maxLength: 2048 }).map((bytes) => Buffer.from(bytes)),
        ),
        (bytes) => {
          try {
            read(bytes);
          } catch (error) {
            expect(error).toBeInstanceOf(DamagedArchive);
          }
        },
      ),
    );
  });

  it('follows PAX paths and sizes and GNU long names', () => {
    const long = `package/${'deep/'.repeat(40)}file.js`;
    const { seen } = read(
      tar([
        { path: 'PaxHeader', type: 'x', content: record('path', long) },
        { path: 'package/cut', content: 'pax' },
        { path: '././@LongLink', type: 'L', content: `${long}\0` },
        { path: 'package/cut', content: 'gnu' },
      ]),
    );
    expect(seen.map(({ path, content }) => [path, content])).toEqual([
      [long, 'pax'],
      [long, 'gnu'],
    ]);
  });

  it('takes what an extended record says for one entry only', () => {
    const { seen } = read(
      tar([{ path: 'PaxHeader', type: 'x', content: record('path', 'package/renamed') }, { path: 'package/a' }, { path: 'package/b' }]),
    );
    expect(seen.map(({ path }) => path)).toEqual(['package/renamed', 'package/b']);
  });

  it('ignores the comment that git archive writes for all entries', () => {
    expect(
      read(tar([{ path: 'pax_global_header', type: 'g', content: record('comment', 'abc') }, { path: 'package/a' }])).seen,
    ).toHaveLength(1);
  });

  it.each([
    ['that is none', Buffer.from('not an archive, but long enough to be a header'.repeat(20)), /no tar archive/],
    ['that ends inside a file', tar([{ path: 'package/a', content: 'x'.repeat(600) }]).subarray(0, 800), /ends too early/],
    ['that ends inside a header', tar([{ path: 'package/a' }]).subarray(0, 300), /ends too early/],
    ['that holds nothing', Buffer.alloc(1024), /holds nothing/],
    ['with extended records that do not add up', tar([{ path: 'p', type: 'x', content: '99 path=a\n' }, { path: 'a' }]), /cannot be read/],
    ['with one path for all entries', tar([{ path: 'g', type: 'g', content: record('path', 'a') }, { path: 'b' }]), /all of its entries/],
    ['with a name of more than 64 KiB', tar([{ path: 'L', type: 'L', content: 'a'.repeat(70_000) }, { path: 'b' }]), /64 KiB/],
    [
      'that goes on behind a block of zeros',
      Buffer.concat([tar([{ path: 'package/a' }]).subarray(0, 512), Buffer.alloc(512), tar([{ path: 'package/b' }])]),
      /goes on behind a mark/,
    ],
  ])('refuses an archive %s', (_, bytes, message) => {
    expect(() => read(bytes)).toThrow(DamagedArchive);
    expect(() => read(bytes)).toThrow(message);
  });

  it('tells of data behind the end mark, and stops there as npm does', () => {
    const { seen, hasTrailingData } = read(Buffer.concat([tar([{ path: 'package/a' }]), tar([{ path: 'package/hidden' }])]));
    expect(seen.map(({ path }) => path)).toEqual(['package/a']);
    expect(hasTrailingData).toBe(true);
  });

  it('calls devices, sparse files and links what they are', () => {
    const { seen } = read(
      tar([
        { path: 'package/device', type: '3' },
        { path: 'package/sparse', type: 'S' },
        { path: 'package/link', type: '2', linkTo: '/etc/passwd' },
        { path: 'x', type: 'x', content: record('GNU.sparse.major', '1') },
        { path: 'package/pax-sparse' },
      ]),
    );
    expect(seen.map(({ type }) => type)).toEqual(['special', 'special', 'link', 'special']);
  });
});

import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type PackageReading, type ReadPackage, type ReadPackageOptions, readPackage } from '../../src/tarballs/read-package.ts';
import { type TarEntry, packTarball } from '../loopback-registry/tarball.ts';

const read = (tarball: Buffer, over: Partial<ReadPackageOptions> = {}): Promise<PackageReading> =>
  readPackage(tarball, { isWanted: (path) => path === 'package.json', signal: new AbortController().signal, ...over });

async function packageOf(entries: readonly TarEntry[], over: Partial<ReadPackageOptions> = {}): Promise<ReadPackage> {
  const reading = await read(packTarball(entries), over);
  if (reading.status !== 'read') throw new Error(reading.status);
  return reading.package;
}

const manifest: TarEntry = { path: 'package/package.json', content: '{"name":"left-pad"}' };

function wrongChecksum(): Buffer {
  const tarball = packTarball([manifest]);
  return tarball.fill(0, tarball.length - 8);
}

describe('readPackage', () => {
  it('lists files with size, mode and binary format, and keeps wanted texts with their digest', async () => {
    const content = await packageOf([
      manifest,
      { path: 'package/bin/pad', content: '#!/bin/sh\n', mode: 0o755 },
      { path: 'package/addon.node', content: Buffer.from('7f454c4602010100', 'hex') },
    ]);
    expect(content.files).toEqual([
      { path: 'addon.node', size: 8, mode: 0o644, binary: 'elf' },
      { path: 'bin/pad', size: 10, mode: 0o755 },
      { path: 'package.json', size: 19, mode: 0o644 },
    ]);
    expect(content.kept).toEqual([
      { path: 'package.json', text: '{"name":"left-pad"}', sha256: createHash('sha256').update('{"name":"left-pad"}').digest('hex') },
    ]);
    expect(content.oddities).toEqual([]);
  });

  it('drops the first folder whatever it is called, as npm does', async () => {
    const { files } = await packageOf([
      { path: 'left-pad-1.3.0/index.js', content: '1' },
      { path: 'beside.js', content: '2' },
    ]);
    expect(files.map(({ path }) => path)).toEqual(['index.js']);
  });

  it('reads a plain archive as well', async () => {
    expect((await read(gunzipSync(packTarball([manifest])))).status).toBe('read');
  });

  it.each([
    ['absolute', '/etc/cron.d/evil'],
    ['absolute', 'C:/Windows/evil'],
    ['absolute', '\\\\host\\share'],
    ['parent', 'package/../../evil'],
    ['parent', 'package/a\\..\\..\\evil'],
  ] as const)('notes an %s path and writes nothing there: %s', async (type, path) => {
    const content = await packageOf([manifest, { path, content: 'evil' }]);
    expect(content.oddities).toEqual([{ type, path }]);
    expect(content.files.map((file) => file.path)).toEqual(['package.json']);
  });

  it('notes links and devices, and gives them no content', async () => {
    const content = await packageOf([
      manifest,
      { path: 'package/link', type: '2', linkTo: '../../../.ssh/id' },
      { path: 'package/hard', type: '1', linkTo: '/etc/passwd' },
      { path: 'package/dev', type: '3' },
    ]);
    expect(content.oddities.map(({ type }) => type)).toEqual(['link', 'link', 'special']);
    expect(content.files).toHaveLength(1);
  });

  it('takes the last of two files with one path, and says so unless they are equal', async () => {
    const two = await packageOf([manifest, { ...manifest, content: '{"name":"evil"}' }]);
    expect(two.kept.map(({ text }) => text)).toEqual(['{"name":"evil"}']);
    expect(two.oddities).toEqual([{ type: 'duplicate', path: 'package.json' }]);
    expect((await packageOf([manifest, manifest])).oddities).toEqual([]);
  });

  it('notes files that differ in letter case only', async () => {
    const content = await packageOf([manifest, { path: 'package/Package.json', content: '{}' }]);
    expect(content.oddities).toEqual([{ type: 'case', path: 'Package.json' }]);
  });

  it('cuts a long text and keeps the digest of the whole', async () => {
    const long = 'x'.repeat(5000);
    const { kept } = await packageOf([{ path: 'package/package.json', content: long }], { limits: { textBytes: 100 } });
    expect(kept).toEqual([
      { path: 'package.json', text: long.slice(0, 100), sha256: createHash('sha256').update(long).digest('hex'), isCut: true },
    ]);
  });

  it('keeps no more text altogether than it may', async () => {
    const entries = Array.from({ length: 20 }, (_, index) => ({ path: `package/${index}`, content: 'y'.repeat(100) }));
    const { kept } = await packageOf(entries, { isWanted: () => true, limits: { allTextBytes: 450 } });
    expect(kept.reduce((sum, { text }) => sum + text.length, 0)).toBe(450);
  });

  it.each([
    ['a bomb', { unpackedBytes: 100_000 }, [{ path: 'package/zeros', content: Buffer.alloc(200_000) }]],
    ['too many entries', { entries: 3 }, Array.from({ length: 5 }, (_, index) => ({ path: `package/${index}` }))],
    ['a path without end', { pathLength: 50 }, [{ path: `package/${'a'.repeat(80)}` }]],
  ])('never calls %s read', async (_, limits, entries) => {
    expect(await read(packTarball(entries), { limits })).toMatchObject({ status: 'too-large' });
  });

  it('stops unpacking a bomb long before its end', async () => {
    const bomb = gzipSync(Buffer.alloc(300 * 1024 * 1024));
    const before = process.memoryUsage().rss;
    const entry = gunzipSync(packTarball([manifest])).subarray(0, 1024);
    const reading = await read(Buffer.concat([gzipSync(entry), bomb]), { limits: { unpackedBytes: 1024 * 1024 } });
    expect(reading.status).toBe('too-large');
    expect(process.memoryUsage().rss - before).toBeLessThan(200 * 1024 * 1024);
  });

  it.each([
    ['gzip that ends early', packTarball([manifest]).subarray(0, 60)],
    ['gzip with a wrong checksum', wrongChecksum()],
    ['an HTML page', Buffer.from('<html>proxy login</html>')],
    ['nothing', Buffer.alloc(0)],
  ])('calls %s damaged', async (_, bytes) => {
    expect((await read(bytes)).status).toBe('damaged');
  });

  it('stops at the deadline', async () => {
    expect(await read(packTarball([manifest]), { signal: AbortSignal.abort() })).toEqual({ status: 'aborted' });
  });
});

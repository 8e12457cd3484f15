import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type WrittenFile, writeSite } from '../../src/platform/site-folder.ts';

const folder = (): string => mkdtempSync(join(tmpdir(), 'lockgate-site-'));

async function* files(...paths: readonly string[]): AsyncGenerator<WrittenFile> {
  for (const path of paths) yield await Promise.resolve({ path, text: `text of ${path}` });
}

const write = (root: string, ...paths: readonly string[]): ReturnType<typeof writeSite> =>
  writeSite(root, files(...paths), () => undefined);

describe('writing a site', () => {
  it('makes its folders, writes every file, and counts', async () => {
    const root = join(folder(), 'deep', 'site');
    const seen: number[] = [];
    const done = await writeSite(root, files('index.html', 'r/shop-0123.html', 'assets/site.css'), (written) => seen.push(written));
    expect(done).toEqual({ files: 3, bytes: 65, removed: 0 });
    expect(seen).toEqual([1, 2, 3]);
    expect(readFileSync(join(root, 'r', 'shop-0123.html'), 'utf8')).toBe('text of r/shop-0123.html');
  });

  it('takes away what an earlier run wrote and this one did not, and nothing else', async () => {
    const root = folder();
    await write(root, 'index.html', 'r/old.html', 'r/kept.html');
    writeFileSync(join(root, 'r', 'mine.html'), 'mine');
    expect(await write(root, 'index.html', 'r/kept.html')).toMatchObject({ removed: 1 });
    expect(readdirSync(join(root, 'r')).sort()).toEqual(['kept.html', 'mine.html']);
  });

  it('removes nothing outside of its folder, whatever a list there says', async () => {
    const outer = folder();
    const root = join(outer, 'site');
    mkdirSync(root);
    writeFileSync(join(outer, 'precious.html'), 'precious');
    writeFileSync(join(root, 'notes.txt'), 'notes');
    writeFileSync(
      join(root, '.lockgate-site.json'),
      JSON.stringify(['../precious.html', join(outer, 'precious.html'), 'notes.txt', 'a/../../precious.html', 7, null]),
    );
    await write(root, 'index.html');
    expect(readFileSync(join(outer, 'precious.html'), 'utf8')).toBe('precious');
    expect(readFileSync(join(root, 'notes.txt'), 'utf8')).toBe('notes');
    writeFileSync(join(root, '.lockgate-site.json'), '{ not json');
    expect(await write(root, 'index.html')).toMatchObject({ removed: 0 });
  });

  it('follows no link out of its folder', async () => {
    const outer = folder();
    const root = join(outer, 'site');
    mkdirSync(root);
    mkdirSync(join(outer, 'elsewhere'));
    symlinkSync(join(outer, 'elsewhere'), join(root, 'r'));
    await expect(write(root, 'index.html', 'r/shop.html')).rejects.toThrow('is a link');
    expect(readdirSync(join(outer, 'elsewhere'))).toEqual([]);
    // A file that is a link is replaced, and what it led to stays.
    writeFileSync(join(outer, 'target'), 'untouched');
    symlinkSync(join(outer, 'target'), join(root, 'search.html'));
    await write(root, 'search.html');
    expect(readFileSync(join(outer, 'target'), 'utf8')).toBe('untouched');
  });

  it('takes away later what an interrupted run has left', async () => {
    const root = folder();
    const ended = new AbortController();
    const stop = (written: number): void => {
      if (written === 2) ended.abort(new Error('interrupted'));
    };
    await expect(writeSite(root, files('r/half.html', 'r/other.html', 'index.html'), stop, ended.signal)).rejects.toThrow('interrupted');
    expect(existsSync(join(root, 'r', 'half.html'))).toBe(true);
    expect(await write(root, 'index.html')).toMatchObject({ removed: 2 });
    expect(existsSync(join(root, 'r', 'half.html'))).toBe(false);
  });

  it('says where it cannot write', async () => {
    const root = join(folder(), 'file');
    writeFileSync(root, 'a file');
    await expect(write(root, 'index.html')).rejects.toMatchObject({ code: 'output-failed' });
  });

  it('writes no path that is not a page’s', async () => {
    const root = folder();
    for (const path of ['../up.html', '/etc/x.html', 'r/../x.html', 'a/b/c.html', '.hidden.html', 'x.sh'])
      await expect(write(root, path)).rejects.toThrow('a site has no file');
    expect(existsSync(join(root, '..', 'up.html'))).toBe(false);
  });
});

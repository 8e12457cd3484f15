import { appendFileSync, chmodSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { EvidenceCache } from '../../src/model/cache.ts';
import { milliseconds } from '../../src/model/units.ts';
import type { CacheFolders } from '../../src/platform/cache.ts';
import { cacheFolders, openCache } from '../../src/platform/cache.ts';

const now = milliseconds(1_790_000_000_000);
let folder = '';
let folders: CacheFolders = { cache: '', config: '' };

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockgate-cache-'));
  folders = { cache: join(folder, 'cache', 'lockgate'), config: join(folder, 'config', 'lockgate') };
});

afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

function open(at: CacheFolders = folders): EvidenceCache {
  return openCache(at, (problem) => {
    throw new Error(problem);
  });
}

/** Writes one name, in a run of its own. */
function write(key: string, text: string): void {
  const cache = open();
  cache.names.put(key, text, now);
  cache.save();
}

const namesFile = (): string => join(folders.cache, 'names.ndjson');

describe('the cache', () => {
  it('gives back what an earlier run put, and what this one did', () => {
    const cache = open();
    cache.names.put('a\tb\n"c', '{"x":1}', now);
    expect(cache.names.get('a\tb\n"c')).toStrictEqual({ text: '{"x":1}', writtenAt: now });
    cache.save();
    expect(open().names.get('a\tb\n"c')).toStrictEqual({ text: '{"x":1}', writtenAt: now });
    expect(open().facts.get('a\tb\n"c')).toBeUndefined();
  });

  it('gives the last text of a key', () => {
    write('left-pad', '1');
    write('left-pad', '2');
    expect(open().names.get('left-pad')?.text).toBe('2');
  });

  it.each(['constructor', '__proto__', 'toString', ''])('knows nothing of %j until it is put', (key) => {
    expect(open().names.get(key)).toBeUndefined();
    write(key, 'mine');
    expect(open().names.get(key)?.text).toBe('mine');
  });

  it('writes what is new at each checkpoint, and still gives what it has written', () => {
    const cache = open();
    cache.names.put('left-pad', '1', now);
    cache.checkpoint();
    const size = statSync(namesFile()).size;
    cache.checkpoint();
    expect(statSync(namesFile()).size).toBe(size);
    cache.names.put('right-pad', '2', now);
    cache.checkpoint();
    expect(statSync(namesFile()).size).toBeLessThan(2.2 * size);
    for (const one of [cache, open()])
      expect([one.names.get('left-pad')?.text, one.names.get('right-pad')?.text]).toStrictEqual(['1', '2']);
  });

  it('is for this user only', () => {
    write('left-pad', '1');
    expect([folders.cache, namesFile(), join(folders.config, 'cache.key')].map((path) => statSync(path).mode & 0o777)).toStrictEqual([
      0o700, 0o600, 0o600,
    ]);
  });

  it('does not believe a line that was edited', () => {
    write('left-pad', '{"status":"missing"}');
    writeFileSync(namesFile(), readFileSync(namesFile(), 'utf8').replace('missing', 'present'));
    expect(open().names.get('left-pad')).toBeUndefined();
  });

  it('does not believe a line whose time or key was changed, nor one from the other layer', () => {
    write('left-pad', '1');
    const line = readFileSync(namesFile(), 'utf8').trim();
    writeFileSync(namesFile(), `${line.replace(`\t${now.toString(36)}\t`, `\t${(now + 1).toString(36)}\t`)}\n`);
    expect(open().names.get('left-pad')).toBeUndefined();
    writeFileSync(namesFile(), `${line.replace('left-pad', 'evil-pad')}\n`);
    expect(open().names.get('evil-pad')).toBeUndefined();
    writeFileSync(join(folders.cache, 'facts.ndjson'), `${line}\n`);
    expect(open().facts.get('left-pad')).toBeUndefined();
  });

  it('does not believe a cache that was brought along without its key', () => {
    write('left-pad', '1');
    rmSync(folders.config, { recursive: true });
    expect(open().names.get('left-pad')).toBeUndefined();
  });

  it('loses a torn last line and nothing else', () => {
    write('whole', '1');
    write('torn', '22222222');
    truncateSync(namesFile(), statSync(namesFile()).size - 4);
    write('after', '3');
    const cache = open();
    expect([cache.names.get('whole')?.text, cache.names.get('torn'), cache.names.get('after')?.text]).toStrictEqual(['1', undefined, '3']);
  });

  it('reads past noise', () => {
    write('left-pad', '1');
    appendFileSync(namesFile(), Buffer.from([0xff, 0x00, 0x0a, 0x09, 0x09, 0x09, 0x09, 0x0a, 0x80]));
    write('right-pad', '2');
    expect([open().names.get('left-pad')?.text, open().names.get('right-pad')?.text]).toStrictEqual(['1', '2']);
  });

  it('keeps what two runs write at the same time', () => {
    const [one, two] = [open(), open()];
    one.names.put('a', '1', now);
    two.names.put('b', '2', now);
    one.save();
    two.save();
    expect([open().names.get('a')?.text, open().names.get('b')?.text]).toStrictEqual(['1', '2']);
  });

  it('shrinks again when most of it is superseded, and forgets nothing by that', () => {
    const text = 'x'.repeat(2_000);
    for (let run = 0; run < 4; run++) {
      const cache = open();
      for (let index = 0; index < 400; index++) cache.names.put(`package-${index}`, `${text}${run}`, now);
      cache.save();
    }
    expect(statSync(namesFile()).size).toBeLessThan(3 * 400 * 2_200);
    const cache = open();
    for (let index = 0; index < 400; index++) expect(cache.names.get(`package-${index}`)?.text).toBe(`${text}3`);
    expect(readdirSync(folders.cache)).toStrictEqual(['names.ndjson']);
  });

  it('writes what a large run learns by the megabyte, and still gives it', () => {
    const cache = open();
    const text = 'é'.repeat(1_000);
    for (let index = 0; index < 2_500; index++) cache.names.put(`package-${index}`, `${text}${index}`, now);
    expect(statSync(namesFile()).size).toBeGreaterThan(2 * 2_000 * 1_000);
    for (const index of [0, 1_047, 1_048, 2_499]) expect(cache.names.get(`package-${index}`)?.text).toBe(`${text}${index}`);
    cache.save();
    const next = open();
    for (let index = 0; index < 2_500; index++) expect(next.names.get(`package-${index}`)?.text).toBe(`${text}${index}`);
  });

  it('stays within three times what it holds, however often a large run learns all of it anew', () => {
    const text = 'x'.repeat(2_000);
    for (let run = 0; run < 7; run++) {
      const cache = open();
      for (let index = 0; index < 1_000; index++) cache.names.put(`package-${index}`, `${text}${run}`, now);
      cache.save();
      expect(statSync(namesFile()).size).toBeLessThan(3 * 1_000 * 2_150);
    }
    const cache = open();
    for (let index = 0; index < 1_000; index++) expect(cache.names.get(`package-${index}`)?.text).toBe(`${text}6`);
  });

  it('still gives what it has written and let go, and never what stood there before', () => {
    write('left-pad', 'old');
    const cache = open();
    for (const [name, text] of [
      ['left-pad', 'née'],
      ['right-pad', 'x'.repeat(3_000_000)],
      ['is-odd', '1'],
    ] as const)
      cache.names.put(name, text, now);
    cache.save();
    expect(cache.names.get('left-pad')?.text).toBe('née');
    expect(cache.names.get('right-pad')?.text).toHaveLength(3_000_000);
    expect(cache.names.get('is-odd')?.text).toBe('1');
    // Another process writes between two of this one's.
    write('is-odd', '2');
    cache.names.put('is-odd', '3', now);
    cache.save();
    expect(cache.names.get('is-odd')?.text).toBe('3');
    expect(open().names.get('is-odd')?.text).toBe('3');
  });

  it('knows nothing rather than something else where its file has been changed', () => {
    const cache = open();
    cache.names.put('left-pad', '1', now);
    cache.names.put('is-odd', '2', now);
    cache.save();
    const [empty = '', first = '', second = ''] = readFileSync(namesFile(), 'utf8').split('\n');
    writeFileSync(namesFile(), `${empty}\n${second}\n${first}\n`);
    expect(cache.names.get('left-pad')?.text).not.toBe('2');
    expect(cache.names.get('is-odd')?.text).not.toBe('1');
    rmSync(namesFile());
    expect(cache.names.get('left-pad')).toBeUndefined();
  });

  it('does not shrink a file of which it has let go a part', () => {
    for (let turn = 0; turn < 3; turn++) write(`package-${turn}`, 'x'.repeat(600_000));
    const cache = open();
    cache.names.put('left-pad', '1', now);
    cache.save();
    for (let turn = 0; turn < 3; turn++) cache.names.put(`package-${turn}`, 'y', now);
    cache.save();
    expect(open().names.get('left-pad')?.text).toBe('1');
    expect(open().names.get('package-2')?.text).toBe('y');
  });

  it('says once that it cannot remember, and the run goes on', () => {
    writeFileSync(join(folder, 'file'), '');
    const problems: string[] = [];
    const cache = openCache({ cache: join(folder, 'file', 'x'), config: join(folder, 'config') }, (problem) => problems.push(problem));
    cache.names.put('left-pad', '1', now);
    cache.save();
    expect(cache.names.get('left-pad')).toBeUndefined();
    expect(problems).toStrictEqual(['nothing is remembered between runs: ENOTDIR']);
  });

  it('says that a run is not remembered where its folder went away', () => {
    const problems: string[] = [];
    const cache = openCache(folders, (problem) => problems.push(problem));
    cache.names.put('left-pad', '1', now);
    rmSync(folders.cache, { recursive: true });
    cache.save();
    expect(problems).toStrictEqual(['this run is not remembered: ENOENT']);
  });

  it('says so once, at the end, where what a large run learns cannot be written on the way, and knows it meanwhile', () => {
    const problems: string[] = [];
    const cache = openCache(folders, (problem) => problems.push(problem));
    rmSync(folders.cache, { recursive: true });
    for (let index = 0; index < 2_500; index++) cache.names.put(`package-${index}`, 'x'.repeat(1_000), now);
    expect(problems).toStrictEqual([]);
    expect(cache.names.get('package-0')?.text).toHaveLength(1_000);
    cache.save();
    expect(problems).toStrictEqual(['this run is not remembered: ENOENT']);
  });

  it('refuses a text of two lines, which would be a bug of ours', () => {
    expect(() => open().names.put('left-pad', 'a\nb', now)).toThrow(TypeError);
  });

  it('finds 2,000 records in some tens of milliseconds', () => {
    const cache = open();
    const text = JSON.stringify({ versions: '1.0.0 '.repeat(300) });
    for (let index = 0; index < 2_000; index++) cache.names.put(`package-${index}`, text, now);
    cache.save();
    const start = performance.now();
    const warm = open();
    for (let index = 0; index < 2_000; index++) expect(warm.names.get(`package-${index}`) === undefined).toBe(false);
    expect(performance.now() - start).toBeLessThan(400);
  });
});

describe('its folders', () => {
  it('follow the XDG variables, and the cache its own', () => {
    expect(cacheFolders({}, '/home/ada')).toStrictEqual({ cache: '/home/ada/.cache/lockgate', config: '/home/ada/.config/lockgate' });
    expect(cacheFolders({ XDG_CACHE_HOME: '/c', XDG_CONFIG_HOME: '/k' }, '/home/ada')).toStrictEqual({
      cache: '/c/lockgate',
      config: '/k/lockgate',
    });
    expect(cacheFolders({ LOCKGATE_CACHE_DIR: '/ci' }, '/home/ada')).toStrictEqual({ cache: '/ci', config: '/home/ada/.config/lockgate' });
  });
});

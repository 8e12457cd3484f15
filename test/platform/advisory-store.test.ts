import { mkdtempSync, readFileSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type AdvisoryFolders, advisoryFolders, advisoryStatus, openAdvisoryDatabase } from '../../src/platform/advisory-store.ts';
import { createAdvisoryWriter } from '../../src/platform/advisory-writer.ts';

const now = Date.parse('2026-11-25T12:00:00Z');
const counted = { importedAt: now, newestChange: now - 1000, records: 3, malware: 1, withdrawn: 0, unreadable: 0, foreign: 0 };

function folders(): AdvisoryFolders {
  const home = mkdtempSync(join(tmpdir(), 'lockgate-store-'));
  return advisoryFolders({ XDG_CONFIG_HOME: join(home, 'config') }, home);
}

function filled(at: AdvisoryFolders = folders(), texts: readonly (readonly [string, string])[] = someTexts): AdvisoryFolders {
  const writer = createAdvisoryWriter(at);
  for (const [name, text] of texts) writer.add(name, text);
  writer.commit(counted);
  return at;
}

const someTexts = [
  ['left-pad', '{"id":"A"}'],
  ['@acme/ui', '{"id":"B"}'],
  ['left-pad', '{"id":"C"}'],
  ['__proto__', '{"id":"D"}'],
] as const;

function find(at: AdvisoryFolders, name: string): readonly string[] | undefined {
  const database = openAdvisoryDatabase(at);
  if (database.state !== 'open') throw new Error(database.state);
  return database.find(name);
}

/** The one file of the database whose name begins so. */
function part(at: AdvisoryFolders, start: string): string {
  const [name] = readdirSync(at.data).filter((entry) => entry.startsWith(start));
  return join(at.data, name ?? start);
}

describe('the store of imported advisories', () => {
  it('gives what was stored for a name, and nothing for others', () => {
    const at = filled();
    expect([...(find(at, 'left-pad') ?? [])].sort()).toEqual(['{"id":"A"}', '{"id":"C"}']);
    expect(find(at, '__proto__')).toEqual(['{"id":"D"}']);
    expect(find(at, 'right-pad')).toEqual([]);
    expect(find(at, 'toString')).toEqual([]);
  });
  it('finds each of many names', () => {
    const at = filled(
      folders(),
      Array.from({ length: 10_000 }, (_, index) => [`package-${index}`, `{"id":${index}}`]),
    );
    const database = openAdvisoryDatabase(at);
    const isEach = Array.from({ length: 10_000 }, (_, index) => index).every(
      (index) => database.state === 'open' && database.find(`package-${index}`)?.join() === `{"id":${index}}`,
    );
    expect(isEach).toBe(true);
  });
  it('is dated by its newest change, which is never later than the import', () => {
    const at = folders();
    const writer = createAdvisoryWriter(at);
    writer.add('left-pad', '{}');
    writer.commit({ ...counted, newestChange: now + 999_999_999 });
    expect(openAdvisoryDatabase(at)).toMatchObject({ state: 'open', importedAt: now, dataOf: now });
  });
  it('is readable by its user alone', () => {
    const at = filled();
    expect(statSync(at.data).mode & 0o777).toBe(0o700);
    expect(readdirSync(at.data).map((name) => statSync(join(at.data, name)).mode & 0o777)).toEqual([0o600, 0o600, 0o600]);
  });
  it('is replaced as a whole by the next import, which leaves no old file behind', () => {
    const at = filled();
    filled(at, [['right-pad', '{"id":"E"}']]);
    expect(find(at, 'left-pad')).toEqual([]);
    expect(find(at, 'right-pad')).toEqual(['{"id":"E"}']);
    expect(readdirSync(at.data)).toHaveLength(3);
  });
  it('stays what it was while an import runs, and when it is given up', () => {
    const at = filled();
    const writer = createAdvisoryWriter(at);
    writer.add('right-pad', '{"id":"E"}');
    expect(find(at, '@acme/ui')).toEqual(['{"id":"B"}']);
    writer.abandon();
    expect(find(at, '@acme/ui')).toEqual(['{"id":"B"}']);
    expect(readdirSync(at.data)).toHaveLength(3);
  });
  it('lets two imports run at once: the later one to end counts', () => {
    const at = filled();
    const [slow, fast] = [createAdvisoryWriter(at), createAdvisoryWriter(at)];
    slow.add('slow', '{}');
    fast.add('fast', '{}');
    fast.commit(counted);
    slow.commit(counted);
    expect([find(at, 'slow'), find(at, 'fast')]).toEqual([['{}'], []]);
  });
  it('removes what an interrupted import left behind a day ago', () => {
    const at = filled();
    const left = join(at.data, 'records-0123456789abcdef');
    writeFileSync(left, 'torn');
    utimesSync(left, now / 1000 - 90_000, now / 1000 - 90_000);
    filled(at);
    expect(readdirSync(at.data)).toHaveLength(3);
  });

  it('is absent where nothing was imported', () => expect(openAdvisoryDatabase(folders())).toEqual({ state: 'absent' }));

  it.each([
    ['the manifest was edited', (at: AdvisoryFolders) => edit(part(at, 'manifest'), String(now), String(now + 1))],
    ['the manifest is torn', (at: AdvisoryFolders) => writeFileSync(part(at, 'manifest'), 'x')],
    [
      'an entry was taken out of the index',
      (at: AdvisoryFolders) => writeFileSync(part(at, 'index'), readFileSync(part(at, 'index')).subarray(42)),
    ],
    ['the index is gone', (at: AdvisoryFolders) => writeFileSync(part(at, 'index'), '')],
    ['the key is another user’s', (at: AdvisoryFolders) => writeFileSync(join(at.config, 'cache.key'), Buffer.alloc(32, 7))],
  ])('is damaged, and never empty, when %s', (_, spoil) => {
    const at = filled();
    spoil(at);
    expect(openAdvisoryDatabase(at).state).toBe('damaged');
    expect(advisoryStatus(at)).toMatchObject({ state: 'damaged' });
  });
  it('gives nothing for a name whose record was edited or lost', () => {
    const at = filled();
    edit(part(at, 'records'), '"A"', '"X"');
    expect(find(at, 'left-pad')).toBeUndefined();
    writeFileSync(part(at, 'records'), '');
    expect(find(at, '@acme/ui')).toBeUndefined();
  });
});

function edit(file: string, from: string, to: string): void {
  const text = readFileSync(file, 'utf8');
  if (!text.includes(from)) throw new Error(`${from} is not in ${file}`);
  writeFileSync(file, text.replace(from, to));
}

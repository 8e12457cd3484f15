import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Database } from '../../src/model/database.ts';
import { GateError } from '../../src/model/gate-error.ts';
import { openSqlite, setAside } from '../../src/platform/sqlite.ts';
import { runs } from '../support/campaign.ts';

const fresh = (): string => join(mkdtempSync(join(tmpdir(), 'lockgate-sqlite-')), 'audits.db');

async function open(file: string, mode: 'exclusive' | 'shared' = 'exclusive'): Promise<Database> {
  const database = await openSqlite(file, { mode });
  onTestFinished(() => database.close().catch(() => undefined));
  return database;
}

async function filled(file = fresh()): Promise<string> {
  const database = await openSqlite(file, { mode: 'exclusive' });
  await database.query('CREATE TABLE words (id INTEGER PRIMARY KEY, word TEXT NOT NULL)');
  await database.transaction(async ({ query }) => {
    for (let index = 0; index < 2000; index += 1) await query('INSERT INTO words (word) VALUES (?)', [`word ${index}`]);
  });
  await database.close();
  return file;
}

describe('a store in SQLite', () => {
  it('gives back texts, numbers, nulls and bytes as they were', async () => {
    const database = await open(fresh());
    await database.query('CREATE TABLE t (a TEXT, b BIGINT, c BLOB, d TEXT, e DOUBLE PRECISION)');
    const row = ['ä\u{1f512}', Number.MAX_SAFE_INTEGER, new Uint8Array([0, 255]), null, 0.5] as const;
    expect(await database.query('INSERT INTO t VALUES (?, ?, ?, ?, ?)', row)).toEqual([]);
    const [found] = await database.query('SELECT * FROM t');
    expect({ ...found, c: [...((found?.['c'] as Uint8Array | undefined) ?? [])] }).toMatchObject({
      a: row[0],
      b: row[1],
      c: [0, 255],
      d: null,
      e: 0.5,
    });
  });

  it('refuses values that would end the process, and goes on', async () => {
    const database = await open(fresh());
    for (const odd of [true, undefined, Number.NaN, {}, 1n])
      await expect(database.query('SELECT ? AS x', [odd as never])).rejects.toThrow(TypeError);
    expect(await database.query('SELECT 1 AS x')).toMatchObject([{ x: 1 }]);
  });

  it('keeps all of a transaction or nothing, and runs nothing else in between', async () => {
    const database = await open(fresh());
    await database.query('CREATE TABLE t (a INTEGER)');
    const failing = database.transaction(async ({ query }) => {
      await query('INSERT INTO t VALUES (1)');
      await new Promise((done) => setTimeout(done, 20));
      throw new Error('changed my mind');
    });
    const beside = database.query('INSERT INTO t VALUES (2)');
    await expect(failing).rejects.toThrow('changed my mind');
    await beside;
    expect((await database.query('SELECT a FROM t')).map(({ a }) => a)).toEqual([2]);
  });

  it('lets others read while one writes, and waits for who is faster', async () => {
    const file = fresh();
    const writer = await open(file);
    await writer.query('CREATE TABLE t (a INTEGER)');
    const reader = await open(file, 'shared');
    const writing = writer.transaction(async ({ query }) => {
      await query('INSERT INTO t VALUES (1)');
      await new Promise((done) => setTimeout(done, 150));
    });
    expect(await reader.query('SELECT COUNT(*) AS n FROM t')).toMatchObject([{ n: 0 }]);
    await reader.query('INSERT INTO t VALUES (2)');
    await writing;
    expect(await reader.query('SELECT COUNT(*) AS n FROM t')).toMatchObject([{ n: 2 }]);
  });

  it('has one audit at a time, and frees its place when that one has ended', async () => {
    const file = fresh();
    const first = await open(file);
    await expect(openSqlite(file, { mode: 'exclusive' })).rejects.toThrow(/another audit is writing into audits\.db/);
    await first.close();
    await open(file);
  });

  it('is for its owner alone, and not made by who only reads', async () => {
    const file = fresh();
    await expect(openSqlite(file, { mode: 'shared' })).rejects.toThrow(/there is no store audits\.db yet/);
    expect(existsSync(file)).toBe(false);
    await open(file);
    expect(statSync(file).mode & 0o777).toBe(0o600);
  });

  it.skipIf(process.getuid?.() === 0)('says so where it may not write', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockgate-readonly-'));
    chmodSync(folder, 0o500);
    await expect(openSqlite(join(folder, 'audits.db'), { mode: 'exclusive' })).rejects.toThrow(/cannot be written: EACCES/);
  });

  it('says so where a folder, a file in its way or a full device is', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'lockgate-odd-'));
    await expect(openSqlite(folder, { mode: 'exclusive' })).rejects.toThrow(GateError);
    writeFileSync(join(folder, 'file'), '');
    await expect(openSqlite(join(folder, 'file', 'audits.db'), { mode: 'exclusive' })).rejects.toThrow(GateError);
    if (!existsSync('/dev/full')) return;
    symlinkSync('/dev/full', join(folder, 'full.db'));
    await expect(openSqlite(join(folder, 'full.db'), { mode: 'exclusive' })).rejects.toThrow();
  });
});

describe('a damaged store', () => {
  it('is refused, whatever has become of it, or gives back what it holds: never a crash and never a bug', async () => {
    const sound = readFileSync(await filled());
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.record({ kind: fc.constant('cut' as const), at: fc.integer({ min: 1, max: sound.length - 1 }) }),
          fc.record({
            kind: fc.constant('flip' as const),
            flips: fc.array(fc.tuple(fc.integer({ min: 0, max: sound.length - 1 }), fc.integer({ min: 1, max: 255 })), {
              minLength: 1,
              maxLength: 40,
            }),
          }),
          fc.record({
            kind: fc.constant('zero' as const),
            from: fc.integer({ min: 0, max: sound.length - 1 }),
            length: fc.integer({ min: 1, max: 8192 }),
          }),
        ),
        async (damage) => {
          const bytes = Buffer.from(damage.kind === 'cut' ? sound.subarray(0, damage.at) : sound);
          if (damage.kind === 'flip') for (const [at, mask] of damage.flips) bytes[at] = (bytes[at] ?? 0) ^ mask;
          if (damage.kind === 'zero') bytes.fill(0, damage.from, Math.min(damage.from + damage.length, bytes.length));
          const file = fresh();
          writeFileSync(file, bytes);
          try {
            const database = await openSqlite(file, { mode: 'exclusive' });
            try {
              await database.query('SELECT COUNT(word) AS n FROM words');
            } finally {
              await database.close();
            }
          } catch (error) {
            // SQLite itself answers "no such table" where the damage is in the schema and its pages are sound.
            if (!(error instanceof GateError)) expect(String(error)).toMatch(/no such|malformed|unsupported/);
          }
        },
      ),
      { numRuns: runs(60) },
    );
  });

  it('is put aside with its log under a name of its own, each time', () => {
    const file = fresh();
    expect(setAside(file, '2026-11-25')).toBeUndefined();
    for (const name of ['audits.db.corrupt-2026-11-25', 'audits.db.corrupt-2026-11-25-2']) {
      writeFileSync(file, 'x');
      writeFileSync(`${file}-wal`, 'y');
      expect(setAside(file, '2026-11-25')).toBe(name);
    }
    expect(readdirSync(join(file, '..')).sort()).toEqual([
      'audits.db.corrupt-2026-11-25',
      'audits.db.corrupt-2026-11-25-2',
      'audits.db.corrupt-2026-11-25-2-wal',
      'audits.db.corrupt-2026-11-25-wal',
    ]);
  });
});

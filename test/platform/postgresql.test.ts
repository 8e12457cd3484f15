import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { numberedPlaceholders, parameterOf } from '../../src/platform/postgresql-dialect.ts';
import { type PostgresqlDatabase, openPostgresql, postgresqlName } from '../../src/platform/postgresql.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql, whereSkipped } from '../support/postgresql.ts';

describe('placeholders', () => {
  it('are numbered in order', () => {
    expect(numberedPlaceholders('SELECT * FROM a WHERE b = ? AND c IN (?, ?)')).toBe('SELECT * FROM a WHERE b = $1 AND c IN ($2, $3)');
  });

  it('are none inside of texts, names and comments', () => {
    expect(numberedPlaceholders(`SELECT 'why?', 'it''s ?', "odd?" /* ? */ -- ?\n, ?`)).toBe(
      `SELECT 'why?', 'it''s ?', "odd?" /* ? */ -- ?\n, $1`,
    );
  });

  it('survive a text that is not closed', () => {
    expect(numberedPlaceholders("SELECT ?, 'open ?")).toBe("SELECT $1, 'open ?");
  });
});

describe('parameters', () => {
  it('hold nothing that a text of PostgreSQL cannot', () => {
    expect(parameterOf('left\0pad')).toBe('left\uFFFDpad');
    expect(parameterOf('half \uD800 pair')).toBe('half \uFFFD pair');
    expect(parameterOf('whole \u{1F512} pair')).toBe('whole \u{1F512} pair');
  });
});

describe('the name of a store', () => {
  it('keeps user, password and parameters to itself', () => {
    expect(postgresqlName('postgres://me:secret@db.example:5433/audits?sslpassword=secret')).toBe('postgres://db.example:5433/audits');
    expect(postgresqlName('postgres://me:sec ret@[nonsense/audits')).toBe('the PostgreSQL store');
  });
});

describe.skipIf(!hasPostgresql)(`PostgreSQL${whereSkipped}`, () => {
  let server: PostgresqlServer;
  let url: string;
  let database: PostgresqlDatabase;

  beforeAll(async () => {
    server = await startPostgresql();
    url = await server.createDatabase();
    database = await openPostgresql(url, { connections: 4 });
    await database.query('CREATE TABLE repositories (name TEXT PRIMARY KEY, at BIGINT, share DOUBLE PRECISION, bytes BYTEA)');
  });

  afterAll(async () => {
    await database.close();
    server.remove();
  });

  it('gives back what was stored', async () => {
    const row = { name: "o'hare \u{1F512} ?", at: Date.UTC(2026, 10, 25), share: 0.1, bytes: Buffer.from([0, 255, 39]) };
    await database.query('INSERT INTO repositories (name, at, share, bytes) VALUES (?, ?, ?, ?)', Object.values(row));
    expect(await database.query('SELECT * FROM repositories WHERE name = ?', [row.name])).toEqual([row]);
    await database.query('DELETE FROM repositories');
  });

  it('answers numbers and truth as SQLite does', async () => {
    const rows = await database.query(
      'SELECT COUNT(*) AS n, SUM(at) AS total, 1 = 1 AS yes, 1 = 2 AS no, NULL AS nothing FROM repositories',
    );
    expect(rows).toEqual([{ n: 0, total: null, yes: 1, no: 0, nothing: null }]);
  });

  it('refuses a number that it could not give back exactly', async () => {
    await expect(database.query('SELECT 9007199254740993 AS n')).rejects.toThrow('cannot be read exactly');
  });

  it('undoes a transaction that throws, and goes on', async () => {
    const broken = database.transaction(async ({ query }) => {
      await query('INSERT INTO repositories (name) VALUES (?)', ['shop']);
      throw new Error('stop');
    });
    await expect(broken).rejects.toThrow('stop');
    expect(await database.query('SELECT name FROM repositories')).toEqual([]);
  });

  it('undoes a transaction in which a statement fails', async () => {
    const broken = database.transaction(async ({ query }) => {
      await query('INSERT INTO repositories (name) VALUES (?)', ['shop']);
      await query('INSERT INTO repositories (name) VALUES (?)', ['shop']);
    });
    await expect(broken).rejects.toThrow('duplicate key');
    expect(await database.query('SELECT name FROM repositories')).toEqual([]);
  });

  it('runs a transaction again that the server undid because of another', async () => {
    await database.query("INSERT INTO repositories (name, at) VALUES ('a', 0), ('b', 0)");
    const cross = (first: string, second: string): Promise<void> =>
      database.transaction(async ({ query }) => {
        await query('UPDATE repositories SET at = at + 1 WHERE name = ?', [first]);
        await query('SELECT pg_sleep(0.3)');
        await query('UPDATE repositories SET at = at + 1 WHERE name = ?', [second]);
      });
    await Promise.all([cross('a', 'b'), cross('b', 'a')]);
    expect(await database.query('SELECT name, at FROM repositories ORDER BY name')).toEqual([
      { name: 'a', at: 2 },
      { name: 'b', at: 2 },
    ]);
    await database.query('DELETE FROM repositories');
  });

  it('goes on after a restart of the server', async () => {
    server.restart();
    expect(await database.query('SELECT 1 AS one')).toEqual([{ one: 1 }]);
  });

  it('waits for a server that is gone for a moment', async () => {
    server.kill();
    const answer = database.query('SELECT 1 AS one');
    await new Promise((done) => setTimeout(done, 300));
    server.start();
    expect(await answer).toEqual([{ one: 1 }]);
  });

  it('asks again what only reads, when the server went away meanwhile', async () => {
    const answer = database.query('SELECT COUNT(pg_sleep(0.5)) AS n');
    await new Promise((done) => setTimeout(done, 200));
    server.restart();
    expect(await answer).toEqual([{ n: 1 }]);
  });

  it('says that a write was cut off, and does not repeat what may have lasted', async () => {
    const cut = expect(database.query("INSERT INTO repositories (name) SELECT 'shop' || pg_sleep(20)")).rejects.toMatchObject({
      code: 'store-unavailable',
    });
    await new Promise((done) => setTimeout(done, 300));
    server.restart();
    await cut;
    expect(await database.query('SELECT name FROM repositories')).toEqual([]);
  });

  it('gives up on a statement that takes too long', async () => {
    const hasty = await openPostgresql(url, { statementTimeout: 100 });
    await expect(hasty.query('SELECT pg_sleep(5)')).rejects.toMatchObject({ code: 'store-unavailable' });
    await hasty.close();
  });

  it.each([
    ['a port where nobody listens', (good: URL) => (good.port = '1'), 'store-unavailable', 'cannot be reached'],
    ['a database that is not there', (good: URL) => (good.pathname = '/nowhere'), 'configuration-invalid', 'does not exist'],
    ['a user that is not there', (good: URL) => (good.username = 'mallory'), 'configuration-invalid', 'refuses the user'],
    ['a server without TLS', (good: URL) => (good.search = '?sslmode=verify-full'), 'configuration-invalid', 'TLS fails'],
  ])('tells of %s at once, without the password', async (_, spoil, code, what) => {
    const wrong = new URL(url);
    wrong.password = 'hunter2';
    spoil(wrong);
    const error = await openPostgresql(wrong.href).then(undefined, (reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringContaining(what) });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });

  it('tells of a URL that is none, without its text', async () => {
    const error = await openPostgresql('postgres://me:hunter2@[oops/x').then(undefined, (reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'usage' });
    expect(JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain('hunter2');
  });

  it('tells of a right that is missing', async () => {
    const owner = await openPostgresql(url);
    await owner.native('CREATE ROLE reader LOGIN; REVOKE CREATE ON SCHEMA public FROM PUBLIC');
    await owner.close();
    const asReader = new URL(url);
    asReader.username = 'reader';
    const reader = await openPostgresql(asReader.href);
    await expect(reader.query('CREATE TABLE mine (name TEXT)')).rejects.toMatchObject({ code: 'configuration-invalid' });
    await reader.close();
  });
});

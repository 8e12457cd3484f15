import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import { openPostgresql } from '../../src/platform/postgresql.ts';
import { openSqlite } from '../../src/platform/sqlite.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql, whereSkipped } from '../support/postgresql.ts';
import { itKeepsAudits } from './store-suite.ts';

describe('in SQLite', () => {
  itKeepsAudits(() => openSqlite(join(mkdtempSync(join(tmpdir(), 'lockgate-store-')), 'audits.db'), { mode: 'exclusive' }));
});

describe.skipIf(!hasPostgresql)(`in PostgreSQL${whereSkipped}`, () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.remove());

  itKeepsAudits(async () => openPostgresql(await server.createDatabase()));
});

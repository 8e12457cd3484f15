import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from 'vitest';
import type { Database } from '../../src/model/database.ts';
import { openPostgresql } from '../../src/platform/postgresql.ts';
import { openSqlite } from '../../src/platform/sqlite.ts';
import { type PostgresqlServer, hasPostgresql, startPostgresql, whereSkipped } from '../support/postgresql.ts';
import { itTellsChanges } from './store-changes-suite.ts';
import { itKeepsAudits } from './store-suite.ts';

describe('in SQLite', () => {
  const openEmpty = (): Promise<Database> =>
    openSqlite(join(mkdtempSync(join(tmpdir(), 'lockgate-store-')), 'audits.db'), { mode: 'exclusive' });

  itKeepsAudits(openEmpty);
  itTellsChanges(openEmpty);
});

describe.skipIf(!hasPostgresql)(`in PostgreSQL${whereSkipped}`, () => {
  let server: PostgresqlServer;
  beforeAll(async () => {
    server = await startPostgresql();
  });
  afterAll(() => server.remove());

  const openEmpty = async (): Promise<Database> => openPostgresql(await server.createDatabase());

  itKeepsAudits(openEmpty);
  itTellsChanges(openEmpty);
});

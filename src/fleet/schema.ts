import type { Database, SqlQueries } from '../model/database.ts';
import { GateError } from '../model/gate-error.ts';

/**
 * The store's tables. What repeats from repository to repository and from night to night is kept once and named by a digest of its
 * content: versions, paths, findings, what a lockfile holds, and what was judged about it. An audit of an unchanged repository adds two
 * short rows. `ID` is the one word in which the engines differ.
 */
const migrations: readonly (readonly string[])[] = [
  [
    `CREATE TABLE audits (
      id ID,
      scope TEXT NOT NULL,
      configuration TEXT NOT NULL,
      tool TEXT NOT NULL,
      started_at BIGINT NOT NULL,
      finished_at BIGINT,
      repositories INTEGER NOT NULL
    )`,
    'CREATE INDEX audits_by_scope ON audits (scope, id)',
    // `last_audit_id`: the newest audit that it was part of. `read_audit_id`: the newest in which it could be read.
    `CREATE TABLE repositories (
      id ID,
      scope TEXT NOT NULL,
      name TEXT NOT NULL,
      tags TEXT NOT NULL,
      last_audit_id INTEGER NOT NULL,
      read_audit_id INTEGER,
      UNIQUE (scope, name)
    )`,
    `CREATE TABLE versions (
      id ID,
      name TEXT NOT NULL,
      version TEXT NOT NULL,
      licence TEXT,
      published_at BIGINT,
      UNIQUE (name, version)
    )`,
    'CREATE TABLE paths (id ID, digest TEXT NOT NULL UNIQUE, names TEXT NOT NULL)',
    'CREATE TABLE contents (id ID, digest TEXT NOT NULL UNIQUE, packages INTEGER NOT NULL)',
    // Ordered by version: that is what an incident asks for. Nothing proves its paths: proof would need an index as large as the table.
    `CREATE TABLE installed (
      version_id INTEGER NOT NULL REFERENCES versions (id),
      content_id INTEGER NOT NULL REFERENCES contents (id),
      position INTEGER NOT NULL,
      path_id INTEGER NOT NULL,
      scope INTEGER NOT NULL,
      is_direct INTEGER NOT NULL,
      PRIMARY KEY (version_id, content_id, position)
    ) CLUSTERED`,
    'CREATE INDEX installed_by_content ON installed (content_id, position)',
    `CREATE TABLE findings (
      id ID,
      digest TEXT NOT NULL UNIQUE,
      fingerprint TEXT NOT NULL,
      rule TEXT NOT NULL,
      severity TEXT NOT NULL,
      subject TEXT NOT NULL,
      message TEXT NOT NULL,
      help TEXT NOT NULL,
      waiver TEXT
    )`,
    `CREATE TABLE results (
      id ID,
      digest TEXT NOT NULL UNIQUE,
      content_id INTEGER NOT NULL REFERENCES contents (id),
      root TEXT NOT NULL,
      format TEXT NOT NULL,
      lockfile_digest TEXT NOT NULL,
      policy_digest TEXT NOT NULL,
      verdict TEXT NOT NULL,
      inconclusive TEXT NOT NULL,
      components INTEGER NOT NULL,
      checks INTEGER NOT NULL,
      expected INTEGER NOT NULL,
      passed INTEGER NOT NULL,
      failed INTEGER NOT NULL,
      undecided INTEGER NOT NULL,
      not_applicable INTEGER NOT NULL,
      errors INTEGER NOT NULL,
      warnings INTEGER NOT NULL,
      notes INTEGER NOT NULL,
      waived INTEGER NOT NULL
    )`,
    'CREATE INDEX results_by_content ON results (content_id)',
    `CREATE TABLE result_findings (
      result_id INTEGER NOT NULL REFERENCES results (id),
      position INTEGER NOT NULL,
      finding_id INTEGER NOT NULL REFERENCES findings (id),
      path_id INTEGER NOT NULL,
      line INTEGER,
      PRIMARY KEY (result_id, position)
    ) CLUSTERED`,
    'CREATE INDEX result_findings_by_finding ON result_findings (finding_id)',
    // One row per repository of an audit from its first moment on: what is `open` has not been done yet.
    `CREATE TABLE audit_repositories (
      audit_id INTEGER NOT NULL REFERENCES audits (id),
      repository_id INTEGER NOT NULL REFERENCES repositories (id),
      state TEXT NOT NULL,
      failure TEXT,
      PRIMARY KEY (audit_id, repository_id)
    ) CLUSTERED`,
    'CREATE INDEX audit_repositories_by_repository ON audit_repositories (repository_id, audit_id)',
    `CREATE TABLE audit_records (
      audit_id INTEGER NOT NULL REFERENCES audits (id),
      repository_id INTEGER NOT NULL REFERENCES repositories (id),
      lockfile TEXT NOT NULL,
      result_id INTEGER NOT NULL REFERENCES results (id),
      PRIMARY KEY (audit_id, repository_id, lockfile)
    ) CLUSTERED`,
    'CREATE INDEX audit_records_by_result ON audit_records (result_id)',
    // Webhooks that were taken.
    'CREATE TABLE deliveries (id TEXT PRIMARY KEY, delivered_at BIGINT NOT NULL)',
    // What the workers of other machines must know of an audit; a row may outlive it for a while.
    'CREATE TABLE audit_setups (audit_id INTEGER PRIMARY KEY, setup TEXT NOT NULL)',
    // When the next request to a registry may begin, in milliseconds: all workers share it.
    'CREATE TABLE request_pace (origin TEXT PRIMARY KEY, free_at DOUBLE PRECISION NOT NULL)',
  ],
];

/** Any number of our own: everybody who migrates this database takes the same lock. */
const migrationLock = 7_265_263;

/**
 * Brings a store to this program's schema, each step in a transaction of its own.
 * @throws GateError `store` for one that a newer program has written
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (queries) => {
    if (database.engine === 'postgresql') await queries.query('SELECT 1 FROM (SELECT pg_advisory_xact_lock(?)) AS taken', [migrationLock]);
    await queries.query('CREATE TABLE IF NOT EXISTS fleet_schema (version INTEGER NOT NULL)');
    const from = await versionOf(queries);
    if (from > migrations.length)
      throw new GateError(
        'store',
        `this store was written by a newer Lockgate (its schema is ${from}, this one knows ${migrations.length})`,
        {
          hint: 'use that Lockgate, or name another store',
        },
      );
    if (from === migrations.length) return;
    for (const statement of migrations.slice(from).flat()) await queries.query(inDialect(statement, database.engine));
    await queries.query('DELETE FROM fleet_schema');
    await queries.query('INSERT INTO fleet_schema (version) VALUES (?)', [migrations.length]);
  });
}

async function versionOf(queries: SqlQueries): Promise<number> {
  const [row] = await queries.query('SELECT MAX(version) AS version FROM fleet_schema');
  return Number(row?.['version'] ?? 0);
}

function inDialect(statement: string, engine: Database['engine']): string {
  const isSqlite = engine === 'sqlite';
  return statement
    .replaceAll(/\bid ID\b/g, isSqlite ? 'id INTEGER PRIMARY KEY' : 'id INTEGER GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY')
    .replace(/\) CLUSTERED$/, isSqlite ? ') WITHOUT ROWID' : ')');
}

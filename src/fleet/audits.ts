import type { Database, SqlRow } from '../model/database.ts';
import { GateError } from '../model/gate-error.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import type { AuditRecord } from './audit-record.ts';
import { chunks, insertRows, numberIn, optionalNumberIn, queryByList, textIn } from './rows.ts';
import { longestPath, storable } from './storable.ts';

/** What an audit is begun with. */
export interface NewAudit {
  readonly scope: string;
  /** Digest of what the audit was asked to do: only an audit of the same is continued. */
  readonly configuration: string;
  readonly tool: string;
  readonly startedAt: Milliseconds;
  readonly repositories: readonly { readonly name: string; readonly tags: readonly string[] }[];
}

export interface AuditQueries {
  /** Begins an audit: from here on its repositories are named, and those that are not done are known. */
  readonly begin: (audit: NewAudit) => Promise<AuditRecord>;
  /** The newest audit of this scope and configuration, where it has not been finished: what an interrupted one left. */
  readonly unfinished: (scope: string, configuration: string) => Promise<AuditRecord | undefined>;
  /** Names of the repositories that are not done, sorted. */
  readonly open: (audit: number) => Promise<readonly string[]>;
  /** Throws `GateError` `store` while repositories are open. */
  readonly finish: (audit: number, now: Milliseconds) => Promise<AuditRecord>;
  readonly audit: (id: number) => Promise<AuditRecord | undefined>;
  /** Newest first; of all scopes where none is named. */
  readonly audits: (scope?: string) => Promise<readonly AuditRecord[]>;
  /** The newest finished audit of a scope; with `before`, older than that one. */
  readonly lastFinished: (scope: string, before?: number) => Promise<AuditRecord | undefined>;
  /** Repositories that had been in the audit before and are in this one no more, sorted. */
  readonly vanished: (audit: number, before: number) => Promise<readonly string[]>;
}

const columns = 'id, scope, tool, started_at, finished_at, repositories';

/** The life of audits: begun with the names of their repositories, and finished once none of them is open. */
export function auditQueries(database: Database): AuditQueries {
  const one = async (sql: string, parameters: readonly (string | number)[]): Promise<AuditRecord | undefined> => {
    const [row] = await database.query(sql, parameters);
    return row === undefined ? undefined : auditOf(row);
  };
  const audit = (id: number): Promise<AuditRecord | undefined> => one(`SELECT ${columns} FROM audits WHERE id = ?`, [id]);
  return {
    audit,
    begin: (fresh) => begin(database, fresh),
    unfinished: async (scope, configuration) => {
      const newest = await one(
        `SELECT ${columns} FROM audits WHERE scope = ? AND configuration = ? AND finished_at IS NULL
         AND id = (SELECT MAX(id) FROM audits WHERE scope = ?)`,
        [scope, configuration, scope],
      );
      return newest;
    },
    open: async (id) => {
      const rows = await database.query(
        `SELECT r.name FROM audit_repositories m JOIN repositories r ON r.id = m.repository_id
         WHERE m.audit_id = ? AND m.state = 'open'`,
        [id],
      );
      return namesIn(rows);
    },
    finish: async (id, now) => {
      // In one statement: nobody can be counted as done and be opened again in between.
      const finished = await one(
        `UPDATE audits SET finished_at = COALESCE(finished_at, ?) WHERE id = ?
         AND NOT EXISTS (SELECT 1 FROM audit_repositories m WHERE m.audit_id = audits.id AND m.state = 'open') RETURNING ${columns}`,
        [now, id],
      );
      if (finished === undefined) throw new GateError('store', `audit ${id} is not there, or not all of its repositories are done`);
      return finished;
    },
    audits: async (scope) => {
      const rows =
        scope === undefined
          ? await database.query(`SELECT ${columns} FROM audits ORDER BY id DESC`)
          : await database.query(`SELECT ${columns} FROM audits WHERE scope = ? ORDER BY id DESC`, [scope]);
      return rows.map(auditOf);
    },
    lastFinished: (scope, before) =>
      one(`SELECT ${columns} FROM audits WHERE scope = ? AND finished_at IS NOT NULL AND id < ? ORDER BY id DESC LIMIT 1`, [
        scope,
        before ?? greatestId,
      ]),
    vanished: async (id, before) => {
      const rows = await database.query(
        `SELECT r.name FROM audit_repositories b JOIN repositories r ON r.id = b.repository_id
         WHERE b.audit_id = ? AND NOT EXISTS
           (SELECT 1 FROM audit_repositories m WHERE m.audit_id = ? AND m.repository_id = b.repository_id)`,
        [before, id],
      );
      return namesIn(rows);
    },
  };
}

/** The largest id that a column holds. */
const greatestId = 2_147_483_647;

async function begin(database: Database, { scope, configuration, tool, startedAt, repositories }: NewAudit): Promise<AuditRecord> {
  const members = new Map(repositories.map(({ name, tags }) => [storable(name, longestPath), JSON.stringify(tags)]));
  return database.transaction(async (queries) => {
    const [row] = await queries.query(
      `INSERT INTO audits (scope, configuration, tool, started_at, repositories) VALUES (?, ?, ?, ?, ?) RETURNING ${columns}`,
      [scope, configuration, tool, startedAt, members.size],
    );
    if (row === undefined) throw new TypeError('an audit that was just written is not there');
    const audit = auditOf(row);
    const names = [...members.keys()].sort();
    await insertRows(
      queries,
      {
        table: 'repositories',
        columns: ['scope', 'name', 'tags', 'last_audit_id'],
        suffix: 'ON CONFLICT (scope, name) DO UPDATE SET tags = excluded.tags, last_audit_id = excluded.last_audit_id',
      },
      names.map((name) => [scope, name, members.get(name) ?? '[]', audit.id]),
    );
    for (const chunk of chunks(names, 500)) {
      const found = await queryByList(queries, 'SELECT id FROM repositories WHERE scope = ? AND name IN (LIST)', chunk, [scope]);
      await insertRows(
        queries,
        { table: 'audit_repositories', columns: ['audit_id', 'repository_id', 'state'] },
        found.map((repository) => [audit.id, numberIn(repository, 'id'), 'open']),
      );
    }
    return audit;
  });
}

function auditOf(row: SqlRow): AuditRecord {
  const finishedAt = optionalNumberIn(row, 'finished_at');
  return {
    id: numberIn(row, 'id'),
    scope: textIn(row, 'scope'),
    tool: textIn(row, 'tool'),
    startedAt: milliseconds(numberIn(row, 'started_at')),
    ...(finishedAt === undefined ? {} : { finishedAt: milliseconds(finishedAt) }),
    repositories: numberIn(row, 'repositories'),
  };
}

/** By code unit: the engines order texts differently. */
function namesIn(rows: readonly SqlRow[]): readonly string[] {
  return rows.map((row) => textIn(row, 'name')).sort();
}

import type { Database } from '../model/database.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import type { PackageRecord } from './audit-record.ts';
import { storedName } from './intern.ts';
import { pathIn, scopeOf } from './read-audit.ts';
import { grouped, numberIn, optionalNumberIn, queryByList, textIn } from './rows.ts';

/** One installed copy of what was asked for. */
export interface SearchHit {
  readonly repository: string;
  readonly lockfile: string;
  readonly version: string;
  readonly scope: PackageRecord['scope'];
  readonly isDirect: boolean;
  /** Names from the root to it. */
  readonly path: readonly string[];
  /** When the audit began that read it. */
  readonly readAt: Milliseconds;
}

/** Who holds a package. The answer says for whom it cannot speak. */
export interface SearchAnswer {
  /** By repository, lockfile, version and way. */
  readonly hits: readonly SearchHit[];
  /** All versions of the package in the store that fit, held by somebody now or not. */
  readonly versions: readonly string[];
  /** Repositories whose newest reading was searched. */
  readonly repositories: number;
  /** Repositories that could not be read in their newest audit: what is said about them is older, or nothing. Sorted. */
  readonly unread: readonly string[];
}

/**
 * Looks a package up in the newest reading of every repository that is still audited. Two short queries and a join in memory: its time
 * grows with the number of repositories and of hits, and not with the size of the store.
 */
export async function search(database: Database, name: string, isWanted: (version: string) => boolean): Promise<SearchAnswer> {
  const versions = new Map(
    (await database.query('SELECT id, version FROM versions WHERE name = ?', [storedName(name)])).flatMap((row) => {
      const version = textIn(row, 'version');
      return isWanted(version) ? [[numberIn(row, 'id'), version] as const] : [];
    }),
  );
  const copies = await queryByList(
    database,
    'SELECT version_id, content_id, path_id, scope, is_direct FROM installed WHERE version_id IN (LIST)',
    [...versions.keys()],
  );
  const byContent = grouped(copies, (row) => numberIn(row, 'content_id'));
  const { held, repositories, unread } = await newestReadings(database);
  const placed = held.flatMap((reading) => (byContent.get(reading.content) ?? []).map((copy) => ({ reading, copy })));
  const paths = new Map(
    (
      await queryByList(database, 'SELECT id, names FROM paths WHERE id IN (LIST)', [
        ...new Set(placed.map(({ copy }) => numberIn(copy, 'path_id'))),
      ])
    ).map((row) => [numberIn(row, 'id'), textIn(row, 'names')]),
  );
  const hits = placed.map(({ reading, copy }): SearchHit => ({
    repository: reading.repository,
    lockfile: reading.lockfile,
    version: versions.get(numberIn(copy, 'version_id')) ?? '',
    scope: scopeOf(numberIn(copy, 'scope')),
    isDirect: numberIn(copy, 'is_direct') === 1,
    path: pathIn(paths.get(numberIn(copy, 'path_id')) ?? '[]', reading.root),
    readAt: reading.readAt,
  }));
  return { hits: sorted(hits), versions: [...versions.values()].sort(), repositories, unread };
}

interface Reading {
  readonly repository: string;
  readonly lockfile: string;
  readonly content: number;
  readonly root: string;
  readonly readAt: Milliseconds;
}

/** The newest reading of each repository that is part of its scope's newest finished audit, or of one since. */
async function newestReadings(
  database: Database,
): Promise<{ readonly held: readonly Reading[]; readonly repositories: number; readonly unread: readonly string[] }> {
  const members = await database.query(
    `SELECT r.name, r.read_audit_id, m.state FROM repositories r
     JOIN (SELECT scope, MAX(id) AS newest FROM audits WHERE finished_at IS NOT NULL GROUP BY scope) f
       ON f.scope = r.scope AND r.last_audit_id >= f.newest
     LEFT JOIN audit_repositories m ON m.audit_id = r.last_audit_id AND m.repository_id = r.id
     UNION ALL
     SELECT r.name, r.read_audit_id, m.state FROM repositories r
     LEFT JOIN audit_repositories m ON m.audit_id = r.last_audit_id AND m.repository_id = r.id
     WHERE NOT EXISTS (SELECT 1 FROM audits f WHERE f.scope = r.scope AND f.finished_at IS NOT NULL)`,
  );
  const rows = await database.query(
    `SELECT r.name, a.lockfile, s.content_id, s.root, u.started_at, r.last_audit_id, f.newest FROM repositories r
     JOIN audit_records a ON a.audit_id = r.read_audit_id AND a.repository_id = r.id
     JOIN results s ON s.id = a.result_id
     JOIN audits u ON u.id = a.audit_id
     LEFT JOIN (SELECT scope, MAX(id) AS newest FROM audits WHERE finished_at IS NOT NULL GROUP BY scope) f ON f.scope = r.scope
     WHERE f.newest IS NULL OR r.last_audit_id >= f.newest`,
  );
  return {
    held: rows.map((row) => ({
      repository: textIn(row, 'name'),
      lockfile: textIn(row, 'lockfile'),
      content: numberIn(row, 'content_id'),
      root: textIn(row, 'root'),
      readAt: milliseconds(numberIn(row, 'started_at')),
    })),
    repositories: members.length,
    unread: members
      .filter((row) => row['state'] === 'failed' || optionalNumberIn(row, 'read_audit_id') === undefined)
      .map((row) => textIn(row, 'name'))
      .sort(),
  };
}

function sorted(hits: readonly SearchHit[]): readonly SearchHit[] {
  const key = ({ repository, lockfile, version, path }: SearchHit): string => JSON.stringify([repository, lockfile, version, path]);
  return hits
    .map((hit) => [key(hit), hit] as const)
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([, hit]) => hit);
}

import type { Database, SqlQueries, SqlValue } from '../model/database.ts';
import { GateError } from '../model/gate-error.ts';
import type { LockfileRecord, PackageRecord, RepositoryFailure } from './audit-record.ts';
import type { Interner, PathStep } from './intern.ts';
import { insertRows, numberIn, optionalNumberIn } from './rows.ts';
import { digestOf, longestPath, storable } from './storable.ts';

/** What came of one repository in one audit: its lockfiles as judged, and why that is not all of them. */
export interface RepositoryResult {
  readonly repository: string;
  readonly records: readonly LockfileRecord[];
  /** Something could not be read: the repository counts as failed, whatever its other lockfiles came to. */
  readonly failure?: RepositoryFailure;
}

/** The scopes by the number that stands for them. */
export const storedScopes: readonly PackageRecord['scope'][] = ['required', 'optional', 'dev', 'peer'];

/**
 * Writes what came of one repository in one transaction: all of it lasts, or nothing. Written again, it replaces what was there: a
 * worker may die after it and before anybody knows. A finished audit stays as it is: somebody has been told what it says. Throws `GateError` `store` for a repository that is not part of the audit.
 */
export async function putRepository(database: Database, interner: Interner, audit: number, result: RepositoryResult): Promise<void> {
  let attempts = 0;
  try {
    await database.transaction(async (queries) => {
      // A transaction that was undone and is run again must not trust what it has learned: those rows are gone.
      if (attempts > 0) interner.forget();
      attempts += 1;
      const { repository, isFinished } = await memberOf(queries, audit, result.repository);
      if (isFinished) return;
      await queries.query('DELETE FROM audit_records WHERE audit_id = ? AND repository_id = ?', [audit, repository]);
      const rows: SqlValue[][] = [];
      for (const record of result.records)
        rows.push([audit, repository, storable(record.lockfile, longestPath), await resultId(queries, interner, record)]);
      await insertRows(queries, { table: 'audit_records', columns: ['audit_id', 'repository_id', 'lockfile', 'result_id'] }, rows);
      const { failure } = result;
      await endMember(queries, audit, repository, failure);
      if (failure !== undefined) return;
      await queries.query('UPDATE repositories SET read_audit_id = ? WHERE id = ? AND (read_audit_id IS NULL OR read_audit_id < ?)', [
        audit,
        repository,
        audit,
      ]);
    });
  } catch (error) {
    interner.forget();
    throw error;
  }
}

async function memberOf(
  queries: SqlQueries,
  audit: number,
  repository: string,
): Promise<{ readonly repository: number; readonly isFinished: boolean }> {
  const [row] = await queries.query(
    `SELECT r.id, u.finished_at FROM audit_repositories m JOIN repositories r ON r.id = m.repository_id JOIN audits u ON u.id = m.audit_id
     WHERE m.audit_id = ? AND r.name = ?`,
    [audit, storable(repository, longestPath)],
  );
  if (row === undefined) throw new GateError('store', `audit ${audit} has no repository ${JSON.stringify(repository)}`);
  return { repository: numberIn(row, 'id'), isFinished: optionalNumberIn(row, 'finished_at') !== undefined };
}

async function endMember(queries: SqlQueries, audit: number, repository: number, failure: RepositoryFailure | undefined): Promise<void> {
  await queries.query('UPDATE audit_repositories SET state = ?, failure = ? WHERE audit_id = ? AND repository_id = ?', [
    failure === undefined ? 'read' : 'failed',
    failure === undefined ? null : JSON.stringify(failure),
    audit,
    repository,
  ]);
}

/** The id of what was judged; the row of an earlier audit where nothing has changed since. */
async function resultId(queries: SqlQueries, interner: Interner, record: LockfileRecord): Promise<number> {
  const root = record.packages[0]?.path[0] ?? record.findings.find(({ path }) => path.length > 0)?.path[0] ?? '';
  const content = await contentId(queries, interner, record.packages, root);
  const findings = await interner.findings(queries, record.findings);
  const paths = await interner.paths(
    queries,
    record.findings.map(({ path }) => storedPath(path, root)),
  );
  const { counts } = record;
  const columns = [
    content,
    storable(root, longestPath),
    storable(record.format, longestPath),
    record.digest,
    record.policyDigest,
    record.verdict,
    JSON.stringify(record.inconclusive),
    counts.components,
    counts.checks,
    counts.expected,
    counts.pass,
    counts.fail,
    counts.inconclusive,
    counts.notApplicable,
    counts.errors,
    counts.warnings,
    counts.notes,
    counts.waived,
  ];
  const lines = record.findings.map(({ line }) => line ?? null);
  const digest = digestOf([columns, findings, paths, lines]);
  const known = await idByDigest(queries, 'results', digest);
  if (known !== undefined) return known;
  await insertRows(queries, { table: 'results', columns: resultColumns, suffix: 'ON CONFLICT (digest) DO NOTHING' }, [
    [digest, ...columns],
  ]);
  const id = await idByDigest(queries, 'results', digest);
  if (id === undefined) throw new TypeError('a result that was just written is not there');
  await insertRows(
    queries,
    {
      table: 'result_findings',
      columns: ['result_id', 'position', 'finding_id', 'path_id', 'line'],
      suffix: 'ON CONFLICT (result_id, position) DO NOTHING',
    },
    findings.map((finding, position) => [id, position, finding, paths[position] ?? null, lines[position] ?? null]),
  );
  return id;
}

const resultColumns = [
  'digest',
  'content_id',
  'root',
  'format',
  'lockfile_digest',
  'policy_digest',
  'verdict',
  'inconclusive',
  'components',
  'checks',
  'expected',
  'passed',
  'failed',
  'undecided',
  'not_applicable',
  'errors',
  'warnings',
  'notes',
  'waived',
];

/** The id of what a lockfile installs: one for all repositories with the same packages on the same ways. */
async function contentId(queries: SqlQueries, interner: Interner, packages: readonly PackageRecord[], root: string): Promise<number> {
  const versions = await interner.versions(queries, packages);
  const paths = packages.map(({ path }) => storedPath(path, root));
  const digest = digestOf(
    packages.map(({ name, version, scope, isDirect }, index) => [name, version, scope, isDirect, paths[index] ?? []]),
  );
  const known = await idByDigest(queries, 'contents', digest);
  if (known !== undefined) return known;
  await insertRows(queries, { table: 'contents', columns: ['digest', 'packages'], suffix: 'ON CONFLICT (digest) DO NOTHING' }, [
    [digest, packages.length],
  ]);
  const id = await idByDigest(queries, 'contents', digest);
  if (id === undefined) throw new TypeError('a content that was just written is not there');
  const pathIds = await interner.paths(queries, paths);
  await insertRows(
    queries,
    {
      table: 'installed',
      columns: ['version_id', 'content_id', 'position', 'path_id', 'scope', 'is_direct'],
      suffix: 'ON CONFLICT (version_id, content_id, position) DO NOTHING',
    },
    packages.map(({ scope, isDirect }, position) => [
      versions[position] ?? null,
      id,
      position,
      pathIds[position] ?? null,
      storedScopes.indexOf(scope),
      isDirect ? 1 : 0,
    ]),
  );
  return id;
}

async function idByDigest(queries: SqlQueries, table: 'contents' | 'results', digest: string): Promise<number | undefined> {
  const [row] = await queries.query(`SELECT id FROM ${table} WHERE digest = ?`, [digest]);
  return row === undefined ? undefined : numberIn(row, 'id');
}

/** The root's own name is left out: two projects that install the same differ in nothing else. */
function storedPath(path: readonly string[], root: string): readonly PathStep[] {
  return path[0] === root ? [0, ...path.slice(1)] : path;
}

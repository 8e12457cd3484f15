import type { Database, SqlQueries, SqlRow } from '../model/database.ts';
import type { Counts, Verdict } from '../model/report.ts';
import { milliseconds } from '../model/units.ts';
import type {
  AuditedRepository,
  FindingRecord,
  InconclusiveRecord,
  LockfileRecord,
  PackageRecord,
  RepositoryFailure,
} from './audit-record.ts';
import { storedScopes } from './put-repository.ts';
import { chunks, numberIn, optionalNumberIn, optionalTextIn, queryByList, textIn } from './rows.ts';
import { longestPath, storable } from './storable.ts';

/** Repositories read from the store in one go. */
const pageSize = 200;

/** The columns of a result that are counts, and what they are called. */
const countColumns: Readonly<Record<keyof Counts, string>> = {
  components: 'components',
  checks: 'checks',
  expected: 'expected',
  pass: 'passed',
  fail: 'failed',
  inconclusive: 'undecided',
  notApplicable: 'not_applicable',
  errors: 'errors',
  warnings: 'warnings',
  notes: 'notes',
  waived: 'waived',
};

/** The counts of a result, to be selected from `results s`. */
export const selectedCounts: string = Object.values(countColumns)
  .map((column) => `s.${column}`)
  .join(', ');

/** Their sums over several results, under the same names. */
export const summedCounts: string = Object.values(countColumns)
  .map((column) => `COALESCE(SUM(s.${column}), 0) AS ${column}`)
  .join(', ');

/** The counts of a row that names their columns, summed or not. */
export function countsIn(row: SqlRow): Counts {
  const count = (name: keyof Counts): number => numberIn(row, countColumns[name]);
  return {
    components: count('components'),
    checks: count('checks'),
    expected: count('expected'),
    pass: count('pass'),
    fail: count('fail'),
    inconclusive: count('inconclusive'),
    notApplicable: count('notApplicable'),
    errors: count('errors'),
    warnings: count('warnings'),
    notes: count('notes'),
    waived: count('waived'),
  };
}

/** All repositories of an audit by name. */
export async function* readRepositories(database: Database, audit: number): AsyncGenerator<AuditedRepository> {
  for (const page of chunks(await membersOf(database, audit), pageSize)) {
    const sums = await queryByList(
      database,
      `SELECT a.repository_id, COUNT(*) AS lockfiles, SUM(CASE s.verdict WHEN 'fail' THEN 1 ELSE 0 END) AS failing,
         SUM(CASE s.verdict WHEN 'pass' THEN 1 ELSE 0 END) AS passing, ${summedCounts}
       FROM audit_records a JOIN results s ON s.id = a.result_id
       WHERE a.audit_id = ? AND a.repository_id IN (LIST) GROUP BY a.repository_id`,
      page.map(({ id }) => id),
      [audit],
    );
    const byId = new Map(sums.map((row) => [numberIn(row, 'repository_id'), row]));
    for (const { id, name, tags, state, failure } of page) {
      const row = byId.get(id);
      yield {
        repository: name,
        tags,
        state: state === 'read' ? verdictOf(row) : state,
        ...(failure === undefined ? {} : { failure }),
        counts: row === undefined ? noCounts : countsIn(row),
        lockfiles: row === undefined ? 0 : numberIn(row, 'lockfiles'),
      };
    }
  }
}

/** The worst of its lockfiles; without a lockfile nothing is proven. */
function verdictOf(row: SqlRow | undefined): Verdict {
  if (row === undefined) return 'inconclusive';
  if (numberIn(row, 'failing') > 0) return 'fail';
  return numberIn(row, 'passing') === numberIn(row, 'lockfiles') ? 'pass' : 'inconclusive';
}

const noCounts: Counts = {
  components: 0,
  checks: 0,
  expected: 0,
  pass: 0,
  fail: 0,
  inconclusive: 0,
  notApplicable: 0,
  errors: 0,
  warnings: 0,
  notes: 0,
  waived: 0,
};

interface Member {
  readonly id: number;
  readonly name: string;
  readonly tags: readonly string[];
  readonly state: 'open' | 'read' | 'failed';
  readonly failure?: RepositoryFailure;
}

/** The repositories of an audit by name, or the one that is asked for. */
async function membersOf(database: Database, audit: number, repository?: string): Promise<readonly Member[]> {
  const rows = await database.query(
    `SELECT r.id, r.name, r.tags, m.state, m.failure FROM audit_repositories m JOIN repositories r ON r.id = m.repository_id
     WHERE m.audit_id = ?${repository === undefined ? '' : ' AND r.name = ?'}`,
    repository === undefined ? [audit] : [audit, storable(repository, longestPath)],
  );
  return rows
    .map((row): Member => {
      const failure = optionalTextIn(row, 'failure');
      return {
        id: numberIn(row, 'id'),
        name: textIn(row, 'name'),
        tags: JSON.parse(textIn(row, 'tags')) as readonly string[], // written by `begin`
        state: textIn(row, 'state') as Member['state'], // one of the three that are written
        ...(failure === undefined ? {} : { failure: JSON.parse(failure) as RepositoryFailure }), // written by `put`
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The lockfiles of an audit, or of one of its repositories, by repository and path. */
export async function* readRecords(database: Database, audit: number, repository?: string): AsyncGenerator<LockfileRecord> {
  for (const page of chunks(await membersOf(database, audit, repository), pageSize)) {
    const names = new Map(page.map(({ id, name }) => [id, name]));
    const rows = await queryByList(
      database,
      `SELECT a.repository_id, a.lockfile, s.id, s.content_id, s.root, s.format, s.lockfile_digest, s.policy_digest, s.verdict,
         s.inconclusive AS reasons, ${selectedCounts}
       FROM audit_records a JOIN results s ON s.id = a.result_id WHERE a.audit_id = ? AND a.repository_id IN (LIST)`,
      [...names.keys()],
      [audit],
    );
    const placed = rows
      .map((row) => ({ row, repository: names.get(numberIn(row, 'repository_id')) ?? '', lockfile: textIn(row, 'lockfile') }))
      .sort((a, b) => order(a.repository, b.repository) || order(a.lockfile, b.lockfile));
    for (const { row, repository: name, lockfile } of placed) {
      const root = textIn(row, 'root');
      yield {
        repository: name,
        lockfile,
        format: textIn(row, 'format'),
        digest: textIn(row, 'lockfile_digest'),
        policyDigest: textIn(row, 'policy_digest'),
        verdict: textIn(row, 'verdict') as Verdict, // written by `put`
        counts: countsIn(row),
        findings: await findingsOf(database, numberIn(row, 'id'), root),
        inconclusive: JSON.parse(textIn(row, 'reasons')) as readonly InconclusiveRecord[], // written by `put`
        packages: await packagesOf(database, numberIn(row, 'content_id'), root),
      };
    }
  }
}

/** What was found in one result, in its order. */
export async function findingsOf(queries: SqlQueries, result: number, root: string): Promise<readonly FindingRecord[]> {
  const rows = await queries.query(
    `SELECT f.fingerprint, f.rule, f.severity, f.subject, f.message, f.help, f.waiver, x.line, p.names FROM result_findings x
     JOIN findings f ON f.id = x.finding_id JOIN paths p ON p.id = x.path_id WHERE x.result_id = ? ORDER BY x.position`,
    [result],
  );
  return rows.map((row) => {
    const waiver = optionalTextIn(row, 'waiver');
    const line = optionalNumberIn(row, 'line');
    return {
      fingerprint: textIn(row, 'fingerprint'),
      rule: textIn(row, 'rule'),
      severity: textIn(row, 'severity') as FindingRecord['severity'], // written by `put`, as are the next two
      subject: textIn(row, 'subject'),
      message: textIn(row, 'message'),
      path: pathIn(textIn(row, 'names'), root),
      ...(line === undefined ? {} : { line }),
      help: JSON.parse(textIn(row, 'help')) as readonly string[],
      ...(waiver === undefined ? {} : { waiver: JSON.parse(waiver) as NonNullable<FindingRecord['waiver']> }),
    };
  });
}

async function packagesOf(queries: SqlQueries, content: number, root: string): Promise<readonly PackageRecord[]> {
  const rows = await queries.query(
    `SELECT v.name, v.version, v.licence, v.published_at, i.scope, i.is_direct, p.names FROM installed i
     JOIN versions v ON v.id = i.version_id JOIN paths p ON p.id = i.path_id WHERE i.content_id = ? ORDER BY i.position`,
    [content],
  );
  return rows.map((row) => {
    const licence = optionalTextIn(row, 'licence');
    const publishedAt = optionalNumberIn(row, 'published_at');
    return {
      name: textIn(row, 'name'),
      version: textIn(row, 'version'),
      isDirect: numberIn(row, 'is_direct') === 1,
      scope: scopeOf(numberIn(row, 'scope')),
      path: pathIn(textIn(row, 'names'), root),
      ...(licence === undefined ? {} : { licence }),
      ...(publishedAt === undefined ? {} : { publishedAt: milliseconds(publishedAt) }),
    };
  });
}

/** A scope by its stored number; one that nobody wrote is the strictest. */
export function scopeOf(stored: number): PackageRecord['scope'] {
  return storedScopes[stored] ?? 'required';
}

/** A stored way, with the root's name put back. */
export function pathIn(names: string, root: string): readonly string[] {
  const path = JSON.parse(names) as readonly (string | 0)[]; // written by `put`
  return path.map((step) => (step === 0 ? root : step));
}

function order(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

import type { Database } from '../model/database.ts';
import type { Counts, Verdict } from '../model/report.ts';
import type { AuditRecord } from './audit-record.ts';
import { auditQueries } from './audits.ts';
import { countsIn, summedCounts } from './read-audit.ts';
import { numberIn } from './rows.ts';
import { longestPath, storable } from './storable.ts';

/** What one finished audit came to. */
export interface AuditTotals {
  readonly audit: AuditRecord;
  readonly states: Readonly<Record<Verdict | 'failed', number>>;
  /** Over all lockfiles. */
  readonly counts: Counts;
  readonly lockfiles: number;
}

/** One repository in one finished audit. */
export interface RepositoryTrendPoint {
  readonly audit: AuditRecord;
  readonly state: Verdict | 'failed';
  readonly counts: Counts;
}

const verdictColumns = `SUM(CASE s.verdict WHEN 'fail' THEN 1 ELSE 0 END) AS failing,
  SUM(CASE s.verdict WHEN 'pass' THEN 1 ELSE 0 END) AS passing, COUNT(s.id) AS lockfiles`;

/** The sums of each finished audit of a scope, oldest first. */
export async function auditTotals(database: Database, scope: string): Promise<readonly AuditTotals[]> {
  const audits = (await auditQueries(database).audits(scope)).filter(({ finishedAt }) => finishedAt !== undefined).reverse();
  const totals: AuditTotals[] = [];
  for (const audit of audits) {
    const [sums] = await database.query(
      `SELECT COUNT(*) AS lockfiles, ${summedCounts} FROM audit_records a JOIN results s ON s.id = a.result_id WHERE a.audit_id = ?`,
      [audit.id],
    );
    if (sums === undefined) continue;
    totals.push({ audit, states: await statesOf(database, audit.id), counts: countsIn(sums), lockfiles: numberIn(sums, 'lockfiles') });
  }
  return totals;
}

async function statesOf(database: Database, audit: number): Promise<AuditTotals['states']> {
  const rows = await database.query(
    `SELECT state, COUNT(*) AS repositories FROM (
       SELECT m.repository_id, CASE
         WHEN m.state = 'failed' THEN 'failed'
         WHEN SUM(CASE s.verdict WHEN 'fail' THEN 1 ELSE 0 END) > 0 THEN 'fail'
         WHEN COUNT(s.id) > 0 AND SUM(CASE s.verdict WHEN 'pass' THEN 1 ELSE 0 END) = COUNT(s.id) THEN 'pass'
         ELSE 'inconclusive' END AS state
       FROM audit_repositories m
       LEFT JOIN audit_records a ON a.audit_id = m.audit_id AND a.repository_id = m.repository_id
       LEFT JOIN results s ON s.id = a.result_id
       WHERE m.audit_id = ? AND m.state <> 'open' GROUP BY m.repository_id, m.state) AS states
     GROUP BY state`,
    [audit],
  );
  const count = (state: string): number =>
    rows.filter((row) => row['state'] === state).reduce((sum, row) => sum + numberIn(row, 'repositories'), 0);
  return { pass: count('pass'), fail: count('fail'), inconclusive: count('inconclusive'), failed: count('failed') };
}

/** One repository in each finished audit that it was part of, oldest first. */
export async function repositoryTrend(database: Database, scope: string, repository: string): Promise<readonly RepositoryTrendPoint[]> {
  const audits = new Map((await auditQueries(database).audits(scope)).map((audit) => [audit.id, audit]));
  const rows = await database.query(
    `SELECT m.audit_id, MAX(m.state) AS state, ${verdictColumns}, ${summedCounts} FROM audit_repositories m
     JOIN repositories r ON r.id = m.repository_id
     LEFT JOIN audit_records a ON a.audit_id = m.audit_id AND a.repository_id = m.repository_id
     LEFT JOIN results s ON s.id = a.result_id
     WHERE r.scope = ? AND r.name = ? AND m.state <> 'open' GROUP BY m.audit_id ORDER BY m.audit_id`,
    [scope, storable(repository, longestPath)],
  );
  return rows.flatMap((row) => {
    const audit = audits.get(numberIn(row, 'audit_id'));
    if (audit?.finishedAt === undefined) return [];
    const failing = numberIn(row, 'failing');
    const lockfiles = numberIn(row, 'lockfiles');
    const verdict = failing > 0 ? 'fail' : lockfiles > 0 && numberIn(row, 'passing') === lockfiles ? 'pass' : 'inconclusive';
    return [{ audit, state: row['state'] === 'failed' ? ('failed' as const) : verdict, counts: countsIn(row) }];
  });
}

import type { Database } from '../model/database.ts';
import type { Severity } from '../model/finding.ts';
import { numberIn, textIn } from './rows.ts';

/** How often one rule found something at one level. */
export interface FindingCount {
  readonly rule: string;
  readonly severity: Severity;
  readonly isWaived: boolean;
  readonly count: number;
}

/** The findings of all lockfiles of an audit by rule, level, and whether they are waived; sorted so. */
export async function findingCounts(database: Database, audit: number): Promise<readonly FindingCount[]> {
  const rows = await database.query(
    `SELECT f.rule, f.severity, CASE WHEN f.waiver IS NULL THEN 0 ELSE 1 END AS is_waived, COUNT(*) AS findings
     FROM audit_records a JOIN result_findings x ON x.result_id = a.result_id JOIN findings f ON f.id = x.finding_id
     WHERE a.audit_id = ? GROUP BY f.rule, f.severity, CASE WHEN f.waiver IS NULL THEN 0 ELSE 1 END`,
    [audit],
  );
  const key = ({ rule, severity, isWaived }: FindingCount): string => JSON.stringify([rule, severity, isWaived]);
  return rows
    .map((row) => ({
      rule: textIn(row, 'rule'),
      severity: textIn(row, 'severity') as Severity, // written by `put`
      isWaived: numberIn(row, 'is_waived') === 1,
      count: numberIn(row, 'findings'),
    }))
    .sort((a, b) => (key(a) < key(b) ? -1 : 1));
}

import type { Database, SqlRow } from '../model/database.ts';
import type { FindingRecord, InconclusiveRecord } from './audit-record.ts';
import { storedName } from './intern.ts';
import { findingsOf } from './read-audit.ts';
import { numberIn, textIn } from './rows.ts';

/** One lockfile of one repository as one audit read it. */
export interface Reading {
  readonly repository: number;
  readonly audit: number;
  readonly lockfile: string;
  readonly content: number;
  /** Checks that could not judge all they were to judge, whether a policy accepts that or not. */
  readonly undecided: ReadonlySet<string>;
}

/** The checks that a stored result says it could not judge with; the row holds its reasons. */
export function undecidedIn(row: SqlRow): ReadonlySet<string> {
  const reasons = JSON.parse(textIn(row, 'reasons')) as readonly InconclusiveRecord[]; // written by `put`
  return new Set(reasons.map(({ check }) => check));
}

/** Readings that are looked at for what was last known: a month of nights. */
const mostReadings = 30;

/**
 * What earlier readings of a lockfile found and this one could not judge again: it stands until somebody can. The newest reading that
 * knows a finding, or whose check was decided, speaks; what it permits does not stand.
 * @param known fingerprints of what the reading itself says
 */
export async function standingFindings(
  database: Database,
  { repository, audit, lockfile, undecided }: Reading,
  known: ReadonlySet<string>,
): Promise<readonly FindingRecord[]> {
  if (undecided.size === 0) return [];
  const rows = await database.query(
    `SELECT s.id, s.root, s.inconclusive AS reasons FROM audit_repositories m
     JOIN audits u ON u.id = m.audit_id
     JOIN audit_records a ON a.audit_id = m.audit_id AND a.repository_id = m.repository_id AND a.lockfile = ?
     JOIN results s ON s.id = a.result_id
     WHERE m.repository_id = ? AND m.audit_id < ? AND m.state = 'read' AND u.finished_at IS NOT NULL
     ORDER BY m.audit_id DESC LIMIT ${mostReadings}`,
    [lockfile, repository, audit],
  );
  const seen = new Set(known);
  const standing: FindingRecord[] = [];
  const looked = new Set<number>();
  let open = undecided;
  for (const row of rows) {
    const result = numberIn(row, 'id');
    if (open.size === 0) break;
    if (looked.has(result)) continue;
    looked.add(result);
    for (const finding of await findingsOf(database, result, textIn(row, 'root'))) {
      if (!open.has(checkOf(finding)) || seen.has(finding.fingerprint)) continue;
      seen.add(finding.fingerprint);
      if (finding.waiver === undefined) standing.push(finding);
    }
    const still = undecidedIn(row);
    open = new Set([...open].filter((check) => still.has(check)));
  }
  return standing;
}

/** Whether a reading that does not have a finding says anything about it: its check judged, or its package is installed no more. */
export async function isRefuted(database: Database, finding: FindingRecord, { undecided, content }: Reading): Promise<boolean> {
  if (!undecided.has(checkOf(finding))) return true;
  const [, name, version] = /^((?:@[^/@]+\/)?[^/@]+)@(.+)$/.exec(finding.subject) ?? [];
  // Of a file nobody knows here whether it is still there.
  if (name === undefined || version === undefined) return false;
  const rows = await database.query(
    `SELECT 1 AS held FROM versions v JOIN installed i ON i.version_id = v.id AND i.content_id = ?
     WHERE v.name = ? AND v.version = ? LIMIT 1`,
    [content, storedName(name), storedName(version)],
  );
  return rows.length === 0;
}

/** The check whose rule it is: the first part of its name. */
function checkOf({ rule }: FindingRecord): string {
  return rule.slice(0, Math.max(rule.indexOf('/'), 0));
}

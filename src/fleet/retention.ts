import type { Database } from '../model/database.ts';
import type { Milliseconds } from '../model/units.ts';
import { grouped, numberIn } from './rows.ts';

/** Which audits stay: so many of each scope, or those since an instant. */
export type Retention = { readonly newest: number } | { readonly since: Milliseconds };

/**
 * Deletes old audits, finished or given up, and then what no kept audit holds. The newest finished audit of a scope and everything since
 * always stay, so that there is something to compare with and to search. Answers how many audits went.
 */
export async function prune(database: Database, retention: Retention): Promise<number> {
  return database.transaction(async (queries) => {
    const rows = await queries.query('SELECT id, scope, started_at, finished_at FROM audits ORDER BY id DESC');
    const leaving: number[] = [];
    for (const audits of grouped(rows, (row) => row['scope']).values()) {
      const newest = audits.findIndex((row) => row['finished_at'] !== null);
      if (newest === -1) continue;
      let finished = 0;
      for (const [index, row] of audits.entries()) {
        if (row['finished_at'] !== null) finished += 1;
        const isOld = 'newest' in retention ? finished > retention.newest : !(numberIn(row, 'started_at') >= retention.since);
        if (index > newest && isOld) leaving.push(numberIn(row, 'id'));
      }
    }
    for (const audit of leaving) {
      await queries.query('DELETE FROM audit_records WHERE audit_id = ?', [audit]);
      await queries.query('DELETE FROM audit_repositories WHERE audit_id = ?', [audit]);
      await queries.query('UPDATE repositories SET read_audit_id = NULL WHERE read_audit_id = ?', [audit]);
      await queries.query('DELETE FROM audits WHERE id = ?', [audit]);
    }
    if (leaving.length > 0) {
      for (const statement of sweeps) await queries.query(statement);
      if (database.engine === 'sqlite') await queries.query(sweepOfPaths);
    }
    return leaving.length;
  });
}

/** What nothing refers to any more, from the outside in. */
const sweeps: readonly string[] = [
  `DELETE FROM result_findings WHERE result_id IN
     (SELECT id FROM results WHERE NOT EXISTS (SELECT 1 FROM audit_records a WHERE a.result_id = results.id))`,
  'DELETE FROM results WHERE NOT EXISTS (SELECT 1 FROM audit_records a WHERE a.result_id = results.id)',
  'DELETE FROM findings WHERE NOT EXISTS (SELECT 1 FROM result_findings x WHERE x.finding_id = findings.id)',
  `DELETE FROM installed WHERE content_id IN
     (SELECT id FROM contents WHERE NOT EXISTS (SELECT 1 FROM results s WHERE s.content_id = contents.id))`,
  'DELETE FROM contents WHERE NOT EXISTS (SELECT 1 FROM results s WHERE s.content_id = contents.id)',
  'DELETE FROM versions WHERE NOT EXISTS (SELECT 1 FROM installed i WHERE i.version_id = versions.id)',
  'DELETE FROM repositories WHERE last_audit_id NOT IN (SELECT id FROM audits)',
];

/**
 * Where there is one writer alone: the others of PostgreSQL remember the numbers of paths, and would go on using one that is gone. There
 * they stay; they are short, and few are new on a day.
 */
const sweepOfPaths =
  'DELETE FROM paths WHERE id IN (SELECT id FROM paths EXCEPT SELECT path_id FROM installed EXCEPT SELECT path_id FROM result_findings)';

import type { Database } from '../model/database.ts';
import { GateError } from '../model/gate-error.ts';
import { auditQueries } from './audits.ts';
import { readRecords, readRepositories } from './read-audit.ts';

/**
 * An audit as lines of JSON (NDJSON), each with its `type`: `audit`, then `repository` and `lockfile` by name, then `end` with what was
 * counted, so that a file that was cut off is known as such. Throws `GateError` `store` for an audit that is not there.
 */
export async function* exportLines(database: Database, id: number): AsyncGenerator<string> {
  const audit = await auditQueries(database).audit(id);
  if (audit === undefined) throw new GateError('store', `the store has no audit ${id}`, { hint: 'lockgate audit history lists them' });
  yield JSON.stringify({ type: 'audit', version: 1, ...audit });
  let repositories = 0;
  for await (const repository of readRepositories(database, id)) {
    yield JSON.stringify({ type: 'repository', ...repository });
    repositories += 1;
  }
  let lockfiles = 0;
  for await (const record of readRecords(database, id)) {
    yield JSON.stringify({ type: 'lockfile', ...record });
    lockfiles += 1;
  }
  yield JSON.stringify({ type: 'end', repositories, lockfiles });
}

import type { Database } from '../model/database.ts';
import type { Inventory } from '../model/inventory.ts';
import { edgesToAll, namedComponent, namedInventory, namedRoot } from '../model/named-inventory.ts';
import type { HeldVersion } from './audit-jobs.ts';
import { textIn } from './rows.ts';

/** Every version that some repository of a scope held when it was last read, once each, by name. */
export async function heldVersions(database: Database, scope: string): Promise<readonly HeldVersion[]> {
  const rows = await database.query(
    `SELECT v.name, v.version FROM versions v WHERE v.id IN (
       SELECT i.version_id FROM installed i WHERE i.content_id IN (
         SELECT t.content_id FROM repositories r
           JOIN audit_records m ON m.audit_id = r.read_audit_id AND m.repository_id = r.id
           JOIN results t ON t.id = m.result_id
          WHERE r.scope = ?))`,
    [scope],
  );
  return rows
    .map((row) => ({ name: textIn(row, 'name'), version: textIn(row, 'version') }))
    .sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : a.version < b.version ? -1 : 1));
}

/** Versions as if one project held them all, to learn about them; what is judged of it means nothing. */
export function inventoryOf(versions: readonly HeldVersion[]): Inventory {
  const components = versions.map((version) => namedComponent(version, place));
  const root = namedRoot('audit', place);
  return namedInventory({ root, components, edges: edgesToAll(root, components), format: 'audit' });
}

const place = 'audit';

import type { Database } from '../model/database.ts';
import { GateError } from '../model/gate-error.ts';
import type { AuditGatesOptions } from './audit-gates.ts';
import { textIn } from './rows.ts';

/** What holds for every repository of an audit, whoever judges it and wherever: the same moment, floor and registry. */
export type AuditSetup = Omit<AuditGatesOptions, 'variables' | 'transport'>;

/**
 * Writes down, once, how an audit judges; what has been written for it stays. Forgets audits that are no more.
 * @throws GateError `configuration-invalid` for an `.npmrc` with a secret in it, which would lie readable in the store
 */
export async function saveSetup(database: Database, audit: number, setup: AuditSetup): Promise<void> {
  refuseSecrets(setup);
  await database.query('DELETE FROM audit_setups WHERE audit_id NOT IN (SELECT id FROM audits)');
  await database.query('INSERT INTO audit_setups (audit_id, setup) VALUES (?, ?) ON CONFLICT (audit_id) DO NOTHING', [
    audit,
    JSON.stringify(setup),
  ]);
}

/** How an audit judges; undefined for one that is no more. */
export async function readSetup(database: Database, audit: number): Promise<AuditSetup | undefined> {
  const [row] = await database.query('SELECT setup FROM audit_setups WHERE audit_id = ? AND audit_id IN (SELECT id FROM audits)', [audit]);
  // Written by `saveSetup`, which writes nothing else.
  return row === undefined ? undefined : (JSON.parse(textIn(row, 'setup')) as AuditSetup);
}

/**
 * npm reads `${NAME}` from the environment: so does each worker, from its own.
 * @throws GateError `configuration-invalid` for an `.npmrc` with a secret in it, which would lie readable in the store
 */
export function refuseSecrets({ npmrc = '' }: AuditSetup): void {
  for (const [index, line] of npmrc.split('\n').entries()) {
    const equals = line.indexOf('=');
    const key = line.slice(0, Math.max(equals, 0)).trim();
    const value = line.slice(equals + 1).trim();
    const isSecretKey = /(?:^|:)(?:_auth|_authToken|_password|key)$/i.test(key) && !/^[;#]/.test(key);
    if (!(isSecretKey && !/^"?\$\{[^}]+\}"?$/.test(value)) && !hasPassword(value)) continue;
    throw new GateError('configuration-invalid', `the .npmrc of the list holds a secret in line ${index + 1}`, {
      hint: `write ${key.slice(0, 100)}=\${NAME}, and give the workers the variable NAME`,
    });
  }
}

/** A URL that a password is written into, as proxies have them. */
function hasPassword(value: string): boolean {
  const start = value.indexOf('://');
  const authority = start === -1 ? '' : (value.slice(start + 3).split('/', 1)[0] ?? '');
  const credentials = authority.slice(0, Math.max(authority.lastIndexOf('@'), 0));
  const password = credentials.includes(':') ? credentials.slice(credentials.indexOf(':') + 1) : '';
  return password !== '' && !password.startsWith('${');
}

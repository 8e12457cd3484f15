import { join, resolve } from 'node:path';
import { type FleetStore, createFleetStore } from '../fleet/store.ts';
import type { Database } from '../model/database.ts';
import { GateError } from '../model/gate-error.ts';
import { baseFolder, homeFolder } from '../platform/home.ts';
import { type PostgresqlDatabase, isPostgresqlUrl, openPostgresql } from '../platform/postgresql.ts';
import { openSqlite, setAside } from '../platform/sqlite.ts';
import type { Environment, OptionSpec } from './command.ts';

/** The option of every command that reads or writes audits. */
export const storeOption: Readonly<Record<string, OptionSpec>> = {
  store: {
    type: 'string',
    value: 'PLACE',
    description: 'Where audits are kept: a file, or postgres://…; LOCKGATE_STORE, or a file in the state folder by default',
  },
};

export interface OpenStore {
  readonly database: Database | PostgresqlDatabase;
  readonly store: FleetStore;
}

/**
 * Where audits are kept: what the command line says, the environment, or `lockgate/audits.db` in the user's state folder. Throws
 * `GateError` `usage` for a URL of anything but PostgreSQL: as a file it would be a folder with a password for its name.
 */
export function storePlace(named: string | undefined, { variables, cwd }: Pick<Environment, 'variables' | 'cwd'>): string {
  const place = named ?? (variables['LOCKGATE_STORE'] || undefined);
  if (place !== undefined && !isPostgresqlUrl(place) && /^[a-z][a-z0-9+.-]*:\/\//i.test(place))
    throw new GateError('usage', 'the store is a URL, and not one that begins with postgres:// or postgresql://', {
      hint: '--store audits.db, or --store postgres://USER@HOST:5432/DATABASE',
    });
  if (place !== undefined) return isPostgresqlUrl(place) ? place : resolve(cwd, place);
  return join(baseFolder(variables['XDG_STATE_HOME'], homeFolder(), '.local', 'state'), 'lockgate', 'audits.db');
}

/**
 * Opens the store. `exclusive` is for who audits: nobody else may audit into the same file at the same time; PostgreSQL takes any number.
 * Throws `GateError` (`store`).
 */
export async function openStore(place: string, mode: 'exclusive' | 'shared'): Promise<OpenStore> {
  const database = isPostgresqlUrl(place) ? await openPostgresql(place) : await openSqlite(place, { mode });
  try {
    return { database, store: await createFleetStore(database) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** As `openStore` for who audits, and where the file is damaged: puts it aside, begins a new one, and says so. */
export async function rebuildStore(place: string, now: number, onEvent: (line: string) => void): Promise<OpenStore> {
  try {
    return await openStore(place, 'exclusive');
  } catch (error) {
    if (!(error instanceof GateError) || error.code !== 'store' || !/is damaged/.test(error.message)) throw error;
    const aside = setAside(place, new Date(now).toISOString().slice(0, 19).replaceAll(':', ''));
    onEvent(`${error.message}; it is kept as ${aside ?? 'nothing'}, and a new store begins here: everything counts as new`);
    return openStore(place, 'exclusive');
  }
}

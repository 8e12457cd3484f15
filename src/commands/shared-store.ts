import { GateError } from '../model/gate-error.ts';
import { isPostgresqlUrl } from '../platform/postgresql.ts';
import type { Invocation, OptionSpec } from './command.ts';

/** The option of commands that need a store that many machines share. */
export const sharedStoreOption: { readonly store: OptionSpec } = {
  store: {
    type: 'string',
    value: 'URL',
    description: 'The PostgreSQL database, as postgres://USER@HOST/DATABASE; default: LOCKGATE_STORE. A password is best kept in ~/.pgpass',
  },
};

/** Throws `GateError` `usage` where no PostgreSQL database is named. */
export function sharedStoreUrl({ text, environment }: Invocation): string {
  const store = text('store') ?? environment.variables['LOCKGATE_STORE'] ?? '';
  if (isPostgresqlUrl(store)) return store;
  throw new GateError('usage', store === '' ? 'no store is named' : 'this needs a store in PostgreSQL', {
    hint: '--store postgres://USER@HOST/DATABASE, or LOCKGATE_STORE; with a file as its store, lockgate audit does all the work itself',
  });
}

/** A whole number of an option; undefined where it is not given. Throws `GateError` `usage` for anything else. */
export function countOption(
  { text }: Invocation,
  option: string,
  { least, most }: { readonly least: number; readonly most: number },
): number | undefined {
  const given = text(option);
  if (given === undefined) return undefined;
  const count = /^\d{1,7}$/.test(given) ? Number(given) : Number.NaN;
  if (!(count >= least && count <= most)) throw new GateError('usage', `--${option} must be a number from ${least} to ${most}`);
  return count;
}

import { GateError } from '../model/gate-error.ts';
import { isPostgresqlUrl } from '../platform/postgresql.ts';
import { storePlace } from './audit-store.ts';
import type { Invocation } from './command.ts';

/** The URL of a store that many machines share. Throws `GateError` `usage` where none is named. */
export function sharedStoreUrl({ text, environment }: Invocation): string {
  const place = storePlace(text('store'), environment);
  if (isPostgresqlUrl(place)) return place;
  throw new GateError('usage', 'this needs a store in PostgreSQL', {
    hint: '--store postgres://USER@HOST/DATABASE, or LOCKGATE_STORE; into a file lockgate audit does all the work itself',
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

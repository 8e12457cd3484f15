import { type RequestPace, localPace, sharedPace } from '../fleet/request-pace.ts';
import type { Database } from '../model/database.ts';
import type { PostgresqlDatabase } from '../platform/postgresql.ts';
import type { Invocation, OptionSpec } from './command.ts';
import { countOption } from './shared-store.ts';

/** The option of commands that ask registries for an audit. */
export const rateOption: { readonly rate: OptionSpec } = {
  rate: {
    type: 'string',
    value: 'N',
    description: 'At most so many requests a second to each registry; in PostgreSQL from all that are told so together',
  },
};

/** The pace that is asked for; undefined for none. Throws `GateError` `usage`. */
export function paceOf(invocation: Invocation, database: Database | PostgresqlDatabase): RequestPace | undefined {
  const rate = countOption(invocation, 'rate', { least: 1, most: 100_000 });
  if (rate === undefined) return undefined;
  return 'native' in database ? sharedPace(database, rate) : localPace(rate);
}

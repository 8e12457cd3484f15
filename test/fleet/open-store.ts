import { onTestFinished } from 'vitest';
import { type FleetStore, createFleetStore } from '../../src/fleet/store.ts';
import type { Database } from '../../src/model/database.ts';
import { type Milliseconds, milliseconds } from '../../src/model/units.ts';

/** The one scope of the store's tests. */
export const scope = 'acme';

/** A day of November 2026. */
export function day(number: number): Milliseconds {
  return milliseconds(Date.UTC(2026, 10, number));
}

export interface OpenStore {
  readonly store: FleetStore;
  readonly database: Database;
}

/** A store in a database of its own, closed when the test is over. */
export async function openStore(openEmpty: () => Promise<Database>): Promise<OpenStore> {
  const database = await openEmpty();
  const store = await createFleetStore(database);
  onTestFinished(() => store.close());
  return { store, database };
}

/** Begins an audit of these repositories. */
export function begin(store: FleetStore, names: readonly string[], date = 1): ReturnType<FleetStore['begin']> {
  return store.begin({
    scope,
    configuration: 'c',
    tool: 'lockgate 1',
    startedAt: day(date),
    repositories: names.map((name) => ({ name, tags: ['web'] })),
  });
}

/** Everything that comes, in its order. */
export async function all<T>(items: AsyncIterable<T>): Promise<readonly T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

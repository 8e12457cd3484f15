import type { PostgresqlDatabase } from '../platform/postgresql.ts';

/** Lets a request to an origin (`https://registry.example`) begin when its turn has come; returns early when the request's deadline passes. */
export type RequestPace = (origin: string, signal: AbortSignal) => Promise<void>;

/** Sets requests to one origin aside, and answers how many milliseconds from now they may begin. */
type Reserve = (origin: string, requests: number) => Promise<number>;

/** Milliseconds of requests that may begin at once after a quiet time. */
const burst = 1_000;

/** So many requests a second to each origin, from this process. */
export function localPace(perSecond: number): RequestPace {
  const freeAt = new Map<string, number>();
  return paced(1, async (origin, requests) => {
    const now = performance.now();
    const from = Math.max(freeAt.get(origin) ?? -Infinity, now - burst);
    freeAt.set(origin, from + (requests * 1000) / perSecond);
    return from - now;
  });
}

/**
 * So many requests a second to each origin, from all workers of a store together. Each sets a quarter of a second's requests aside at a
 * time, so that one statement serves many; the server's clock counts, not the workers'.
 */
export function sharedPace(database: PostgresqlDatabase, perSecond: number): RequestPace {
  const now = 'EXTRACT(EPOCH FROM clock_timestamp())::float8 * 1000';
  const reservation = `INSERT INTO request_pace AS pace (origin, free_at) VALUES ($1, ${now} - ${burst} + $2::float8)
    ON CONFLICT (origin) DO UPDATE SET free_at = GREATEST(pace.free_at, ${now} - ${burst}) + $2::float8
    RETURNING free_at - $2::float8 - ${now} AS wait`;
  return paced(Math.max(1, Math.floor(perSecond / 4)), async (origin, requests) => {
    const { rows } = await database.native(reservation, [origin.slice(0, 300), (requests * 1000) / perSecond]);
    return Number(rows[0]?.['wait']);
  });
}

/** Hands out what was reserved, one request at a time. Whoever comes while a reservation is being made waits for that one. */
function paced(share: number, reserve: Reserve): RequestPace {
  const shares = new Map<string, { left: number; readonly begins: Promise<number> }>();
  return async (origin, signal) => {
    let current = shares.get(origin);
    if (current === undefined || current.left === 0) {
      current = { left: share, begins: reserve(origin, share).then((wait) => performance.now() + wait, atOnce) };
      shares.set(origin, current);
    }
    current.left -= 1;
    const begins = await current.begins;
    // Thousands may wait with one signal: it is looked at, and not listened to by each of them.
    while (begins > performance.now() && !signal.aborted)
      await new Promise((resolve) => setTimeout(resolve, Math.min(begins - performance.now(), 250)));
  };
}

/** A store that is gone for a moment does not end requests; asking it again has taken its time. */
function atOnce(): number {
  return performance.now();
}

import type { HttpOutcome } from '../model/http.ts';

const failuresToOpen = 3;

/** Remembers one origin's failures to connect. */
export interface Circuit {
  /** The failure to give at once instead of asking again; undefined while the origin may be asked. */
  readonly failure: () => HttpOutcome | undefined;
  readonly record: (outcome: HttpOutcome, failure: 'connection' | 'timeout' | undefined) => void;
}

/**
 * One circuit per origin: after three failures to connect in a row the rest of the requests fail at once with the same
 * reason, so that a dead registry costs seconds and not seconds for each package.
 * @param openFor milliseconds until it may be asked again
 */
export function createCircuits(openFor: number, now: () => number = Date.now): { readonly of: (url: URL) => Circuit } {
  const circuits = new Map<string, Circuit>();
  return {
    of: (url) => {
      const circuit = circuits.get(url.origin) ?? createCircuit(openFor, now);
      circuits.set(url.origin, circuit);
      return circuit;
    },
  };
}

function createCircuit(openFor: number, now: () => number): Circuit {
  let failures = 0;
  let openUntil = 0;
  let last: HttpOutcome | undefined;
  return {
    failure: () => (failures >= failuresToOpen && now() < openUntil ? last : undefined),
    record: (outcome, failure) => {
      if (failure === undefined) failures = 0;
      else {
        failures++;
        last = outcome;
        openUntil = now() + openFor;
      }
    },
  };
}

import type { Component } from '../model/component.ts';
import type { Collector, Observation } from '../model/evidence.ts';
import type { Milliseconds } from '../model/units.ts';
import type { Dossiers, Entry } from './dossiers.ts';
import type { Plan } from './plan.ts';

/** Nothing is taken for settled for longer, whatever its evidence says of itself: new malware is known within minutes. */
export const longestHolding: number = 5 * 60 * 1000;

/** Until when what a run learned about a component may be taken for true, and what it was compared with. */
export interface Holding {
  /** Milliseconds since the epoch; undefined where something could not be learned, or does not say how long it holds. */
  readonly until: (component: Component) => number | undefined;
  /** The circles that its evidence belongs to. */
  readonly circlesOf: (component: Component) => readonly string[];
}

/** Reads from the evidence of a run how long it holds. Derived evidence holds no longer than all that it may be derived from. */
export function createHolding({ collectors }: Plan, dossiers: Dossiers, now: Milliseconds): Holding {
  const sources = sourcesOf(collectors, dossiers);
  const compared = sources.filter(({ collector }) => collector.circlesOf !== undefined);
  const known = new Map<Component, number | undefined>();
  const untilOf = (component: Component): number | undefined => {
    const dossier = dossiers.of(component);
    const ends: number[] = [];
    let until = now + longestHolding;
    for (let index = 0; index < sources.length; index++) {
      const source = sources[index];
      const end = source === undefined ? undefined : endOf(source.collector, dossier[source.place], earliest(ends, source.after));
      if (end === undefined) return undefined;
      ends.push(end);
      until = Math.min(until, end);
    }
    // NaN, too, is no time at all.
    return now < until ? until : undefined;
  };
  return {
    until: (component) => {
      if (!known.has(component)) known.set(component, untilOf(component));
      return known.get(component);
    },
    circlesOf: (component) =>
      compared.flatMap(({ collector, place }) => {
        const entry = dossiers.of(component)[place];
        return isObserved(entry) ? (collector.circlesOf?.(entry) ?? []) : [];
      }),
  };
}

/** A collector, where its observations stand, and which of the collectors before it these may be derived from. */
interface Source {
  readonly collector: Collector<unknown>;
  readonly place: number;
  readonly after: readonly number[];
}

function sourcesOf(collectors: readonly Collector<unknown>[], { placeOf }: Dossiers): readonly Source[] {
  const indexes = new Map(collectors.map(({ key }, index) => [key.id, index]));
  return collectors.map((collector) => ({
    collector,
    place: placeOf(collector.key),
    after: (collector.after ?? []).flatMap(({ id }) => indexes.get(id) ?? []),
  }));
}

function earliest(ends: readonly number[], indexes: readonly number[]): number {
  let earliestEnd = Infinity;
  for (let at = 0; at < indexes.length; at++) earliestEnd = Math.min(earliestEnd, ends[indexes[at] ?? -1] ?? Infinity);
  return earliestEnd;
}

/** Infinity for evidence that the component's kind of source does not have; undefined where it could not be learned. */
function endOf(collector: Collector<unknown>, entry: Entry | undefined, sources: number): number | undefined {
  if (entry?.state === 'no-subject') return Infinity;
  return isObserved(entry) && entry.state !== 'unavailable' ? collector.holdsUntil?.(entry, sources) : undefined;
}

function isObserved(entry: Entry | undefined): entry is Observation<unknown> {
  return entry !== undefined && entry.state !== 'no-subject' && entry.state !== 'not-collected';
}

import type { Component } from '../model/component.ts';
import type { Collected } from '../model/evidence.ts';
import type { Milliseconds } from '../model/units.ts';
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
export function createHolding({ waves }: Plan, collected: Collected, now: Milliseconds): Holding {
  const collectors = waves.flat();
  const known = new Map<Component, number | undefined>();
  const untilOf = (component: Component): number | undefined => {
    const ends = new Map<string, number>();
    let until = now + longestHolding;
    for (const collector of collectors) {
      const subject = collector.key.subjectOf(component);
      if (subject === undefined) continue;
      const observation = collected.get(collector.key, subject);
      if (observation === undefined || observation.state === 'unavailable' || collector.holdsUntil === undefined) return undefined;
      let sources = Infinity;
      for (const { id } of collector.after ?? []) sources = Math.min(sources, ends.get(id) ?? Infinity);
      const end = collector.holdsUntil(observation, sources);
      ends.set(collector.key.id, end);
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
      collectors.flatMap((collector) => {
        const subject = collector.circlesOf === undefined ? undefined : collector.key.subjectOf(component);
        const observation = subject === undefined ? undefined : collected.get(collector.key, subject);
        return observation === undefined ? [] : (collector.circlesOf?.(observation) ?? []);
      }),
  };
}

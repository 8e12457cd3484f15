import type { Component } from '../model/component.ts';
import type { Collected } from '../model/evidence.ts';
import type { Milliseconds } from '../model/units.ts';
import type { Plan } from './plan.ts';

/** Nothing is taken for settled for longer, whatever its evidence says of itself: new malware is known within minutes. */
export const longestHolding: number = 5 * 60 * 1000;

/** Until when what a run learned about a component may be taken for true, in milliseconds since the epoch. */
export interface Holding {
  /** Undefined where something could not be learned, or does not say how long it holds. */
  readonly until: (component: Component) => number | undefined;
  /** The same, and undefined as well where something compares it with other packages of the run. */
  readonly ownUntil: (component: Component) => number | undefined;
}

/** Reads from the evidence of a run how long it holds. Derived evidence holds no longer than all that it may be derived from. */
export function createHolding({ waves }: Plan, collected: Collected, now: Milliseconds): Holding {
  const collectors = waves.flat();
  const known = new Map<Component, Held | undefined>();
  const held = (component: Component): Held | undefined => {
    if (known.has(component)) return known.get(component);
    const answer = heldOf(component);
    known.set(component, answer);
    return answer;
  };
  const heldOf = (component: Component): Held | undefined => {
    const ends = new Map<string, number>();
    let until = now + longestHolding;
    let isCompared = false;
    for (const collector of collectors) {
      const subject = collector.key.subjectOf(component);
      if (subject === undefined) continue;
      const observation = collected.get(collector.key, subject);
      if (observation === undefined || observation.state === 'unavailable' || collector.holdsUntil === undefined) return undefined;
      if (collector.isComparative?.(observation) === true) isCompared = true;
      let sources = Infinity;
      for (const { id } of collector.after ?? []) sources = Math.min(sources, ends.get(id) ?? Infinity);
      const end = collector.holdsUntil(observation, sources);
      ends.set(collector.key.id, end);
      until = Math.min(until, end);
    }
    // NaN, too, is no time at all.
    return now < until ? { until, isCompared } : undefined;
  };
  return {
    until: (component) => held(component)?.until,
    ownUntil: (component) => {
      const own = held(component);
      return own?.isCompared === false ? own.until : undefined;
    },
  };
}

interface Held {
  readonly until: number;
  /** Something in it comes from a comparison with other packages of the run. */
  readonly isCompared: boolean;
}

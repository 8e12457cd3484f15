import type { CheckContext } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { Milliseconds } from '../model/units.ts';

/**
 * Lets checks see a component and the run's settings as they are, and notes when they read the clock, or what is not part of the
 * component itself: its place, the inventory, other lockfiles. Such a judgement belongs to this lockfile alone. No check has to declare it.
 */
export interface Watch {
  /** The run's settings, watched. */
  readonly context: CheckContext;
  /** A component as a check is to see it, so that a look at its place is noted. */
  readonly show: (component: Component) => Component;
  /** Begins with one check on one component, at the run's instant or at another; what the check before looked at is forgotten. */
  readonly begin: (component: Component, shown: Component, now?: Milliseconds) => void;
  /** It looked at the component's place in the lockfile, or at anything else in it. */
  readonly hasLookedBeyond: () => boolean;
  /** It looked at the clock: at another time it may come to something else. */
  readonly hasReadClock: () => boolean;
}

export function createWatch(context: CheckContext): Watch {
  let hasLookedBeyond = false;
  let hasReadClock = false;
  let component: Component | undefined;
  let shown: Component | undefined;
  let { now } = context;
  const beyond = <T>(value: T): T => {
    hasLookedBeyond = true;
    return value;
  };
  const watched: CheckContext = Object.defineProperties(
    {
      ...context,
      isDirect: (asked: Component) =>
        component !== undefined && asked === shown ? context.isDirect(component) : beyond(context.isDirect(asked)),
    },
    {
      now: {
        enumerable: true,
        get: () => {
          hasReadClock = true;
          return now;
        },
      },
      inventory: { enumerable: true, get: () => beyond(context.inventory) },
      before: { enumerable: true, get: () => beyond(context.before) },
      siblingLockfiles: { enumerable: true, get: () => beyond(context.siblingLockfiles) },
    },
  );
  return {
    context: watched,
    show: createShow(beyond),
    begin: (next, nextShown, at = context.now) => {
      component = next;
      shown = nextShown;
      now = at;
      hasLookedBeyond = false;
      hasReadClock = false;
    },
    hasLookedBeyond: () => hasLookedBeyond,
    hasReadClock: () => hasReadClock,
  };
}

/** Copies components, all with the same two getters: objects that are made alike are read fast, by dozens of checks. */
function createShow(beyond: <T>(value: T) => T): Watch['show'] {
  const originals = new WeakMap<object, Component>();
  const place = (name: 'bomRef' | 'location'): PropertyDescriptor => ({
    enumerable: true,
    get(this: object) {
      return beyond(originals.get(this)?.[name]);
    },
  });
  const places = { bomRef: place('bomRef'), location: place('location') };
  return (component) => {
    const shown: Record<string, unknown> = Object.defineProperties({}, places);
    for (const [name, value] of Object.entries(component)) if (name !== 'bomRef' && name !== 'location') shown[name] = value;
    originals.set(shown, component);
    return shown as unknown as Component; // it has all of its members, two of them behind getters
  };
}

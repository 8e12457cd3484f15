import type { CheckContext } from '../model/check.ts';
import type { Component } from '../model/component.ts';

/**
 * Lets checks see a component and the run's settings as they are, and notes when they read the clock, or what is not part of the
 * component itself: its place, the inventory, other lockfiles. Such a judgement belongs to this lockfile alone. No check has to declare it.
 */
export interface Watch {
  /** The run's settings, watched. */
  readonly context: CheckContext;
  /** A component as a check is to see it, so that a look at its place is noted. */
  readonly show: (component: Component) => Component;
  /** Begins with one check on one component; what the check before looked at is forgotten. */
  readonly begin: (component: Component, shown: Component) => void;
  /** It looked at the component's place in the lockfile, or at anything else in it. */
  readonly hasLookedBeyond: () => boolean;
  /** It looked at the clock: at another time it may come to something else. */
  readonly hasReadClock: () => boolean;
}

export function createWatch(context: CheckContext): Watch {
  let hasLookedBeyond = false;
  let hasReadClock = false;
  let current: { readonly component: Component; readonly shown: Component } | undefined;
  const beyond = <T>(value: T): T => {
    hasLookedBeyond = true;
    return value;
  };
  const watched: CheckContext = Object.defineProperties(
    {
      ...context,
      isDirect: (asked: Component) => (asked === current?.shown ? context.isDirect(current.component) : beyond(context.isDirect(asked))),
    },
    {
      now: {
        enumerable: true,
        get: () => {
          hasReadClock = true;
          return context.now;
        },
      },
      inventory: { enumerable: true, get: () => beyond(context.inventory) },
      before: { enumerable: true, get: () => beyond(context.before) },
      siblingLockfiles: { enumerable: true, get: () => beyond(context.siblingLockfiles) },
    },
  );
  return {
    context: watched,
    show: ({ bomRef, location, ...rest }) => ({
      ...rest,
      get bomRef() {
        return beyond(bomRef);
      },
      get location() {
        return beyond(location);
      },
    }),
    begin: (component, shown) => {
      current = { component, shown };
      hasLookedBeyond = false;
      hasReadClock = false;
    },
    hasLookedBeyond: () => hasLookedBeyond,
    hasReadClock: () => hasReadClock,
  };
}

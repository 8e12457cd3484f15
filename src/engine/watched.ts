import type { CheckContext, Subject } from '../model/check.ts';
import type { Component } from '../model/component.ts';

/** One component as its checks see it, and whether the last check looked beyond it. */
export interface WatchedComponent {
  readonly subject: Extract<Subject, { kind: 'component' }>;
  readonly context: CheckContext;
  /** Runs work and tells what it looked at. */
  readonly watch: <T>(work: () => T) => Watched<T>;
}

export interface Watched<T> {
  readonly value: T;
  /** It looked at the component's place in the lockfile, or at anything else in it. */
  readonly hasLookedBeyond: boolean;
  /** It looked at the clock: at another time it may come to something else. */
  readonly hasReadClock: boolean;
}

/**
 * Lets checks see a component and the run's settings as they are, and notes when they read the clock, or what is not part of the
 * component itself: its place, the inventory, other lockfiles. Such a judgement belongs to this lockfile alone. No check has to declare it.
 */
export function createWatch(context: CheckContext): (component: Component) => WatchedComponent {
  const seen = { hasLookedBeyond: false, hasReadClock: false };
  let current: { readonly component: Component; readonly shown: Component } | undefined;
  const beyond = <T>(value: T): T => {
    seen.hasLookedBeyond = true;
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
          seen.hasReadClock = true;
          return context.now;
        },
      },
      inventory: { enumerable: true, get: () => beyond(context.inventory) },
      before: { enumerable: true, get: () => beyond(context.before) },
      siblingLockfiles: { enumerable: true, get: () => beyond(context.siblingLockfiles) },
    },
  );
  return (component) => {
    const { bomRef, location, ...rest } = component;
    const shown: Component = Object.defineProperties({ ...rest } as Component, {
      bomRef: { enumerable: true, get: () => beyond(bomRef) },
      location: { enumerable: true, get: () => beyond(location) },
    });
    return {
      subject: { kind: 'component', component: shown },
      context: watched,
      watch: (work) => {
        current = { component, shown };
        seen.hasLookedBeyond = false;
        seen.hasReadClock = false;
        const value = work();
        return { value, ...seen };
      },
    };
  };
}

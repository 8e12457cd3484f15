import type { Observation } from '../model/evidence.ts';

/** See `Collector.holdsUntil`. */
export type HoldsUntil = (observation: Observation<unknown>, sources: number) => number;

/** Derived from other evidence of the same package, and from what ships with the tool: it holds as long as that does. */
export const asLongAsItsSources: HoldsUntil = (_observation, sources) => sources;

/** Learned from somebody who may say something else a while later: it holds for so many milliseconds from then on. */
export function forAWhile(freshFor: number): HoldsUntil {
  return (observation, sources) => (observation.state === 'known' ? Math.min(observation.observedAt + freshFor, sources) : sources);
}

/** Recent releases are compared with other packages of the same run; of older ones the same is said in every company. */
export function isOfRecent(observation: Observation<{ readonly status: string }>): boolean {
  return observation.state === 'known' && observation.value.status === 'published';
}

import { longestRecent } from '../evidence/release-history.ts';
import type { Observation } from '../model/evidence.ts';

/** See `Collector.holdsUntil`. */
export type HoldsUntil = (observation: Observation<unknown>, sources: number) => number;

/** Derived from other evidence of the same package, and from what ships with the tool: it holds as long as that does. */
export const asLongAsItsSources: HoldsUntil = (_observation, sources) => sources;

/** Learned from somebody who may say something else a while later: it holds for so many milliseconds from then on. */
export function forAWhile(freshFor: number): HoldsUntil {
  return (observation, sources) => (observation.state === 'known' ? Math.min(observation.observedAt + freshFor, sources) : sources);
}

/** The same for what is said of a release while it is recent: at the end of that time it becomes history. */
export function whileRecent(observation: Observation<RecentOrNot>, sources: number): number {
  if (observation.state !== 'known' || observation.value.status !== 'published') return sources;
  return Math.min(observation.value.publishedAt + longestRecent, sources);
}

type RecentOrNot = { readonly status: 'published'; readonly publishedAt: number } | { readonly status: 'history' | 'not-in-registry' };

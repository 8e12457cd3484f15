import type { JsonSchema } from '../model/check.ts';
import { days, daysToMilliseconds } from '../model/units.ts';

/** How long a release counts as recent: what differs in an older one is history, and somebody has looked at it since. */
export const recentWithinDefault: number = daysToMilliseconds(days(30));

/** The policy option that all checks share which compare a release with the ones before it. */
export const recentWithin: JsonSchema = {
  type: 'string',
  format: 'duration',
  default: '30d',
  description: 'Only releases younger than this are judged.',
};

/** Whether a release is old enough to be history. A time in the future, or none at all, is not. */
export function isHistory(publishedAt: number, now: number, within: number): boolean {
  return now - publishedAt >= within;
}

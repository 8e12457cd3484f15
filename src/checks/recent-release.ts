import { longestRecent } from '../evidence/release-history.ts';
import type { JsonSchema } from '../model/check.ts';
import { days, daysToMilliseconds } from '../model/units.ts';

/** How long a release counts as recent: what differs in an older one is history, and somebody has looked at it since. */
export const recentWithinDefault: number = daysToMilliseconds(days(30));

/** The policy option that all checks share which compare a release with the ones before it. */
export const recentWithin: JsonSchema = recentWithinOf('30d');

/** The same option with another default. */
export function recentWithinOf(written: string): JsonSchema {
  return {
    type: 'string',
    format: 'duration',
    default: written,
    description: 'Only releases younger than this are judged; at most 90d.',
    prove: (text) => (isAtMostLongest(text) ? undefined : { message: 'must be at most 90d', hint: 'older history is not collected' }),
  };
}

/** Whether a release is old enough to be history. A time in the future, or none at all, is not. */
export function isHistory(publishedAt: number, now: number, within: number): boolean {
  return now - publishedAt >= within;
}

const units: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

function isAtMostLongest(text: string): boolean {
  const [, count = '', unit = ''] = /^(\d{1,6})(m|h|d|w)$/.exec(text) ?? [];
  return Number(count) * (units[unit] ?? 0) <= longestRecent;
}

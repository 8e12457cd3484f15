export type Milliseconds = number & { readonly __unit: 'ms' };
export type Days = number & { readonly __unit: 'd' };

/** Names a number of milliseconds. */
export function milliseconds(value: number): Milliseconds {
  return value as Milliseconds; // the unit is the whole conversion
}

/** Names a number of days. */
export function days(value: number): Days {
  return value as Days; // the unit is the whole conversion
}

/** Exact conversion: a day is 86,400,000 ms. */
export function daysToMilliseconds(value: Days): Milliseconds {
  return milliseconds(value * 86_400_000);
}

/**
 * Reads an ISO 8601 instant with a zone, as registries write it. Anything else is undefined, never NaN.
 * The result is in milliseconds since the epoch.
 */
export function parseInstant(text: unknown): Milliseconds | undefined {
  if (typeof text !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$/.test(text)) return undefined;
  const value = Date.parse(text);
  return Number.isFinite(value) ? milliseconds(value) : undefined;
}

/** The UTC date, `2026-11-25`. */
export function formatDate(instant: number): string {
  return Number.isFinite(instant) && Math.abs(instant) <= 8.64e15 ? new Date(instant).toISOString().slice(0, 10) : 'an unknown date';
}

/** A duration in the two words a person would use: `14 hours`, `3 days`, `2 years`. Negative and odd values say so. */
export function formatDuration(duration: number): string {
  if (!(duration >= 0)) return 'an unknown time';
  for (const [unit, length] of durationUnits) {
    const count = Math.floor(duration / length);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'}`;
  }
  return 'less than a minute';
}

const durationUnits: readonly (readonly [string, number])[] = [
  ['year', 365.25 * 86_400_000],
  ['month', 30.44 * 86_400_000],
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
];

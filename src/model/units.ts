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

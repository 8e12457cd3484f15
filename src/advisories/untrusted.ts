/** A JSON object, in which any key may stand and any may be missing. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A JSON array; an absent one is empty, anything else is undefined. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : undefined;
}

/** The texts in a JSON array, others left out. */
export function textsOf(value: unknown): readonly string[] {
  return (listOf(value) ?? []).filter((text) => typeof text === 'string');
}

/** A JSON array; an absent one is empty, anything else is undefined. */
export function listOf(value: unknown): readonly unknown[] | undefined {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) ? value : undefined;
}

/** The texts in a JSON array, others left out. */
export function textsOf(value: unknown): readonly string[] {
  return (listOf(value) ?? []).filter((text) => typeof text === 'string');
}

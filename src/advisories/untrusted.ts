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

/** The value of a JSON text; undefined for a text that is none. */
export function parseJson(text: string | Buffer): unknown {
  try {
    return JSON.parse(typeof text === 'string' ? text : text.toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** JSON as a document of two-space indentation, with what a terminal or an editor would not show written as escapes: the same data. */
export function jsonText(value: unknown): string {
  return `${escapeInvisible(JSON.stringify(value, null, 2))}\n`;
}

/** The same for finished JSON text: characters like these can only stand inside its strings. */
export function escapeInvisible(json: string): string {
  return json.replaceAll(
    /[\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]/g,
    (char) => `\\u${(char.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
}

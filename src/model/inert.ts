/**
 * Makes text from outside harmless for a terminal and for one line of a report: control characters, line breaks,
 * bidirectional overrides and invisible format characters become visible escapes. Everything else is kept.
 */
export function inert(text: string): string {
  // Nearly everything is plain ASCII, which needs no look at Unicode's properties.
  if (/^[ -~]*$/.test(text)) return text;
  return text.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Co}\p{Cs}]/gu, (char) => `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`);
}

/** `inert`, and cut to `limit` characters with an ellipsis. */
export function inertLine(text: string, limit = 500): string {
  const safe = inert(text.slice(0, limit * 2));
  // A cut between the halves of a surrogate pair would leave half a character.
  return safe.length > limit ? `${safe.slice(0, limit - 1).replace(/[\ud800-\udbff]$/, '')}…` : safe;
}

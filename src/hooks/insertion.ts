/** Where a text gets longer, and by what. Taking exactly this out again restores every byte. */
export interface Insertion {
  readonly at: number;
  readonly text: string;
}

/** An insertion; or it is there already; or it must not be made. */
export type Insert = { readonly insertion: Insertion } | { readonly isPresent: true } | { readonly refused: string };

/** The text with the insertion in it. */
export function applied(before: string, { at, text }: Insertion): string {
  return before.slice(0, at) + text + before.slice(at);
}

/** The text without what was once inserted; undefined where somebody has changed that part. */
export function taken(after: string, inserted: string): string | undefined {
  const at = after.indexOf(inserted);
  return at === -1 ? undefined : after.slice(0, at) + after.slice(at + inserted.length);
}

/** A line at the end, with the file's own line ends. */
export function appendLines(text: string, lines: readonly string[]): Insertion {
  const end = text.includes('\r\n') ? '\r\n' : '\n';
  const gap = text === '' || text.endsWith('\n') ? '' : end;
  return { at: text.length, text: gap + lines.map((line) => line + end).join('') };
}

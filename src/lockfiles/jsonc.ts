/**
 * Turns JSON with comments and trailing commas (as bun writes it) into plain JSON: what goes is replaced by spaces, so that
 * every offset and line stays. Linear; strings are jumped over. What is no JSONC comes out as what is no JSON.
 */
export function jsonFromJsonc(text: string): string {
  const parts: string[] = [];
  /** The end of what is in `parts`. */
  let done = 0;
  /** The offset of a comma after which nothing but space and comments has come. */
  let comma = -1;
  const blank = (from: number, to: number): void => {
    parts.push(text.slice(done, from), text.slice(from, to).replaceAll(/[^\r\n]/g, ' '));
    done = to;
  };
  /** The offsets of commas must come in order with those of comments: both are blanked at the end, sorted. */
  const ranges: [from: number, to: number][] = [];
  for (let at = 0; at < text.length; at += 1) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at);
        comma = -1;
        break;
      case 0x2f: {
        const end = endOfComment(text, at);
        // A lone slash or an open comment: no JSON, whatever follows.
        if (end === undefined) return text;
        ranges.push([at, end]);
        at = end - 1;
        break;
      }
      case 0x2c:
        comma = at;
        break;
      case 0x7d:
      case 0x5d:
        if (comma !== -1) ranges.push([comma, comma + 1]);
        comma = -1;
        break;
      case 0x20:
      case 0x09:
      case 0x0a:
      case 0x0d:
        break;
      default:
        comma = -1;
    }
  }
  for (const [from, to] of ranges.sort((a, b) => a[0] - b[0])) blank(from, to);
  parts.push(text.slice(done));
  return parts.join('');
}

/** The offset of the quote that ends a string; the end of the text for one that never ends. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const char = text.charCodeAt(at);
    if (char === 0x22) return at;
    if (char === 0x5c) at += 1;
  }
  return text.length;
}

/** The end of a comment that starts here, if one does: a line's comment ends before the line's end. */
function endOfComment(text: string, start: number): number | undefined {
  const next = text.charCodeAt(start + 1);
  if (next === 0x2a) {
    const end = text.indexOf('*/', start + 2);
    return end === -1 ? undefined : end + 2;
  }
  if (next !== 0x2f) return undefined;
  const end = text.indexOf('\n', start);
  return end === -1 ? text.length : end;
}

/** The line of a section of the last YAML document, and the lines of the keys directly below it. Lines count from 1. */
export interface SectionLines {
  readonly line: number;
  readonly keys: ReadonlyMap<string, number>;
}
export type KeyLines = ReadonlyMap<string, SectionLines>;

/**
 * Finds the lines of the first two levels of keys in a block-style YAML text that is known to be valid, in one pass.
 * It only serves to point at places: a key in a style that pnpm does not write is missing here, and nothing else.
 */
export function findKeyLines(text: string): KeyLines {
  let sections = new Map<string, { line: number; keys: Map<string, number> }>();
  let keys: Map<string, number> | undefined;
  let indent: number | undefined;
  let line = 0;
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf('\n', start);
    const end = newline === -1 ? text.length : newline;
    const depth = indentAt(text, start);
    line += 1;
    const first = text[start + depth];
    const isBlank = start + depth >= end || first === '\r' || first === '#';
    if (!isBlank && depth === 0) {
      const content = text.slice(start, end);
      if (content.startsWith('---')) sections = new Map();
      const section = keyOf(content);
      keys = section === undefined ? undefined : new Map();
      indent = undefined;
      if (section !== undefined && keys !== undefined) sections.set(section, { line, keys });
    } else if (!isBlank && keys !== undefined && depth === (indent ??= depth)) {
      const key = keyOf(text.slice(start + depth, end));
      if (key !== undefined) keys.set(key, line);
    }
    start = end + 1;
  }
  return sections;
}

function indentAt(text: string, start: number): number {
  let at = start;
  while (text.charCodeAt(at) === 0x20) at += 1;
  return at - start;
}

/** The key that a line starts with: plain, 'quoted' or "quoted"; undefined where it starts with something else. */
function keyOf(line: string): string | undefined {
  if (line.startsWith("'") || line.startsWith('"')) return quotedKeyOf(line);
  if (/^[#?\-&*!|>%@`[{\]},]/.test(line)) return undefined;
  const content = line.trimEnd();
  if (content.endsWith(':')) return content.slice(0, -1);
  const colon = content.indexOf(': ');
  return colon === -1 ? undefined : content.slice(0, colon);
}

/** A quoted key ends at its quote and a colon; a doubled single quote is one quote. Keys with escapes are left out. */
function quotedKeyOf(line: string): string | undefined {
  const end = line.indexOf(`${line.charAt(0)}:`, 1);
  if (end === -1) return undefined;
  const key = line.slice(1, end);
  return line.startsWith("'") ? key.replaceAll("''", "'") : key;
}

import { inertLine } from '../../model/inert.ts';

/** Finished HTML or SVG. Only `html` and `trusted` make it, so that text from outside is always escaped. */
export interface Markup {
  readonly markup: string;
}

export type Child = Markup | string | number | undefined | readonly Child[];

/** Builds markup; every string that is put in becomes inert, escaped text. Attributes must be written in double quotes. */
export function html(parts: TemplateStringsArray, ...children: readonly Child[]): Markup {
  return {
    markup: withoutIndentation(parts)
      .map((part, index) => part + written(children[index]))
      .join(''),
  };
}

/** Our own text that is markup already: the style sheet, the script. Never for anything from outside. */
export function trusted(markup: string): Markup {
  return { markup };
}

/** JSON for a script element that is never executed: no text in it can end the element. */
export function jsonForScript(value: unknown): Markup {
  return { markup: scriptJson(value) };
}

/** JSON that may stand in a script, too: nothing in it ends a script element, opens a comment or breaks a line. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&\u2028\u2029]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The source's indentation is for its readers only; a line break stays a space between words. */
function withoutIndentation(parts: TemplateStringsArray): readonly string[] {
  const known = plainParts.get(parts) ?? parts.map((part) => part.replaceAll(/\n\s*/g, '\n'));
  plainParts.set(parts, known);
  return known;
}

const plainParts = new WeakMap<TemplateStringsArray, readonly string[]>();

/** The longest text from outside that is written as one piece. */
const longest = 1000;

function written(child: Child): string {
  if (child === undefined) return '';
  if (typeof child === 'number') return String(child);
  if (typeof child === 'string') return escaped(child);
  return 'markup' in child ? child.markup : child.map(written).join('');
}

function escaped(text: string): string {
  return inertLine(text, longest).replaceAll(/[&<>"']/g, (char) => entities.get(char) ?? '');
}

const entities: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['"', '&quot;'],
  ["'", '&#39;'],
]);

import { createRequire } from 'node:module';
import deprecatedIds from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import currentIds from 'spdx-license-ids/index.json' with { type: 'json' };

/** How an SBOM writes a licence: an id of the SPDX list, an SPDX expression, or the text as it stands. */
export type LicenceChoice =
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'expression'; readonly expression: string }
  | { readonly kind: 'name'; readonly name: string };

// No published package has a longer real expression; the parser recurses on parentheses.
const longestExpression = 512;
const deepestNesting = 32;

/** Sorts a raw licence field into the form that an SBOM has for it. Never throws; blank text is undefined. */
export function licenceChoice(raw: string): LicenceChoice | undefined {
  const text = raw.trim();
  if (text === '') return undefined;
  if (ids.has(text)) return { kind: 'id', id: text };
  return isExpression(text) ? { kind: 'expression', expression: text } : { kind: 'name', name: text };
}

const ids: ReadonlySet<string> = new Set([...currentIds, ...deprecatedIds]);
const expressions = new Map<string, boolean>();
let parser: ((text: string) => unknown) | undefined;

function isExpression(text: string): boolean {
  parser ??= loadParser();
  const answer = expressions.get(text) ?? parses(text, parser);
  if (expressions.size < 10_000) expressions.set(text, answer);
  return answer;
}

function loadParser(): (text: string) => unknown {
  const require = createRequire(import.meta.url);
  // It ships no types; its shape is fixed by its documentation.
  return require('spdx-expression-parse') as (text: string) => unknown;
}

function parses(text: string, parse: (text: string) => unknown): boolean {
  if (text.length > longestExpression || nesting(text) > deepestNesting) return false;
  try {
    parse(text);
    return true;
  } catch (error) {
    if (error instanceof Error) return false; // the parser's only way to say no
    throw error;
  }
}

function nesting(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const char of text) {
    if (char === '(') deepest = Math.max(deepest, ++depth);
    if (char === ')') depth--;
  }
  return deepest;
}

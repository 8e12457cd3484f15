import { createRequire } from 'node:module';

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
  const spdx = loadSpdx();
  if (spdx.ids.has(text)) return { kind: 'id', id: text };
  return spdx.isExpression(text) ? { kind: 'expression', expression: text } : { kind: 'name', name: text };
}

interface Spdx {
  readonly ids: ReadonlySet<string>;
  readonly isExpression: (text: string) => boolean;
}

let loaded: Spdx | undefined;

function loadSpdx(): Spdx {
  return (loaded ??= readSpdx());
}

function readSpdx(): Spdx {
  const require = createRequire(import.meta.url);
  // Both packages ship no types; their shape is fixed by their documentation.
  const current = require('spdx-license-ids') as readonly string[];
  const deprecated = require('spdx-license-ids/deprecated') as readonly string[];
  const parse = require('spdx-expression-parse') as (text: string) => unknown;
  const known = new Map<string, boolean>();
  return {
    ids: new Set([...current, ...deprecated]),
    isExpression: (text) => {
      const answer = known.get(text) ?? parses(text, parse);
      if (known.size < 10_000) known.set(text, answer);
      return answer;
    },
  };
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

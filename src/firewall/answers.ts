import { inertLine } from '../model/inert.ts';
import type { ServerAnswer } from '../platform/server.ts';

const json = 'application/json; charset=utf-8';
const longestPhrase = 120;

/**
 * The one way to refuse: 403 with the reason as JSON (npm, pnpm 10 and yarn berry show it), as the reason phrase (npm, pnpm, yarn
 * classic) and as a notice (npm). Never 451, 410 or 5xx: clients retry those for a minute, or call them an outage.
 */
export function refusal(reason: string): ServerAnswer {
  const line = inertLine(reason, 500);
  return {
    status: 403,
    phrase: `lockgate: ${phraseOf(line)}`,
    headers: { ...uncached, 'content-type': json, 'npm-notice': `lockgate: ${phraseOf(line, 300)}` },
    body: Buffer.from(JSON.stringify({ error: `lockgate: ${line}`, ok: false })),
  };
}

/** An answer that is no policy: a malformed request, something unknown, a missing token, too many requests. */
export function trouble(
  status: 400 | 401 | 404 | 413 | 429 | 503,
  error: string,
  headers: Readonly<Record<string, string>> = {},
): ServerAnswer {
  return {
    status,
    headers: { ...uncached, 'content-type': json, ...headers },
    body: Buffer.from(JSON.stringify({ error: inertLine(error, 500) })),
  };
}

/** A document of our own. */
export function documentAnswer(document: unknown): ServerAnswer {
  return { status: 200, headers: { ...uncached, 'content-type': json }, body: Buffer.from(JSON.stringify(document)) };
}

/** What a client keeps it has to ask about again: a decision of an hour ago is not one of now. */
export const uncached: Readonly<Record<string, string>> = { 'cache-control': 'no-cache' };

/** Printable ASCII, on one line: anything else would end a header, or begin another. */
function phraseOf(text: string, limit = longestPhrase): string {
  const ascii = text.replaceAll(/[^\x20-\x7e]/g, '?');
  return ascii.length > limit ? `${ascii.slice(0, limit - 3)}...` : ascii;
}

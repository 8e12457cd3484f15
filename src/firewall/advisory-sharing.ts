import type { HttpOutcome } from '../model/http.ts';
import { parseRecord } from '../model/json.ts';
import { createHeldBytes } from './held-bytes.ts';

/**
 * Remembers for a minute what a registry's bulk advisory endpoint said about a package. The question for all versions of a document
 * is then the only one: those for one version each, as tarballs are judged, are parts of it. Whoever asks takes out of the answer
 * what hits its version, so that more of it does no harm.
 */
export interface AdvisorySharing {
  readonly answerTo: (url: string, question: string) => HttpOutcome | undefined;
  readonly learn: (url: string, question: string, outcome: HttpOutcome) => void;
}

const endpoint = '/-/npm/v1/security/advisories/bulk';
const freshFor = 60_000;
const mostBytes = 16 * 1024 * 1024;

/** An empty memory; `now` in milliseconds. */
export function createAdvisorySharing(now: () => number): AdvisorySharing {
  const held = createHeldBytes<{ readonly versions: ReadonlySet<unknown>; readonly entries: unknown; readonly at: number }>(mostBytes);
  return {
    answerTo: (url, question) => {
      const asked = url.endsWith(endpoint) ? parseRecord(question) : undefined;
      if (asked === undefined) return undefined;
      const answer: [string, unknown][] = [];
      for (const [name, versions] of Object.entries(asked)) {
        const known = held.get(keyOf(url, name));
        const age = now() - (known?.at ?? Number.NaN);
        if (known === undefined || !(age >= 0 && age < freshFor) || !Array.isArray(versions)) return undefined;
        if (!versions.every((version) => known.versions.has(version))) return undefined;
        if (known.entries !== undefined) answer.push([name, known.entries]);
      }
      return { type: 'response', status: 200, headers: new Map(), body: Buffer.from(JSON.stringify(Object.fromEntries(answer))), url };
    },
    learn: (url, question, outcome) => {
      if (!url.endsWith(endpoint) || outcome.type !== 'response' || outcome.status !== 200) return;
      const [asked, answer] = [parseRecord(question), parseRecord(outcome.body)];
      if (asked === undefined || answer === undefined) return;
      for (const [name, versions] of Object.entries(asked)) {
        if (!Array.isArray(versions)) continue;
        const entries = Object.hasOwn(answer, name) ? answer[name] : undefined;
        const size = versions.length * 64 + (entries === undefined ? 0 : JSON.stringify(entries).length);
        held.put(keyOf(url, name), { versions: new Set(versions), entries, at: now() }, size);
      }
    },
  };
}

function keyOf(url: string, name: string): string {
  return `${url} ${name}`;
}

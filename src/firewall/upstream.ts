import type { ConnectionSettings, HttpClient, HttpOutcome, HttpRequestOptions } from '../model/http.ts';
import { createHttpClient } from '../platform/http.ts';
import type { AdvisorySharing } from './advisory-sharing.ts';

/** The way to the registries: credentials live here, and one answer serves the client, the gate and the next client. */
export interface Upstream {
  /** For `createGate`; the newest client is the one that is used from then on. */
  readonly transport: (settings: ConnectionSettings) => HttpClient;
  /** Asks the registry itself. */
  readonly get: (url: string, options: HttpRequestOptions) => Promise<HttpOutcome>;
  readonly post: (url: string, body: string, options: HttpRequestOptions) => Promise<HttpOutcome>;
  /** While the work runs, the gate reads these bytes where it asks for this address: what is judged is what is sent. */
  readonly holding: <T>(url: string, bytes: Buffer, work: () => Promise<T>) => Promise<T>;
}

export interface UpstreamOptions {
  /** The held answer for an address that the gate asks for, if there is one. */
  readonly documentAt: (url: string, options: HttpRequestOptions) => Promise<HttpOutcome | undefined>;
  readonly advisories: AdvisorySharing;
  readonly now: () => number;
  readonly onAnswer: (host: string, outcome: HttpOutcome, milliseconds: number) => void;
}

/** A registry's keys are asked for with every judgement, and change once in years. */
const keysEndpoint = '/-/npm/v1/keys';
const keysFreshFor = 60_000;
/** A service must find back quickly when its registry does. */
const timing = { circuitTimeout: 3_000, attemptTimeout: 60_000 };

export function createUpstream({ documentAt, advisories, now, onAnswer }: UpstreamOptions): Upstream {
  const held = new Map<string, { readonly bytes: Buffer; users: number }>();
  const keys = new Map<string, { readonly outcome: HttpOutcome; readonly at: number }>();
  let current: HttpClient | undefined;

  const askForKeys = async (url: string, ask: () => Promise<HttpOutcome>): Promise<HttpOutcome> => {
    const known = keys.get(url);
    const age = now() - (known?.at ?? Number.NaN);
    if (known !== undefined && age >= 0 && age < keysFreshFor) return known.outcome;
    const outcome = await ask();
    // Keyed by configured registries alone.
    if (outcome.type === 'response' && outcome.status === 200) keys.set(url, { outcome, at: now() });
    return outcome;
  };
  const counted = async (url: string, ask: Promise<HttpOutcome>): Promise<HttpOutcome> => {
    const started = performance.now();
    const outcome = await ask;
    onAnswer(new URL(url).host, outcome, performance.now() - started);
    return outcome;
  };
  const open = (): HttpClient => {
    if (current === undefined) throw new Error('the gate was not opened with the transport');
    return current;
  };

  return {
    transport: (settings) => {
      const client = createHttpClient(settings, timing);
      current = client;
      return {
        get: async (url, options = {}) => {
          const bytes = held.get(url)?.bytes;
          if (bytes !== undefined) return { type: 'response', status: 200, headers: new Map(), body: bytes, url };
          const ask = (): Promise<HttpOutcome> => counted(url, client.get(url, options));
          return (await documentAt(url, options)) ?? (url.endsWith(keysEndpoint) ? askForKeys(url, ask) : ask());
        },
        post: async (url, body, options = {}) => {
          const known = advisories.answerTo(url, body);
          if (known !== undefined) return known;
          const outcome = await counted(url, client.post(url, body, options));
          advisories.learn(url, body, outcome);
          return outcome;
        },
        close: () => client.close(),
      };
    },
    get: (url, options) => counted(url, open().get(url, options)),
    post: (url, body, options) => counted(url, open().post(url, body, options)),
    holding: async (url, bytes, work) => {
      const entry = held.get(url) ?? { bytes, users: 0 };
      if (entry.bytes !== bytes) throw new Error('two bodies are held for one address');
      held.set(url, entry);
      entry.users += 1;
      try {
        return await work();
      } finally {
        entry.users -= 1;
        if (entry.users === 0) held.delete(url);
      }
    },
  };
}

import type { ConnectionSettings, HttpClient, HttpOutcome, HttpRequestOptions } from '../model/http.ts';
import { createHttpClient } from '../platform/http.ts';
import type { AdvisorySharing } from './advisory-sharing.ts';

/** The way to the registries: credentials live here, and one answer serves the client, the gate and the next client. */
export interface Upstream {
  /** For `createGate`. */
  readonly transport: (settings: ConnectionSettings) => HttpClient;
  /** From now on the client that was made last is the one that asks: the gate that it was made for is open. */
  readonly adopt: () => void;
  /** Asks the registry itself. */
  readonly get: (url: string, options: HttpRequestOptions) => Promise<HttpOutcome>;
  readonly post: (url: string, body: string, options: HttpRequestOptions) => Promise<HttpOutcome>;
  /** While the work runs, the gate reads these bytes where it asks for this address: what is judged is what is sent. */
  readonly holding: <T>(url: string, bytes: Buffer, work: () => Promise<T>) => Promise<T>;
}

export interface UpstreamOptions {
  /** The held answer for an address that the gate asks for, if there is one. */
  readonly documentAt: (url: string, options: HttpRequestOptions) => HttpOutcome | undefined;
  readonly advisories: AdvisorySharing;
  readonly now: () => number;
  readonly onAnswer: (host: string, outcome: HttpOutcome, milliseconds: number) => void;
}

/** A registry's keys are asked for with every judgement, and change once in years. */
const keysEndpoint = '/-/npm/v1/keys';
const keysFreshFor = 60_000;
/** A service must find back quickly when its registry does. */
const timing = { circuitTimeout: 3_000, attemptTimeout: 60_000 };

/** Asks nobody until a gate was opened with its `transport` and adopted. */
export function createUpstream({ documentAt, advisories, now, onAnswer }: UpstreamOptions): Upstream {
  const held = new Map<string, { readonly bytes: Buffer; readonly done: Promise<void> }>();
  const keys = new Map<string, { readonly outcome: HttpOutcome; readonly at: number }>();
  let latest: HttpClient | undefined;
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
      latest = client;
      return {
        get: async (url, options = {}) => {
          const bytes = held.get(url)?.bytes;
          if (bytes !== undefined) return { type: 'response', status: 200, headers: new Map(), body: bytes, url };
          const ask = (): Promise<HttpOutcome> => counted(url, client.get(url, options));
          return documentAt(url, options) ?? (url.endsWith(keysEndpoint) ? askForKeys(url, ask) : ask());
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
    adopt: () => {
      current = latest;
    },
    get: (url, options) => counted(url, open().get(url, options)),
    post: (url, body, options) => counted(url, open().post(url, body, options)),
    holding: async (url, bytes, work) => {
      // Two versions may name one address. Their bytes are two, and take turns.
      for (let other = held.get(url); other !== undefined; other = held.get(url)) await other.done;
      let end = (): void => {};
      held.set(url, { bytes, done: new Promise<void>((resolve) => (end = resolve)) });
      try {
        return await work();
      } finally {
        held.delete(url);
        end();
      }
    },
  };
}

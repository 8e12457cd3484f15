import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionSettings, HttpClient, HttpOutcome, HttpRequestOptions } from '../model/http.ts';
import type { Attempt, Connections } from './http-attempt.ts';
import { attemptOnce, openConnections } from './http-attempt.ts';
import { freeBuffer } from './free-buffer.ts';
import { createCircuits } from './http-circuit.ts';
import type { HttpTiming } from './http-timing.ts';
import { defaultTiming } from './http-timing.ts';

const maxAttempts = 3;
const maxRetryAfter = 30_000;

/**
 * Creates the client for all metadata. Nothing is loaded or connected before the first request.
 * Total: every trouble of the network is a `failed` outcome; only a wrong call (an abort reason aside) would throw.
 */
export function createHttpClient(settings: ConnectionSettings, timing: Partial<HttpTiming> = {}): HttpClient {
  const times = { ...defaultTiming, ...timing };
  const circuits = createCircuits(times.circuitTimeout);
  const inFlight = new Map<string, InFlight>();
  let connections: Connections | undefined;

  async function request(method: 'GET' | 'POST', url: string, options: HttpRequestOptions, body?: string): Promise<HttpOutcome> {
    const target = URL.canParse(url) ? new URL(url) : undefined;
    if (target === undefined || !/^https?:$/.test(target.protocol)) return failed('malformed', 'only http and https addresses are asked');
    if (options.signal?.aborted === true) return failed('deadline', 'the deadline of the run has passed');
    connections ??= openConnections(settings, times);
    return withRetries(connections, { method, url: target, options, ...(body === undefined ? {} : { body }) });
  }

  async function withRetries(open: Connections, attempt: Attempt): Promise<HttpOutcome> {
    const circuit = circuits.of(attempt.url);
    for (let tries = 1; ; tries++) {
      const broken = circuit.failure();
      if (broken !== undefined) return broken;
      const { outcome, failure } = await attemptOnce(open, attempt);
      circuit.record(outcome, failure);
      if (tries >= attemptsFor(failure) || !isWorthRetrying(outcome)) return outcome;
      if (!(await pause(outcome, tries, attempt.options.signal))) return outcome;
    }
  }

  /** False when the deadline would pass, or has passed, before the next attempt. */
  async function pause(outcome: HttpOutcome, tries: number, signal: AbortSignal | undefined): Promise<boolean> {
    const asked = retryAfter(outcome);
    if (asked !== undefined && asked > maxRetryAfter) return false;
    const delay = asked ?? times.retryDelay * 4 ** (tries - 1) * (0.5 + Math.random() / 2);
    return sleep(delay, true, signal === undefined ? {} : { signal }).catch((error: unknown) => {
      if (signal?.aborted === true) return false;
      throw error;
    });
  }

  function shared(url: string, options: HttpRequestOptions): Promise<HttpOutcome> {
    const key = JSON.stringify([url, options.headers ?? {}, options.maxBytes, options.maxDecodedBytes, options.isBodyLeftPacked]);
    const running = inFlight.get(key);
    // Two runs have two deadlines: an answer is shared only where both end together.
    if (running !== undefined && running.signal === options.signal) {
      running.isShared = true;
      return running.outcome;
    }
    const outcome = request('GET', url, options)
      .then((answer) => (answer.type === 'failed' ? answer : withLetGo(answer, started)))
      .finally(() => {
        if (inFlight.get(key) === started) inFlight.delete(key);
      });
    const started: InFlight = { signal: options.signal, outcome, isShared: false };
    inFlight.set(key, started);
    return outcome;
  }

  return {
    get: (url, options = {}) => shared(url, options),
    post: (url, body, options = {}) => request('POST', url, options, body),
    close: async () => {
      const open = connections;
      connections = undefined;
      await open?.close();
    },
  };
}

/** A request that others may join until it is answered. */
interface InFlight {
  readonly signal: AbortSignal | undefined;
  readonly outcome: Promise<HttpOutcome>;
  isShared: boolean;
}

type Answered = Extract<HttpOutcome, { readonly type: 'response' }>;

function withLetGo(answer: Answered, asked: InFlight): Answered {
  return {
    ...answer,
    letGo: () => {
      if (asked.isShared) return;
      freeBuffer(answer.body);
      if (answer.packed !== undefined) freeBuffer(answer.packed);
    },
  };
}

function failed(reason: 'malformed' | 'deadline', detail: string): HttpOutcome {
  return { type: 'failed', reason, detail };
}

/** A host that refuses or is not there will not change its mind: one quick retry. Another attempt after a timeout costs seconds. */
function attemptsFor(failure: 'connection' | 'timeout' | undefined): number {
  return failure === undefined ? maxAttempts : maxAttempts - 1;
}

function isWorthRetrying(outcome: HttpOutcome): boolean {
  if (outcome.type === 'response') return outcome.status === 429 || (outcome.status >= 500 && outcome.status !== 501);
  return outcome.reason === 'network' || outcome.reason === 'timeout';
}

/** Milliseconds that a Retry-After header asks for (RFC 9110, 10.2.3: seconds or a date). */
function retryAfter(outcome: HttpOutcome): number | undefined {
  const value = outcome.type === 'response' ? outcome.headers.get('retry-after') : undefined;
  if (value === undefined) return undefined;
  const wait = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - Date.now();
  return wait >= 0 ? wait : undefined;
}

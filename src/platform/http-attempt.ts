import type { SecureContext } from 'node:tls';
import { createSecureContext } from 'node:tls';
import { gzipSync } from 'node:zlib';
import type { UnavailableReason } from '../model/evidence.ts';
import type { ConnectionSettings, HttpOutcome, HttpRequestOptions } from '../model/http.ts';
import { decodeBody } from './http-body.ts';
import { type AttemptClock, type Deadline, createAttemptClock } from './http-deadline.ts';
import { type ArrivingBody, type Sender, openDirectSender } from './http-sender.ts';
import type { HttpTiming } from './http-timing.ts';
import { localPlaceOf, lookupElsewhere, mayRedirect } from './local-address.ts';

/** One request, as often as it is sent. */
export interface Attempt {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body?: string;
  readonly options: HttpRequestOptions;
}

/** The open sockets: one sender per origin, direct or through its proxy. */
export interface Connections {
  readonly settings: ConnectionSettings;
  readonly clock: AttemptClock;
  /** `isRedirected`: somebody else chose the address, and must not choose a local one. */
  readonly senderFor: (url: URL, isRedirected: boolean) => Promise<Sender>;
  readonly close: () => Promise<void>;
}

/** `failure` names trouble below HTTP: it decides about retries and opens the circuit. */
export interface AttemptResult {
  readonly outcome: HttpOutcome;
  readonly failure?: 'connection' | 'timeout';
}

const socketsPerOrigin = 32;
const maxRedirects = 5;
const defaultMaxBytes = 64 * 1024 * 1024;

/** Prepares senders; connects to nothing yet. */
export function openConnections(settings: ConnectionSettings, times: HttpTiming): Connections {
  const senders = new Map<string, Promise<Sender>>();
  let withoutCertificate: SecureContext | undefined;

  /** Made once and not for each socket: a bundle of 140 authorities takes 30 ms to read. */
  function secureContextFor(url: URL): SecureContext {
    const certificate = settings.clientCertificateFor(url);
    const authorities = settings.ca === undefined ? {} : { ca: [...settings.ca] };
    if (certificate !== undefined) return createSecureContext({ ...authorities, ...certificate });
    withoutCertificate ??= createSecureContext(authorities);
    return withoutCertificate;
  }

  function senderFor(url: URL, isRedirected: boolean): Promise<Sender> {
    const key = isRedirected ? `redirected ${url.origin}` : url.origin;
    const sender = senders.get(key) ?? openSender(url, isRedirected);
    senders.set(key, sender);
    return sender;
  }

  async function openSender(url: URL, isRedirected: boolean): Promise<Sender> {
    const isTls = url.protocol === 'https:';
    const secureContext = isTls ? { secureContext: secureContextFor(url) } : {};
    const proxy = settings.proxyFor(url);
    if (proxy === undefined) {
      const guard = isRedirected ? { lookup: lookupElsewhere } : {};
      const { strictSsl } = settings;
      return openDirectSender({
        isTls,
        strictSsl,
        ...secureContext,
        ...guard,
        connectTimeout: times.connectTimeout,
        sockets: socketsPerOrigin,
      });
    }
    const { openProxySender } = await import('./http-proxy-sender.ts');
    return openProxySender({
      proxy,
      sockets: socketsPerOrigin,
      isTunnel: isTls,
      requestTls: { rejectUnauthorized: settings.strictSsl, ...secureContext },
      proxyTls: { rejectUnauthorized: settings.strictSsl, secureContext: secureContextFor(new URL(proxy)) },
    });
  }

  return {
    settings,
    clock: createAttemptClock(settings.headersTimeout, times),
    senderFor,
    close: async () => {
      await Promise.all([...senders.values()].map(async (sender) => (await sender).close()));
      senders.clear();
    },
  };
}

/** Sends a request once and follows its redirects. */
export async function attemptOnce(connections: Connections, attempt: Attempt): Promise<AttemptResult> {
  let url = attempt.url;
  const deadline = connections.clock.start(attempt.options.signal);
  try {
    for (let redirects = 0; ; redirects++) {
      const answer = await send(connections, attempt, url, deadline);
      if (answer.type !== 'redirect') return { outcome: answer };
      if (redirects === maxRedirects) return { outcome: failed('malformed', `${visible(url)} redirects more than ${maxRedirects} times`) };
      if (answer.to === undefined) return { outcome: failed('malformed', `${visible(url)} redirects to something that is not an address`) };
      // Down to plain http, anybody on the line could answer in the registry's place.
      if (url.protocol === 'https:' && answer.to.protocol !== 'https:') {
        return { outcome: failed('malformed', `${visible(url)} redirects from https to plain http`) };
      }
      if (!mayRedirect(attempt.url.hostname, answer.to.hostname)) {
        return { outcome: failed('malformed', `${visible(url)} redirects to a local address, ${answer.to.host}`) };
      }
      url = answer.to;
    }
  } catch (error) {
    return troubleOf(error, url, deadline);
  } finally {
    deadline.stop();
  }
}

type Answer = HttpOutcome | { readonly type: 'redirect'; readonly to: URL | undefined };

async function send(connections: Connections, attempt: Attempt, url: URL, deadline: Deadline): Promise<Answer> {
  const { maxBytes = defaultMaxBytes, maxDecodedBytes = defaultMaxBytes, headers: own } = attempt.options;
  deadline.expectHeaders();
  const isRedirected = url.origin !== attempt.url.origin && localPlaceOf(attempt.url.hostname) === undefined;
  const sender = await connections.senderFor(url, isRedirected);
  const response = await sender.send({
    url,
    method: attempt.method,
    headers: headersFor(connections.settings, attempt, url, own),
    onPassed: deadline.onPassed,
    ...(attempt.body === undefined ? {} : { body: attempt.options.isBodyGzipped === true ? gzipSync(attempt.body) : attempt.body }),
  });
  const { headers } = response;
  const location = headers.get('location');
  const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
  if (isRedirect && attempt.options.isRedirectFinal !== true) {
    abandon(response.body);
    return { type: 'redirect', to: redirectTarget(location, url) };
  }
  const announced = contentLength(headers);
  const wire = announced > maxBytes ? undefined : await readBody(response.body, announced, maxBytes, deadline);
  if (wire === undefined) {
    abandon(response.body);
    return failed('too-large', `${visible(url)} answers with more than ${maxBytes} bytes`);
  }
  if (attempt.options.isBodyLeftPacked === true && response.status === 200) {
    return { type: 'response', status: response.status, headers, body: wire, isPacked: true, url: visible(url) };
  }
  const body = decodeBody(wire, headers.get('content-encoding'), maxDecodedBytes);
  if (body === 'too-large') return failed('too-large', `${visible(url)} unpacks to more than ${maxDecodedBytes} bytes`);
  if (body === 'malformed') return failed('malformed', `${visible(url)} answers with a body that cannot be unpacked`);
  return { type: 'response', status: response.status, headers, body, ...(body === wire ? {} : { packed: wire }), url: visible(url) };
}

function headersFor(settings: ConnectionSettings, attempt: Attempt, url: URL, own: HttpRequestOptions['headers']): Record<string, string> {
  // Credentials are for the origin that was asked. Where a registry redirects to is the registry's choice, not the user's.
  const authorization = url.origin === attempt.url.origin ? settings.authorizationFor(url) : undefined;
  return {
    'user-agent': 'lockgate',
    'accept-encoding': 'gzip, br',
    ...(attempt.body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(attempt.options.isBodyGzipped === true ? { 'content-encoding': 'gzip' } : {}),
    ...own,
    ...(authorization === undefined ? {} : { authorization }),
  };
}

/** Zero where it is missing; the client has refused one that is no number or is not kept to. */
function contentLength(headers: ReadonlyMap<string, string>): number {
  const length = Number(headers.get('content-length') ?? 0);
  return Number.isSafeInteger(length) && length >= 0 ? length : 0;
}

/**
 * Gathers a body; undefined above `maxBytes`.
 * @param announced the Content-Length, or 0: with it the body is written to its place at once, and held only once
 */
function readBody(body: ArrivingBody, announced: number, maxBytes: number, deadline: Deadline): Promise<Buffer | undefined> {
  const whole = Buffer.allocUnsafe(announced);
  const further: Buffer[] = [];
  let placed = 0;
  let length = 0;
  deadline.expectBody();
  return new Promise((resolve, reject) => {
    body.on('data', (chunk) => {
      length += chunk.length;
      if (length > maxBytes) {
        resolve(undefined);
        return;
      }
      deadline.received(chunk.length);
      if (length <= announced) placed += chunk.copy(whole, placed);
      else further.push(chunk);
    });
    body.on('end', () => {
      // A body without a length ends with its connection, which an attempt that has to end closes itself.
      if (deadline.passed() !== undefined) return reject(cutOff());
      const start = whole.subarray(0, placed);
      resolve(further.length === 0 ? start : Buffer.concat([start, ...further]));
    });
    body.on('error', reject);
    body.on('close', () => reject(cutOff()));
  });
}

function cutOff(): Error {
  return Object.assign(new Error('the answer was cut off'), { code: 'ECONNRESET' });
}

/** What an exception of the client means. Errors that do not come from the network are bugs and go on. */
function troubleOf(error: unknown, url: URL, deadline: Deadline): AttemptResult {
  const passed = deadline.passed();
  if (passed === 'deadline') return { outcome: failed('deadline', `the deadline of the run passed while ${visible(url)} was asked`) };
  if (passed === 'timeout') return { outcome: failed('timeout', `${visible(url)} did not answer in time`), failure: 'timeout' };
  const code = codeOf(error);
  if (code === undefined) throw error;
  if (code === 'UND_ERR_CONNECT_TIMEOUT' || code === 'ETIMEDOUT') {
    return { outcome: failed('timeout', `no connection to ${url.host} in time`), failure: 'timeout' };
  }
  const isConnection =
    /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|ERR_TLS_.*|.*CERT.*|DEPTH_ZERO.*|UND_ERR_PRX_TLS)$/.test(code);
  const outcome = failed('network', `${url.host} could not be asked: ${code}`);
  return isConnection ? { outcome, failure: 'connection' } : { outcome };
}

/** The code of a system, TLS or HTTP client error, which may be wrapped; undefined for an error of ours. */
function codeOf(error: unknown): string | undefined {
  const chain: unknown[] = [error];
  for (let depth = 0; depth < 4; depth++) {
    const at = chain.at(-1);
    if (!(at instanceof Error)) return undefined;
    if ('code' in at && typeof at.code === 'string' && !at.code.startsWith('ERR_INVALID_ARG')) return at.code;
    chain.push(at instanceof AggregateError ? at.errors[0] : at.cause);
  }
  return undefined;
}

/** An address as it may be printed: no credentials, no query. */
function visible(url: URL): string {
  return `${url.origin}${url.pathname}`;
}

function redirectTarget(location: string, from: URL): URL | undefined {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  return to !== undefined && /^https?:$/.test(to.protocol) ? to : undefined;
}

function failed(reason: UnavailableReason, detail: string): HttpOutcome {
  return { type: 'failed', reason, detail };
}

/** Stops reading; the error that the body then reports is our own doing. */
function abandon(body: ArrivingBody): void {
  body.once('error', () => body.removeAllListeners());
  body.destroy();
}

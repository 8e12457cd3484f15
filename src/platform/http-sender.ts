import { Agent as HttpAgent, type IncomingMessage, type RequestOptions, request as requestOverHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestOverHttps } from 'node:https';
import type { LookupFunction } from 'node:net';
import type { SecureContext } from 'node:tls';

/** One request as it goes out. */
export interface Sending {
  readonly url: URL;
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
  /** Calls when the answer is wanted no longer. */
  readonly onPassed: (listener: () => void) => void;
}

/** An answer whose body has not been read. */
export interface Arriving {
  readonly status: number;
  /** Lower-case names; repeated fields are joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: ArrivingBody;
}

/** A stream of Node's, of which events are enough: an iterator over it costs as much as the rest of a small answer. */
export interface ArrivingBody {
  readonly on: {
    (event: 'data', listener: (chunk: Buffer) => void): unknown;
    (event: 'end' | 'close', listener: () => void): unknown;
    (event: 'error', listener: (error: Error) => void): unknown;
  };
  readonly once: (event: 'error', listener: () => void) => unknown;
  readonly removeAllListeners: () => unknown;
  readonly destroy: () => unknown;
}

/** The open sockets to one origin, direct or through a proxy. Throws what the line throws, with its code. */
export interface Sender {
  readonly send: (sending: Sending) => Promise<Arriving>;
  readonly close: () => Promise<void>;
}

export interface SenderOptions {
  readonly isTls: boolean;
  readonly strictSsl: boolean;
  readonly secureContext?: SecureContext;
  readonly lookup?: LookupFunction;
  /** Milliseconds for a connection to be made, TLS included. */
  readonly connectTimeout: number;
  readonly sockets: number;
}

const maxHeaderSize = 64 * 1024;

/** Node's own client: half of the work of other ones for the thousands of small answers that a lockfile takes. */
export function openDirectSender({ isTls, strictSsl, secureContext, lookup, connectTimeout, sockets }: SenderOptions): Sender {
  const limits = { keepAlive: true, maxSockets: sockets, maxFreeSockets: sockets, scheduling: 'lifo' as const };
  const tls = { rejectUnauthorized: strictSsl, ...(secureContext === undefined ? {} : { secureContext }) };
  const agent = isTls ? new HttpsAgent({ ...limits, ...tls }) : new HttpAgent(limits);
  const request = isTls ? requestOverHttps : requestOverHttp;
  return {
    send: ({ url, method, headers, body, onPassed }) =>
      new Promise((resolve, reject) => {
        // Field by field: of an address as a whole Node would send on the user and password in it.
        const options: RequestOptions = {
          hostname: url.hostname.replace(/^\[|\]$/g, ''),
          port: url.port,
          path: url.pathname + url.search,
          method,
          headers: { ...headers },
          agent,
          maxHeaderSize,
          ...(lookup === undefined ? {} : { lookup }),
        };
        const outgoing = request(options, (incoming) => resolve(arriving(incoming)));
        outgoing.on('error', reject);
        // Where the server changes the protocol (status 101), the connection ends without an answer and without an error.
        outgoing.on('close', () => reject(Object.assign(new Error('no answer came'), { code: 'ECONNRESET' })));
        onPassed(() => outgoing.destroy(Object.assign(new Error('no longer wanted'), { code: 'ABORT_ERR' })));
        outgoing.on('socket', (socket) => {
          if (!socket.connecting) return;
          const late = (): void => {
            outgoing.destroy(Object.assign(new Error('no connection in time'), { code: 'ETIMEDOUT' }));
          };
          const timer = setTimeout(late, connectTimeout);
          const stop = (): void => clearTimeout(timer);
          socket.once(isTls ? 'secureConnect' : 'connect', stop).once('close', stop);
        });
        outgoing.end(body);
      }),
    close: async () => agent.destroy(),
  };
}

function arriving(incoming: IncomingMessage): Arriving {
  return { status: incoming.statusCode ?? 0, headers: headersOf(incoming.rawHeaders), body: incoming };
}

/** From names and values in turns, as they came. */
function headersOf(raw: readonly string[]): ReadonlyMap<string, string> {
  const headers = new Map<string, string>();
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    const value = raw[at + 1] ?? '';
    const before = headers.get(name);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return headers;
}

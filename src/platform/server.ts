import { createServer, type IncomingMessage, type Server, type ServerResponse, STATUS_CODES } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { GateError } from '../model/gate-error.ts';

/** One request as it came, bounded by the server's limits; nothing of it is decoded yet. */
export interface ServerRequest {
  readonly method: string;
  /** The request target, byte for byte (RFC 9112, 3.2). */
  readonly target: string;
  /** Lower-case names. A field that came more than once is joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  /** IP address of the other end. */
  readonly client: string;
  /** The body as it came; undefined where it has more bytes than the server takes, or breaks off. */
  readonly readBody: () => Promise<Buffer | undefined>;
}

/** A whole answer: it is begun only when all of it is at hand. */
export interface ServerAnswer {
  readonly status: number;
  /** Reason phrase, printable ASCII; the status's own where it is absent. */
  readonly phrase?: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
}

/** How one answer ended. */
export interface ServerExchange {
  readonly request: ServerRequest;
  readonly status: number;
  readonly bytes: number;
  readonly milliseconds: number;
}

export interface ServerOptions {
  readonly port: number;
  readonly host: string;
  readonly maxConnections: number;
  /** Milliseconds for the headers of a request; its whole has three times as long. */
  readonly headersTimeout: number;
  /** Milliseconds without a byte in either direction after which a connection is closed. */
  readonly idleTimeout: number;
  readonly maxBodyBytes: number;
  /** Bytes of bodies that wait for slow clients to take them, each body counted once; beyond them clients are asked to come again. */
  readonly maxSendingBytes: number;
  /** Must not throw: what it throws is a bug, reported and answered with 500. */
  readonly answer: (request: ServerRequest) => Promise<ServerAnswer>;
  /** The answer to CONNECT and to a request to switch protocols, for whatever host. */
  readonly refuseTunnel: (target: string) => ServerAnswer;
  readonly onExchange: (exchange: ServerExchange) => void;
  readonly onBug: (error: unknown) => void;
}

export interface RunningServer {
  readonly port: number;
  readonly openConnections: () => number;
  /** Takes no more connections; answers that have begun have this many milliseconds to end. */
  readonly stop: (grace: number) => Promise<void>;
}

const maxHeaderBytes = 16 * 1024;
const maxHeaders = 100;
/** A client of this server takes every body whole or not at all; a whole answer never takes longer. */
const longestExchange = 600_000;

/**
 * Listens with HTTP/1.1 through Node's strict parser: a request with both Transfer-Encoding and Content-Length, without a Host, or
 * with bytes that the grammar does not have is answered with 400 and its connection closed, so that no two readers of one connection
 * can disagree about where a request ends (RFC 9112, 6.3 and 11.2).
 * @throws GateError `configuration-invalid` where the address cannot be bound
 */
export async function listen(options: ServerOptions): Promise<RunningServer> {
  const sockets = new Set<Socket>();
  const sending = createSending(options.maxSendingBytes);
  const server = createServer(
    {
      insecureHTTPParser: false,
      requireHostHeader: true,
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: options.headersTimeout,
      requestTimeout: options.headersTimeout * 3,
      connectionsCheckingInterval: Math.min(1_000, options.headersTimeout),
      // Whoever closes first loses a race with the next request: let it be the client, whose agents wait for seconds.
      keepAliveTimeout: options.idleTimeout,
      noDelay: true,
    },
    (request, response) => void exchange(request, response, sending, options),
  );
  server.maxConnections = options.maxConnections;
  server.maxHeadersCount = maxHeaders;
  server.timeout = options.idleTimeout;
  server.on('connection', (socket) => {
    sockets.add(socket);
    // One for each request that a client sends ahead.
    socket.setMaxListeners(0);
    socket.on('close', () => sockets.delete(socket));
    // A client that resets its connection is its own affair.
    socket.on('error', () => socket.destroy());
  });
  const refuse = (request: IncomingMessage, socket: Duplex): void => refuseTunnel(request, socket, options);
  server.on('connect', refuse).on('upgrade', refuse);
  // Nobody sends a body here that is worth waiting for a permission.
  server.on('checkExpectation', (_request, response) => response.writeHead(417, { connection: 'close', 'content-length': '0' }).end());
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => closeWith400(error, socket));
  const { port } = await bound(server, options);
  return { port, openConnections: () => sockets.size, stop: (grace) => stop(server, sockets, grace) };
}

async function exchange(message: IncomingMessage, response: ServerResponse, sending: Sending, options: ServerOptions): Promise<void> {
  const started = performance.now();
  const request = requestOf(message, options.maxBodyBytes);
  const limit = setTimeout(() => response.destroy(), longestExchange);
  let bytes = 0;
  let isOver = false;
  let release = (): void => {};
  const end = (): void => {
    if (isOver) return;
    isOver = true;
    message.socket.removeListener('close', end);
    clearTimeout(limit);
    release();
    options.onExchange({ request, status: response.statusCode, bytes, milliseconds: performance.now() - started });
  };
  response.once('close', end);
  // An answer that waits behind another one of its connection never hears that the connection has gone.
  message.socket.once('close', end);
  // Until there is an answer the client has nothing to take: its silence is not idleness.
  message.socket.setTimeout(0);
  const decided = await options.answer(request).catch((error: unknown) => {
    options.onBug(error);
    return internalError;
  });
  message.socket.setTimeout(options.idleTimeout);
  if (isOver) return;
  const answer = sending.hasRoomFor(decided.body) ? decided : overloaded;
  // What was not read of a body would be taken for the next request, or keep the client sending.
  if (!message.complete) response.shouldKeepAlive = false;
  response.writeHead(answer.status, answer.phrase ?? STATUS_CODES[answer.status] ?? '', {
    ...answer.headers,
    ...(answer.status === 304 ? {} : { 'content-length': String(answer.body.length) }),
    'x-content-type-options': 'nosniff',
  });
  const body = answer.status === 304 || request.method === 'HEAD' ? undefined : answer.body;
  bytes = body?.length ?? 0;
  if (body !== undefined) release = sending.add(body);
  response.end(body);
}

interface Sending {
  readonly hasRoomFor: (body: Buffer) => boolean;
  /** Counts a body until what is answered is called. */
  readonly add: (body: Buffer) => () => void;
}

/** Bodies are in memory until a client has taken them: many slow clients must not hold more of it than there is. */
function createSending(maxBytes: number): Sending {
  const bodies = new Map<Buffer, number>();
  let total = 0;
  return {
    hasRoomFor: (body) => bodies.has(body) || total === 0 || total + body.length <= maxBytes,
    add: (body) => {
      const users = bodies.get(body) ?? 0;
      bodies.set(body, users + 1);
      if (users === 0) total += body.length;
      return () => {
        const left = (bodies.get(body) ?? 1) - 1;
        if (left > 0) bodies.set(body, left);
        else if (bodies.delete(body)) total -= body.length;
      };
    },
  };
}

const overloaded: ServerAnswer = {
  status: 503,
  headers: { 'content-type': 'application/json', 'retry-after': '5' },
  body: Buffer.from('{"error":"too many large answers are under way; come again"}'),
};

const internalError: ServerAnswer = {
  status: 500,
  headers: { 'content-type': 'application/json' },
  body: Buffer.from('{"error":"lockgate failed on this request; nothing was decided"}'),
};

function requestOf(message: IncomingMessage, maxBodyBytes: number): ServerRequest {
  const headers = new Map<string, string>();
  for (const [name, values] of Object.entries(message.headersDistinct)) if (values !== undefined) headers.set(name, values.join(', '));
  return {
    method: message.method ?? '',
    target: message.url ?? '',
    headers,
    client: message.socket.remoteAddress ?? '',
    readBody: () => readBody(message, maxBodyBytes),
  };
}

async function readBody(message: IncomingMessage, maxBytes: number): Promise<Buffer | undefined> {
  if (Number(message.headers['content-length'] ?? 0) > maxBytes) return undefined;
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of message) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > maxBytes) return undefined;
      chunks.push(bytes);
    }
  } catch (error) {
    // The client went away in the middle, or ran into a timeout: there is nobody left to answer.
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
  return Buffer.concat(chunks, length);
}

function refuseTunnel(request: IncomingMessage, socket: Duplex, options: ServerOptions): void {
  const started = performance.now();
  const { status, phrase = STATUS_CODES[status] ?? '', headers, body } = options.refuseTunnel(request.url ?? '');
  const lines = Object.entries({ ...headers, 'content-length': String(body.length), connection: 'close' });
  const head = [`HTTP/1.1 ${status} ${phrase}`, ...lines.map(([name, value]) => `${name}: ${value}`), '', ''].join('\r\n');
  socket.on('error', () => socket.destroy());
  socket.end(Buffer.concat([Buffer.from(head, 'latin1'), body]));
  const asked = { ...requestOf(request, 0), readBody: () => Promise.resolve(undefined) };
  options.onExchange({ request: asked, status, bytes: body.length, milliseconds: performance.now() - started });
}

/** Nothing that the parser refused is answered with more than a status: what was asked is not known. */
function closeWith400(error: NodeJS.ErrnoException, socket: Duplex): void {
  const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? 408 : 400;
  if (error.code === 'ECONNRESET' || !socket.writable) socket.destroy();
  else socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}

function bound(server: Server, { host, port }: ServerOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    const fail = (error: NodeJS.ErrnoException): void =>
      reject(
        new GateError('configuration-invalid', `${host}:${port} cannot be listened on: ${error.code ?? error.message}`, { cause: error }),
      );
    server.once('error', fail);
    server.listen({ port, host, backlog: 4_096 }, () => {
      server.removeListener('error', fail);
      const address = server.address();
      if (address === null || typeof address === 'string') throw new Error('a TCP server has an address');
      resolve(address);
    });
  });
}

async function stop(server: Server, sockets: ReadonlySet<Socket>, grace: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection whose last answer is through would wait for its next request.
  const idle = setInterval(() => server.closeIdleConnections(), 20);
  const end = setTimeout(() => {
    for (const socket of sockets) socket.destroy();
  }, grace);
  await closed;
  clearInterval(idle);
  clearTimeout(end);
}

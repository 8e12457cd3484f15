/**
 * A registry on 127.0.0.1 that speaks the public registry's protocol over real HTTP, for tests:
 *
 *   const registry = await startRegistry([release({ name: 'left-pad', version: '1.3.0' })]);
 *   ... `registry.url` as npm's `registry`, `registry.requests` for what was asked ...
 *   await registry.close();
 *
 * It serves `/<name>` (full, or abbreviated by Accept; gzip, ETag, 304), `/<name>/<version|tag>`, tarballs, `/-/npm/v1/keys`,
 * `/-/npm/v1/attestations/<name>@<version>` (bodies from `attestations`), `POST /-/npm/v1/security/advisories/bulk` (gzip or plain
 * body; from `advisories`, unfiltered by version as the asker filters), `/-/ping`. Every release is signed with a P-256 key of this
 * registry unless `isSigned` is false. `unpublished` names get `time.unpublished`, `empty` names a document without versions.
 * `setFaults` makes paths misbehave (see `Fault`); `setPackages` replaces what is published while it runs.
 * Any other path is 404. One instance per test or per file; ports are chosen by the system.
 */
import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { createGunzip, gzipSync } from 'node:zlib';
import type { DocumentContext } from './documents.ts';
import { abbreviatedDocument, fullDocument, manifestOf } from './documents.ts';
import type { Fault } from './faults.ts';
import { spoil } from './faults.ts';
import type { BuiltRelease } from './release.ts';
import type { RegistrySigner } from './signing.ts';
import { createSigner } from './signing.ts';

export interface RegistryOptions {
  /** Versions are signed and `/-/npm/v1/keys` answers; default true. */
  readonly isSigned?: boolean;
  /** `name@version` to the body of its attestations answer. */
  readonly attestations?: Readonly<Record<string, unknown>>;
  /** Name to its entries in the bulk advisory answer. */
  readonly advisories?: Readonly<Record<string, readonly unknown[]>>;
  /** Name to the instant at which all of it was unpublished. */
  readonly unpublished?: Readonly<Record<string, string>>;
  readonly empty?: readonly string[];
  readonly faults?: readonly Fault[];
  /** Answers carry the time (`Date`); not by default, as tests choose their own present. */
  readonly hasDate?: boolean;
  /** Requests without this Authorization header are answered with 401. */
  readonly authorization?: string;
}

export interface LoggedRequest {
  readonly method: string;
  /** Decoded, without query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export interface LoopbackRegistry {
  /** With trailing slash. */
  readonly url: string;
  readonly requests: LoggedRequest[];
  readonly signer: RegistrySigner;
  readonly setFaults: (faults: readonly Fault[]) => void;
  readonly setPackages: (releases: readonly BuiltRelease[]) => void;
  readonly close: () => Promise<void>;
}

export async function startRegistry(releases: readonly BuiltRelease[], options: RegistryOptions = {}): Promise<LoopbackRegistry> {
  const signer = createSigner();
  const requests: LoggedRequest[] = [];
  let packages = byName(releases);
  let faults = (options.faults ?? []).map((fault) => ({ fault, left: fault.times ?? Infinity }));
  const sockets = new Set<Socket>();
  let origin = '';

  const server = createServer((request, response) => {
    response.sendDate = options.hasDate === true;
    void answer(request, response).catch((error: unknown) => response.writeHead(500).end(String(error)));
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
  });

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A request to a proxy names the whole address (RFC 9112, 3.2.2): as a proxy, this registry answers for every host.
    const path = decodeURIComponent((request.url ?? '/').replace(/^http:\/\/[^/]+/, '').split('?')[0] ?? '/');
    const body = await bodyOf(request);
    requests.push({ method: request.method ?? 'GET', path, headers: request.headers, body });
    const active = faults.find(
      ({ fault, left }) => left > 0 && (typeof fault.path === 'string' ? fault.path === path : fault.path.test(path)),
    );
    if (active !== undefined) active.left--;
    const fault = active?.fault;
    if (fault?.type === 'delay') await new Promise((resolve) => setTimeout(resolve, fault.milliseconds));
    if (fault !== undefined && spoil(fault, response)) return;
    if (options.authorization !== undefined && request.headers.authorization !== options.authorization) {
      response.writeHead(401).end('{}');
      return;
    }
    const found = route(path, request, body);
    if (found === undefined) response.writeHead(404, { 'content-type': 'application/json' }).end('{"error":"Not found"}');
    else if (Buffer.isBuffer(found)) response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(found);
    else
      sendDocument(
        fault?.type === 'change' ? fault.change(found) : found,
        fault?.type === 'etag' ? fault.etag : undefined,
        request,
        response,
      );
  }

  function route(path: string, request: IncomingMessage, body: string): Readonly<Record<string, unknown>> | Buffer | undefined {
    const context = {
      origin,
      signer: options.isSigned === false ? undefined : signer,
      attested: new Set(Object.keys(options.attestations ?? {})),
    };
    if (path === '/-/ping') return {};
    if (path === '/-/npm/v1/keys') return context.signer === undefined ? undefined : { keys: [signer.publicKey] };
    if (path === '/-/npm/v1/security/advisories/bulk')
      return request.method === 'POST' ? advisoriesFor(body, options.advisories) : undefined;
    const attested = /^\/-\/npm\/v1\/attestations\/(.+)$/.exec(path)?.[1];
    if (attested !== undefined) return recordAt(options.attestations, attested);
    const [, name = '', rest] = /^\/((?:@[^/]+\/)?[^/]+)(?:\/(.+))?$/.exec(path) ?? [];
    return packageAnswer(name, rest, request, context);
  }

  function packageAnswer(
    name: string,
    rest: string | undefined,
    request: IncomingMessage,
    context: DocumentContext,
  ): Readonly<Record<string, unknown>> | Buffer | undefined {
    const unpublishedAt = new Map(Object.entries(options.unpublished ?? {})).get(name);
    if (unpublishedAt !== undefined)
      return { _id: name, name, time: { created: unpublishedAt, modified: unpublishedAt, unpublished: { name, time: unpublishedAt } } };
    if (options.empty?.includes(name) === true) return { _id: name, name, 'dist-tags': {}, versions: {}, time: {} };
    const versions = packages.get(name);
    if (versions === undefined) return undefined;
    const full = fullDocument(versions, context);
    if (rest === undefined) return isAbbreviatedWanted(request) ? abbreviatedDocument(full) : full;
    const archive = versions.find(({ options: { version } }) => rest === `-/${name.slice(name.lastIndexOf('/') + 1)}-${version}.tgz`);
    if (archive !== undefined) return archive.tarball;
    const wanted = rest === 'latest' ? versions.at(-1) : versions.find(({ options: { version } }) => version === rest);
    return wanted === undefined ? undefined : manifestOf(wanted, context);
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the loopback registry has no port');
  origin = `http://127.0.0.1:${address.port}`;

  return {
    url: `${origin}/`,
    requests,
    signer,
    setFaults: (next) => {
      faults = next.map((fault) => ({ fault, left: fault.times ?? Infinity }));
    },
    setPackages: (next) => {
      packages = byName(next);
    },
    close: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function byName(releases: readonly BuiltRelease[]): ReadonlyMap<string, readonly BuiltRelease[]> {
  const packages = new Map<string, BuiltRelease[]>();
  for (const built of releases) packages.set(built.options.name, [...(packages.get(built.options.name) ?? []), built]);
  return packages;
}

function sendDocument(document: unknown, fixedEtag: string | undefined, request: IncomingMessage, response: ServerResponse): void {
  const plain = Buffer.from(JSON.stringify(document));
  const etag = fixedEtag ?? `"${createHash('md5').update(plain).digest('hex')}"`;
  const type = isAbbreviatedWanted(request) ? 'application/vnd.npm.install-v1+json' : 'application/json';
  const headers = { 'content-type': type, etag, 'cache-control': 'public, max-age=300', vary: 'accept-encoding, accept' };
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304, headers).end();
    return;
  }
  const isGzip = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  response.writeHead(200, { ...headers, ...(isGzip ? { 'content-encoding': 'gzip' } : {}) }).end(isGzip ? gzipSync(plain) : plain);
}

function isAbbreviatedWanted(request: IncomingMessage): boolean {
  return (request.headers.accept ?? '').includes('application/vnd.npm.install-v1+json');
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  return text(request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request);
}

function advisoriesFor(body: string, advisories: RegistryOptions['advisories']): Readonly<Record<string, unknown>> {
  const asked: unknown = JSON.parse(body);
  const names = typeof asked === 'object' && asked !== null ? Object.keys(asked) : [];
  return Object.fromEntries(names.flatMap((name) => (recordAt(advisories, name) === undefined ? [] : [[name, advisories?.[name]]])));
}

function recordAt(record: Readonly<Record<string, unknown>> | undefined, key: string): Readonly<Record<string, unknown>> | undefined {
  const value = record !== undefined && Object.hasOwn(record, key) ? record[key] : undefined;
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined; // any JSON object
}

import { createServer as createHttpServer } from 'node:http';
import { type Socket, createServer } from 'node:net';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import type { ConnectionSettings, HttpClient, HttpOutcome } from '../../src/model/http.ts';
import { createHttpClient } from '../../src/platform/http.ts';
import type { Fault } from '../loopback-registry/faults.ts';
import type { LoopbackRegistry, RegistryOptions } from '../loopback-registry/registry.ts';
import { startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';

const quick = { retryDelay: 1, connectTimeout: 500, stallTimeout: 100, attemptTimeout: 2_000 };
const opened: { close: () => Promise<void> }[] = [];

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function registryWith(faults: readonly Fault[] = [], options: RegistryOptions = {}): Promise<LoopbackRegistry> {
  const registry = await startRegistry([release({ name: 'left-pad', version: '1.3.0' })], { ...options, faults });
  opened.push(registry);
  return registry;
}

function client(settings: Partial<ConnectionSettings> = {}): HttpClient {
  const http = createHttpClient(
    {
      strictSsl: true,
      headersTimeout: 150,
      proxyFor: () => undefined,
      authorizationFor: () => undefined,
      clientCertificateFor: () => undefined,
      ...settings,
    },
    quick,
  );
  opened.push(http);
  return http;
}

/** A server that says whatever it is told to say to each request; answers with its address. */
async function rawServer(answer: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket.on('error', () => undefined));
    socket.once('data', () => answer(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  opened.push({
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  return `http://127.0.0.1:${address.port}/left-pad`;
}

describe('the HTTP client', () => {
  it('unpacks what the server packed', async () => {
    const registry = await registryWith();
    const outcome = await client().get(`${registry.url}left-pad`);
    expect(outcome).toMatchObject({ type: 'response', status: 200 });
    expect(outcome.type === 'response' && JSON.parse(outcome.body.toString())).toMatchObject({ name: 'left-pad' });
    expect(registry.requests[0]?.headers['accept-encoding']).toContain('gzip');
  });

  it('leaves a body as it travelled for who unpacks it elsewhere, and no other body', async () => {
    const registry = await registryWith([{ type: 'status', path: '/gone', status: 404 }]);
    const http = client();
    const ask = { isBodyLeftPacked: true } as const;
    const [packed, plain] = await Promise.all([http.get(`${registry.url}left-pad`, ask), http.get(`${registry.url}left-pad`)]);
    expect(packed).toMatchObject({ type: 'response', status: 200, isPacked: true });
    expect(plain).not.toHaveProperty('isPacked');
    if (packed.type !== 'response' || plain.type !== 'response') throw new Error('no answer');
    expect(packed.headers.get('content-encoding')).toBe('gzip');
    expect(gunzipSync(packed.body).equals(plain.body)).toBe(true);
    expect(await http.get(`${registry.url}gone`, ask)).not.toHaveProperty('isPacked');
  });

  it.each([429, 500, 503])('asks again after status %d, and gives the answer that follows', async (status) => {
    const registry = await registryWith([{ type: 'status', path: '/left-pad', status, times: 2 }]);
    expect(await client().get(`${registry.url}left-pad`)).toMatchObject({ type: 'response', status: 200 });
    expect(registry.requests).toHaveLength(3);
  });

  it('asks three times at most, and gives the last answer', async () => {
    const registry = await registryWith([{ type: 'status', path: '/left-pad', status: 502 }]);
    expect(await client().get(`${registry.url}left-pad`)).toMatchObject({ type: 'response', status: 502 });
    expect(registry.requests).toHaveLength(3);
  });

  it.each([400, 401, 403, 404, 410, 451, 501])('takes status %d for an answer and does not ask again', async (status) => {
    const registry = await registryWith([{ type: 'status', path: '/left-pad', status }]);
    expect(await client().get(`${registry.url}left-pad`)).toMatchObject({ type: 'response', status });
    expect(registry.requests).toHaveLength(1);
  });

  it('waits as long as Retry-After says', async () => {
    const registry = await registryWith([{ type: 'status', path: '/left-pad', status: 429, headers: { 'retry-after': '1' }, times: 1 }]);
    const start = performance.now();
    expect(await client().get(`${registry.url}left-pad`)).toMatchObject({ status: 200 });
    expect(performance.now() - start).toBeGreaterThan(900);
  });

  it('does not wait for a Retry-After of an hour', async () => {
    const registry = await registryWith([{ type: 'status', path: '/left-pad', status: 429, headers: { 'retry-after': '3600' } }]);
    expect(await client().get(`${registry.url}left-pad`)).toMatchObject({ status: 429 });
    expect(registry.requests).toHaveLength(1);
  });

  it('asks again when a body is cut off', async () => {
    const registry = await registryWith([{ type: 'truncate', path: '/left-pad', times: 1 }]);
    expect(await client().get(`${registry.url}left-pad`)).toMatchObject({ status: 200 });
  });

  it('gives up on a server that never answers', async () => {
    const registry = await registryWith([{ type: 'hang', path: '/left-pad' }]);
    expect(await client().get(`${registry.url}left-pad`)).toMatchObject({ type: 'failed', reason: 'timeout' });
  });

  it('gives up on a body that drips', async () => {
    const registry = await registryWith([{ type: 'drip', path: '/left-pad', milliseconds: 10 }]);
    expect(await client().get(`${registry.url}left-pad`)).toMatchObject({ type: 'failed', reason: 'timeout' });
  });

  it('does not take for whole what had come of a body without a length when its time was over', async () => {
    const url = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n[]');
    });
    expect(await client().get(url)).toMatchObject({ type: 'failed', reason: 'timeout' });
    const run = new AbortController();
    setTimeout(() => run.abort(), 50);
    expect(await client().get(url, { signal: run.signal })).toMatchObject({ type: 'failed', reason: 'deadline' });
  });

  it('gives up on a server that changes to another protocol', async () => {
    const url = await rawServer((socket) => {
      socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n');
    });
    expect(await client().get(url)).toMatchObject({ type: 'failed', reason: 'network' });
  });

  it('ends at the deadline of the run, whatever it waits for', async () => {
    const registry = await registryWith([{ type: 'hang', path: '/left-pad' }]);
    const outcome = await client({ headersTimeout: 10_000 }).get(`${registry.url}left-pad`, { signal: AbortSignal.timeout(50) });
    expect(outcome).toMatchObject({ type: 'failed', reason: 'deadline' });
    expect(await client().get(`${registry.url}left-pad`, { signal: AbortSignal.abort() })).toMatchObject({ reason: 'deadline' });
  });

  it('stops unpacking a gzip bomb', async () => {
    const registry = await registryWith([{ type: 'gzip-bomb', path: '/left-pad', bytes: 8 * 1024 * 1024 }]);
    // The bomb is made in this very process, which takes its time.
    const outcome = await client({ headersTimeout: 5_000 }).get(`${registry.url}left-pad`, { maxDecodedBytes: 1024 * 1024 });
    expect(outcome).toMatchObject({ type: 'failed', reason: 'too-large' });
  });

  it('sends on no user and password that stand in an address', async () => {
    const registry = await registryWith();
    const outcome = await client().get(registry.url.replace('http://', 'http://eve:secret@').concat('left-pad'));
    expect(outcome).toMatchObject({ type: 'response', status: 200, url: `${registry.url}left-pad` });
    expect(registry.requests[0]?.headers).not.toHaveProperty('authorization');
  });

  it('stops reading a body that is too long', async () => {
    const registry = await registryWith([{ type: 'oversize', path: '/left-pad', bytes: 300_000 }]);
    expect(await client().get(`${registry.url}left-pad`, { maxBytes: 100_000 })).toMatchObject({ reason: 'too-large' });
  });

  it('takes a body that is not what its encoding says for malformed', async () => {
    const registry = await registryWith([{ type: 'body', path: '/left-pad', body: '{}', headers: { 'content-encoding': 'gzip' } }]);
    expect(await client().get(`${registry.url}left-pad`)).toMatchObject({ reason: 'malformed' });
  });

  it('sends credentials to the origin they are for, and never along a redirect to another', async () => {
    const other = await registryWith();
    const registry = await registryWith([
      { type: 'redirect', path: '/elsewhere', to: `${other.url}left-pad` },
      { type: 'redirect', path: '/here', to: '/left-pad' },
    ]);
    const http = client({ authorizationFor: () => 'Bearer secret' });
    expect(await http.get(`${registry.url}elsewhere`)).toMatchObject({ status: 200, url: `${other.url}left-pad` });
    expect(await http.get(`${registry.url}here`)).toMatchObject({ status: 200 });
    expect(registry.requests.map(({ headers }) => headers.authorization)).toStrictEqual([
      'Bearer secret',
      'Bearer secret',
      'Bearer secret',
    ]);
    expect(other.requests.map(({ headers }) => headers.authorization)).toStrictEqual([undefined]);
  });

  it('follows five redirects and no more', async () => {
    const registry = await registryWith([{ type: 'redirect', path: '/circle', to: '/circle' }]);
    expect(await client().get(`${registry.url}circle`)).toMatchObject({ type: 'failed', reason: 'malformed' });
    expect(registry.requests).toHaveLength(6);
  });

  it.each(['file:///etc/passwd', 'not an address', 'ftp://127.0.0.1/'])('does not ask %s', async (url) => {
    expect(await client().get(url)).toMatchObject({ type: 'failed', reason: 'malformed' });
  });

  it('does not follow a redirect to another protocol', async () => {
    const registry = await registryWith([{ type: 'redirect', path: '/away', to: 'file:///etc/passwd' }]);
    expect(await client().get(`${registry.url}away`)).toMatchObject({ reason: 'malformed' });
  });

  it('fails in milliseconds where nobody listens, and then without asking at all', async () => {
    const port = await closedPort();
    const http = client();
    const start = performance.now();
    for (let index = 0; index < 50; index++) {
      expect(await http.get(`http://127.0.0.1:${port}/package-${index}`)).toMatchObject({ type: 'failed', reason: 'network' });
    }
    expect(performance.now() - start).toBeLessThan(2_000);
  });

  it('names no credentials when something fails', async () => {
    const port = await closedPort();
    const outcome = await client().get(`http://user:secret@127.0.0.1:${port}/left-pad?token=secret`);
    expect(JSON.stringify(outcome)).not.toContain('secret');
  });

  it('sends one request for the same question asked twice at once', async () => {
    const registry = await registryWith([{ type: 'delay', path: '/left-pad', milliseconds: 20 }]);
    const http = client();
    const { signal } = new AbortController();
    const outcomes = await Promise.all([1, 2, 3].map(() => http.get(`${registry.url}left-pad`, { signal })));
    expect(outcomes.map(({ type }) => type)).toStrictEqual(['response', 'response', 'response']);
    expect(registry.requests).toHaveLength(1);
  });

  it('gives the memory of a large body back when its only reader is done, and keeps a small and a shared one', async () => {
    const large = { path: '/large', milliseconds: 20, body: Buffer.alloc(100_000, 0x61) };
    const server = createHttpServer((request, response) => {
      const isLarge = request.url === large.path;
      setTimeout(() => response.setHeader('content-encoding', 'gzip').end(gzipSync(isLarge ? large.body : 'small')), large.milliseconds);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    opened.push({ close: async () => void server.close() });
    const address = server.address();
    const origin = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
    const http = client();
    const lengthAfter = (outcome: HttpOutcome): number | undefined => {
      if (outcome.type !== 'response') return undefined;
      outcome.letGo?.();
      return outcome.body.length;
    };
    expect(lengthAfter(await http.get(`${origin}/large`))).toBe(0);
    expect(lengthAfter(await http.get(`${origin}/small`))).toBe(5);
    const both = await Promise.all([http.get(`${origin}/large`), http.get(`${origin}/large`)]);
    expect(both.map(lengthAfter)).toStrictEqual([100_000, 100_000]);
  });

  it('does not let one run end the question of another', async () => {
    const registry = await registryWith([{ type: 'delay', path: '/left-pad', milliseconds: 80 }]);
    const http = client();
    const impatient = http.get(`${registry.url}left-pad`, { signal: AbortSignal.timeout(20) });
    const patient = http.get(`${registry.url}left-pad`);
    expect(await impatient).toMatchObject({ reason: 'deadline' });
    expect(await patient).toMatchObject({ status: 200 });
  });

  it('asks through the proxy where one is configured', async () => {
    const proxy = await registryWith();
    const outcome = await client({ proxyFor: () => proxy.url }).get('http://registry.example/left-pad');
    expect(outcome).toMatchObject({ status: 200 });
    expect(proxy.requests[0]?.headers.host).toBe('registry.example');
  });

  it('posts a JSON body', async () => {
    const registry = await registryWith([], { advisories: { 'left-pad': [{ id: 1 }] } });
    const outcome = await client().post(`${registry.url}-/npm/v1/security/advisories/bulk`, '{"left-pad":["1.3.0"]}');
    expect(outcome.type === 'response' && outcome.body.toString()).toBe('{"left-pad":[{"id":1}]}');
  });
});

async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

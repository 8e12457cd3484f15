import { Agent, request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { type RunningServer, type ServerAnswer, type ServerExchange, type ServerOptions, listen } from '../../src/platform/server.ts';

const agent = new Agent({ keepAlive: true });
let server: RunningServer | undefined;
afterEach(async () => {
  await server?.stop(0);
});

const answerOf = (text: string | Buffer): ServerAnswer => ({
  status: 200,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from(text),
});

async function start(
  options: Partial<ServerOptions>,
): Promise<{ readonly exchanges: ServerExchange[]; readonly bugs: unknown[]; readonly port: number }> {
  const exchanges: ServerExchange[] = [];
  const bugs: unknown[] = [];
  server = await listen({
    port: 0,
    host: '127.0.0.1',
    maxConnections: 10,
    headersTimeout: 2_000,
    idleTimeout: 5_000,
    maxBodyBytes: 1_000,
    maxSendingBytes: 1_000_000,
    answer: () => Promise.resolve(answerOf('hello')),
    refuseTunnel: () => answerOf('no tunnel'),
    onExchange: (exchange) => exchanges.push(exchange),
    onBug: (error) => bugs.push(error),
    ...options,
  });
  return { exchanges, bugs, port: server.port };
}

function get(port: number, path = '/'): Promise<{ readonly status: number; readonly text: string }> {
  return new Promise((resolve, reject) => {
    httpRequest({ port, host: '127.0.0.1', path, agent }, (response) => {
      let text = '';
      response.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    })
      .on('error', reject)
      .end();
  });
}

it('tells each exchange with what was sent', async () => {
  const { exchanges, port } = await start({});
  expect(await get(port, '/a?b')).toEqual({ status: 200, text: 'hello' });
  await expect.poll(() => exchanges.length).toBe(1);
  expect(exchanges[0]).toMatchObject({ status: 200, bytes: 5, request: { method: 'GET', target: '/a?b', client: '127.0.0.1' } });
});

it('answers a bug with 500, says so, and goes on', async () => {
  const { bugs, port } = await start({
    answer: ({ target }) => (target === '/bug' ? Promise.reject(new Error('broken')) : Promise.resolve(answerOf('fine'))),
  });
  expect((await get(port, '/bug')).status).toBe(500);
  expect(bugs).toEqual([new Error('broken')]);
  expect((await get(port)).text).toBe('fine');
});

it('lets an answer end when it is stopped, and takes no further request', async () => {
  let release = (): void => {};
  const held = new Promise<void>((resolve) => (release = resolve));
  const { port } = await start({ answer: () => held.then(() => answerOf('late')) });
  const pending = get(port);
  await new Promise((resolve) => setTimeout(resolve, 100));
  const started = performance.now();
  const stopped = server?.stop(5_000);
  await expect(new Promise((resolve, reject) => connect(port, '127.0.0.1').on('connect', resolve).on('error', reject))).rejects.toThrow(
    'ECONNREFUSED',
  );
  release();
  expect(await pending).toEqual({ status: 200, text: 'late' });
  await stopped;
  expect(performance.now() - started).toBeLessThan(4_000);
});

it('asks clients to come again while slow ones hold too many bytes, and counts a body that many share once', async () => {
  const bodies = [Buffer.alloc(9_000_000, 'a'), Buffer.alloc(9_000_000, 'b')];
  const { port } = await start({
    maxSendingBytes: 10_000_000,
    answer: ({ target }) => Promise.resolve({ ...answerOf(''), body: bodies[Number(target.slice(1))] ?? Buffer.alloc(0) }),
  });
  const slow = connect(port, '127.0.0.1', () => slow.write('GET /0 HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(3)));
  slow.on('error', () => undefined).pause();
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect((await get(port, '/0')).status).toBe(200);
  expect((await get(port, '/1')).status).toBe(503);
  slow.destroy();
  await expect.poll(async () => (await get(port, '/1')).status).toBe(200);
});

import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { Firewall } from '../../src/firewall/firewall.ts';
import { release } from '../loopback-registry/release.ts';
import { ask, closeAll, closeLater, startBoth, startRunning } from './running.ts';

afterEach(closeAll);

const pad = release({ name: 'left-pad', version: '1.0.0' });
const tarballPath = '/left-pad/-/left-pad-1.0.0.tgz';

/** Sends bytes as they are and answers what came until the connection was closed, or nothing more came for a while. */
function send(
  firewall: Pick<Firewall, 'origin'>,
  bytes: string,
  patience = 1_000,
): Promise<{ readonly text: string; readonly isClosed: boolean }> {
  const { hostname, port } = new URL(firewall.origin);
  return new Promise((resolve) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes, 'latin1'));
    let text = '';
    const end = (isClosed: boolean): void => {
      socket.destroy();
      resolve({ text, isClosed });
    };
    socket.setTimeout(patience, () => end(false));
    socket.on('data', (chunk) => (text += chunk.toString('latin1')));
    socket.on('error', () => end(true));
    socket.on('close', () => end(true));
  });
}

const statuses = (text: string): readonly string[] => [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => match[1] ?? '');

describe('request smuggling', () => {
  it.each([
    [
      'a length and chunks',
      'POST /-/ping HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\nHost: HOST\r\n\r\n',
    ],
    [
      'chunks and a length',
      'POST /-/ping HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\nContent-Length: 44\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\nHost: HOST\r\n\r\n',
    ],
    [
      'two lengths',
      'POST /-/ping HTTP/1.1\r\nHost: HOST\r\nContent-Length: 0\r\nContent-Length: 30\r\n\r\nGET /evil HTTP/1.1\r\nHost: HOST\r\n\r\n',
    ],
    [
      'an encoding that is none',
      'POST /-/ping HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\nGET /evil HTTP/1.1\r\nHost: HOST\r\n\r\n',
    ],
    [
      'a space before the colon',
      'POST /-/ping HTTP/1.1\r\nHost: HOST\r\nContent-Length : 30\r\n\r\nGET /evil HTTP/1.1\r\nHost: HOST\r\n\r\n',
    ],
    ['a folded header', 'GET /-/ping HTTP/1.1\r\nHost: HOST\r\nX: a\r\n b\r\nTransfer-Encoding:\r\n chunked\r\n\r\n0\r\n\r\n'],
    ['a bare line feed', 'GET /-/ping HTTP/1.1\nHost: HOST\n\nGET /evil HTTP/1.1\nHost: HOST\n\n'],
    ['a signed length', 'POST /-/ping HTTP/1.1\r\nHost: HOST\r\nContent-Length: +5\r\n\r\nhello'],
    ['a chunk size that overflows', 'POST /-/ping HTTP/1.1\r\nHost: HOST\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\nx\r\n'],
    ['no host', 'GET /left-pad HTTP/1.1\r\n\r\n'],
    ['two hosts', 'GET /left-pad HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\n\r\n'],
    ['a NUL in the address', 'GET /left\0pad HTTP/1.1\r\nHost: HOST\r\n\r\n'],
    ['a space in the address', 'GET /left pad HTTP/1.1\r\nHost: HOST\r\n\r\n'],
    ['a version that is none', 'GET /left-pad HTTP/9.9\r\nHost: HOST\r\n\r\n'],
    ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
  ])('with %s asks the registry nothing, and no second request is seen', async (_, bytes) => {
    const { registry, firewall } = await startBoth([pad]);
    const { text } = await send(firewall, bytes.replaceAll('HOST', new URL(firewall.origin).host));
    expect(statuses(text).filter((status) => status === '200')).toEqual([]);
    expect(statuses(text).length).toBeLessThanOrEqual(1);
    expect(registry.requests).toEqual([]);
    expect((await ask(firewall, '/left-pad')).status).toBe(200);
  });

  it('by a body that nobody reads closes the connection', async () => {
    const { registry, firewall } = await startBoth([pad]);
    const host = new URL(firewall.origin).host;
    const { text, isClosed } = await send(
      firewall,
      `GET /-/ping HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 60\r\n\r\nGET /evil HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
    );
    expect([statuses(text), isClosed]).toEqual([['200'], true]);
    expect(registry.requests).toEqual([]);
  });
});

describe('the way around', () => {
  it('is closed: CONNECT, addresses of other hosts and other protocols are refused', async () => {
    const { registry, firewall } = await startBoth([pad]);
    const { host } = new URL(firewall.origin);
    for (const bytes of [
      'CONNECT registry.example:443 HTTP/1.1\r\nHost: registry.example:443\r\n\r\n',
      `CONNECT ${host} HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      `GET http://registry.example/left-pad HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      `GET ${registry.url}left-pad HTTP/1.1\r\nHost: ${host}\r\n\r\n`,
      `GET /left-pad HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n`,
    ]) {
      const { text } = await send(firewall, bytes);
      expect(text, bytes).toMatch(/^HTTP\/1\.1 403 lockgate: [\x20-\x7e]+\r\n/);
    }
    expect(registry.requests).toEqual([]);
    expect(firewall.events.filter(({ type }) => type === 'request')).toHaveLength(5);
  });

  it('is no name that climbs: nothing of it reaches the registry', async () => {
    const { registry, firewall } = await startBoth([pad]);
    for (const path of [
      '/..%2fleft-pad',
      '/%2e%2e%2fleft-pad',
      '/@acme%252fui',
      '/@acme',
      '/@acme/',
      '/left-pad%00',
      '/left-pad/..%2f..%2f-%2fnpm',
      '/left%2fpad',
      '//left-pad',
      '/left-pad%0d%0ax:y',
      `/${'a'.repeat(5_000)}`,
    ]) {
      expect((await ask(firewall, path)).status, path).toBe(400);
    }
    expect(registry.requests).toEqual([]);
  });

  it('is no page in a browser that gives this machine a name of its own', async () => {
    const { registry, firewall } = await startBoth([pad]);
    const answer = await ask(firewall, '/left-pad', { headers: { host: 'rebound.example' } });
    expect([answer.status, registry.requests]).toEqual([403, []]);
  });
});

describe('what is too much', () => {
  it('of headers is cut off', async () => {
    const { firewall } = await startBoth([pad]);
    const { text } = await send(firewall, `GET /left-pad HTTP/1.1\r\nHost: x\r\n${`X: ${'y'.repeat(300)}\r\n`.repeat(90)}\r\n`);
    expect(statuses(text)).toEqual(['431']);
  });

  it('of a question is not read, packed or not', async () => {
    const { registry, firewall } = await startBoth([pad], { firewall: { limits: { requestBytes: 10_000 } } });
    const { gzipSync } = await import('node:zlib');
    const path = '/-/npm/v1/security/advisories/bulk';
    expect((await ask(firewall, path, { method: 'POST', body: 'x'.repeat(20_000) })).status).toBe(413);
    const bomb = { method: 'POST', body: gzipSync(Buffer.alloc(1_000_000, ' ')), headers: { 'content-encoding': 'gzip' } };
    expect((await ask(firewall, path, bomb)).status).toBe(413);
    expect(registry.requests).toEqual([]);
  });

  it('of a document is refused: more than 64 MB, and a small one that unpacks to more', async () => {
    for (const fault of [
      { path: '/left-pad', type: 'gzip-bomb', bytes: 160 * 1024 * 1024 },
      { path: '/left-pad', type: 'oversize', bytes: 65 * 1024 * 1024 },
    ] as const) {
      const before = process.memoryUsage().rss;
      const { firewall } = await startBoth([pad], { upstream: { faults: [fault] } });
      const answer = await ask(firewall, '/left-pad');
      expect([fault.type, answer.status]).toEqual([fault.type, 403]);
      expect(answer.json()['error']).toContain('could not verify left-pad');
      expect(process.memoryUsage().rss - before).toBeLessThan(400 * 1024 * 1024);
    }
  }, 120_000);

  it('of versions is refused', async () => {
    const versions = Object.fromEntries(Array.from({ length: 60_000 }, (_, index) => [`1.0.${index}`, {}]));
    const { firewall } = await startBoth([pad], {
      upstream: { faults: [{ path: '/left-pad', type: 'body', body: JSON.stringify({ name: 'left-pad', versions }) }] },
    });
    expect((await ask(firewall, '/left-pad')).status).toBe(403);
  });

  it('of a tarball is refused', async () => {
    const { firewall } = await startBoth([pad], {
      upstream: { faults: [{ path: tarballPath, type: 'oversize', bytes: 3 * 1024 * 1024 }] },
      firewall: { limits: { tarballBytes: 2 * 1024 * 1024 } },
    });
    const answer = await ask(firewall, tarballPath);
    expect([answer.status, answer.json()['error']]).toEqual([403, expect.stringContaining('more than 2097152 bytes')]);
  });

  it('of requests from one address has to wait', async () => {
    const { firewall } = await startBoth([pad], { firewall: { limits: { requestsPerSecond: 1 } } });
    const answers = await Promise.all(Array.from({ length: 40 }, () => ask(firewall, '/-/ping')));
    expect(answers.filter(({ status }) => status === 429).length).toBeGreaterThan(10);
    expect(answers.find(({ status }) => status === 429)?.headers['retry-after']).toBe('1');
  });
});

describe('a slow client', () => {
  it('is cut off while it sends headers, and while it sends a body', async () => {
    const { firewall } = await startBoth([pad], { firewall: { limits: { headersTimeout: 300 } } });
    const { host } = new URL(firewall.origin);
    const started = performance.now();
    const [headers, body] = await Promise.all([
      send(firewall, `GET /left-pad HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `, 8_000),
      send(firewall, `POST /-/npm/v1/security/advisories/bulk HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 1000\r\n\r\n{`, 8_000),
    ]);
    expect([headers.isClosed, body.isClosed]).toEqual([true, true]);
    expect(performance.now() - started).toBeLessThan(7_000);
    expect((await ask(firewall, '/left-pad')).status).toBe(200);
  });

  it('that takes nothing of its answer is cut off, and others are served meanwhile', async () => {
    const large = release({ name: 'large', version: '1.0.0', files: { 'data.bin': randomBytes(4_000_000) } });
    const { firewall } = await startBoth([pad, large], { firewall: { limits: { idleTimeout: 500 } } });
    const { hostname, port, host } = new URL(firewall.origin);
    // More than the buffers of any kernel hold.
    const requests = `GET /large/-/large-1.0.0.tgz HTTP/1.1\r\nHost: ${host}\r\n\r\n`.repeat(20);
    const socket = connect(Number(port), hostname, () => socket.write(requests));
    const closed = new Promise<void>((resolve) => socket.on('error', () => undefined).on('close', () => resolve()));
    socket.pause();
    expect((await ask(firewall, '/left-pad')).status).toBe(200);
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    socket.resume();
    await closed;
    expect(socket.bytesRead).toBeLessThan(20 * 4_000_000);
  });
});

describe('redirects', () => {
  it('of a registry to this machine, its link and metadata addresses are not followed', async () => {
    // As its HTTP proxy the loopback registry answers for a registry that is elsewhere.
    const { registry } = await startBoth([pad]);
    for (const to of [
      'http://127.0.0.1:1/x.tgz',
      'http://localhost:1/',
      'http://[::1]:1/',
      'http://0x7f.1:1/',
      'http://169.254.169.254/latest/meta-data',
      'http://[::ffff:169.254.169.254]/',
      'http://metadata.google.internal/',
    ]) {
      registry.setFaults([{ path: '/left-pad', type: 'redirect', to }]);
      const firewall = await startRunning({ registry: 'http://registry.example/', variables: { npm_config_proxy: registry.url } });
      closeLater(firewall.stop);
      registry.requests.splice(0);
      const answer = await ask(firewall, '/left-pad');
      expect([to, answer.status]).toEqual([to, 403]);
      expect(answer.json()['error']).toContain('redirects to a local address');
      expect(registry.requests.map(({ path }) => path)).toEqual(['/left-pad']);
    }
  });
});

describe('a firewall that others can reach', () => {
  it('does not start without a token, and asks everybody for it', async () => {
    const { registry } = await startBoth([pad]);
    await expect(startRunning({ registry: registry.url, firewall: { host: '0.0.0.0' } })).rejects.toThrow('a token');
    await expect(startRunning({ registry: registry.url, firewall: { host: '::' } })).rejects.toThrow('a token');
    const firewall = await startRunning({ registry: registry.url, firewall: { host: '0.0.0.0', token: 'team-secret' } });
    closeLater(firewall.stop);
    const reached = { origin: firewall.origin.replace('0.0.0.0', '127.0.0.1') };
    registry.requests.splice(0);
    for (const path of ['/left-pad', tarballPath, '/-/npm/v1/keys', '/-/lockgate/metrics', '/-/ping', '/..%2fx']) {
      expect((await ask(reached, path)).status, path).toBe(401);
    }
    expect(registry.requests).toEqual([]);
    expect((await ask(reached, '/-/lockgate/health')).json()).toEqual({ status: 'ok' });
    const headers = { authorization: 'Bearer team-secret' };
    expect((await ask(reached, '/left-pad', { headers })).status).toBe(200);
    const metrics = (await ask(reached, '/-/lockgate/metrics', { headers })).body.toString('utf8');
    expect(metrics).toMatch(/^lockgate_requests_total\{route="packument",status="401"\} 1$/m);
    expect(metrics).toMatch(/^lockgate_request_duration_seconds_count \d+$/m);
  });

  it('is not asked by itself: whoever set the registry to it must name another one', async () => {
    const { registry, firewall } = await startBoth([pad]);
    const port = Number(new URL(firewall.origin).port);
    await firewall.stop();
    for (const host of ['127.0.0.1', 'localhost']) {
      await expect(startRunning({ registry: `http://${host}:${port}/`, firewall: { port } })).rejects.toThrow(
        'which is this firewall itself',
      );
    }
    const named = startRunning({ registry: registry.url, firewall: { publicUrl: registry.url.slice(0, -1) } });
    await expect(named).rejects.toThrow('which is this firewall itself');
  });

  it('cannot be opened twice on one port, and says so', async () => {
    const { registry, firewall } = await startBoth([pad]);
    const port = Number(new URL(firewall.origin).port);
    await expect(startRunning({ registry: registry.url, firewall: { port } })).rejects.toThrow(
      `127.0.0.1:${port} cannot be listened on: EADDRINUSE`,
    );
  });
});

function randomBytes(length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let state = 12_345;
  for (let index = 0; index < length; index += 1) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[index] = state >>> 16;
  }
  return bytes;
}

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer as createProxy } from 'node:http';
import type { Server } from 'node:http';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ConnectionSettings, HttpClient } from '../../src/model/http.ts';
import { createHttpClient } from '../../src/platform/http.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
const clients: HttpClient[] = [];
let folder = '';
let cert = '';
let server: Server | undefined;
let url = '';

function client(settings: Partial<ConnectionSettings> = {}): HttpClient {
  const direct = { proxyFor: () => undefined, authorizationFor: () => undefined, clientCertificateFor: () => undefined };
  const http = createHttpClient({ strictSsl: true, headersTimeout: 2_000, ...direct, ...settings }, { retryDelay: 1 });
  clients.push(http);
  return http;
}

async function listen(on: Server): Promise<number> {
  await new Promise<void>((resolve) => on.listen(0, '127.0.0.1', resolve));
  return (on.address() as AddressInfo).port; // it listens on a port
}

// Without openssl on this machine there is no certificate to test with.
describe.skipIf(!hasOpenssl)('the HTTP client over TLS (skipped where openssl is missing)', () => {
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'lockgate-tls-'));
    const [certFile, keyFile] = [join(folder, 'cert.pem'), join(folder, 'key.pem')];
    const name = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=IP:127.0.0.1'];
    const kind = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
    execFileSync('openssl', [...kind, ...name, '-keyout', keyFile, '-out', certFile], { stdio: 'ignore' });
    cert = readFileSync(certFile, 'utf8');
    server = createServer({ cert, key: readFileSync(keyFile) }, (request, response) => {
      if (request.url === '/down') response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end();
      else response.end('{}');
    });
    url = `https://127.0.0.1:${await listen(server)}/`;
  });

  afterEach(async () => {
    await Promise.all(clients.splice(0).map((one) => one.close()));
  });

  afterAll(() => {
    server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it('trusts the configured authorities and no stranger', async () => {
    expect(await client({ ca: [cert] }).get(url)).toMatchObject({ status: 200 });
    expect(await client().get(url)).toMatchObject({ type: 'failed', reason: 'network' });
    expect(await client({ strictSsl: false }).get(url)).toMatchObject({ status: 200 });
  });

  it('does not follow a redirect down to plain http', async () => {
    expect(await client({ ca: [cert] }).get(`${url}down`)).toMatchObject({ type: 'failed', reason: 'malformed' });
  });

  it('goes through a proxy by CONNECT, with its credentials for the proxy alone', async () => {
    const asked: (string | undefined)[] = [];
    const proxy = createProxy().on('connect', (request, socket) => {
      asked.push(request.url, request.headers['proxy-authorization']);
      const [host, port] = (request.url ?? '').split(':');
      const onward = connect(Number(port), host, () => {
        socket.write('HTTP/1.1 200 OK\r\n\r\n');
        onward.pipe(socket).pipe(onward);
      });
    });
    const port = await listen(proxy);
    expect(await client({ ca: [cert], proxyFor: () => `http://ada:p%40w@127.0.0.1:${port}` }).get(url)).toMatchObject({ status: 200 });
    expect(asked).toStrictEqual([new URL(url).host, `Basic ${Buffer.from('ada:p@w').toString('base64')}`]);
    proxy.close();
  });
});

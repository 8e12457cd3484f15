import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/model/units.ts';
import { release } from '../loopback-registry/release.ts';
import { startRegistry } from '../loopback-registry/registry.ts';
import { ask, closeAll, closeLater, startBoth, startRunning, today } from './running.ts';

afterEach(closeAll);

const pad = release({ name: 'left-pad', version: '1.0.0' });
const tarballPath = '/left-pad/-/left-pad-1.0.0.tgz';

describe('an upstream in trouble', () => {
  it('is asked again before anybody is refused', async () => {
    const { registry, firewall } = await startBoth([pad], {
      upstream: {
        faults: [
          { path: '/left-pad', type: 'status', status: 503, times: 1 },
          { path: tarballPath, type: 'truncate', times: 1 },
        ],
      },
    });
    expect((await ask(firewall, '/left-pad')).status).toBe(200);
    expect((await ask(firewall, tarballPath)).body.equals(pad.tarball)).toBe(true);
    expect(registry.requests.filter(({ path }) => path === tarballPath)).toHaveLength(2);
  });

  it.each([
    ['answers 503', { type: 'status', status: 503 }],
    ['answers 401', { type: 'status', status: 401 }],
    ['answers 451', { type: 'status', status: 451 }],
    ['breaks off', { type: 'truncate' }],
    ['answers with something else', { type: 'body', body: '<html>' }],
    ['answers with the document of another package', { type: 'body', body: JSON.stringify({ name: 'evil', versions: {} }) }],
    [
      'answers with a document that is broken inside',
      { type: 'body', body: '{"name":"left-pad","versions":{"1.0.0":{"dist":{"tarball":x}}},"dist-tags":{"latest":"1.0.0"}}' },
    ],
    ['answers with a list', { type: 'body', body: '[]' }],
  ] as const)('means 403 and "could not verify" when it %s, never a 5xx', async (_, fault) => {
    const { firewall } = await startBoth([pad], { upstream: { faults: [{ path: '/left-pad', ...fault }] } });
    for (const path of ['/left-pad', tarballPath, '/left-pad/latest']) {
      const answer = await ask(firewall, path);
      expect([path, answer.status]).toEqual([path, 403]);
      expect(answer.json()['error']).toMatch(/^lockgate: could not verify left-pad/);
    }
  });

  it('that does not say what is known to be bad leaves the tarball unverified', async () => {
    const { registry, firewall } = await startBoth([pad], {
      upstream: { faults: [{ path: '/-/npm/v1/security/advisories/bulk', type: 'status', status: 500 }] },
    });
    expect((await ask(firewall, '/left-pad')).status).toBe(200);
    const answer = await ask(firewall, tarballPath);
    expect(answer.status).toBe(403);
    expect(answer.json()['error']).toContain('could not verify left-pad@1.0.0');
    expect(firewall.actionOf('left-pad@1.0.0')).toBe('unverified');
    registry.setFaults([]);
    expect((await ask(firewall, tarballPath)).status).toBe(200);
  });

  it('that does not say so may be accepted by the policy', async () => {
    const policy = "version: 1\ninconclusive:\n  accept:\n    - { check: '*', registry: '*', reason: an old mirror without advisories }\n";
    const { firewall } = await startBoth([pad], {
      policy,
      upstream: { faults: [{ path: '/-/npm/v1/security/advisories/bulk', type: 'status', status: 500 }] },
    });
    expect((await ask(firewall, tarballPath)).status).toBe(200);
  });

  it('killed in the middle refuses everything cleanly, and all is well when it is back', async () => {
    const releases = Array.from({ length: 12 }, (_, index) => release({ name: `part-${index}`, version: '1.0.0' }));
    const first = await startRegistry(releases);
    const { port } = new URL(first.url);
    let now = today;
    const firewall = await startRunning({ registry: first.url, now: () => now });
    closeLater(firewall.stop);
    const install = async (): Promise<ReadonlySet<number>> => {
      const answers = await Promise.all(
        releases.flatMap((_, index) => [ask(firewall, `/part-${index}`), ask(firewall, `/part-${index}/-/part-${index}-1.0.0.tgz`)]),
      );
      return new Set(answers.map(({ status }) => status));
    };
    expect(await install()).toEqual(new Set([200]));
    await first.close();
    // What is held is given out for a minute, and nothing after that.
    now = milliseconds(today + 61_000);
    expect(await install()).toEqual(new Set([403]));
    expect(new Set(firewall.decisions().map(({ action }) => action))).toContain('unverified');

    const second = await startRegistryAt(Number(port), releases);
    closeLater(second);
    // The circuit of the client opens again by itself.
    for (let tries = 0; tries < 40 && !(await install()).has(200); tries += 1) await new Promise((resolve) => setTimeout(resolve, 250));
    expect(await install()).toEqual(new Set([200]));
  }, 60_000);
});

describe('credentials', () => {
  it('come from the configuration here, and neither what clients send goes up nor what is kept here comes down', async () => {
    const { registry, firewall } = await startBoth([pad], { upstream: { authorization: 'Bearer upstream-secret' } });
    expect((await ask(firewall, '/left-pad')).status).toBe(403);

    const { host } = new URL(registry.url);
    const known = await startRunning({
      registry: registry.url,
      variables: { [`npm_config_//${host}/:_authToken`]: 'upstream-secret' },
      firewall: { token: 'client-secret' },
    });
    closeLater(known.stop);
    registry.requests.splice(0);
    const headers = { authorization: 'Bearer client-secret', cookie: 'session=1', 'x-forwarded-for': '192.0.2.1', 'npm-session': 'abc' };
    for (const path of ['/left-pad', tarballPath, '/-/npm/v1/keys', '/-/whoami', '/-/lockgate/metrics', '/-/lockgate/health']) {
      const answer = await ask(known, path, { headers });
      expect([path, answer.status]).toEqual([path, 200]);
      expect(JSON.stringify(answer.headers) + answer.body.toString('latin1')).not.toContain('upstream-secret');
    }
    expect(registry.requests.length).toBeGreaterThan(2);
    for (const request of registry.requests) {
      expect(request.headers.authorization).toBe('Bearer upstream-secret');
      expect(Object.keys(request.headers)).not.toEqual(expect.arrayContaining(['cookie']));
      expect(Object.keys(request.headers)).not.toEqual(expect.arrayContaining(['x-forwarded-for']));
      expect(JSON.stringify(request.headers)).not.toContain('client-secret');
    }
    expect(JSON.stringify(known.events)).not.toMatch(/upstream-secret|client-secret/);
  });

  it('stay with their registry when it redirects to another host', async () => {
    const seen: (string | undefined)[] = [];
    const foreign = createServer((request, response) => {
      seen.push(request.headers.authorization);
      response.end(pad.tarball);
    });
    await new Promise<void>((resolve) => foreign.listen(0, '127.0.0.1', resolve));
    closeLater(() => new Promise((resolve) => void foreign.close(() => resolve())));
    const { port } = foreign.address() as AddressInfo; // it listens on TCP
    const registry = await startRegistry([pad], { faults: [{ path: tarballPath, type: 'redirect', to: `http://127.0.0.1:${port}/cdn` }] });
    closeLater(registry.close);
    const { host } = new URL(registry.url);
    const firewall = await startRunning({ registry: registry.url, variables: { [`npm_config_//${host}/:_authToken`]: 'upstream-secret' } });
    closeLater(firewall.stop);
    expect((await ask(firewall, tarballPath)).body.equals(pad.tarball)).toBe(true);
    expect(seen).toEqual([undefined]);
  });

  it('go to the registry of a scope for its packages, and to no other for those', async () => {
    const ui = release({ name: '@acme/ui', version: '1.0.0' });
    const own = await startRegistry([ui], { authorization: 'Bearer acme-secret' });
    closeLater(own.close);
    const { registry, firewall } = await startBoth([pad], {
      variables: {},
      npmrc: `@acme:registry=${own.url}\n`,
    });
    expect((await ask(firewall, '/@acme%2fui')).status).toBe(403);
    const { host } = new URL(own.url);
    const known = await startRunning({
      registry: registry.url,
      variables: { 'npm_config_@acme:registry': own.url, [`npm_config_//${host}/:_authToken`]: 'acme-secret' },
    });
    closeLater(known.stop);
    registry.requests.splice(0);
    expect((await ask(known, '/@acme%2fui/-/ui-1.0.0.tgz')).body.equals(ui.tarball)).toBe(true);
    const question = JSON.stringify({ '@acme/ui': ['1.0.0'], 'left-pad': ['1.0.0'] });
    expect((await ask(known, '/-/npm/v1/security/advisories/bulk', { method: 'POST', body: question })).status).toBe(200);
    expect(registry.requests.map(({ body, path }) => `${path} ${body}`).join('\n')).not.toContain('acme');
    expect(registry.requests.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });
});

describe('questions that are handed on', () => {
  it('are answered as the registry answers', async () => {
    const advisory = { id: 7, url: 'https://advisories.example/7', title: 'x', severity: 'low', vulnerable_versions: '*', cwe: [] };
    const attestations = { 'left-pad@1.0.0': { attestations: [] } };
    const { gzipSync } = await import('node:zlib');
    const { registry, firewall } = await startBoth([pad], { upstream: { advisories: { 'left-pad': [advisory] }, attestations } });
    expect((await ask(firewall, '/-/npm/v1/keys')).json()).toEqual({ keys: [registry.signer.publicKey] });
    expect((await ask(firewall, '/-/npm/v1/attestations/left-pad@1.0.0')).json()).toEqual({ attestations: [] });
    expect((await ask(firewall, '/-/npm/v1/attestations/left-pad@2.0.0')).status).toBe(404);
    expect((await ask(firewall, '/-/ping')).json()).toEqual({});
    expect((await ask(firewall, '/-/whoami')).json()).toEqual({ username: 'lockgate' });
    const body = JSON.stringify({ 'left-pad': ['1.0.0'] });
    const ordinary = await ask(firewall, '/-/npm/v1/security/advisories/bulk', { method: 'POST', body });
    expect(ordinary.json()).toEqual({ 'left-pad': [advisory] });
    const packed = { method: 'POST', body: gzipSync(body), headers: { 'content-encoding': 'gzip' } };
    expect((await ask(firewall, '/-/npm/v1/security/advisories/bulk', packed)).json()).toEqual({ 'left-pad': [advisory] });
    expect((await ask(firewall, '/-/npm/v1/security/advisories/bulk', { method: 'POST', body: '[]' })).status).toBe(400);
  });

  it.each(['<html>log in</html>', '[]', 'null', '', '{"left-pad":['])(
    'are open where the registry answers %j about advisories',
    async (body) => {
      const bulk = '/-/npm/v1/security/advisories/bulk';
      const { firewall } = await startBoth([pad], { upstream: { faults: [{ path: bulk, type: 'body', body }] } });
      const answer = await ask(firewall, bulk, { method: 'POST', body: JSON.stringify({ 'left-pad': ['1.0.0'] }) });
      expect(answer.status).not.toBe(200);
      expect(answer.json()['error']).toContain('its answer about advisories is no JSON object');
    },
  );

  it('are never sent up when they write', async () => {
    const { registry, firewall } = await startBoth([pad]);
    for (const [method, path] of [
      ['PUT', '/left-pad'],
      ['PUT', '/-/user/org.couchdb.user:ada'],
      ['DELETE', tarballPath],
      ['POST', '/-/v1/login'],
    ] as const) {
      const answer = await ask(firewall, path, { method, body: '{}' });
      expect(answer.status).toBe(403);
      expect(answer.json()['error']).toContain('publish, log in and change packages at the registry itself');
    }
    expect(registry.requests).toEqual([]);
  });
});

/** The same registry once more, on a port that was its own before. */
async function startRegistryAt(port: number, releases: Parameters<typeof startRegistry>[0]): Promise<() => Promise<void>> {
  const registry = await startRegistry(releases);
  const relay = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => void passOn(request.method ?? 'GET', request.url ?? '/', Buffer.concat(chunks)));
    async function passOn(method: string, path: string, body: Buffer): Promise<void> {
      const headers = {
        accept: request.headers.accept ?? '*/*',
        ...(request.headers['content-encoding'] === 'gzip' ? { 'content-encoding': 'gzip' } : {}),
      };
      const answer = await fetch(new URL(path, registry.url), {
        method,
        headers,
        ...(body.length === 0 ? {} : { body: new Uint8Array(body) }),
      });
      response.writeHead(answer.status, { 'content-type': answer.headers.get('content-type') ?? 'application/json' });
      response.end(Buffer.from(await answer.arrayBuffer()));
    }
  });
  await new Promise<void>((resolve) => relay.listen(port, '127.0.0.1', resolve));
  return async () => {
    relay.closeAllConnections();
    await new Promise((resolve) => relay.close(resolve));
    await registry.close();
  };
}

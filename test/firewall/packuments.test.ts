import { afterEach, describe, expect, it } from 'vitest';
import { release } from '../loopback-registry/release.ts';
import { startRegistry } from '../loopback-registry/registry.ts';
import { milliseconds } from '../../src/model/units.ts';
import { loadNpmConfiguration } from '../../src/platform/npmrc.ts';
import { ask, closeAll, closeLater, startBoth, startRunning, today } from './running.ts';

afterEach(closeAll);

const pads = [
  release({ name: 'left-pad', version: '1.0.0' }),
  release({ name: 'left-pad', version: '1.1.0', publishedAt: '2021-01-01T00:00:00.000Z' }),
  release({ name: 'left-pad', version: '1.2.0', publishedAt: '2026-11-25T11:00:00.000Z' }),
];
const abbreviated = { accept: 'application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8' };

/** The part of the registry's document that clients resolve with. */
function resolvable(document: Readonly<Record<string, unknown>>): { readonly versions: readonly string[]; readonly tags: unknown } {
  return { versions: Object.keys(document['versions'] ?? {}), tags: document['dist-tags'] };
}

describe('a document that passes the firewall', () => {
  it('lacks a version that is too new, in both forms, and latest is the one below', async () => {
    const { firewall } = await startBoth(pads);
    for (const headers of [{}, abbreviated]) {
      const answer = await ask(firewall, '/left-pad', { headers });
      expect(answer.status).toBe(200);
      expect(resolvable(answer.json())).toEqual({ versions: ['1.0.0', '1.1.0'], tags: { latest: '1.1.0' } });
    }
    const brief = (await ask(firewall, '/left-pad', { headers: abbreviated })).json();
    expect(brief['modified']).toBe('2021-01-01T00:00:00.000Z');
    expect(brief).not.toHaveProperty('time');
    expect(firewall.actionOf('left-pad@1.2.0')).toBe('hidden');
    expect(firewall.decisions()[0]?.reasons[0]).toContain('was published 1 hour ago (release-age/too-new)');
  });

  it('shows the version again when it has come of age', async () => {
    let now = today;
    const { firewall } = await startBoth(pads, { now: () => now });
    expect(resolvable((await ask(firewall, '/left-pad')).json()).versions).not.toContain('1.2.0');
    now = milliseconds(today + 24 * 3_600_000);
    expect(resolvable((await ask(firewall, '/left-pad')).json())).toMatchObject({ tags: { latest: '1.2.0' } });
  });

  it('lacks what is known to be malware or has a severe flaw, among all versions and not only the likely ones', async () => {
    const hit = (range: string, severity: string, title: string, cwe: readonly string[] = []): unknown => ({
      id: 1,
      url: 'https://advisories.example/1',
      title,
      severity,
      vulnerable_versions: range,
      cwe,
    });
    const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0'].map((version) => release({ name: 'cobalt-tiles', version }));
    const { firewall } = await startBoth(versions, {
      upstream: {
        advisories: {
          'cobalt-tiles': [
            hit('=1.1.0', 'critical', 'Malware in cobalt-tiles', ['CWE-506']),
            hit('<=1.0.0', 'high', 'Prototype pollution'),
            hit('=1.2.0', 'low', 'Slow'),
          ],
        },
      },
    });
    expect(resolvable((await ask(firewall, '/cobalt-tiles')).json()).versions).toEqual(['1.2.0', '1.3.0']);
    expect(firewall.actionOf('cobalt-tiles@1.1.0')).toBe('hidden');
  });

  it('is asked for upstream once, and advisories of all its versions with one question', async () => {
    const { registry, firewall } = await startBoth(pads);
    await Promise.all(Array.from({ length: 20 }, () => ask(firewall, '/left-pad')));
    await ask(firewall, '/left-pad/-/left-pad-1.0.0.tgz');
    await ask(firewall, '/left-pad/-/left-pad-1.1.0.tgz');
    const asked = registry.requests.map(({ method, path }) => `${method} ${path}`);
    expect(asked.filter((one) => one === 'GET /left-pad')).toHaveLength(1);
    expect(asked.filter((one) => one.startsWith('POST'))).toHaveLength(1);
  });

  it('is asked for again after a minute, and only whether it has changed', async () => {
    let now = today;
    const { registry, firewall } = await startBoth(pads, { now: () => now });
    await ask(firewall, '/left-pad');
    now = milliseconds(today + 61_000);
    registry.setPackages([...pads, release({ name: 'left-pad', version: '1.1.1' })]);
    expect(resolvable((await ask(firewall, '/left-pad')).json()).versions).toContain('1.1.1');
    const again = registry.requests.filter(({ path }) => path === '/left-pad');
    expect(again).toHaveLength(2);
    expect(again[1]?.headers['if-none-match']).toBeTypeOf('string');
  });

  it('comes packed as the client likes, with a validator for each form of it', async () => {
    const { firewall } = await startBoth(pads);
    const tags = new Set<unknown>();
    for (const [accepted, sent] of [
      ['gzip, deflate', 'gzip'],
      ['gzip, deflate, br', 'br'],
      ['zstd', undefined],
      ['br;q=0, gzip;q=0.5', 'gzip'],
      ['', undefined],
    ] as const) {
      const answer = await ask(firewall, '/left-pad', { headers: { 'accept-encoding': accepted } });
      expect(answer.headers['content-encoding'], accepted).toBe(sent);
      expect(resolvable(answer.json()).versions).toEqual(['1.0.0', '1.1.0']);
      expect(answer.headers['cache-control']).toBe('no-cache');
      const known = await ask(firewall, '/left-pad', {
        headers: { 'accept-encoding': accepted, 'if-none-match': String(answer.headers.etag) },
      });
      expect([known.status, known.body.length]).toEqual([304, 0]);
      tags.add(answer.headers.etag);
    }
    expect(tags.size).toBe(3);
    const brief = await ask(firewall, '/left-pad', { headers: abbreviated });
    expect(tags.has(brief.headers.etag)).toBe(false);
    expect(brief.headers['content-type']).toBe('application/vnd.npm.install-v1+json');
  });

  it('sends clients here for tarballs, under the name by which they know this place', async () => {
    const { firewall } = await startBoth([release({ name: '@acme/ui', version: '1.0.0' })]);
    const { port } = new URL(firewall.origin);
    for (const agent of ['pnpm/10.34.9 npm/? node/v20', 'yarn/1.22.22 npm/? node/v20', 'got', 'Bun/1.4.5', 'npm/11.0.0 node/v20']) {
      const headers = { 'user-agent': agent, host: `localhost:${port}` };
      const document = (await ask(firewall, '/@acme%2fui', { headers })).json() as {
        versions: Record<string, { dist: { tarball: string } }>;
      }; // its own form
      expect(document.versions['1.0.0']?.dist.tarball, agent).toBe(`http://localhost:${port}/@acme/ui/-/ui-1.0.0.tgz`);
    }
  });

  it('leaves npm the public addresses, which it moves here by itself and keeps in its lockfile', async () => {
    const publicTarball = 'https://registry.example/left-pad/-/left-pad-1.0.0.tgz';
    const { firewall } = await startBoth([release({ name: 'left-pad', version: '1.0.0', dist: { tarball: publicTarball } })]);
    const tarballFor = async (agent: string): Promise<unknown> => {
      const document = (await ask(firewall, '/left-pad/latest', { headers: { 'user-agent': agent } })).json() as {
        dist: { tarball: string };
      }; // a manifest
      return document.dist.tarball;
    };
    // That host is not npm's public registry: whoever was sent there would go around the gate.
    expect(await tarballFor('npm/11.0.0 node/v20')).toBe(`${firewall.origin}/left-pad/-/left-pad-1.0.0.tgz`);
    expect(await tarballFor('pnpm/10.0.0')).toBe(`${firewall.origin}/left-pad/-/left-pad-1.0.0.tgz`);

    const { publicRegistry } = await loadNpmConfiguration({ env: { HOME: '/nonexistent' } });
    const original = `${publicRegistry}right-pad/-/right-pad-1.0.0.tgz`;
    const { firewall: second } = await startBoth([release({ name: 'right-pad', version: '1.0.0', dist: { tarball: original } })]);
    for (const [agent, tarball] of [
      ['npm/11.0.0 node/v20', original],
      ['pnpm/10.0.0 npm/?', `${second.origin}/right-pad/-/right-pad-1.0.0.tgz`],
    ] as const) {
      for (const headers of [{ 'user-agent': agent }, { ...abbreviated, 'user-agent': agent }]) {
        const answer = (await ask(second, '/right-pad', { headers })).body.toString('utf8');
        expect(answer).toContain(JSON.stringify(tarball));
      }
    }
  });

  it('whose values cannot be read or written is refused, however deep they are nested', async () => {
    const deep = `${'['.repeat(200_000)}${']'.repeat(200_000)}`;
    for (const body of [
      `{"name":"left-pad","versions":{"1.0.0":{"version":"1.0.0","license":${deep}}},"dist-tags":{"latest":"1.0.0"}}`,
      `{"name":"left-pad","versions":{},"dist-tags":{},"time":{"1.0.0":${deep}}}`,
      `{"name":"left-pad","versions":{},"dist-tags":${deep},"modified":${deep}}`,
    ]) {
      const { firewall } = await startBoth(pads, { upstream: { faults: [{ path: '/left-pad', type: 'body', body }] } });
      for (const path of ['/left-pad', '/left-pad/latest', '/left-pad/-/left-pad-1.0.0.tgz']) {
        expect([200, 403, 404], `${path} ${body.slice(0, 60)}`).toContain((await ask(firewall, path)).status);
      }
      expect(firewall.events.filter((event) => event.type === 'trouble')).toEqual([]);
    }
  });

  it('of 3,000 versions in 40 MB costs about a second of work, and its next client nearly none', async () => {
    const manifest = (version: string): unknown => ({
      name: 'left-pad',
      version,
      readme: 'x'.repeat(12_800),
      dist: { integrity: pads[0]?.integrity, tarball: `http://registry.example/left-pad/-/left-pad-${version}.tgz` },
    });
    const versions = Array.from({ length: 3_000 }, (_, index) => `1.${Math.floor(index / 100)}.${index % 100}`);
    const body = Buffer.from(
      JSON.stringify({
        name: 'left-pad',
        'dist-tags': { latest: versions.at(-1) },
        versions: Object.fromEntries(versions.map((version) => [version, manifest(version)])),
        time: Object.fromEntries(versions.map((version) => [version, '2020-01-01T00:00:00.000Z'])),
      }),
    );
    const { firewall } = await startBoth([], { upstream: { faults: [{ path: '/left-pad', type: 'body', body }] } });
    const costs: number[] = [];
    for (let client = 0; client < 2; client += 1) {
      const started = process.cpuUsage();
      const answer = await ask(firewall, '/left-pad', { headers: { 'accept-encoding': 'gzip' } });
      const { user, system } = process.cpuUsage(started);
      costs.push((user + system) / 1_000);
      expect([answer.status, answer.body.length > 38_000_000]).toEqual([200, true]);
    }
    // The registry's own work and this client's are in it, and everything that is loaded for the first time.
    expect(costs[0]).toBeLessThan(4_000);
    expect(costs[1]).toBeLessThan(500);
  });

  it('keeps its tags together when there are thousands of them', async () => {
    const tags = Object.fromEntries(Array.from({ length: 5_000 }, (_, index) => [`tag-${index}`, '1.2.0']));
    const change = (document: Readonly<Record<string, unknown>>): unknown => ({ ...document, 'dist-tags': { latest: '1.2.0', ...tags } });
    const { firewall } = await startBoth(pads, { upstream: { faults: [{ path: '/left-pad', type: 'change', change }] } });
    expect(new Set(Object.values((await ask(firewall, '/left-pad')).json()['dist-tags'] ?? {}))).toEqual(new Set(['1.1.0']));
  });

  it('is refused with the reason where every version is', async () => {
    const { firewall } = await startBoth([release({ name: 'onlyfresh', version: '1.0.0', publishedAt: '2026-11-25T11:30:00.000Z' })]);
    const answer = await ask(firewall, '/onlyfresh');
    expect(answer.status).toBe(403);
    expect(answer.json()['error']).toMatch(/^lockgate: onlyfresh is refused: every version is refused: onlyfresh .*30 minutes/);
    expect(firewall.decisions().map(({ version, action }) => `${version} ${action}`)).toEqual(['1.0.0 hidden', ' refused']);
  });

  it('does not exist where nobody publishes it, and that is told apart from hidden', async () => {
    const { firewall } = await startBoth(pads);
    expect((await ask(firewall, '/lefft-padd')).status).toBe(404);
    expect(firewall.decisions()).toMatchObject([{ name: 'lefft-padd', version: '', action: 'not-found' }]);
  });
});

describe('one version of a document', () => {
  it('is given by number and by tag', async () => {
    const { firewall } = await startBoth(pads);
    expect((await ask(firewall, '/left-pad/latest')).json()).toMatchObject({ name: 'left-pad', version: '1.1.0' });
    expect((await ask(firewall, '/left-pad/1.0.0')).json()).toMatchObject({ version: '1.0.0' });
    expect((await ask(firewall, '/-/package/left-pad/dist-tags')).json()).toEqual({ latest: '1.1.0' });
    expect((await ask(firewall, '/left-pad/7.7.7')).status).toBe(404);
  });

  it('is refused by number, never replaced', async () => {
    const { firewall } = await startBoth(pads);
    const answer = await ask(firewall, '/left-pad/1.2.0');
    expect(answer.status).toBe(403);
    expect(answer.json()['error']).toContain('left-pad@1.2.0 is refused');
    expect(firewall.actionOf('left-pad@1.2.0')).toBe('refused');
  });
});

describe('a policy', () => {
  it('decides what is hidden: levels, exceptions and own people as in every other front end', async () => {
    const own = release({ name: '@acme/ui', version: '2.0.0', publishedAt: '2026-11-25T11:00:00.000Z', publisher: { name: 'acme-bot' } });
    const policy = [
      'version: 1',
      'checks:',
      '  release-age:',
      '    exceptions:',
      "      - { package: left-pad, after: 0m, reason: 'we wrote it' }",
      'trusted:',
      "  - { package: '@acme/*', publishers: [acme-bot], reason: our own releases }",
      '',
    ].join('\n');
    const { firewall } = await startBoth(
      [...pads, own, release({ name: 'evil', version: '1.0.0', publishedAt: '2026-11-25T11:00:00.000Z' })],
      {
        policy,
      },
    );
    expect(resolvable((await ask(firewall, '/left-pad')).json()).tags).toEqual({ latest: '1.2.0' });
    expect(resolvable((await ask(firewall, '/@acme%2fui')).json()).versions).toEqual(['2.0.0']);
    expect((await ask(firewall, '/evil')).status).toBe(403);
  });

  it('is read again on demand, and what it refused before is judged by the new one', async () => {
    let text = 'version: 1\n';
    const registry = await startRegistry(pads);
    closeLater(registry.close);
    const { createGate } = await import('../../src/gate.ts');
    const firewall = await startRunning({
      registry: registry.url,
      firewall: {
        openGate: (transport) =>
          createGate({
            now: today,
            variables: { npm_config_registry: registry.url, XDG_CACHE_HOME: '/nonexistent' },
            transport,
            policy: { text, path: 'lockgate.yaml' },
          }),
      },
    });
    closeLater(firewall.stop);
    expect(resolvable((await ask(firewall, '/left-pad')).json()).versions).not.toContain('1.2.0');
    text = 'version: 1\nrules:\n  release-age/too-new: note\n';
    await firewall.reload();
    expect(resolvable((await ask(firewall, '/left-pad')).json()).versions).toContain('1.2.0');
    text = 'version: 7\n';
    await expect(firewall.reload()).rejects.toThrow();
    expect((await ask(firewall, '/left-pad')).status).toBe(200);
  });
});

describe('many young versions', () => {
  it('are judged up to a number, and hidden beyond it', async () => {
    const nightlies = Array.from({ length: 90 }, (_, index) =>
      release({ name: 'nightly', version: `1.0.${index}`, publishedAt: new Date(today - (90 - index) * 60_000).toISOString() }),
    );
    const { registry, firewall } = await startBoth([release({ name: 'nightly', version: '0.9.0' }), ...nightlies]);
    expect(resolvable((await ask(firewall, '/nightly')).json())).toEqual({ versions: ['0.9.0'], tags: { latest: '0.9.0' } });
    expect(registry.requests.length).toBeLessThan(10);
  });
});

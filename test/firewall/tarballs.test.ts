import { createHash } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import { release } from '../loopback-registry/release.ts';
import type { LoopbackRegistry } from '../loopback-registry/registry.ts';
import { milliseconds } from '../../src/model/units.ts';
import { ask, closeAll, startBoth, today } from './running.ts';

afterEach(closeAll);

const tarballPath = '/left-pad/-/left-pad-1.0.0.tgz';
const pad = release({ name: 'left-pad', version: '1.0.0' });
const countOf = (registry: LoopbackRegistry, path: string): number => registry.requests.filter((request) => request.path === path).length;

describe('a tarball that passes the firewall', () => {
  it('is the published one, byte for byte', async () => {
    const { firewall } = await startBoth([pad]);
    const answer = await ask(firewall, tarballPath);
    expect([answer.status, answer.body.equals(pad.tarball)]).toEqual([200, true]);
    expect(answer.headers.etag).toBe(`"${pad.integrity}"`);
    expect((await ask(firewall, tarballPath, { headers: { 'if-none-match': `"${pad.integrity}"` } })).status).toBe(304);
    expect((await ask(firewall, tarballPath, { method: 'HEAD' })).headers['content-length']).toBe(String(pad.tarball.length));
    expect(firewall.actionOf('left-pad@1.0.0')).toBe('allowed');
  });

  it('is fetched once for the judgement and for everybody who asks at the same time or later', async () => {
    const { registry, firewall } = await startBoth([pad]);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(firewall, tarballPath)));
    await ask(firewall, tarballPath);
    expect(answers.every(({ body }) => body.equals(pad.tarball))).toBe(true);
    expect(countOf(registry, tarballPath)).toBe(1);
  });

  it('may be asked for under the path of another registry and in both spellings of a scope', async () => {
    const ui = release({ name: '@acme/ui', version: '1.0.0' });
    const { firewall } = await startBoth([ui]);
    for (const path of ['/@acme/ui/-/ui-1.0.0.tgz', '/@acme%2fui/-/ui-1.0.0.tgz', '/api/npm/group/@acme/ui/-/ui-1.0.0.tgz']) {
      expect((await ask(firewall, path)).body.equals(ui.tarball), path).toBe(true);
    }
  });
});

describe('a refused tarball', () => {
  it('is answered with 403, the reason in the body, the phrase and the notice, and no byte of it', async () => {
    const fresh = release({ name: 'left-pad', version: '1.1.0', publishedAt: '2026-11-25T11:00:00.000Z' });
    const { firewall } = await startBoth([pad, fresh]);
    const answer = await ask(firewall, '/left-pad/-/left-pad-1.1.0.tgz');
    expect(answer.status).toBe(403);
    expect(answer.phrase).toMatch(/^lockgate: left-pad@1\.1\.0 is refused: [\x20-\x7e]{1,120}$/);
    expect(answer.headers['npm-notice']).toContain('left-pad@1.1.0 was published 1 hour ago');
    expect(answer.json()['error']).toContain('(release-age/too-new)');
    expect(answer.headers['content-type']).toContain('application/json');
    expect(firewall.actionOf('left-pad@1.1.0')).toBe('refused');
  });

  it('is judged by what is in it, and not by what the registry says is in it', async () => {
    const confused = release({
      name: 'confused',
      version: '1.0.0',
      tarballManifest: { scripts: { postinstall: 'node steal.js' } },
      files: { 'steal.js': 'x' },
    });
    const gyp = release({
      name: 'gyppy',
      version: '1.0.0',
      files: { 'binding.gyp': "{ 'targets': [ { 'target_name': '<!(node steal.js)' } ] }" },
    });
    const { firewall } = await startBoth([confused, gyp]);
    for (const name of ['confused', 'gyppy']) {
      const answer = await ask(firewall, `/${name}/-/${name}-1.0.0.tgz`);
      expect([name, answer.status]).toEqual([name, 403]);
      expect(answer.body.includes('steal.js')).toBe(false);
    }
    expect(firewall.decisions().map(({ action }) => action)).toEqual(['refused', 'refused']);
  });

  it('passes when the policy allows it, and not before', async () => {
    const scripted = release({ name: 'builder', version: '1.0.0', scripts: { postinstall: 'node build.js' }, files: { 'build.js': '1' } });
    const strict = await startBoth([scripted], { policy: 'version: 1\nrules:\n  install-scripts/unlisted: error\n' });
    expect((await ask(strict.firewall, '/builder/-/builder-1.0.0.tgz')).status).toBe(403);
    const waived = await startBoth([scripted], {
      policy: [
        'version: 1',
        'rules:',
        '  install-scripts/unlisted: error',
        'allowlists:',
        '  install-scripts:',
        '    - { package: builder, reason: builds our own addon }',
        '',
      ].join('\n'),
    });
    const answer = await ask(waived.firewall, '/builder/-/builder-1.0.0.tgz');
    expect([answer.status, waived.firewall.decisions().flatMap(({ reasons }) => reasons)]).toEqual([200, []]);
  });

  it('is judged anew when its time has come', async () => {
    let now = today;
    const fresh = release({ name: 'left-pad', version: '1.1.0', publishedAt: '2026-11-25T11:00:00.000Z' });
    const { firewall } = await startBoth([pad, fresh], { now: () => now });
    expect((await ask(firewall, '/left-pad/-/left-pad-1.1.0.tgz')).status).toBe(403);
    now = milliseconds(today + 23 * 3_600_000);
    expect((await ask(firewall, '/left-pad/-/left-pad-1.1.0.tgz')).status).toBe(200);
  });

  it('does not exist where the registry does not know the version, even if the document here is older than it', async () => {
    const { registry, firewall } = await startBoth([pad]);
    expect((await ask(firewall, '/left-pad/-/left-pad-9.0.0.tgz')).status).toBe(404);
    expect(firewall.actionOf('left-pad@9.0.0')).toBe('not-found');
    const next = release({ name: 'left-pad', version: '1.0.1' });
    registry.setPackages([pad, next]);
    expect((await ask(firewall, '/left-pad/-/left-pad-1.0.1.tgz')).body.equals(next.tarball)).toBe(true);
  });
});

describe('bytes that change', () => {
  const other = release({ name: 'left-pad', version: '1.0.0', files: { 'index.js': 'steal()' } });
  const swap = { path: tarballPath, type: 'body', body: other.tarball } as const;

  it('are refused when they are not the ones that the document names', async () => {
    const { firewall } = await startBoth([pad], { upstream: { faults: [swap] } });
    const answer = await ask(firewall, tarballPath);
    expect(answer.status).toBe(403);
    expect(answer.json()['error']).toContain('the registry sends other bytes than its own document names');
    expect(firewall.actionOf('left-pad@1.0.0')).toBe('refused');
  });

  it('do not get through between two requests: those that were judged are those that are sent', async () => {
    const { registry, firewall } = await startBoth([pad], { firewall: { limits: { keptBytes: 0 } } });
    expect((await ask(firewall, tarballPath)).body.equals(pad.tarball)).toBe(true);
    registry.setFaults([swap]);
    const second = await ask(firewall, tarballPath);
    expect([second.status, second.body.includes('steal')]).toEqual([403, false]);
    registry.setFaults([]);
    expect((await ask(firewall, tarballPath)).body.equals(pad.tarball)).toBe(true);
  });

  it('do not get through where the document names no digest of them, either: each body is judged for itself', async () => {
    const nameless = { integrity: undefined, shasum: undefined, signatures: undefined };
    const good = release({ name: 'old', version: '1.0.0', dist: nameless });
    const evil = release({
      name: 'old',
      version: '1.0.0',
      dist: nameless,
      scripts: {},
      tarballManifest: { scripts: { postinstall: 'node steal.js' } },
    });
    const policy = 'version: 1\nrules:\n  integrity/missing: off\n';
    const { registry, firewall } = await startBoth([good], {
      policy,
      upstream: { isSigned: false },
      firewall: { limits: { keptBytes: 0 } },
    });
    const first = await ask(firewall, '/old/-/old-1.0.0.tgz');
    registry.setFaults([{ path: '/old/-/old-1.0.0.tgz', type: 'body', body: evil.tarball }]);
    const second = await ask(firewall, '/old/-/old-1.0.0.tgz');
    expect(second.body.equals(evil.tarball)).toBe(false);
    expect([200, 403]).toContain(first.status);
    expect(second.status).toBe(403);
  });

  it('under a weak digest are told apart by a strong one', async () => {
    const weak = release({ name: 'left-pad', version: '1.0.0', dist: { integrity: undefined } });
    const { firewall } = await startBoth([weak]);
    const answer = await ask(firewall, tarballPath);
    if (answer.status === 200) expect(answer.headers.etag).toBe(`"sha512-${createHash('sha512').update(weak.tarball).digest('base64')}"`);
    else expect(answer.status).toBe(403);
  });

  it('at one address that two versions name are judged each for itself', async () => {
    const { registry, firewall } = await startBoth([pad]);
    const address = `${registry.url}left-pad/-/left-pad-1.0.0.tgz`;
    registry.setPackages([
      pad,
      release({ name: 'left-pad', version: '1.0.1', dist: { tarball: address, integrity: pad.integrity, shasum: pad.shasum } }),
    ]);
    const answers = await Promise.all([ask(firewall, tarballPath), ask(firewall, '/left-pad/-/left-pad-1.0.1.tgz')]);
    // The other version's bytes are not what 1.0.1 says of itself: name and version in them are another's.
    expect(answers.map(({ status }) => status)[0]).toBe(200);
    expect([200, 403]).toContain(answers[1]?.status);
    expect(firewall.events.filter((event) => event.type === 'trouble')).toEqual([]);
  });
});

describe('a large tarball', () => {
  it('takes the lane of its size, and is refused above the limit', async () => {
    const bytes = Buffer.alloc(3_000_000);
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = (Math.imul(at, 2_654_435_761) >>> 13) & 0xff;
    const large = release({ name: 'large', version: '1.0.0', files: { 'data.bin': bytes } });
    const { registry, firewall } = await startBoth([large]);
    expect((await ask(firewall, '/large/-/large-1.0.0.tgz')).body.equals(large.tarball)).toBe(true);
    expect(countOf(registry, '/large/-/large-1.0.0.tgz')).toBeLessThanOrEqual(2);
  });
});

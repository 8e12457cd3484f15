import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPackageName, routeOf } from '../../src/firewall/route.ts';

describe('a route', () => {
  it('reads a package in both of its spellings', () => {
    expect(routeOf('GET', '/left-pad')).toEqual({ type: 'packument', name: 'left-pad' });
    for (const path of ['/@acme/ui', '/@acme%2fui', '/@acme%2Fui', '/%40acme%2fui', '/@acme%2fui?write=true']) {
      expect(routeOf('GET', path)).toEqual({ type: 'packument', name: '@acme/ui' });
    }
  });

  it('reads versions and tags', () => {
    expect(routeOf('GET', '/left-pad/1.3.0')).toEqual({ type: 'manifest', name: 'left-pad', selector: '1.3.0' });
    expect(routeOf('GET', '/@acme%2fui/latest')).toEqual({ type: 'manifest', name: '@acme/ui', selector: 'latest' });
    expect(routeOf('GET', '/@acme/ui/2.0.0-rc.1+5')).toEqual({ type: 'manifest', name: '@acme/ui', selector: '2.0.0-rc.1+5' });
  });

  it('reads tarballs, whatever path another registry had before the name', () => {
    const leftPad = { type: 'tarball', name: 'left-pad', version: '1.3.0' };
    expect(routeOf('GET', '/left-pad/-/left-pad-1.3.0.tgz')).toEqual(leftPad);
    expect(routeOf('HEAD', '/artifactory/api/npm/npm/left-pad/-/left-pad-1.3.0.tgz')).toEqual(leftPad);
    for (const path of ['/@acme/ui/-/ui-1.0.0-rc.1.tgz', '/@acme%2fui/-/ui-1.0.0-rc.1.tgz', '/npm/@acme/ui/-/ui-1.0.0-rc.1.tgz']) {
      expect(routeOf('GET', path)).toEqual({ type: 'tarball', name: '@acme/ui', version: '1.0.0-rc.1' });
    }
  });

  it('does not take a tarball whose file belongs to another package', () => {
    for (const path of [
      '/left-pad/-/evil-1.3.0.tgz',
      '/left-pad/-/left-pad-latest.tgz',
      '/left-pad/-/left-pad-1.3.0.tar',
      '/left-pad/-/x/left-pad-1.3.0.tgz',
      '/left-pad/-/left-pad-1.3.0.tgz/-/left-pad-1.3.0.tgz',
      '/-/left-pad-1.3.0.tgz',
    ]) {
      expect(routeOf('GET', path), path).toEqual({ type: 'unknown' });
    }
  });

  it('knows the questions of clients and the services of its own', () => {
    expect(routeOf('GET', '/-/ping')).toEqual({ type: 'ping' });
    expect(routeOf('GET', '/-/whoami')).toEqual({ type: 'whoami' });
    expect(routeOf('GET', '/-/npm/v1/keys')).toEqual({ type: 'keys' });
    expect(routeOf('GET', '/-/lockgate/health')).toEqual({ type: 'health' });
    expect(routeOf('GET', '/-/lockgate/metrics')).toEqual({ type: 'metrics' });
    expect(routeOf('GET', '/-/package/@acme%2fui/dist-tags')).toEqual({ type: 'dist-tags', name: '@acme/ui' });
    expect(routeOf('GET', '/-/npm/v1/attestations/@acme%2fui@1.0.0')).toEqual({ type: 'attestations', name: '@acme/ui', version: '1.0.0' });
    expect(routeOf('POST', '/-/npm/v1/security/advisories/bulk')).toEqual({ type: 'advisories', endpoint: 'advisories/bulk' });
    expect(routeOf('POST', '/-/npm/v1/security/audits/quick')).toEqual({ type: 'advisories', endpoint: 'audits/quick' });
  });

  it('refuses everything that writes', () => {
    for (const [method, path] of [
      ['PUT', '/left-pad'],
      ['PUT', '/-/user/org.couchdb.user:ada'],
      ['DELETE', '/left-pad/-rev/1'],
      ['POST', '/-/v1/login'],
      ['PATCH', '/left-pad'],
      ['OPTIONS', '/left-pad'],
    ] as const) {
      expect(routeOf(method, path), `${method} ${path}`).toMatchObject({ type: 'refused' });
    }
  });

  it('answers for no other host', () => {
    for (const target of ['http://registry.example/left-pad', 'HTTP://127.0.0.1/left-pad', 'registry.example:443', '*', '']) {
      expect(routeOf('GET', target)).toMatchObject({ type: 'refused' });
    }
  });

  it('turns away names that try to leave their place', () => {
    for (const path of [
      '/..%2fleft-pad',
      '/..%2f..%2f-%2fadmin',
      '/../left-pad',
      '/./left-pad',
      '/%2e%2e/left-pad',
      '/@acme%2f..',
      '/@acme%2f..%2fleft-pad',
      '/@acme%252fui',
      '/%252e%252e%252fleft-pad',
      '/left-pad%00',
      '/left-pad%0d%0ahost:%20evil',
      '/left-pad%20',
      '/left%2fpad',
      '/left-pad%5c..%5cevil',
      '/left-pad\\evil',
      '//left-pad',
      '/left-pad//1.0.0',
      '/left-pad/',
      '/@acme',
      '/@acme/',
      '/%zz',
      '/left-pad#x',
      '/läft-pad',
      `/${'a'.repeat(3_000)}`,
      '/',
    ]) {
      expect(routeOf('GET', path), path).toMatchObject({ type: 'malformed' });
    }
  });

  it('knows no name that is longer or stranger than a registry takes', () => {
    for (const path of [
      `/${'a'.repeat(215)}`,
      '/_all_docs',
      '/.npmrc',
      '/@/x',
      '/@acme%2fui/1.0.0/x',
      '/left-pad/^1.0.0',
      '/-/all',
      '/-/v1/search',
    ]) {
      expect(['unknown', 'malformed'], path).toContain(routeOf('GET', path).type);
    }
  });

  it('gives out only names that mean one place in an upstream address, for any target at all', () => {
    const piece = fc.constantFrom(
      '/',
      '-',
      '@',
      '%2f',
      '%2e',
      '..',
      '%',
      'left-pad',
      'acme',
      '1.0.0',
      '.tgz',
      '%00',
      '?',
      '#',
      '\\',
      '%252f',
      ' ',
      'é',
    );
    fc.assert(
      fc.property(fc.constantFrom('GET', 'POST', 'PUT', 'HEAD'), fc.array(piece, { maxLength: 12 }), (method, pieces) => {
        const route = routeOf(method, `/${pieces.join('')}`);
        if (!('name' in route)) return;
        expect(isPackageName(route.name)).toBe(true);
        const url = new URL(`https://registry.example/npm/${route.name.replace('/', '%2f')}`);
        expect(url.href).toBe(`https://registry.example/npm/${route.name.replace('/', '%2f')}`);
        if ('version' in route) expect(route.version).toMatch(/^\d+\.\d+\.\d+[0-9A-Za-z.+-]*$/);
      }),
      { numRuns: 2_000 },
    );
  });
});

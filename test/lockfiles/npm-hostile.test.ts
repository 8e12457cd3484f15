import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { npm } from '../../src/lockfiles/npm.ts';
import { GateError } from '../../src/model/gate-error.ts';
import { noFiles } from '../../src/model/project-files.ts';
import { lockOf, readLock } from './npm-project.ts';
import { refusalOf } from '../support/sound-inventory.ts';

describe('entries that npm would not write are refused with their line', () => {
  test.each([
    ['an absolute path', '/etc/cron.d/node_modules/rope'],
    ['a drive', 'C:/node_modules/rope'],
    ['a path that climbs', 'node_modules/../../rope'],
    ['a path outside that nothing links to', '../rope'],
    ['a package outside that nothing links to', '../../node_modules/rope'],
    ['a backslash', 'node_modules\\rope'],
    ['an empty segment', 'node_modules//rope'],
    ['a dot segment', './node_modules/rope'],
    ['a path that is only dots', '..'],
    ['more segments than any disk has', 'a/'.repeat(300) + 'node_modules/rope'],
    ['a path longer than any disk takes', `node_modules/${'r'.repeat(5000)}`],
  ])('%s', (_, path) => {
    const error = refusalOf(() => readLock(lockOf({ '': {}, [path]: { version: '1.0.0' } })));
    expect(error.code).toBe('lockfile-invalid');
    expect(error.location).toMatchObject({ file: 'package-lock.json', line: 8 });
    expect(error.hint).toBeTruthy();
  });

  test.each([
    ['NUL in a name', { name: 'ro\0pe', version: '1.0.0' }],
    ['a terminal escape in a version', { version: '1.0.0\u001b[2J' }],
    ['a control character in an address', { version: '1.0.0', resolved: 'https://registry.example/\r\nrope' }],
    ['a name that is a path', { name: '../../rope', version: '1.0.0' }],
    ['a name with a backslash', { name: 'a\\b', version: '1.0.0' }],
    ['a version that is no string', { version: 1 }],
    ['an entry that is no object', 'rope'],
    ['dependencies that are no object', { version: '1.0.0', dependencies: 'knot' }],
    ['a range that is no string', { version: '1.0.0', dependencies: { knot: 1 } }],
    ['an absolute file', { version: '1.0.0', resolved: 'file:/etc/rope.tgz' }],
    ['a file with a drive', { version: '1.0.0', resolved: 'file:C:/rope.tgz' }],
    ['a link that leads nowhere', { link: true }],
    ['a link to an absolute path', { link: true, resolved: '/etc' }],
    ['a link that climbs back', { link: true, resolved: 'docks/../../etc' }],
  ])('%s', (_, entry) => {
    const error = refusalOf(() => readLock(lockOf({ '': {}, 'node_modules/rope': entry })));
    expect(error.code).toBe('lockfile-invalid');
    expect(error.location?.line).toBe(8);
  });

  test('links that lead in a circle', () => {
    const entries = {
      '': {},
      'node_modules/a': { link: true, resolved: 'node_modules/b' },
      'node_modules/b': { link: true, resolved: 'node_modules/a' },
    };
    expect(refusalOf(() => readLock(lockOf(entries))).message).toContain('circle');
  });

  test.each([
    ['a name that climbs', { '../rope': { version: '1.0.0' } }],
    ['an absolute folder', { rope: { version: 'file:/etc' } }],
    ['NUL in a version', { rope: { version: '1\0' } }],
    ['an entry that is no object', { rope: 1 }],
  ])('version 1: %s', (_, dependencies) => {
    const error = refusalOf(() => readLock({ lockfileVersion: 1, requires: true, dependencies }));
    expect(error.code).toBe('lockfile-invalid');
    expect(error.location?.line).toBe(5);
  });

  test.each([
    ['no object', '[]'],
    ['a version that is none', '{"lockfileVersion": "3", "packages": {}}'],
    ['version 3 without packages', '{"lockfileVersion": 3, "dependencies": {}}'],
    ['packages that are no object', '{"lockfileVersion": 3, "packages": []}'],
    ['an empty file', ''],
  ])('%s', (_, text) => {
    expect(refusalOf(() => readLock(text)).code).toBe('lockfile-invalid');
  });

  test('a manifest that is not JSON is named, not the lockfile', () => {
    const error = refusalOf(() => readLock(lockOf({ '': {} }), { 'package.json': '{"name": \n' }));
    expect(error.location).toEqual({ file: 'package.json', line: 2, column: 1 });
  });

  test('no manifest outside the project is ever read', () => {
    const asked: string[] = [];
    const files = { read: (path: string): undefined => void asked.push(path), workspaces: () => [] };
    const lock = lockOf({ '': { workspaces: ['../*'] }, '../pier': {}, 'node_modules/pier': { resolved: '../pier', link: true } });
    npm.read({ path: 'package-lock.json', text: JSON.stringify(lock), digest: '', files });
    expect(asked).toEqual(['package.json']);
  });
});

describe('size and shape', () => {
  test('100,000 entries', () => {
    const names = Array.from({ length: 100_000 }, (_, index) => `barge-${index}`);
    const entries = names.map((name, index) => [
      `node_modules/${name}`,
      { version: '1.0.0', dependencies: { [names[index + 1] ?? 'barge-0']: '1' } },
    ]);
    const inventory = readLock(lockOf({ '': { dependencies: { 'barge-0': '1' } }, ...Object.fromEntries(entries) }));
    expect(inventory.components.size).toBe(100_000);
    expect([...inventory.components.values()].every(({ scope }) => scope === 'required')).toBe(true);
  });

  test('a long chain of links is refused, and soon', () => {
    const links = Array.from({ length: 30_000 }, (_, index) => [
      `node_modules/l${index}`,
      { link: true, resolved: `node_modules/l${index + 1}` },
    ]);
    expect(refusalOf(() => readLock(lockOf(Object.fromEntries([['', {}], ...links])))).message).toContain('too far');
  });

  test('more patterns and folders than can be matched are refused', () => {
    const workspaces = Array.from({ length: 20_000 }, (_, index) => `**/{a,b}/**/*${index}*`);
    const folders = Array.from({ length: 20_000 }, (_, index) => [`docks/east/${index}`, { version: '1.0.0' }]);
    expect(refusalOf(() => readLock(lockOf(Object.fromEntries([['', { workspaces }], ...folders])))).code).toBe('lockfile-too-large');
  });

  test('nesting up to what the JSON reader allows, in version 1', () => {
    let dependencies: unknown = {};
    for (let depth = 0; depth < 60; depth += 1)
      dependencies = { rope: { version: '1.0.0', requires: { rope: '1', gone: '1' }, dependencies } };
    expect(readLock({ lockfileVersion: 1, requires: true, dependencies }).components.size).toBe(60);
  });

  test('the same bytes give the same inventory', () => {
    const text = readFileSync('fixtures/npm-bakery-v3/package-lock.json', 'utf8');
    expect(JSON.stringify([...readLock(text).components])).toBe(JSON.stringify([...readLock(text).components]));
    const crlf = readLock(`\uFEFF${text.replaceAll('\n', '\r\n')}`);
    expect([...crlf.components]).toEqual([...readLock(text).components]);
  });
});

describe('whatever the bytes are', () => {
  const sources = ['npm-bakery-v1', 'npm-bakery-v2', 'npm-workshop-workspaces-v3'].map((folder) =>
    readFileSync(`fixtures/${folder}/package-lock.json`),
  );

  test.each(sources.map((bytes, index) => [index, bytes] as const))('only GateError comes out of mutated lockfile %i', (_, bytes) => {
    const mutation = fc.record({ at: fc.nat(bytes.length), drop: fc.nat(40), insert: fc.uint8Array({ maxLength: 6 }) });
    fc.assert(
      fc.property(fc.array(mutation, { minLength: 1, maxLength: 3 }), (mutations) => {
        let mutated = bytes;
        for (const { at, drop, insert } of mutations)
          mutated = Buffer.concat([mutated.subarray(0, at), insert, mutated.subarray(at + drop)]);
        assertTotal(mutated.toString('utf8'));
      }),
      { numRuns: 400 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  test('only GateError comes out of well-formed nonsense', () => {
    const word = fc.constantFrom(
      'node_modules/rope',
      'node_modules/@a/b',
      '',
      'docks/a',
      '..',
      'rope',
      'version',
      'resolved',
      'link',
      'dependencies',
      'requires',
      'constructor',
      'file:docks/a',
      '1.0.0',
      'npm:rope@1.0.0',
      'git+ssh://x',
      'https://x/y.tgz',
      'overrides',
      '.',
      'workspaces',
      '**',
    );
    const { value } = fc.letrec((tie) => ({
      value: fc.oneof({ maxDepth: 5 }, word, fc.constantFrom(true, null, 0), fc.array(tie('value'), { maxLength: 2 }), tie('object')),
      object: fc.dictionary(word, tie('value'), { maxKeys: 5 }),
    }));
    const lock = fc.record({ lockfileVersion: fc.constantFrom(1, 2, 3, 4), packages: value, dependencies: value }, { requiredKeys: [] });
    fc.assert(
      fc.property(lock, value, (candidate, manifest) => {
        const text = JSON.stringify(candidate);
        assertTotal(text);
        assertTotal(text, JSON.stringify(manifest));
      }),
      { numRuns: 1500 },
    );
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

/** Reads it, and demands an inventory whose edges all lead somewhere, or a GateError with a place and a hint. */
function assertTotal(text: string, manifest?: string): void {
  try {
    const files =
      manifest === undefined ? noFiles : { read: (path: string) => (path === 'package.json' ? manifest : undefined), workspaces: () => [] };
    const { components, edges, root } = npm.read({ path: 'package-lock.json', text, digest: '', files });
    for (const [from, list] of edges) {
      expect(from === root.bomRef || components.has(from)).toBe(true);
      for (const { to } of list) expect(to === root.bomRef || components.has(to)).toBe(true);
    }
  } catch (error) {
    expect(error).toBeInstanceOf(GateError);
    expect(error).toMatchObject({ location: { line: expect.any(Number) }, hint: expect.any(String) });
  }
}

import { describe, expect, test } from 'vitest';
import { npm } from '../../src/lockfiles/npm.ts';
import { formatIntegrity } from '../../src/model/integrity.ts';
import { componentAt, edgesOf, lockOf, readFixture, readLock } from './npm-project.ts';

const sha512 = `sha512-${Buffer.alloc(64, 1).toString('base64')}`;
const sha1 = `sha1-${Buffer.alloc(20, 2).toString('base64')}`;

describe('one project as npm writes it in every version', () => {
  const bakeries = ['npm-bakery-v1', 'npm-bakery-v2', 'npm-bakery-v3', 'npm-bakery-without-resolved'];

  test.each(bakeries)('%s: what the project depends on', (folder) => {
    const bakery = readFixture(folder);
    expect(edgesOf(bakery).filter((edge) => edge.startsWith('. '))).toEqual([
      '. -dev-> node_modules/react',
      '. -dev-> node_modules/use-sync-external-store',
      '. -optional-> node_modules/fsevents',
      '. -prod-> ../neighbour',
      '. -prod-> node_modules/JSONStream',
      '. -prod-> node_modules/basket',
      '. -prod-> node_modules/debug',
      '. -prod-> node_modules/is-odd',
      '. -prod-> node_modules/oven-clock',
      '. -prod-> recipes',
    ]);
    expect(bakery.facts).toEqual([]);
    expect(bakery.root).toMatchObject({ name: 'bakery', version: '1.0.0', source: { type: 'workspace', path: '.' }, isPrivate: true });
  });

  test.each(bakeries)('%s: the components that are not plain', (folder) => {
    const bakery = readFixture(folder);
    expect(componentAt(bakery, 'node_modules/JSONStream').purl).toBe('pkg:npm/JSONStream@1.3.5');
    expect(componentAt(bakery, 'node_modules/oven-clock')).toMatchObject({ name: 'ms', version: '2.1.3', alias: 'oven-clock' });
    expect(componentAt(bakery, 'node_modules/basket')).toMatchObject({
      version: '1.2.0',
      source: { type: 'file', path: 'vendor/basket-1.2.0.tgz' },
    });
    expect(componentAt(bakery, 'node_modules/basket/node_modules/ms')).toMatchObject({ version: '2.0.0', isBundled: true });
    expect(componentAt(bakery, '../neighbour')).toMatchObject({ name: 'neighbour', source: { type: 'file', path: '../neighbour' } });
    expect(componentAt(bakery, 'recipes')).toMatchObject({ name: 'recipes', version: '0.3.0', source: { type: 'file', path: 'recipes' } });
    expect(edgesOf(bakery)).toContain('node_modules/basket -prod-> node_modules/basket/node_modules/ms');
    expect(edgesOf(bakery)).toContain('node_modules/debug -prod-> node_modules/ms');
  });

  test.each(bakeries)('%s: scopes follow from what is reached', (folder) => {
    const bakery = readFixture(folder);
    expect(componentAt(bakery, 'node_modules/is-number').scope).toBe('required');
    expect(componentAt(bakery, 'node_modules/fsevents').scope).toBe('optional');
    expect(componentAt(bakery, 'node_modules/js-tokens').scope).toBe('dev');
  });

  test('a tarball that was asked for by its address is a tarball, also on a registry', () => {
    const url = 'https://registry.example/is-odd/-/is-odd-3.0.1.tgz';
    for (const folder of ['npm-bakery-v1', 'npm-bakery-v3', 'npm-bakery-without-resolved']) {
      expect(componentAt(readFixture(folder), 'node_modules/is-odd')).toMatchObject({ version: '3.0.1', source: { type: 'tarball', url } });
    }
  });

  test('without `resolved` a package is still from a registry', () => {
    expect(componentAt(readFixture('npm-bakery-without-resolved'), 'node_modules/debug').source).toEqual({ type: 'registry' });
    expect(componentAt(readFixture('npm-bakery-v3'), 'node_modules/debug').source).toEqual({
      type: 'registry',
      url: 'https://registry.example/debug/-/debug-2.6.9.tgz',
    });
  });

  test('every entry has the line of its key', () => {
    expect(componentAt(readFixture('npm-bakery-v3'), 'node_modules/basket/node_modules/ms').location).toEqual({
      file: 'package-lock.json',
      line: 46,
    });
    expect(componentAt(readFixture('npm-bakery-v1'), 'node_modules/basket/node_modules/ms').location).toEqual({
      file: 'package-lock.json',
      line: 14,
    });
  });

  test('declared dependencies point into the manifest', () => {
    const { declared } = readFixture('npm-bakery-v3');
    expect(declared).toContainEqual({
      name: 'oven-clock',
      range: 'npm:ms@2.1.3',
      kind: 'prod',
      location: { file: 'package.json', line: 12 },
      to: 'node_modules/oven-clock',
    });
  });

  test('overrides are kept by selector', () => {
    expect([...readFixture('npm-bakery-v3').overrides]).toEqual([
      ['ms', '2.1.2'],
      ['loose-envify>js-tokens', '4.0.0'],
    ]);
  });
});

describe('workspaces', () => {
  test.each(['npm-workshop-workspaces-v1', 'npm-workshop-workspaces-v3'])('%s: members are components with their own edges', (folder) => {
    const workshop = readFixture(folder);
    expect(edgesOf(workshop)).toEqual([
      '. -dev-> node_modules/ms',
      '. -prod-> packages/bench',
      '. -prod-> tools/hammer',
      '. -prod-> tools/saw',
      'node_modules/debug -prod-> node_modules/debug/node_modules/ms',
      'node_modules/loose-envify -prod-> node_modules/js-tokens',
      'node_modules/react -prod-> node_modules/loose-envify',
      'packages/bench -dev-> node_modules/react',
      'packages/bench -prod-> packages/bench/node_modules/ms',
      'packages/bench -prod-> tools/hammer',
      'tools/hammer -prod-> node_modules/debug',
      'tools/saw -optional-> node_modules/fsevents',
    ]);
    expect(componentAt(workshop, 'packages/bench')).toMatchObject({
      name: '@workshop/bench',
      version: '2.0.0',
      purl: 'pkg:npm/%40workshop/bench@2.0.0',
      source: { type: 'workspace', path: 'packages/bench' },
      isPrivate: true,
    });
    expect(workshop.facts).toEqual([]);
  });

  test('a pattern that only npm reads does not leave its members outside', () => {
    const entries = {
      '': { workspaces: ['dock[sz]/+(east|west)'] },
      'docks/east': {},
      'node_modules/east': { resolved: 'docks/east', link: true },
    };
    expect(componentAt(readLock(lockOf(entries)), 'docks/east')).toMatchObject({
      scope: 'required',
      source: { type: 'workspace', path: 'docks/east' },
    });
  });

  test('a folder that no link leads to is extraneous and not a member', () => {
    const inventory = readLock(lockOf({ '': { workspaces: ['docks/*'] }, 'attic/crane': { version: '1.0.0', extraneous: true } }));
    expect(componentAt(inventory, 'attic/crane')).toMatchObject({ source: { type: 'file' }, isExtraneous: true, scope: 'dev' });
  });
});

describe('single entries', () => {
  const wanted = (range: string): Readonly<Record<string, unknown>> => ({ dependencies: { rope: range } });

  test.each([
    ['git+ssh://git@git.example/knots/rope.git#0123456789abcdef0123456789abcdef01234567', 'git+ssh://git@git.example/knots/rope.git'],
    [
      'git+https://bosun:secret@git.example/knots/rope.git#0123456789abcdef0123456789abcdef01234567',
      'git+https://git.example/knots/rope.git',
    ],
    ['github:knots/rope#0123456789abcdef0123456789abcdef01234567', 'git+https://github.com/knots/rope'],
    ['git://git.example/rope.git#0123456789abcdef0123456789abcdef01234567', 'git://git.example/rope.git'],
  ])('git: %s', (resolved, url) => {
    const inventory = readLock(lockOf({ '': wanted('*'), 'node_modules/rope': { version: '1.0.0', resolved } }));
    expect(componentAt(inventory, 'node_modules/rope').source).toEqual({
      type: 'git',
      url,
      commit: '0123456789abcdef0123456789abcdef01234567',
    });
  });

  test('a git address without a commit pins none', () => {
    const inventory = readLock(
      lockOf({ '': wanted('*'), 'node_modules/rope': { version: '1.0.0', resolved: 'git+https://git.example/rope.git#main' } }),
    );
    expect(componentAt(inventory, 'node_modules/rope').source).toEqual({ type: 'git', url: 'git+https://git.example/rope.git' });
  });

  test('an archive that no registry serves is a tarball, and its credentials are not repeated', () => {
    const inventory = readLock(
      lockOf({ '': wanted('^1.0.0'), 'node_modules/rope': { version: '1.0.0', resolved: 'https://a:b@files.example/rope.tgz' } }),
    );
    expect(componentAt(inventory, 'node_modules/rope').source).toEqual({ type: 'tarball', url: 'https://files.example/rope.tgz' });
  });

  test.each([
    ['file:../crates/./rope.tgz', { type: 'file', path: '../crates/rope.tgz' }],
    ['crates/rope.tgz', { type: 'file', path: 'crates/rope.tgz' }],
    ['ftp://files.example/rope.tgz', { type: 'tarball', url: 'ftp://files.example/rope.tgz' }],
    [false, { type: 'registry' }],
  ])('resolved: %j', (resolved, source) => {
    const inventory = readLock(lockOf({ '': wanted('*'), 'node_modules/rope': { version: '1.0.0', resolved } }));
    expect(componentAt(inventory, 'node_modules/rope').source).toEqual(source);
  });

  test('a registry that serves tarballs by name and version is one', () => {
    const resolved = 'https://npm.registry.example/download/@knots/rope/1.0.0/abc';
    const inventory = readLock(
      lockOf({ '': { dependencies: { '@knots/rope': '1' } }, 'node_modules/@knots/rope': { version: '1.0.0', resolved } }),
    );
    expect(componentAt(inventory, 'node_modules/@knots/rope').source).toEqual({ type: 'registry', url: resolved });
  });

  test('all hashes of an integrity are kept, strongest first', () => {
    const inventory = readLock(lockOf({ '': wanted('1'), 'node_modules/rope': { version: '1.0.0', integrity: `${sha1} ${sha512}` } }));
    const { integrity } = componentAt(inventory, 'node_modules/rope');
    expect(integrity && formatIntegrity(integrity)).toBe(`${sha512} ${sha1}`);
  });

  test.each(['sha512-short', 'sha3-AAAA', '', sha512.slice(0, -8)])(
    'an integrity that cannot be read (%j) is absent and remembered',
    (integrity) => {
      const rope = componentAt(
        readLock(lockOf({ '': wanted('1'), 'node_modules/rope': { version: '1.0.0', integrity } })),
        'node_modules/rope',
      );
      expect(rope.integrity).toBeUndefined();
      expect(rope.properties).toEqual({ 'npm:unreadableIntegrity': integrity });
    },
  );

  test('the flag `inBundle` alone does not make a package bundled', () => {
    const lock = lockOf({
      '': { dependencies: { rope: '1', crate: '1' } },
      'node_modules/rope': { version: '1.0.0', inBundle: true },
      'node_modules/crate': { version: '1.0.0', bundleDependencies: ['nail'], dependencies: { nail: '1' } },
      'node_modules/crate/node_modules/nail': { version: '1.0.0', inBundle: true },
    });
    expect(componentAt(readLock(lock), 'node_modules/rope').isBundled).toBeUndefined();
    expect(componentAt(readLock(lock), 'node_modules/crate/node_modules/nail').isBundled).toBe(true);
  });

  test('a package that its bundler does not list is not bundled: npm fetches it', () => {
    const lock = lockOf({
      '': { dependencies: { crate: '1', barrel: '1' } },
      'node_modules/crate': { version: '1.0.0', bundleDependencies: ['hoop'], dependencies: { nail: '1', hoop: '1' } },
      'node_modules/crate/node_modules/nail': { version: '1.0.0', inBundle: true },
      'node_modules/crate/node_modules/hoop': { version: '1.0.0', inBundle: true },
      'node_modules/barrel': { version: '1.0.0', bundleDependencies: true, dependencies: { nail: '1' } },
      'node_modules/barrel/node_modules/nail': { version: '1.0.0', inBundle: true },
    });
    const inventory = readLock(lock);
    expect(componentAt(inventory, 'node_modules/crate/node_modules/nail').isBundled).toBeUndefined();
    expect(componentAt(inventory, 'node_modules/crate/node_modules/hoop').isBundled).toBe(true);
    expect(componentAt(inventory, 'node_modules/barrel/node_modules/nail').isBundled).toBeUndefined();
  });

  test('what a bundled package needs is bundled with it, where it lies in the same folder', () => {
    const lock = lockOf({
      '': { dependencies: { crate: '1' } },
      'node_modules/crate': { version: '1.0.0', bundleDependencies: ['hoop'], dependencies: { hoop: '1', rope: '1' } },
      'node_modules/crate/node_modules/hoop': { version: '1.0.0', inBundle: true, dependencies: { ring: '1', rivet: '1' } },
      'node_modules/crate/node_modules/hoop/node_modules/rivet': { version: '2.0.0', inBundle: true, dependencies: { tin: '1' } },
      'node_modules/crate/node_modules/ring': { version: '1.0.0', inBundle: true },
      'node_modules/crate/node_modules/rivet': { version: '1.0.0', inBundle: true },
      'node_modules/crate/node_modules/tin': { version: '1.0.0', inBundle: true },
    });
    const bundled = [...readLock(lock).components.values()].filter(({ isBundled }) => isBundled).map(({ bomRef }) => bomRef);
    expect(bundled).toEqual([
      'node_modules/crate/node_modules/hoop',
      'node_modules/crate/node_modules/hoop/node_modules/rivet',
      'node_modules/crate/node_modules/ring',
      'node_modules/crate/node_modules/tin',
    ]);
  });

  test('names that every object inherits are packages like any other', () => {
    const names = ['constructor', 'hasownproperty', 'toString', 'valueOf', 'isPrototypeOf'];
    const ranges = Object.fromEntries(names.map((name) => [name, '^1.0.0']));
    const entries = names.map((name) => [`node_modules/${name}`, { version: '1.0.0', dependencies: ranges }]);
    const inventory = readLock(lockOf({ '': { dependencies: ranges }, ...Object.fromEntries(entries) }));
    expect(inventory.components.size).toBe(names.length);
    expect(inventory.edges.get(inventory.root.bomRef)).toHaveLength(names.length);
    expect(inventory.facts).toEqual([]);
  });

  test('an inherited name that nobody installed is not found', () => {
    const { facts } = readLock(lockOf({ '': { dependencies: { constructor: '^1.0.0' } } }));
    expect(facts).toMatchObject([{ type: 'unresolved-dependency', from: '.', name: 'constructor' }]);
  });

  test('what the lockfile records is kept, odd shapes of old manifests are left out', () => {
    const entry = {
      version: '1.0.0',
      hasInstallScript: true,
      deprecated: 'use cord',
      license: { type: 'MIT' },
      os: ['!win32'],
      cpu: 'x64',
      engines: { node: '>=4', npm: 3 },
    };
    expect(componentAt(readLock(lockOf({ '': wanted('1'), 'node_modules/rope': entry })), 'node_modules/rope')).toMatchObject({
      hasInstallScript: true,
      deprecated: 'use cord',
      licence: 'MIT',
      platform: { os: ['!win32'], cpu: ['x64'] },
      engines: { node: '>=4' },
    });
    const old = { version: '1.0.0', engines: ['node >= 0.2.0'], dependencies: [] };
    expect(componentAt(readLock(lockOf({ '': wanted('1'), 'node_modules/rope': old })), 'node_modules/rope').engines).toBeUndefined();
  });
});

describe('resolution', () => {
  test('a package finds the nearest copy, a scoped one too', () => {
    const inventory = readLock(
      lockOf({
        '': { dependencies: { '@dock/crane': '1', rope: '2' } },
        'node_modules/@dock/crane': { version: '1.0.0', dependencies: { rope: '1', '@dock/hook': '1' } },
        'node_modules/@dock/crane/node_modules/rope': { version: '1.0.0', dependencies: { '@dock/hook': '1' } },
        'node_modules/@dock/hook': { version: '1.0.0', dependencies: { rope: '2' } },
        'node_modules/rope': { version: '2.0.0' },
      }),
    );
    expect(edgesOf(inventory)).toEqual([
      '. -prod-> node_modules/@dock/crane',
      '. -prod-> node_modules/rope',
      'node_modules/@dock/crane -prod-> node_modules/@dock/crane/node_modules/rope',
      'node_modules/@dock/crane -prod-> node_modules/@dock/hook',
      'node_modules/@dock/crane/node_modules/rope -prod-> node_modules/@dock/hook',
      'node_modules/@dock/hook -prod-> node_modules/rope',
    ]);
  });

  test('a folder outside the project does not see the packages inside', () => {
    const inventory = readLock(
      lockOf({
        '': { dependencies: { pier: 'file:../pier', rope: '1' } },
        '../pier': { version: '1.0.0', dependencies: { rope: '1', hook: '1' } },
        '../pier/node_modules/hook': { version: '1.0.0' },
        'node_modules/pier': { resolved: '../pier', link: true },
        'node_modules/rope': { version: '1.0.0' },
      }),
    );
    expect(edgesOf(inventory)).toEqual(['. -prod-> ../pier', '. -prod-> node_modules/rope', '../pier -prod-> ../pier/node_modules/hook']);
  });

  test('a link to the project itself, and one to a folder without an entry, are followed', () => {
    const inventory = readLock(
      lockOf({
        '': { dependencies: { harbour: 'file:.', shed: 'file:shed' } },
        'node_modules/harbour': { resolved: '', link: true },
        'node_modules/shed': { resolved: 'shed', link: true },
      }),
    );
    expect(edgesOf(inventory)).toEqual(['. -prod-> shed']);
    expect(componentAt(inventory, 'shed')).toMatchObject({ name: 'shed', version: '', purl: 'pkg:npm/shed' });
  });
});

test('the shrinkwrap wins over the lockfile beside it', () => {
  expect(npm.fileNames).toEqual(['npm-shrinkwrap.json', 'package-lock.json']);
  const shrinkwrap = readFixture('npm-shrinkwrap-beside-lock', 'npm-shrinkwrap.json');
  expect(componentAt(shrinkwrap, 'node_modules/ms').version).toBe('2.0.0');
});

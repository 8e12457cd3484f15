import { describe, expect, test } from 'vitest';
import { lockOf, readLock } from './npm-project.ts';

const rope = { version: '1.0.0', resolved: 'https://registry.example/rope/-/rope-1.0.0.tgz' };

describe('lockfile versions', () => {
  test('a version from the future whose shape fits is read, with a fact', () => {
    const inventory = readLock({ ...lockOf({ '': { dependencies: { rope: '1' } }, 'node_modules/rope': rope }), lockfileVersion: 7 });
    expect(inventory.components.size).toBe(1);
    expect(inventory.origin.format).toBe('npm-lock-v7');
    expect(inventory.facts).toEqual([
      { type: 'unknown-version', version: '7', newestKnown: '3', location: { file: 'package-lock.json', line: 4 } },
    ]);
  });

  test('`packages` counts whenever it is there, as for npm itself', () => {
    const inventory = readLock({
      lockfileVersion: 1,
      packages: { '': { dependencies: { rope: '1' } }, 'node_modules/rope': rope },
      dependencies: { rope: { version: '6.6.6' } },
    });
    expect([...inventory.components.values()].map(({ version }) => version)).toEqual(['1.0.0']);
  });

  test('a shrinkwrap from before npm 5 depends on what it holds', () => {
    const inventory = readLock({
      name: 'dinghy',
      dependencies: { mast: { version: '1.0.0', dependencies: { sail: { version: '2.0.0' } } } },
    });
    expect([...inventory.edges.keys()]).toEqual(['.', 'node_modules/mast']);
    expect(inventory.facts).toEqual([]);
  });

  test('version 1 without a manifest: what nothing else requires is what the project asks for', () => {
    const inventory = readLock({
      lockfileVersion: 1,
      requires: true,
      dependencies: {
        mast: { version: '1.0.0', requires: { sail: '^2.0.0' } },
        sail: { version: '2.0.0' },
        chisel: { version: '3.0.0', dev: true },
        flag: { version: '1.0.0', optional: true },
      },
    });
    const scopes = [...inventory.components.values()].map(({ name, scope }) => `${name} ${scope}`);
    expect(scopes).toEqual(['chisel dev', 'flag optional', 'mast required', 'sail required']);
  });
});

describe('manifest drift', () => {
  const lock = lockOf({
    '': { dependencies: { rope: '^1.0.0', gone: '1' } },
    'node_modules/rope': rope,
    'node_modules/gone': { version: '1.0.0' },
  });

  test('another range, a new name and one that is gone, each with its line', () => {
    const { facts } = readLock(lock, { 'package.json': { name: 'harbour', dependencies: { rope: '^2.0.0', fresh: '*' } } });
    const manifest = 'package.json';
    expect(facts).toEqual([
      { type: 'manifest-drift', manifest, name: 'rope', declared: '^2.0.0', locked: '^1.0.0', location: { file: manifest, line: 4 } },
      { type: 'manifest-drift', manifest, name: 'fresh', declared: '*', location: { file: manifest, line: 5 } },
      { type: 'manifest-drift', manifest, name: 'gone', locked: '1', location: { file: 'package-lock.json', line: 7 } },
    ]);
  });

  test('no manifest, no drift', () => {
    expect(readLock(lock).facts).toEqual([]);
  });

  test('a workspace that the lockfile does not know', () => {
    const root = { name: 'harbour', workspaces: ['docks/*'] };
    const { facts } = readLock(lockOf({ '': root }), { 'package.json': root, 'docks/east/package.json': { name: '@harbour/east' } });
    expect(facts).toMatchObject([
      { type: 'manifest-drift', manifest: 'docks/east/package.json', name: '@harbour/east', declared: 'docks/east' },
    ]);
  });

  test('a workspace whose manifest moved on', () => {
    const root = { name: 'harbour', workspaces: ['docks/*'] };
    const entries = { '': root, 'docks/east': { version: '1.0.0' }, 'node_modules/east': { resolved: 'docks/east', link: true } };
    const { facts } = readLock(lockOf(entries), {
      'package.json': root,
      'docks/east/package.json': { name: 'east', dependencies: { rope: '1' } },
    });
    expect(facts).toMatchObject([
      { type: 'manifest-drift', manifest: 'docks/east/package.json', name: 'rope', declared: '1', location: { line: 4 } },
    ]);
  });

  test('version 1: a dependency without any entry', () => {
    const { facts } = readLock(
      { lockfileVersion: 1, requires: true, dependencies: {} },
      { 'package.json': { dependencies: { rope: '1' } } },
    );
    expect(facts).toContainEqual({
      type: 'manifest-drift',
      manifest: 'package.json',
      name: 'rope',
      declared: '1',
      location: { file: 'package.json', line: 3 },
    });
  });

  test('manifests of a nested project are named from the repository root', () => {
    const inventory = readLock(lock, { 'package.json': '{"dependencies": {"rope": "^1.0.0", "gone": "1"}}' });
    expect(inventory.declared.map(({ location }) => location)).toEqual(
      Array.from({ length: 2 }, () => ({ file: 'package.json', line: 1 })),
    );
  });
});

describe('unresolved dependencies', () => {
  test('a production dependency without an entry is told, an optional one and peers are not', () => {
    const entry = {
      version: '1.0.0',
      dependencies: { knot: '^1.0.0' },
      optionalDependencies: { pulley: '1' },
      peerDependencies: { deck: '1' },
    };
    const { facts } = readLock(lockOf({ '': { dependencies: { rope: '1' } }, 'node_modules/rope': entry }));
    expect(facts).toEqual([
      {
        type: 'unresolved-dependency',
        from: 'node_modules/rope',
        name: 'knot',
        range: '^1.0.0',
        location: { file: 'package-lock.json', line: 12 },
      },
    ]);
  });
});

describe('workspace names', () => {
  const root = { workspaces: ['docks/*'], dependencies: { east: '^1.0.0' } };
  const east = { version: '1.0.0', resolved: 'https://registry.example/east/-/east-1.0.0.tgz' };

  test('a member that is taken from the registry by its own repository is told', () => {
    const entries = {
      '': root,
      'docks/east': { version: '1.0.0' },
      'docks/west': { version: '1.0.0', dependencies: { east: '0.9.0' } },
      'docks/west/node_modules/east': { ...east, version: '0.9.0' },
      'node_modules/east': { resolved: 'docks/east', link: true },
      'node_modules/west': { resolved: 'docks/west', link: true },
    };
    const { facts } = readLock(lockOf(entries));
    expect(facts).toMatchObject([{ type: 'workspace-from-registry', name: 'east', component: 'docks/west/node_modules/east' }]);
  });

  test('what a published package asks for, and an alias, are deliberate', () => {
    const entries = {
      '': { workspaces: ['docks/*'], dependencies: { 'east-old': 'npm:east@^0.9.0', rope: '1' } },
      'docks/east': { version: '1.0.0' },
      'node_modules/east': { resolved: 'docks/east', link: true },
      'node_modules/east-old': { ...east, name: 'east', version: '0.9.0' },
      'node_modules/rope': { ...rope, dependencies: { east: '0.8.0' } },
      'node_modules/rope/node_modules/east': { ...east, version: '0.8.0' },
    };
    expect(readLock(lockOf(entries)).facts).toEqual([]);
  });
});

describe('overrides', () => {
  const packages = {
    '': { dependencies: { rope: '1' } },
    'node_modules/rope': { ...rope, dependencies: { knot: '^1.0.0' } },
    'node_modules/knot': { version: '1.2.0', resolved: 'https://registry.example/knot/-/knot-1.2.0.tgz' },
  };
  const factsWith = (overrides: unknown, entries: Readonly<Record<string, unknown>> = packages): readonly string[] =>
    readLock(lockOf(entries), { 'package.json': { dependencies: { rope: '1' }, overrides } }).facts.map(({ type }) => type);

  test('a lockfile that keeps another version than a plain override wants', () => {
    const { facts } = readLock(lockOf(packages), { 'package.json': { dependencies: { rope: '1' }, overrides: { knot: '1.9.9' } } });
    expect(facts).toMatchObject([{ type: 'override-ignored', selector: 'knot', wanted: '1.9.9', locked: '1.2.0', location: { line: 19 } }]);
  });

  test.each([
    ['it is followed', { knot: '1.2.0' }],
    ['it names a range', { knot: '^2.0.0' }],
    ['it has a versioned selector', { 'knot@^2.0.0': '2.1.0' }],
    ['a nested one may explain the copy', { knot: '1.9.9', rope: { knot: '1.2.0' } }],
    ['it names another package', { hook: '1.0.0' }],
  ])('nothing is told when %s', (_, overrides) => {
    expect(factsWith(overrides)).toEqual([]);
  });

  test('a bundled copy cannot be overridden', () => {
    const entries = {
      '': { dependencies: { rope: '1' } },
      'node_modules/rope': { ...rope, bundleDependencies: ['knot'], dependencies: { knot: '^1.0.0' } },
      'node_modules/rope/node_modules/knot': { version: '1.2.0', inBundle: true },
    };
    expect(factsWith({ knot: '1.9.9' }, entries)).toEqual([]);
  });

  test("a reference to the project's own range is replaced", () => {
    const { overrides } = readLock(lockOf(packages), {
      'package.json': { dependencies: { rope: '1' }, overrides: { hook: { '.': '$rope', knot: '2.0.0' } } },
    });
    expect([...overrides]).toEqual([
      ['hook', '1'],
      ['hook>knot', '2.0.0'],
    ]);
  });
});

import { describe, expect, test } from 'vitest';
import { bomRef } from '../../src/model/component.ts';
import { berryLockOf, edgesOf, readYarnLock } from './yarn-project.ts';

describe('a lockfile that is out of step', () => {
  const root = [
    'ship@workspace:.',
    'ship@workspace:.',
    'version: 0.0.0-use.local',
    'dependencies:',
    '  rope: "npm:^1.0.0"',
    '  sail: "npm:^2.0.0"',
  ] as const;
  const rope = ['rope@npm:^1.0.0', 'rope@npm:1.0.0'] as const;
  const location = (line: number, file = 'package.json') => ({ file, line });

  test('what only one side declares, and what they declare differently', () => {
    const { facts } = readYarnLock(berryLockOf(root, rope, ['sail@npm:^2.0.0', 'sail@npm:2.0.0']), {
      'package.json': { name: 'ship', dependencies: { rope: '^1.1.0', knot: '^3.0.0' } },
    });
    expect(facts).toEqual([
      { type: 'manifest-drift', manifest: 'package.json', name: 'rope', declared: '^1.1.0', locked: 'npm:^1.0.0', location: location(4) },
      { type: 'manifest-drift', manifest: 'package.json', name: 'knot', declared: '^3.0.0', location: location(5) },
      { type: 'manifest-drift', manifest: 'package.json', name: 'sail', locked: 'npm:^2.0.0', location: location(10, 'yarn.lock') },
    ]);
  });

  test('a package that only the manifest asks for, although another one of the same is patched further', () => {
    const inventory = readYarnLock(
      berryLockOf(
        ['ship@workspace:.', 'ship@workspace:.', 'version: 0.0.0-use.local'],
        ['rope@npm:1.0.0', 'rope@npm:1.0.0', 'version: 1.0.0'],
        ['rope@patch:rope@npm%3A1.0.0#~/a.patch', 'rope@patch:rope@npm%3A1.0.0#~/a.patch::version=1.0.0&hash=aaaaaa', 'version: 1.0.0'],
      ),
      { 'package.json': { name: 'ship', dependencies: { rope: 'npm:1.0.0' } } },
    );
    const [declared] = inventory.declared;
    expect(declared?.to).toBe('rope@npm:1.0.0');
    expect(inventory.components.has(declared?.to ?? bomRef(''))).toBe(true);
  });

  test('a dependency without an entry', () => {
    const { facts } = readYarnLock(berryLockOf(root, rope));
    expect(facts).toEqual([
      { type: 'unresolved-dependency', from: 'ship@workspace:.', name: 'sail', range: 'npm:^2.0.0', location: location(10, 'yarn.lock') },
    ]);
  });

  test('a resolution that the lock does not follow', () => {
    const lock = berryLockOf(['ship@workspace:.', 'ship@workspace:.', 'dependencies:', '  rope: "npm:^1.0.0"'], rope);
    const { facts } = readYarnLock(lock, {
      'package.json': { name: 'ship', dependencies: { rope: '^1.0.0' }, resolutions: { rope: '2.0.0' } },
    });
    expect(facts).toEqual([{ type: 'override-ignored', selector: 'rope', wanted: '2.0.0', locked: '1.0.0', location: location(7) }]);
  });

  test("a member's name that comes from the registry", () => {
    const lock = berryLockOf(['ship@workspace:.', 'ship@workspace:.', 'dependencies:', '  rope: "npm:^1.0.0"'], rope, [
      'rope@workspace:packages/rope',
      'rope@workspace:packages/rope',
    ]);
    expect(readYarnLock(lock).facts).toEqual([
      { type: 'workspace-from-registry', name: 'rope', component: 'rope@npm:1.0.0', location: location(9, 'yarn.lock') },
    ]);
  });

  test('members that only one side knows', () => {
    const lock = berryLockOf(['ship@workspace:.', 'ship@workspace:.'], ['rope@workspace:packages/rope', 'rope@workspace:packages/rope']);
    const { facts } = readYarnLock(lock, {
      'package.json': { name: 'ship', workspaces: ['packages/*'] },
      'packages/sail/package.json': { name: 'sail' },
    });
    expect(facts).toEqual([
      {
        type: 'manifest-drift',
        manifest: 'packages/rope/package.json',
        name: 'rope',
        locked: 'workspace:packages/rope',
        location: location(9, 'yarn.lock'),
      },
      {
        type: 'manifest-drift',
        manifest: 'packages/sail/package.json',
        name: 'sail',
        declared: 'workspace:packages/sail',
        location: location(1, 'packages/sail/package.json'),
      },
    ]);
  });

  test('a folder that only the lockfile calls a member is told', () => {
    const lock = berryLockOf(
      ['ship@workspace:.', 'ship@workspace:.', 'dependencies:', '  rope: "npm:^1.0.0"'],
      ['rope@npm:^1.0.0', 'rope@workspace:vendor/rope'],
    );
    const manifests = { 'package.json': { name: 'ship', dependencies: { rope: '^1.0.0' } }, 'vendor/rope/package.json': { name: 'rope' } };
    expect(readYarnLock(lock, manifests).facts).toEqual([
      {
        type: 'manifest-drift',
        manifest: 'vendor/rope/package.json',
        name: 'rope',
        locked: 'workspace:vendor/rope',
        location: location(11, 'yarn.lock'),
      },
    ]);
  });

  test('members of members are members', () => {
    const lock = berryLockOf(
      ['ship@workspace:.', 'ship@workspace:.'],
      ['deck@workspace:deck', 'deck@workspace:deck'],
      ['mast@workspace:deck/masts/mast', 'mast@workspace:deck/masts/mast'],
    );
    const { facts } = readYarnLock(lock, {
      'package.json': { name: 'ship', workspaces: ['deck'] },
      'deck/package.json': { name: 'deck', workspaces: { packages: ['masts/*'] } },
      'deck/masts/mast/package.json': { name: 'mast' },
    });
    expect(facts).toEqual([]);
  });

  test('the root is the entry with the name of its manifest', () => {
    const lock = berryLockOf(['pirate@workspace:.', 'pirate@workspace:.'], ['ship@workspace:.', 'ship@workspace:.']);
    expect(readYarnLock(lock, { 'package.json': { name: 'ship', version: '2.0.0' } }).root).toMatchObject({
      name: 'ship',
      version: '2.0.0',
    });
  });

  test.each(['11', '99999', 'next', ''])('metadata version "%s" is read, with a fact', (version) => {
    const { facts, components } = readYarnLock(berryLockOf(rope).replace('version: 8', `version: ${version}`));
    expect(facts).toMatchObject([{ type: 'unknown-version', version, newestKnown: '10' }]);
    expect(components.size).toBe(1);
  });

  test('both sides of a conflict are read as yarn does, with a fact', () => {
    const [before, after] = [berryLockOf(rope), berryLockOf(['rope@npm:^1.0.0', 'rope@npm:1.5.0'], ['sail@npm:2', 'sail@npm:2.0.0'])].map(
      (lock) => lock.slice(lock.indexOf('"rope')),
    );
    const { components, facts } = readYarnLock(`__metadata:\n  version: 8\n\n<<<<<<< HEAD\n${before}=======\n${after}>>>>>>> topic\n`);
    expect([...components.keys()]).toEqual(['rope@npm:1.5.0', 'sail@npm:2.0.0']);
    expect(facts).toEqual([{ type: 'conflict-markers', location: location(4, 'yarn.lock') }]);
  });

  test('a catalog that cannot be read leads to the only locked range of the name', () => {
    const lock = berryLockOf(['ship@workspace:.', 'ship@workspace:.', 'dependencies:', '  rope: "catalog:"'], rope);
    for (const configuration of ['catalog: [broken', 'nodeLinker: pnp\n', 'catalog:\n  rope: ^1.0.0\nplugins:\n  - path: x\n']) {
      expect(edgesOf(readYarnLock(lock, { '.yarnrc.yml': configuration }), 'ship@workspace:.')).toEqual(['prod rope -> rope@npm:1.0.0']);
    }
  });

  test('a lockfile without the root is read by its manifest', () => {
    const ship = readYarnLock(berryLockOf(rope), { 'package.json': { name: 'ship', devDependencies: { rope: '^1.0.0' } } });
    expect(edgesOf(ship, 'ship@workspace:.')).toEqual(['dev rope -> rope@npm:1.0.0']);
  });
});

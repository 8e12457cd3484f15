import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { readBunFixture, readBunPackages, readBunText } from './bun-project.ts';
import { componentAt, edgesOf } from './npm-project.ts';

const workshops = [
  ['bun-workshop-v0', 'bun-0'],
  ['bun-workshop-v1', 'bun-1'],
  ['bun-workshop-v2', 'bun-2'],
] as const;

describe('one workspace as bun 1.1, 1.2 and 1.4 lock it', () => {
  test.each(workshops)('%s: the graph of the project and its members', (folder, format) => {
    const workshop = readBunFixture(folder);
    expect(workshop.origin.format).toBe(format);
    const edges = edgesOf(workshop);
    expect(edges.filter((edge) => edge.startsWith('workspace:'))).toEqual([
      'workspace:packages/cli -optional-> @esbuild/linux-x64',
      'workspace:packages/cli -prod-> @workshop/cli/local-dir',
      'workspace:packages/cli -prod-> workspace:packages/core',
      'workspace:packages/core -dev-> @workshop/core/react',
      'workspace:packages/core -dev-> use-sync-external-store',
      'workspace:packages/core -prod-> @types/node',
      'workspace:packages/core -prod-> is-number',
    ]);
    expect(edges).toEqual(
      expect.arrayContaining([
        '. -optional-> fsevents',
        '. -dev-> workspace:packages/core',
        '. -prod-> workspace:packages/cli',
        '. -prod-> kind',
        'local-dir -peer-> react',
        'local-dir -prod-> local-dir/is-number',
        '@workshop/cli/local-dir -prod-> @workshop/cli/local-dir/is-number',
        '@workshop/core/react -prod-> object-assign',
        'to-regex-range -prod-> to-regex-range/is-number',
        'is-odd -prod-> is-number',
        'use-sync-external-store -peer-> react',
      ]),
    );
    expect([...workshop.components.keys()]).toEqual([...workshop.components.keys()].sort());
  });

  test.each(workshops)('%s: each kind of entry, told by its parts', (folder) => {
    const workshop = readBunFixture(folder);
    expect(componentAt(workshop, 'kind')).toMatchObject({ name: 'kind-of', version: '6.0.3', alias: 'kind' });
    expect(componentAt(workshop, '@workshop/core/react')).toMatchObject({ purl: 'pkg:npm/react@17.0.2', scope: 'dev' });
    expect(componentAt(workshop, 'local-dir')).toMatchObject({ version: '', source: { type: 'file', path: 'local/dir' } });
    expect(componentAt(workshop, 'remote-number')).toMatchObject({
      name: 'is-number',
      alias: 'remote-number',
      source: { type: 'tarball', url: 'https://registry.example/is-number/-/is-number-7.0.0.tgz' },
    });
    expect(componentAt(workshop, 'from-git').source).toEqual({
      type: 'git',
      url: 'git+https://git.example/from-git.git',
      commit: 'bdf96f540700f8941e99354537e2cbd6aeba4200',
    });
    expect(componentAt(workshop, 'from-git').integrity).toBeUndefined();
    expect(componentAt(workshop, 'is-odd')).toMatchObject({
      patches: [{ path: 'patches/is-odd@3.0.1.patch' }],
      source: { type: 'registry' },
    });
    expect(componentAt(workshop, 'is-odd').integrity).toMatchObject([{ algorithm: 'sha512' }]);
    expect(componentAt(workshop, '@esbuild/linux-x64')).toMatchObject({
      scope: 'optional',
      platform: { os: ['linux'], cpu: ['x64'] },
      properties: { 'bun:trusted': 'true' },
    });
    expect(componentAt(workshop, 'workspace:packages/cli')).toMatchObject({ name: '@workshop/cli', version: '0.2.0' });
  });

  test.each(workshops)('%s: lockfile and manifests agree, and every entry has its line', (folder) => {
    const workshop = readBunFixture(folder);
    expect(workshop.facts).toEqual([]);
    const lines = readFileSync(`fixtures/${folder}/bun.lock`, 'utf8').split('\n');
    for (const { bomRef, source, location } of workshop.components.values()) {
      expect(lines[location.line - 1]).toContain(source.type === 'workspace' ? `"${source.path}": {` : `"${bomRef}": [`);
    }
    expect(workshop.declared.find(({ name }) => name === 'kind')).toMatchObject({ to: 'kind', location: { file: 'package.json' } });
  });

  test('only the tarball that bun hashed has a digest', () => {
    expect(componentAt(readBunFixture('bun-workshop-v1'), 'remote-number').integrity).toBeUndefined();
    expect(componentAt(readBunFixture('bun-workshop-v2'), 'remote-number').integrity).toMatchObject([{ algorithm: 'sha512' }]);
  });
});

describe('resolution', () => {
  const entry = (id: string, meta: unknown = {}): readonly unknown[] => [id, '', meta, ''];

  test('drops one name from the right each time; a scope is no name of its own', () => {
    const inventory = readBunPackages(
      { astro: '1' },
      {
        astro: entry('astro@1.0.0', { dependencies: { sharp: '1' } }),
        'astro/sharp': entry('sharp@1.0.0', { dependencies: { '@img/x': '1', y: '1', z: '1' } }),
        'astro/sharp/@img/x': entry('@img/x@1.0.0', { dependencies: { y: '1' } }),
        'astro/@img/x': entry('@img/x@2.0.0'),
        '@img/x': entry('@img/x@3.0.0'),
        'astro/y': entry('y@2.0.0'),
        y: entry('y@3.0.0'),
        z: entry('z@3.0.0'),
        'sharp/z': entry('z@9.0.0'),
      },
    );
    expect(edgesOf(inventory)).toEqual([
      '. -prod-> astro',
      'astro -prod-> astro/sharp',
      'astro/sharp -prod-> astro/sharp/@img/x',
      'astro/sharp -prod-> astro/y',
      'astro/sharp -prod-> z',
      'astro/sharp/@img/x -prod-> astro/y',
    ]);
    expect(componentAt(inventory, 'sharp/z').isExtraneous).toBe(true);
  });

  test('what may be absent is no fact, what may not is one', () => {
    const meta = { dependencies: { a: '1' }, optionalDependencies: { b: '1' }, peerDependencies: { c: '1', d: '1' }, optionalPeers: ['c'] };
    const { facts } = readBunPackages({ pot: '1' }, { pot: entry('pot@1.0.0', meta) });
    expect(facts).toEqual(
      ['a', 'd'].map((name) => ({
        type: 'unresolved-dependency',
        from: 'pot',
        name,
        range: '1',
        location: { file: 'bun.lock', line: 12 },
      })),
    );
  });

  test.each([
    ['pot@1.0.0', ['https://npm.example/pot/-/pot-1.0.0.tgz', {}], { type: 'registry', url: 'https://npm.example/pot/-/pot-1.0.0.tgz' }],
    ['pot@https://user:secret@host.example/pot.tgz', [{}], { type: 'tarball', url: 'https://host.example/pot.tgz' }],
    [
      'pot@github:owner/pot#0a1b2c3',
      [{}, 'owner-pot-0a1b2c3'],
      { type: 'git', url: 'https://github.com/owner/pot.git', commit: '0a1b2c3' },
    ],
    ['pot@./vendor/pot-1.0.0.tgz', [{}], { type: 'file', path: 'vendor/pot-1.0.0.tgz' }],
    ['pot@vendor/pot-1.0.0.tgz', [{}], { type: 'file', path: 'vendor/pot-1.0.0.tgz' }],
    ['pot@link:pot', [{}], { type: 'file', path: 'pot' }],
  ])('%s comes from where it says', (id, rest, source) => {
    expect(componentAt(readBunPackages({ pot: '*' }, { pot: [id, ...rest] }), 'pot').source).toEqual(source);
  });

  test('the flag `bundled` is told, and excuses nothing: bun installs what merely carries it', () => {
    const inventory = readBunPackages(
      { pot: '1' },
      { pot: entry('pot@1.0.0', { dependencies: { lid: '1' }, bundled: true }), 'pot/lid': entry('lid@1.0.0', { bundled: true }) },
    );
    for (const key of ['pot', 'pot/lid']) {
      expect(componentAt(inventory, key).isBundled).toBeUndefined();
      expect(componentAt(inventory, key).properties).toMatchObject({ 'bun:bundled': 'true' });
    }
  });
});

describe('facts', () => {
  test('a manifest that asks for something else is drift', () => {
    const { facts } = readBunFixture('bun-workshop-v2', (text) => text.replace('"is-odd": "^3.0.1"', '"is-odd": "^2.0.0"'));
    expect(facts).toMatchObject([
      { type: 'manifest-drift', name: 'is-odd', declared: '^3.0.1', locked: '^2.0.0', location: { file: 'package.json' } },
    ]);
  });

  test('an override of the manifest that is not in the lockfile is told', () => {
    const { facts } = readBunFixture('bun-nested-overrides-v3', (text) => text.replace('"kind-of": "6.0.3",', ''));
    expect(facts).toMatchObject([{ type: 'override-ignored', selector: 'kind-of', wanted: '6.0.3', locked: '' }]);
  });

  test('version 3 nests overrides by the package that asks', () => {
    const loom = readBunFixture('bun-nested-overrides-v3');
    expect(loom.origin.format).toBe('bun-3');
    expect(loom.facts).toEqual([]);
    expect(loom.overrides).toEqual(
      new Map([
        ['is-odd@3>is-number', '7.0.0'],
        ['kind-of', '6.0.3'],
      ]),
    );
  });

  test('a workspace name that comes from the registry is told', () => {
    const workspaces = { '': { name: 'kiln', dependencies: { lid: '^1.0.0' } }, 'packages/lid': { name: 'lid', version: '2.0.0' } };
    const packages = { lid: ['lid@1.0.0', '', {}, ''] };
    const { facts } = readBunText(JSON.stringify({ lockfileVersion: 1, workspaces, packages }));
    expect(facts).toMatchObject([{ type: 'workspace-from-registry', name: 'lid', component: 'lid' }]);
  });

  test('a project that the manifest does not know is a mere folder, and told: bun takes its name from the registry', () => {
    const root = { name: 'kiln', workspaces: ['packages/*'], dependencies: { lid: '1.0.0', pot: '1.0.0' } };
    const lid = { name: 'lid', version: '1.0.0' };
    const lock = {
      lockfileVersion: 1,
      workspaces: { '': root, 'docs/lid': lid, 'packages/pot': { name: 'pot', version: '1.0.0' } },
      packages: { lid: ['lid@workspace:docs/lid'], pot: ['pot@workspace:packages/pot'] },
    };
    const inventory = readBunText(JSON.stringify(lock), { 'package.json': JSON.stringify(root) });
    expect(componentAt(inventory, 'workspace:docs/lid').source).toEqual({ type: 'file', path: 'docs/lid' });
    expect(componentAt(inventory, 'workspace:packages/pot').source).toEqual({ type: 'workspace', path: 'packages/pot' });
    expect(inventory.facts).toMatchObject([
      { type: 'manifest-drift', manifest: 'package.json', name: 'lid', locked: 'the folder docs/lid' },
    ]);
    // Without a manifest nobody can tell.
    expect(componentAt(readBunText(JSON.stringify(lock)), 'workspace:docs/lid').source.type).toBe('workspace');
  });

  test('a newer version whose shape fits is read, and told', () => {
    const newer = readBunFixture('bun-workshop-v2', (text) => text.replace('"lockfileVersion": 2', '"lockfileVersion": 4'));
    expect(newer.facts).toEqual([{ type: 'unknown-version', version: '4', newestKnown: '3', location: { file: 'bun.lock', line: 2 } }]);
    expect(newer.components.size).toBe(readBunFixture('bun-workshop-v2').components.size);
  });
});

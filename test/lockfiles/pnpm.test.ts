import { describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { componentAt, edgesOf } from './npm-project.ts';
import { readPnpmFixture, readPnpmText } from './pnpm-project.ts';

const workshops = [
  ['pnpm-workshop-v5.1', 'pnpm-5.1'],
  ['pnpm-workshop-v5.3', 'pnpm-5.3'],
  ['pnpm-workshop-v5.4', 'pnpm-5.4'],
  ['pnpm-workshop-v5.4-inline', 'pnpm-5.4-inlineSpecifiers'],
  ['pnpm-workshop-v6.0', 'pnpm-6.0'],
  ['pnpm-workshop-v9.0', 'pnpm-9.0'],
  ['pnpm-workshop-v9.0-hash-only-patches', 'pnpm-9.0'],
] as const;

describe('one workspace as pnpm 5 to 12 lock it', () => {
  test.each(workshops)('%s: every registry package, exactly', (folder, format) => {
    const workshop = readPnpmFixture(folder);
    expect(workshop.origin.format).toBe(format);
    const purls = [...workshop.components.values()].filter(({ source }) => source.type === 'registry').map(({ purl }) => purl);
    const expected = [
      'pkg:npm/%40esbuild/linux-x64@0.19.0',
      'pkg:npm/%40types/node@20.1.0',
      'pkg:npm/fill-range@7.0.1',
      'pkg:npm/fsevents@2.3.3',
      'pkg:npm/is-number@6.0.0',
      'pkg:npm/is-number@7.0.0',
      'pkg:npm/is-odd@3.0.1',
      'pkg:npm/js-tokens@4.0.0',
      'pkg:npm/kind-of@6.0.3',
      'pkg:npm/loose-envify@1.4.0',
      'pkg:npm/object-assign@4.1.1',
      'pkg:npm/react@17.0.2',
      'pkg:npm/react@18.2.0',
      'pkg:npm/to-regex-range@5.0.1',
      'pkg:npm/use-sync-external-store@1.2.0',
      'pkg:npm/use-sync-external-store@1.2.0',
    ];
    expect(purls.filter((purl) => !purl.includes('is-extglob')).sort()).toEqual(expected);
    expect([...workshop.components.values()].filter(({ isExtraneous }) => isExtraneous)).toEqual([]);
    expect([...workshop.components.keys()]).toEqual([...workshop.components.keys()].sort());
  });

  test.each(workshops)('%s: the graph by names, peers included', (folder) => {
    const edges = namedEdges(readPnpmFixture(folder));
    expect(edges).toEqual(
      expect.arrayContaining([
        'workshop -optional-> fsevents@2.3.3',
        'workshop -prod-> kind-of@6.0.3',
        'workshop -dev-> @workshop/core@0.1.0',
        'workshop -dev-> fill-range@7.0.1',
        '@workshop/cli@0.2.0 -prod-> @workshop/core@0.1.0',
        '@workshop/cli@0.2.0 -optional-> @esbuild/linux-x64@0.19.0',
        '@workshop/core@0.1.0 -dev-> react@17.0.2',
        'react@17.0.2 -prod-> object-assign@4.1.1',
        'use-sync-external-store@1.2.0 -peer-> react@17.0.2',
        'use-sync-external-store@1.2.0 -peer-> react@18.2.0',
        'fill-range@7.0.1 -prod-> to-regex-range@5.0.1',
      ]),
    );
    expect(edges.filter((edge) => edge.startsWith('object-assign'))).toEqual([]);
  });

  test.each(workshops)('%s: scopes follow from what is reached', (folder) => {
    const scopes = new Map(
      [...readPnpmFixture(folder).components.values()].map(({ name, version, scope }) => [`${name}@${version}`, scope]),
    );
    expect(scopes.get('is-number@6.0.0')).toBe('required');
    expect(scopes.get('fsevents@2.3.3')).toBe('optional');
    expect(scopes.get('object-assign@4.1.1')).toBe('dev');
  });

  test.each(workshops)('%s: each component points at its own entry', (folder) => {
    const lines = readLines(folder);
    for (const { bomRef, location, source } of readPnpmFixture(folder).components.values()) {
      if (source.type === 'registry') expect(lines[location.line - 1]).toContain(bomRef);
    }
  });

  test.each(workshops.slice(2))('%s: the lockfile agrees with its manifests', (folder) => {
    expect(readPnpmFixture(folder).facts).toEqual([]);
  });

  test.each(workshops.slice(2))('%s: a patch is known by path and hash', (folder) => {
    const odd = [...readPnpmFixture(folder).components.values()].find(({ name }) => name === 'is-odd');
    expect(odd?.patches).toEqual([{ path: 'patches/is-odd@3.0.1.patch', hash: expect.stringMatching(/^[0-9a-z]{26,64}$/) as string }]);
  });

  test.each(['pnpm-workshop-v5.4', 'pnpm-workshop-v9.0'])('%s: a git dependency has its repository and commit', (folder) => {
    const git = [...readPnpmFixture(folder).components.values()].find(({ name }) => name === 'from-git');
    expect(git?.source).toEqual({
      type: 'git',
      url: 'https://git.example/from-git.git',
      commit: 'bdf96f540700f8941e99354537e2cbd6aeba4200',
    });
    expect(git?.integrity).toBeUndefined();
  });

  test('folders are files, linked or copied, and an alias is resolved to its package', () => {
    const workshop = readPnpmFixture('pnpm-workshop-v9.0');
    expect(componentAt(workshop, 'link:linked')).toMatchObject({
      name: 'linked',
      version: '9.9.9',
      source: { type: 'file', path: 'linked' },
    });
    expect(componentAt(workshop, 'local-dir@file:local/dir(react@18.2.0)')).toMatchObject({
      name: 'local-dir',
      source: { type: 'file', path: 'local/dir' },
      properties: { 'pnpm:manifestVersion': '3.2.1' },
    });
    expect(componentAt(workshop, 'kind-of@6.0.3')).toMatchObject({ name: 'kind-of', alias: 'kind' });
    expect(componentAt(workshop, 'workspace:packages/cli').source).toEqual({ type: 'workspace', path: 'packages/cli' });
    expect(componentAt(workshop, 'fsevents@2.3.3').platform).toEqual({ os: ['darwin'] });
    expect(componentAt(readPnpmFixture('pnpm-workshop-v6.0'), '/fsevents@2.3.3').hasInstallScript).toBe(true);
  });

  test('declared dependencies point at the line of the manifest', () => {
    const declared = readPnpmFixture('pnpm-workshop-v9.0').declared.find(({ name }) => name === 'kind');
    expect(declared).toMatchObject({ range: 'npm:kind-of@^6.0.2', kind: 'prod', to: 'kind-of@6.0.3', location: { file: 'package.json' } });
    expect(declared?.location.line).toBeGreaterThan(5);
  });
});

test('a project that is copied instead of linked is a copy of its own, and what the root declares leads to it', () => {
  const inventory = readPnpmText(
    `lockfileVersion: '9.0'
importers:
  .:
    dependencies:
      oven: {specifier: 'workspace:*', version: 'file:packages/oven(react@17.0.2)'}
    dependenciesMeta: {oven: {injected: true}}
  packages/oven: {}
packages:
  oven@file:packages/oven: {resolution: {directory: packages/oven, type: directory}}
snapshots:
  oven@file:packages/oven(react@17.0.2): {}
`,
    { 'package.json': '{"dependencies":{"oven":"workspace:*"}}', 'packages/oven/package.json': '{"name":"oven","version":"0.1.0"}' },
  );
  expect(inventory.facts).toEqual([]);
  expect(inventory.declared).toMatchObject([{ name: 'oven', to: 'oven@file:packages/oven(react@17.0.2)' }]);
  expect(componentAt(inventory, 'workspace:packages/oven').version).toBe('0.1.0');
});

describe('two documents', () => {
  const bakery = readPnpmFixture('pnpm-bakery-two-documents');

  test('the last one is the lockfile; the first one is kept as properties and stays out of the graph', () => {
    expect(bakery.facts).toEqual([]);
    expect([...bakery.components.values()].map(({ name }) => name)).not.toContain('is-extglob');
    expect(bakery.root.properties).toMatchObject({
      'pnpm:configDependency:is-extglob': expect.stringMatching(/^2\.1\.1 sha512-/) as string,
      'pnpm:catalog:old:is-number': '^6.0.0 -> 6.0.0',
    });
    expect(componentAt(bakery, 'is-number@7.0.0').location.line).toBeGreaterThan(90);
  });

  test('peers that pnpm installs for a project are edges of the project', () => {
    expect(edgesOf(bakery)).toContain('workspace:packages/a -prod-> react@18.2.0');
  });
});

describe('facts', () => {
  test('a name of the workspace that comes from the registry is told', () => {
    expect(readPnpmFixture('pnpm-workspace-name-from-registry').facts).toEqual([
      { type: 'workspace-from-registry', name: 'is-number', component: 'is-number@7.0.0', location: { file: 'pnpm-lock.yaml', line: 27 } },
    ]);
  });

  test('a manifest that asks for something else than the lockfile has is drift, with the line of the manifest', () => {
    const workshop = readPnpmFixture('pnpm-workshop-v9.0', (text) => text.replace('specifier: ^3.0.1', 'specifier: ^2.0.0'));
    expect(workshop.facts).toMatchObject([
      {
        type: 'manifest-drift',
        manifest: 'package.json',
        name: 'is-odd',
        declared: '^3.0.1',
        locked: '^2.0.0',
        location: { file: 'package.json' },
      },
    ]);
  });

  test('an override that the lockfile was not written with is told once', () => {
    const workshop = readPnpmFixture('pnpm-workshop-v9.0', (text) => text.replace('  is-buffer: 2.0.5\n', ''));
    expect(workshop.facts).toEqual([
      { type: 'override-ignored', selector: 'is-buffer', wanted: '2.0.5', locked: '', location: { file: 'pnpm-workspace.yaml', line: 3 } },
    ]);
  });

  test('a dependency without an entry is told with the entry that asks for it', () => {
    const workshop = readPnpmFixture('pnpm-workshop-v9.0', (text) => text.replace('js-tokens: 4.0.0', 'js-tokens: 4.0.1'));
    expect(workshop.facts).toMatchObject([
      { type: 'unresolved-dependency', from: 'loose-envify@1.4.0', name: 'js-tokens', range: '4.0.1' },
    ]);
    expect(componentAt(workshop, 'js-tokens@4.0.0').isExtraneous).toBe(true);
  });

  test('a newer version whose shape fits is read, and told', () => {
    const workshop = readPnpmFixture('pnpm-workshop-v9.0', (text) => text.replace("'9.0'", "'9.10'"));
    expect(workshop.components.size).toBe(readPnpmFixture('pnpm-workshop-v9.0').components.size);
    expect(workshop.facts).toEqual([
      { type: 'unknown-version', version: '9.10', newestKnown: '9.0', location: { file: 'pnpm-lock.yaml', line: 1 } },
    ]);
  });
});

describe('entries that are not plain', () => {
  const lock = (body: string): Inventory => readPnpmText(`lockfileVersion: '9.0'\nimporters:\n  .: {}\n${body}`);

  test('a runtime is no npm package', () => {
    const inventory = readPnpmText(
      `lockfileVersion: '9.0'
importers:
  .:
    devDependencies:
      node: {specifier: runtime:^24, version: 'runtime:24.6.0'}
packages:
  node@runtime:24.6.0:
    hasBin: true
    resolution:
      type: variations
      variants:
        - resolution: {type: binary, url: https://runtime.example/node-linux-x64.tar.gz, integrity: sha256-x}
          targets: [{os: linux, cpu: x64}]
        - resolution: {type: binary, url: https://runtime.example/node-win-x64.zip, integrity: sha256-y}
          targets: [{os: win32, cpu: x64}]
    version: 24.6.0
snapshots:
  node@runtime:24.6.0: {}
`,
      { 'package.json': '{"devEngines":{}}' },
    );
    expect(componentAt(inventory, 'node@runtime:24.6.0')).toMatchObject({
      purl: 'pkg:generic/node@24.6.0',
      scope: 'dev',
      properties: { 'pnpm:variant:linux-x64': 'https://runtime.example/node-linux-x64.tar.gz sha256-x' },
    });
    expect(inventory.facts).toEqual([]);
  });

  test('a tarball beside a version is the origin of that registry package; credentials go', () => {
    const tarball = 'https://user:secret@mirror.example/left-pad.tgz';
    const inventory = lock(`packages:\n  left-pad@1.3.0:\n    resolution: {tarball: '${tarball}'}\n`);
    expect(componentAt(inventory, 'left-pad@1.3.0').source).toEqual({ type: 'registry', url: 'https://mirror.example/left-pad.tgz' });
  });

  test('a tarball and a hosted archive by their addresses', () => {
    const inventory = lock(`packages:
  core@https://preview.example/core@0.4.1:
    resolution: {tarball: https://preview.example/core@0.4.1}
    version: 0.4.1
  tool@https://codeload.github.com/owner/tool/tar.gz/0123456789012345678901234567890123456789:
    resolution: {tarball: https://codeload.github.com/owner/tool/tar.gz/0123456789012345678901234567890123456789}
    version: 2.0.0
`);
    expect(componentAt(inventory, 'core@https://preview.example/core@0.4.1').purl).toBe(
      'pkg:npm/core@0.4.1?download_url=https://preview.example/core%400.4.1',
    );
    expect([...inventory.components.values()].find(({ name }) => name === 'tool')?.source.type).toBe('git');
  });

  test('a foreign registry in a key before 9.0 is named as the origin', () => {
    const inventory = readPnpmText(
      'lockfileVersion: 5.3\npackages:\n  npm.example/@acme/tool/1.2.3:\n    resolution: {integrity: sha1-x}\n',
    );
    expect(componentAt(inventory, 'npm.example/@acme/tool/1.2.3')).toMatchObject({
      name: '@acme/tool',
      version: '1.2.3',
      source: { type: 'registry', url: 'https://npm.example/@acme/tool/-/tool-1.2.3.tgz' },
      properties: { 'pnpm:unreadableIntegrity': 'sha1-x' },
    });
  });

  test('a version of digits stays the text that it is', () => {
    const inventory = lock('packages:\n  tool@1.10.0:\n    resolution: {integrity: x}\n    version: 1.10\n');
    expect(componentAt(inventory, 'tool@1.10.0').version).toBe('1.10');
  });
});

function namedEdges(inventory: Inventory): readonly string[] {
  const names = new Map([...inventory.components.values()].map(({ bomRef, name, version }) => [bomRef, `${name}@${version}`]));
  names.set(inventory.root.bomRef, inventory.root.name);
  return [...inventory.edges].flatMap(([from, list]) => list.map(({ to, kind }) => `${names.get(from)} -${kind}-> ${names.get(to)}`));
}

function readLines(folder: string): readonly string[] {
  let lines: readonly string[] = [];
  readPnpmFixture(folder, (text) => {
    lines = text.split('\n');
    return text;
  });
  return lines;
}

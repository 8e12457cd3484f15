import { describe, expect, test } from 'vitest';
import { berryLockOf, componentOf, edgesOf, inputOf, readFixture, readInput, readYarnLock } from './yarn-project.ts';
import { refusalOf } from '../support/sound-inventory.ts';

describe('one project as every yarn since 2 locks it', () => {
  const greenhouses = ['4', '6', '8', '10'].map((version) => ({ version, inventory: readFixture(`yarn-berry-greenhouse-${version}`) }));

  test.each(greenhouses)('metadata $version: what the root depends on', ({ version, inventory }) => {
    const isPlain = (edge: string) => !/typescript|fsevents|is-odd/.test(edge);
    expect(edgesOf(inventory, 'greenhouse@workspace:.').filter(isPlain)).toEqual([
      'optional @esbuild/linux-x64 -> @esbuild/linux-x64@npm:0.19.0',
      'dev chalk -> chalk@npm:2.4.2',
      'prod escape-string-regexp -> escape-string-regexp@npm:5.0.0',
      'prod hose -> hose@portal:0.4.0',
      'dev left-pad -> left-pad@npm:1.3.0',
      'prod ms -> ms@npm:2.1.3',
      'prod old-ms -> ms@npm:2.0.0',
      'optional once -> once@npm:1.4.0',
      'prod rake -> rake@link:0.0.0-use.local',
      'prod trowel -> trowel@file:0.3.0',
    ]);
    expect(inventory.facts).toEqual([]);
    expect(inventory.origin.format).toBe(`yarn-berry-${version}`);
  });

  test.each(greenhouses)('metadata $version: members have the version of their manifest and their own edges', ({ inventory }) => {
    expect(componentOf(inventory, '@greenhouse/lib@workspace:packages/lib')).toMatchObject({ version: '1.5.0', scope: 'required' });
    expect(edgesOf(inventory, '@greenhouse/lib@workspace:packages/lib')).toEqual([
      'optional is-number -> is-number@npm:7.0.0',
      'dev ms -> ms@npm:2.1.3',
    ]);
    expect(edgesOf(inventory, '@greenhouse/app@workspace:packages/app')).toEqual([
      'prod @greenhouse/lib -> @greenhouse/lib@workspace:packages/lib',
      'prod debug -> debug@npm:4.3.4',
      'prod rc -> rc@npm:1.2.8',
      expect.stringContaining('prod resolve -> resolve@patch:'),
      'prod spade -> spade@file:0.1.0',
    ]);
  });

  test.each(greenhouses)('metadata $version: resolutions are followed, for one parent as for all', ({ inventory }) => {
    expect(edgesOf(inventory, 'chalk@npm:2.4.2')).toContain('prod ansi-styles -> ansi-styles@npm:4.3.0');
    expect(edgesOf(inventory, 'supports-color@npm:5.5.0')).toEqual(['prod has-flag -> has-flag@npm:4.0.0']);
    expect(edgesOf(inventory, 'debug@npm:4.3.4')).toEqual(['prod ms -> ms@npm:2.1.2']);
    expect(inventory.overrides.get('chalk/ansi-styles')).toBe('^4.1.0');
  });

  test.each(greenhouses)('metadata $version: a patch is folded into the one package that is installed', ({ inventory }) => {
    const patched = [...inventory.components.values()].filter(({ name }) => ['is-odd', 'fsevents', 'resolve', 'typescript'].includes(name));
    expect(patched.map(({ name, patches }) => [name, patches?.map(({ path }) => path)])).toEqual([
      ['fsevents', [undefined]],
      ['is-odd', ['patches/is-odd.patch']],
      ['resolve', [undefined]],
      ['typescript', [undefined]],
    ]);
    expect(patched.every(({ source, patches }) => source.type === 'registry' && patches?.[0]?.hash !== undefined)).toBe(true);
  });

  test.each(greenhouses)('metadata $version: the checksum of the cache is a property and no integrity', ({ inventory }) => {
    const chalk = componentOf(inventory, 'chalk@npm:2.4.2');
    expect(chalk.integrity).toBeUndefined();
    expect(chalk.properties?.['yarn:cacheChecksum']).toMatch(/^(?:10c0\/)?[0-9a-f]{128}$/);
    expect([...inventory.components.values()].filter(({ integrity }) => integrity !== undefined)).toEqual([]);
  });

  test.each(greenhouses)('metadata $version: local packages have their path, aliases their real name', ({ inventory }) => {
    expect(componentOf(inventory, 'trowel@file:0.3.0').source).toEqual({ type: 'file', path: 'local' });
    expect(componentOf(inventory, 'hose@portal:0.4.0').source).toEqual({ type: 'file', path: 'ported' });
    expect(componentOf(inventory, 'spade@file:0.1.0').source).toEqual({ type: 'file', path: 'packages/app/spade' });
    expect(componentOf(inventory, 'ms@npm:2.0.0')).toMatchObject({ name: 'ms', alias: 'old-ms' });
  });

  test('conditions are the platforms of a package', () => {
    const [, version6] = greenhouses;
    if (version6 === undefined) throw new Error('no fixture');
    expect(componentOf(version6.inventory, '@esbuild/linux-x64@npm:0.19.0').platform).toEqual({ os: ['linux'], cpu: ['x64'] });
  });

  test('scopes follow from what is reached, members counting as the project', () => {
    for (const { inventory } of greenhouses) {
      expect(componentOf(inventory, 'rc@npm:1.2.8').scope).toBe('required');
      expect(componentOf(inventory, 'color-name@npm:1.1.4').scope).toBe('dev');
      expect(componentOf(inventory, 'once@npm:1.4.0').scope).toBe('optional');
      expect([...inventory.components.values()].filter(({ isExtraneous }) => isExtraneous)).toEqual([]);
    }
  });

  test('CRLF and a byte order mark change nothing', () => {
    const input = inputOf('yarn-berry-greenhouse-8');
    expect(readInput({ ...input, text: `\uFEFF${input.text.replaceAll('\n', '\r\n')}` })).toEqual(readInput(input));
  });

  test('every entry has its line', () => {
    const { inventory } = greenhouses[3] ?? { inventory: readFixture('yarn-berry-greenhouse-10') };
    const lines = inputOf('yarn-berry-greenhouse-10').text.split('\n');
    for (const { name, alias, location } of inventory.components.values()) expect(lines[location.line - 1]).toContain(`${alias ?? name}@`);
  });
});

describe('packages inside the project', () => {
  const shed = readFixture('yarn-berry-local-packages');

  test('a local package of a local package stands where its parent says', () => {
    expect(componentOf(shed, 'inner@file:0.0.3').source).toEqual({ type: 'file', path: 'local/inner' });
    expect(edgesOf(shed, 'trowel@portal:0.3.0')).toEqual(['prod inner -> inner@file:0.0.3']);
  });

  test('members refer to each other by workspace ranges and by version, also in circles', () => {
    expect(edgesOf(shed, 'app@workspace:packages/app')).toEqual([
      'prod is-even -> is-even@npm:1.0.0',
      'prod lib -> lib@workspace:packages/lib',
      'prod nested -> nested@workspace:packages/lib/nested',
    ]);
    expect(edgesOf(shed, 'nested@workspace:packages/lib/nested')).toEqual(['prod app -> app@workspace:packages/app']);
  });

  test('an alias of a name that a member has is an alias and no mistake', () => {
    expect(edgesOf(shed, 'greenhouse@workspace:.')).toContain('prod lib -> is-even@npm:1.0.0');
    expect(shed.facts).toEqual([]);
  });

  test('a patch of the project below a patch of yarn lists both', () => {
    expect(componentOf(shed, 'typescript@patch:5.0.4#f429ce#b5f058').patches).toEqual([
      { path: 'ts.patch', hash: 'f429ce' },
      { hash: 'b5f058' },
    ]);
  });

  test('a tarball has its address, an archive its path', () => {
    expect(componentOf(shed, 'tarred@https:3.0.1').purl).toBe(
      'pkg:npm/tarred@3.0.1?download_url=https://registry.example/is-odd/-/is-odd-3.0.1.tgz',
    );
    expect(componentOf(shed, 'packed@file:7.0.0').source).toEqual({ type: 'file', path: 'packed.tgz' });
  });
});

describe('protocols that the fixtures cannot hold', () => {
  const only = (key: string, resolution: string, ...lines: string[]) => {
    const [component, ...others] = readYarnLock(berryLockOf([key, resolution, ...lines])).components.values();
    if (component === undefined || others.length > 0) throw new Error('one component was expected');
    return component;
  };
  const commit = '0123456789abcdef0123456789abcdef01234567';

  test.each([
    ['git@forge.example:crew/rope.git', 'ssh://git@forge.example/crew/rope.git'],
    ['https://forge.example/crew/rope.git', 'https://forge.example/crew/rope.git'],
    ['https://crew:secret@forge.example/crew/rope.git', 'https://forge.example/crew/rope.git'],
    ['git+ssh://git@forge.example/crew/rope.git', 'git+ssh://git@forge.example/crew/rope.git'],
    ['https://forge.example/crew/rope', 'https://forge.example/crew/rope'],
  ])('%s at a commit is git', (address, url) => {
    const rope = only(`rope@${address}#main`, `rope@${address}#commit=${commit}`);
    expect(rope).toMatchObject({ name: 'rope', version: '1.0.0', source: { type: 'git', url, commit } });
    expect(rope.bomRef).not.toContain('secret');
  });

  test('an archive address that yarn keeps is the registry address of the package', () => {
    const url = 'https://mirror.example/rope-1.0.0.tgz';
    expect(only('rope@npm:^1.0.0', `rope@npm:1.0.0::__archiveUrl=${encodeURIComponent(url)}`).source).toEqual({ type: 'registry', url });
  });

  test('a protocol that only a plugin knows is kept, and is no registry', () => {
    const rope = only(
      'rope@condition:TEST ? ^1.0.0 : ^2.0.0',
      'rope@condition:TEST?^1.0.0:^2.0.0#8eb6ab',
      'version: 0.0.0-condition-8eb6ab',
    );
    expect(rope.source.type).toBe('tarball');
    expect(rope).toMatchObject({ version: '0.0.0-condition-8eb6ab', purl: 'pkg:npm/rope@0.0.0-condition-8eb6ab' });
    expect(rope.properties).toEqual({ 'yarn:protocol': 'condition' });
  });

  test('a JSR package has the name under which its registry knows it', () => {
    expect(only('@crew/rope@jsr:^1.0.0', '@crew/rope@jsr:1.0.0')).toMatchObject({
      name: '@jsr/crew__rope',
      alias: '@crew/rope',
      version: '1.0.0',
      source: { type: 'registry' },
    });
  });

  test('the version is the one that the registry is asked for, whatever the entry claims', () => {
    expect(only('rope@npm:^1.0.0', 'rope@npm:1.0.0', 'version: 9.9.9').version).toBe('1.0.0');
  });

  test('an encoded control character stays encoded', () => {
    const rope = only('rope@npm:1', 'rope@npm:1.0.0::__archiveUrl=https%3A%2F%2Fmirror.example%2F%1B%5B2J');
    expect(rope.source).toEqual({ type: 'registry', url: 'https%3A%2F%2Fmirror.example%2F%1B%5B2J' });
  });

  test('a patch under another name is what it is made from', () => {
    expect(only('rope@patch:knot@npm%3A1.0.0#~/a.patch', 'rope@patch:knot@npm%3A1.0.0#~/a.patch::version=1.0.0&hash=abc')).toMatchObject({
      name: 'knot',
      alias: 'rope',
    });
  });

  test('a virtual package is the package that it is a copy of', () => {
    expect(only('rope@virtual:abc#npm:^1.0.0', 'rope@virtual:abc#npm:1.0.0')).toMatchObject({
      version: '1.0.0',
      source: { type: 'registry' },
    });
  });

  test('alternatives and exclusions of platforms are kept', () => {
    const rope = only('rope@npm:1', 'rope@npm:1.0.0', 'conditions: (os=linux | os=android) & !cpu=ia32 & libc=musl');
    expect(rope.platform).toEqual({ os: ['linux', 'android'], cpu: ['!ia32'], libc: ['musl'] });
  });

  test('a path of this machine and a token do not become an identity', () => {
    const refs = [
      only('rope@file:/home/crew/rope', 'rope@file:/home/crew/rope#abc'),
      only('rope@https://t:k@x.example/a.tgz', 'rope@https://t:k@x.example/a.tgz'),
    ];
    expect(refs.map(({ bomRef }) => bomRef)).toEqual(['rope@file:1.0.0', 'rope@https:1.0.0']);
  });
});

describe('what is refused', () => {
  test.each([
    ['an entry without a resolution', '"rope@npm:1":\n  version: 1.0.0', 4],
    ['a name that climbs', '"../../rope@npm:1":\n  resolution: "../../rope@npm:1.0.0"', 4],
    ['an alias that climbs', '"../../rope@npm:rope@1":\n  resolution: "rope@npm:1.0.0"', 4],
    ['a flow collection', '"rope@npm:1": {resolution: x}', 4],
    ['an anchor', '"rope@npm:1": &rope', 4],
    ['a text of several lines', '"rope@npm:1":\n  version: |\n    1.0.0', 5],
    ['a key without an end', '"rope@npm:1:\n  version: 1.0.0', 4],
    ['a wrong indentation', '"rope@npm:1":\n    version: 1.0.0\n  resolution: "rope@npm:1.0.0"', 6],
    ['a control character', '"rope@npm:1":\n  version: 1.0.0\u001b[2J', 5],
    ['an escaped control character', '"rope\\u0000@npm:1":\n  version: 1.0.0', 4],
    ['a value and keys below it', '"rope@npm:1": x\n  version: 1.0.0', 5],
  ])('%s, with its line and a way out', (_, entry, line) => {
    const error = refusalOf(() => readYarnLock(`__metadata:\n  version: 8\n\n${entry}\n`));
    expect(error).toMatchObject({ code: 'lockfile-invalid', location: { file: 'yarn.lock', line } });
    expect(error.hint).toBeTruthy();
  });
});

describe('what a patch is made from', () => {
  const root = ['shop@workspace:.', 'shop@workspace:.', 'dependencies:', '  rope: "npm:1.0.0"'] as const;
  const patched = [
    'rope@patch:rope@npm%3A1.0.0#optional!builtin<compat/rope>',
    'rope@patch:rope@npm%3A1.0.0#optional!builtin<compat/rope>::version=1.0.0&hash=abcdef',
  ] as const;

  test('pins a patched package that was never built here', () => {
    const inventory = readYarnLock(berryLockOf(root, patched, ['rope@npm:1.0.0', 'rope@npm:1.0.0', 'checksum: 10c0/aa']));
    const ropes = [...inventory.components.values()].filter(({ name }) => name === 'rope');
    expect(ropes.map(({ patches, properties }) => [patches?.length, properties?.['yarn:cacheChecksum']])).toEqual([[1, '10c0/aa']]);
  });

  test('pins nothing without a checksum of its own', () => {
    const inventory = readYarnLock(berryLockOf(root, patched, ['rope@npm:1.0.0', 'rope@npm:1.0.0']));
    const ropes = [...inventory.components.values()].filter(({ name }) => name === 'rope');
    expect(ropes.map(({ properties }) => properties?.['yarn:cacheChecksum'])).toEqual([undefined]);
  });

  test('is not hidden behind the patch when it comes from elsewhere', () => {
    const elsewhere = 'rope@npm:1.0.0::__archiveUrl=https%3A%2F%2Fevil.example%2Frope.tgz';
    const inventory = readYarnLock(berryLockOf(root, patched, ['rope@npm:1.0.0', elsewhere, 'checksum: 10c0/aa']));
    const urls = [...inventory.components.values()].map(({ source }) => (source.type === 'registry' ? source.url : undefined));
    expect(urls).toContain('https://evil.example/rope.tgz');
    const kept = [...inventory.components.values()].find(({ patches }) => patches !== undefined);
    expect(kept?.properties?.['yarn:cacheChecksum']).toBeUndefined();
  });
});

import { describe, expect, test } from 'vitest';
import type { Component } from '../../src/model/component.ts';
import { GateError } from '../../src/model/gate-error.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { barePurl } from '../../src/model/purl.ts';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { cyclonedxVersions } from '../../src/sbom/cyclonedx-terms.ts';
import type { SbomReading } from '../../src/sbom/read.ts';
import { readCycloneDX } from '../../src/sbom/read.ts';
import { inventoryOf, tool, workshop } from './inventories.ts';

function read(document: unknown): SbomReading {
  const text = typeof document === 'string' ? document : JSON.stringify(document);
  return readCycloneDX({ path: 'bom.json', text, digest: 'cd'.repeat(32) });
}

function componentsByName(inventory: Inventory): ReadonlyMap<string, Component> {
  return new Map([...inventory.components.values()].map((component) => [component.name, component]));
}

describe('what was written is read back', () => {
  test.each(cyclonedxVersions)('from %s by path: components, sources, digests, scopes, edges', async (spec) => {
    const { inventory, skipped } = read(await toCycloneDX(workshop, { spec, by: 'path', tool }));
    expect(skipped).toEqual([]);
    expect([...inventory.components.keys()]).toEqual([...workshop.components.keys()].sort());
    for (const [ref, before] of workshop.components) {
      const after = inventory.components.get(ref);
      expect(after).toMatchObject({ name: before.name, version: before.version, scope: before.scope });
      expect(after?.source.type).toBe(before.source.type);
      expect(after?.integrity).toEqual(before.integrity);
      expect(after?.licence).toBe(before.licence);
      expect(after?.alias).toBe(before.alias);
      expect(after?.isBundled).toBe(before.isBundled);
      expect(after?.engines).toEqual(before.engines);
      expect(after?.platform).toEqual(before.platform);
      const targets = (from: Inventory): readonly string[] => [...new Set((from.edges.get(ref) ?? []).map(({ to }) => to))].sort();
      expect(targets(inventory)).toEqual(
        targets(workshop).filter((to) => to !== ref && (to === '.' || workshop.components.has(to as never))),
      );
    }
    expect([...inventory.overrides.keys()]).toEqual(['cargo']);
  });

  test('an SBOM of an SBOM has the same packages and the same graph', async () => {
    const once = read(await toCycloneDX(workshop, { tool })).inventory;
    const twice = read(await toCycloneDX(once, { tool })).inventory;
    expect([...twice.components.keys()]).toEqual([...once.components.keys()]);
    expect(twice.edges).toEqual(once.edges);
  });

  test('the line is that of the component in the SBOM', async () => {
    const text = await toCycloneDX(workshop, { tool });
    const nail = componentsByName(read(text).inventory).get('private-nails');
    expect(text.split('\n')[(nail?.location.line ?? 0) - 1]).toContain('"bom-ref": "pkg:npm/private-nails@7.0.0"');
  });
});

const root = { type: 'application', name: 'app', version: '1.0.0', 'bom-ref': 'app' };
const header = { bomFormat: 'CycloneDX', specVersion: '1.5', version: 1 };

describe('documents of other tools', () => {
  test('a purl in lower case does not rename a package that is written with capitals', () => {
    const { inventory } = read({
      ...header,
      metadata: { component: root },
      components: [{ type: 'library', name: 'JSONStream', version: '1.3.5', purl: 'pkg:npm/jsonstream@1.3.5', 'bom-ref': 'x' }],
      dependencies: [{ ref: 'app', dependsOn: ['x'] }],
    });
    expect([...inventory.components.values()].map(({ name, purl }) => [name, purl])).toEqual([['JSONStream', 'pkg:npm/JSONStream@1.3.5']]);
  });

  test('a name that the purl contradicts is an alias of what the purl names', () => {
    const { inventory } = read({
      ...header,
      components: [{ type: 'library', name: 'old-hammer', version: '1.0.0', purl: 'pkg:npm/hammer@1.0.0', 'bom-ref': 'x' }],
    });
    expect(componentsByName(inventory).get('hammer')?.alias).toBe('old-hammer');
  });

  test('a path outside node_modules is a member of the repository, as npm sbom writes it', () => {
    const path = (value: string): object => ({ properties: [{ name: 'cdx:npm:package:path', value }] });
    const { inventory } = read({
      ...header,
      metadata: { component: { ...root, name: 'folder', purl: 'pkg:npm/app@1.0.0', ...path('') } },
      components: [
        { type: 'library', name: 'member', version: '1.0.0', purl: 'pkg:npm/%40app/member@1.0.0', ...path('packages/member') },
        { type: 'library', name: 'nail', version: '1.0.0', purl: 'pkg:npm/nail@1.0.0', ...path('packages/member/node_modules/nail') },
      ],
    });
    expect(inventory.root).toMatchObject({ name: 'app', bomRef: 'app' });
    expect(inventory.root.alias).toBeUndefined();
    expect(componentsByName(inventory).get('@app/member')?.source).toEqual({ type: 'workspace', path: 'packages/member' });
    expect(componentsByName(inventory).get('nail')?.source).toEqual({ type: 'registry' });
  });

  test('digests are taken from the distribution, too, and malformed ones never', () => {
    const { inventory } = read({
      ...header,
      components: [
        {
          type: 'library',
          name: 'nail',
          version: '1.0.0',
          'bom-ref': 'x',
          hashes: [{ alg: 'SHA-512', content: 'abc' }],
          externalReferences: [
            {
              type: 'distribution',
              url: 'https://registry.example/nail/-/nail-1.0.0.tgz',
              hashes: [{ alg: 'SHA-1', content: 'AB'.repeat(20) }],
            },
          ],
        },
      ],
    });
    expect(componentsByName(inventory).get('nail')?.integrity).toEqual([{ algorithm: 'sha1', digest: 'ab'.repeat(20) }]);
  });

  test.each([
    [
      'pkg:npm/x@1.0.0?vcs_url=git%2Bhttps://git.example/x.git%400123456',
      undefined,
      { type: 'git', url: 'https://git.example/x.git', commit: '0123456' },
    ],
    ['pkg:npm/x@1.0.0?download_url=https://tarballs.example/x.tgz', undefined, { type: 'tarball', url: 'https://tarballs.example/x.tgz' }],
    ['pkg:npm/x@1.0.0', 'https://registry.example/x/-/x-1.0.0.tgz', { type: 'registry', url: 'https://registry.example/x/-/x-1.0.0.tgz' }],
    ['pkg:npm/x@1.0.0', 'git+ssh://git@git.example/x.git#0123456', { type: 'git', url: 'ssh://git@git.example/x.git', commit: '0123456' }],
    ['pkg:npm/x@1.0.0', 'file:../x', { type: 'file', path: '../x' }],
    ['pkg:npm/x@1.0.0', undefined, { type: 'registry' }],
  ])('the source of %s with a distribution at %s', (purl, url, source) => {
    const externalReferences = url === undefined ? [] : [{ type: 'distribution', url }];
    const { inventory } = read({ ...header, components: [{ type: 'library', name: 'x', version: '1.0.0', purl, externalReferences }] });
    expect(componentsByName(inventory).get('x')?.source).toEqual(source);
  });

  test('nested components are components, and a missing root depends on whatever nothing else needs', () => {
    const { inventory } = read({
      ...header,
      components: [
        {
          type: 'library',
          name: 'a',
          version: '1.0.0',
          'bom-ref': 'a',
          components: [{ type: 'library', name: 'b', version: '1.0.0', 'bom-ref': 'b' }],
        },
        { type: 'library', name: 'c', version: '1.0.0', 'bom-ref': 'c' },
      ],
      dependencies: [{ ref: 'a', dependsOn: ['b'] }],
    });
    expect([...inventory.components.keys()]).toEqual(['a', 'b', 'c']);
    expect(inventory.edges.get(inventory.root.bomRef)?.map(({ to }) => to)).toEqual(['a', 'c']);
  });

  test('what belongs to another ecosystem is skipped and said to be', () => {
    const { inventory, skipped } = read({
      ...header,
      components: [
        { type: 'library', name: 'requests', version: '2.0.0', purl: 'pkg:pypi/requests@2.0.0', 'bom-ref': 'r' },
        { type: 'operating-system', name: 'debian', version: '12', 'bom-ref': 'o' },
      ],
    });
    expect(inventory.components.size).toBe(0);
    expect(skipped).toEqual([
      { label: 'pkg:pypi/requests@2.0.0', pointer: '/components/0' },
      { label: 'debian', pointer: '/components/1' },
    ]);
  });

  test('several licences are read as all of them', () => {
    const licenses = [{ license: { id: 'MIT' } }, { license: { name: 'own terms' } }, { expression: 'ISC OR 0BSD' }];
    const { inventory } = read({ ...header, components: [{ type: 'library', name: 'x', version: '1.0.0', licenses }] });
    expect(componentsByName(inventory).get('x')?.licence).toBe('MIT AND own terms AND (ISC OR 0BSD)');
  });

  test('a reference that leads nowhere is a fact, and a component that nothing leads to is extraneous', () => {
    const { inventory } = read({
      ...header,
      metadata: { component: root },
      components: [{ type: 'library', name: 'x', version: '1.0.0', 'bom-ref': 'x' }],
      dependencies: [{ ref: 'app', dependsOn: ['gone'] }],
    });
    expect(inventory.facts).toMatchObject([{ type: 'unresolved-dependency', from: 'app', name: 'gone' }]);
    expect(componentsByName(inventory).get('x')?.isExtraneous).toBe(true);
  });
});

describe('a document that contradicts itself is refused with its place', () => {
  test.each([
    [
      'two components under one ref',
      [
        { name: 'a', 'bom-ref': 'x' },
        { name: 'b', 'bom-ref': 'x' },
      ],
      'gives the bom-ref x twice',
    ],
    [
      'a version that the purl denies',
      [{ name: 'a', version: '1.0.0', purl: 'pkg:npm/a@2.0.0' }],
      'has the version 1.0.0 and a purl that says 2.0.0',
    ],
    ['a purl that is none', [{ name: 'a', purl: 'pkg:npm/' }], 'is not a package URL'],
    ['nothing to identify it', [{ version: '1.0.0' }], 'has neither name nor purl'],
    ['a name that hides something', [{ name: 'a\u001b[2K' }], 'holds control characters'],
  ])('%s', (_what, components, message) => {
    const document = { ...header, components: components.map((component) => ({ type: 'library', ...component })) };
    expect(() => read(document)).toThrow(GateError);
    expect(() => read(document)).toThrow(message);
  });
});

test('letter case keeps two packages apart all the way', async () => {
  const pair = inventoryOf({ components: { a: { name: 'JSONStream' }, b: { name: 'jsonstream' } }, edges: [['.', 'a'], ['.', 'b']] }); // prettier-ignore
  const { inventory } = read(await toCycloneDX(pair, { tool }));
  expect([...inventory.components.values()].map(({ purl }) => barePurl(purl))).toEqual([
    'pkg:npm/JSONStream@1.0.0',
    'pkg:npm/jsonstream@1.0.0',
  ]);
});

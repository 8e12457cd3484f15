import { describe, expect, it } from 'vitest';
import { ownComponents } from '../../src/model/inventory.ts';
import { edgesToAll, namedComponent, namedInventory, namedRoot } from '../../src/model/named-inventory.ts';

const place = 'command line';

describe('packages that somebody names', () => {
  it('are as a lockfile would hold them, with what is known of their bytes and nothing else', () => {
    const plain = namedComponent({ name: '@waders/heron', version: '1.0.0' }, place);
    expect(plain).toEqual({
      bomRef: '@waders/heron@1.0.0',
      purl: 'pkg:npm/%40waders/heron@1.0.0',
      name: '@waders/heron',
      version: '1.0.0',
      source: { type: 'registry' },
      scope: 'required',
      location: { file: 'command line', line: 1 },
    });
    const integrity = [{ algorithm: 'sha512', digest: 'ab' }] as const;
    const pinned = namedComponent({ name: 'heron', version: '1.0.0', integrity, url: 'https://registry.example/heron.tgz' }, place);
    expect(pinned).toMatchObject({ integrity, source: { type: 'registry', url: 'https://registry.example/heron.tgz' } });
  });

  it('belong to a project that is none of them, and that asks for each where it is said to', () => {
    const root = namedRoot('requested', place);
    const components = ['1.0.0', '2.0.0'].map((version) => namedComponent({ name: 'heron', version }, place));
    const inventory = namedInventory({ root, components, edges: edgesToAll(root, components), format: 'names' });
    expect(ownComponents(inventory)).toEqual([root]);
    expect([...inventory.components.keys()]).toEqual(['heron@1.0.0', 'heron@2.0.0']);
    expect(inventory.edges.get(root.bomRef)?.map(({ to }) => to)).toEqual(['heron@1.0.0', 'heron@2.0.0']);
    expect(inventory.origin).toEqual({ path: place, format: 'names', digest: '' });
    expect(namedInventory({ root, components, format: 'names' }).edges.size).toBe(0);
  });
});

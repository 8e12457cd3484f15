import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Change, changesBetween, isSameVersion } from '../../src/model/change.ts';
import { type Component, bomRef, labelOf } from '../../src/model/component.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { component, integrityOf, inventory, withoutIntegrity } from '../support/inventory.ts';

const at = (ref: string, name: string, version: string, over: Partial<Component> = {}): Component =>
  component(name, version, { bomRef: bomRef(ref), ...over });

/** `left-pad 1.0.0 → 2.0.0`, `+ left-pad@1.0.0`, `- left-pad@1.0.0`. */
function shown(changes: readonly Change[]): readonly string[] {
  return changes.map((change) => {
    if (change.type === 'added') return `+ ${labelOf(change.after)}`;
    if (change.type === 'removed') return `- ${labelOf(change.before)}`;
    return `${change.before.name} ${change.before.version} → ${change.after.version}`;
  });
}

function as(format: string, of: Inventory): Inventory {
  return { ...of, origin: { ...of.origin, format } };
}

describe('what changed', () => {
  test('is sorted by name, then version', () => {
    const before = inventory([at('a', 'zebra', '1.0.0'), at('b', 'ant', '1.0.0')]);
    const after = inventory([at('a', 'zebra', '1.1.0'), at('c', 'bee', '10.0.0'), at('d', 'bee', '9.0.0')]);
    expect(shown(changesBetween(before, after))).toEqual(['- ant@1.0.0', '+ bee@9.0.0', '+ bee@10.0.0', 'zebra 1.0.0 → 1.1.0']);
  });

  test('a second version beside the first is added, and the first is not mentioned', () => {
    const first = at('a', 'left-pad', '1.0.0');
    expect(shown(changesBetween(inventory([first]), inventory([first, at('b', 'left-pad', '1.3.0')])))).toEqual(['+ left-pad@1.3.0']);
  });

  test('copies of the same version count once', () => {
    const copies = inventory([at('a', 'left-pad', '1.0.0'), at('b', 'left-pad', '1.0.0')]);
    expect(changesBetween(copies, inventory([at('c', 'left-pad', '1.0.0')]))).toEqual([]);
    expect(shown(changesBetween(inventory([]), copies))).toEqual(['+ left-pad@1.0.0']);
  });

  test('other bytes under the same version are a change, also behind a lower version that came with them', () => {
    const before = inventory([at('a', 'left-pad', '1.0.0')]);
    const swapped = at('x', 'left-pad', '1.0.0', { integrity: integrityOf(2) });
    const changes = changesBetween(before, inventory([at('a', 'left-pad', '0.9.0'), swapped]));
    expect(shown(changes)).toEqual(['+ left-pad@0.9.0', 'left-pad 1.0.0 → 1.0.0']);
    expect(changes.filter(isSameVersion)).toMatchObject([{ after: swapped }]);
  });

  test('a copy with other bytes beside the true one is a change', () => {
    const honest = at('a', 'left-pad', '1.0.0');
    const evil = at('b', 'left-pad', '1.0.0', { integrity: integrityOf(2) });
    expect(changesBetween(inventory([honest]), inventory([honest, evil]))).toMatchObject([{ type: 'added', after: evil }]);
  });

  test('a version takes the partner in its own place, then the nearest below', () => {
    const before = inventory([at('top', 'a', '1.0.0'), at('in', 'a', '2.0.0')]);
    const after = inventory([at('top', 'a', '3.0.0'), at('in', 'a', '2.5.0')]);
    expect(shown(changesBetween(before, after))).toEqual(['a 2.0.0 → 2.5.0', 'a 1.0.0 → 3.0.0']);
    const elsewhere = inventory([at('x', 'a', '3.0.0'), at('y', 'a', '2.5.0'), at('z', 'a', '0.1.0')]);
    expect(shown(changesBetween(before, elsewhere))).toEqual(['+ a@0.1.0', 'a 2.0.0 → 2.5.0', 'a 1.0.0 → 3.0.0']);
  });

  test('another origin is a change, an address that only one side knows is none', () => {
    const plain = at('a', 'left-pad', '1.0.0');
    const here = { ...plain, source: { type: 'registry', url: 'https://registry.example/left-pad/-/left-pad-1.0.0.tgz' } } as const;
    const there = { ...plain, source: { type: 'registry', url: 'https://evil.example/left-pad/-/left-pad-1.0.0.tgz' } } as const;
    const tarball = { ...plain, source: { type: 'tarball', url: 'https://registry.example/left-pad/-/left-pad-1.0.0.tgz' } } as const;
    expect(changesBetween(inventory([plain]), inventory([here]))).toEqual([]);
    expect(changesBetween(inventory([here]), inventory([there]))).toHaveLength(1);
    expect(changesBetween(inventory([here]), inventory([tarball]))).toHaveLength(1);
  });

  test('a digest that went, one that was added beside the true one, and a weaker one are changes', () => {
    const here = at('a', 'left-pad', '1.0.0');
    const beside = [integrityOf(1)[0], integrityOf(2)[0]] as const;
    const weak = [{ algorithm: 'sha1', digest: '0'.repeat(40) }] as const;
    const both = [integrityOf(1)[0], ...weak] as const;
    for (const after of [withoutIntegrity(here), { ...here, integrity: beside }])
      expect(changesBetween(inventory([here]), inventory([after]))).toHaveLength(1);
    expect(changesBetween(inventory([{ ...here, integrity: both }]), inventory([{ ...here, integrity: weak }]))).toHaveLength(1);
    expect(changesBetween(inventory([{ ...here, integrity: weak }]), inventory([{ ...here, integrity: both }]))).toHaveLength(1);
    expect(changesBetween(inventory([here]), inventory([{ ...here, integrity: both }]))).toEqual([]);
  });

  test('without a digest another path at the same host is a change', () => {
    const from = (url: string): Component => withoutIntegrity(at('a', 'left-pad', '1.0.0', { source: { type: 'registry', url } }));
    const before = from('https://registry.example/left-pad/-/left-pad-1.0.0.tgz');
    expect(changesBetween(inventory([before]), inventory([from('https://registry.example/evil/-/evil-1.0.0.tgz')]))).toHaveLength(1);
  });

  test('the same package under another name is a change', () => {
    const here = at('a', 'left-pad', '1.0.0');
    const alias = at('b', 'left-pad', '1.0.0', { alias: 'right-pad' });
    expect(changesBetween(inventory([here]), inventory([here, alias]))).toMatchObject([{ type: 'added', after: alias }]);
  });

  test('another commit of the same git version is a change', () => {
    const git = (commit: string, url = 'https://git.example/left-pad'): Component =>
      withoutIntegrity(at('a', 'left-pad', '1.0.0', { source: { type: 'git', url, commit } }));
    const prefixed = git('a'.repeat(40), 'git+https://git.example/left-pad');
    expect(changesBetween(inventory([git('a'.repeat(40))]), inventory([prefixed]))).toEqual([]);
    expect(changesBetween(inventory([git('a'.repeat(40))]), inventory([git('b'.repeat(40))]))).toHaveLength(1);
  });

  test('members of the workspace are no packages that come or go', () => {
    const member = withoutIntegrity(at('packages/a', 'a', '1.0.0', { source: { type: 'workspace', path: 'packages/a' } }));
    expect(changesBetween(inventory([]), inventory([member]))).toEqual([]);
  });

  test('what no manifest of the repository asks for is marked as transitive', () => {
    const after = inventory([at('a', 'express', '5.0.0'), at('b', 'depd', '2.0.0'), at('m/x', 'send', '1.0.0')], {
      edges: { '.': ['a'], a: ['b', 'm/x'] },
    });
    expect(
      changesBetween(inventory([]), after).map((change) => [...shown([change]), change.type === 'added' && change.isTransitive]),
    ).toEqual([
      ['+ depd@2.0.0', true],
      ['+ express@5.0.0', undefined],
      ['+ send@1.0.0', true],
    ]);
  });
});

describe('a change of the package manager', () => {
  const here = at('a', 'left-pad', '1.0.0', { source: { type: 'registry', url: 'https://one.example/left-pad-1.0.0.tgz' } });
  const there = at('left-pad@1.0.0', 'left-pad', '1.0.0', { source: { type: 'registry', url: 'https://two.example/left-pad-1.0.0.tgz' } });

  test('changes nothing where a strong digest proves the same bytes', () => {
    expect(changesBetween(inventory([here]), as('yarn-classic', inventory([there])))).toEqual([]);
    expect(changesBetween(as('yarn-berry-8', inventory([here])), as('yarn-classic', inventory([there])))).toHaveLength(1);
  });

  test('is a change where only a weak digest agrees, or where they differ', () => {
    const weak = [{ algorithm: 'sha1', digest: '0'.repeat(40) }] as const;
    const both = [integrityOf(1)[0], ...weak] as const;
    const pnpm = (one: Component): Inventory => as('pnpm-9.0', inventory([one]));
    expect(changesBetween(inventory([{ ...here, integrity: weak }]), pnpm({ ...there, integrity: weak }))).toHaveLength(1);
    expect(changesBetween(inventory([{ ...here, integrity: both }]), pnpm({ ...there, integrity: weak }))).toHaveLength(1);
    expect(changesBetween(inventory([here]), pnpm({ ...there, integrity: integrityOf(2) }))).toHaveLength(1);
  });
});

describe('between any two inventories', () => {
  const names = fc.constantFrom('a', 'b', '__proto__', 'constructor', '@s/x');
  const versions = fc.constantFrom('1.0.0', '1.0.1', '2.0.0-rc.1', '2.0.0', '10.0.0', '', 'not-semver');
  const sources = fc.constantFrom<Component['source']>(
    { type: 'registry' },
    { type: 'registry', url: 'https://registry.example/x.tgz' },
    { type: 'registry', url: 'https://evil.example/x.tgz' },
    { type: 'tarball', url: 'https://evil.example/x.tgz' },
    { type: 'git', url: 'https://git.example/x', commit: 'a'.repeat(40) },
    { type: 'file', path: '../x' },
    { type: 'workspace', path: 'packages/x' },
  );
  const components = fc
    .array(fc.record({ name: names, version: versions, source: sources, byte: fc.option(fc.integer({ min: 1, max: 2 })) }), {
      maxLength: 12,
    })
    .map((all) =>
      all.map(({ name, version, source, byte }, index) => {
        const one = at(`${name}#${index}`, name, version, { source });
        return byte === null ? withoutIntegrity(one) : { ...one, integrity: integrityOf(byte) };
      }),
    );
  const inventories = fc
    .tuple(components, fc.constantFrom('npm-lock-v3', 'yarn-classic', 'pnpm-9.0', 'bun-1'))
    .map(([all, format]) => as(format, inventory(all)));
  const after = (changes: readonly Change[]): readonly string[] =>
    changes.flatMap((change) => (change.type === 'removed' ? [] : [labelOf(change.after)])).sort();
  const before = (changes: readonly Change[]): readonly string[] =>
    changes.flatMap((change) => (change.type === 'added' ? [] : [labelOf(change.before)])).sort();
  const labels = (of: Inventory): ReadonlySet<string> =>
    new Set([...of.components.values()].filter((one) => one.source.type !== 'workspace').map(labelOf));

  test('nothing changed between an inventory and itself', () => {
    fc.assert(
      fc.property(inventories, (one) => {
        expect(changesBetween(one, one)).toEqual([]);
      }),
    );
  });

  test('the way back takes what the way there brings, and pairs as many', () => {
    fc.assert(
      fc.property(inventories, inventories, (one, other) => {
        const [there, back] = [changesBetween(one, other), changesBetween(other, one)];
        expect(after(there)).toEqual(before(back));
        expect(before(there)).toEqual(after(back));
      }),
    );
  });

  test('every version that is new is covered, and so is every one that went', () => {
    fc.assert(
      fc.property(inventories, inventories, (one, other) => {
        const changes = changesBetween(one, other);
        for (const label of labels(other)) if (!labels(one).has(label)) expect(after(changes)).toContain(label);
        for (const label of labels(one)) if (!labels(other).has(label)) expect(before(changes)).toContain(label);
      }),
    );
  });

  test('bytes that no copy of the same version had are always covered', () => {
    fc.assert(
      fc.property(inventories, components, (one, all) => {
        const evil = at('evil', 'a', '1.0.0', { integrity: integrityOf(9) });
        const known = [...one.components.values()].every((other) => other.name !== 'a' || other.integrity !== undefined);
        fc.pre(known);
        expect(changesBetween(one, inventory([...all, evil])).some((change) => change.type !== 'removed' && change.after === evil)).toBe(
          true,
        );
      }),
    );
  });

  test('no component takes part in two changes', () => {
    fc.assert(
      fc.property(inventories, inventories, (one, other) => {
        const parts = changesBetween(one, other).flatMap((change) => [
          ...(change.type === 'removed' ? [] : [change.after]),
          ...(change.type === 'added' ? [] : [change.before]),
        ]);
        expect(new Set(parts).size).toBe(parts.length);
      }),
    );
  });

  test('ten thousand versions of one name, or contents of one version, take no long time', () => {
    const many = (offset: number, version: (index: number) => string): Inventory =>
      inventory(
        Array.from({ length: 10_000 }, (_, index) =>
          at(`${offset}-${index}`, 'a', version(index + offset), {
            source: { type: 'tarball', url: `https://evil.example/${index + offset}` },
          }),
        ),
      );
    for (const version of [(index: number) => `${index}.0.0`, () => '1.0.0']) {
      const started = performance.now();
      expect(changesBetween(many(0, version), many(10_000, version))).toHaveLength(10_000);
      expect(performance.now() - started).toBeLessThan(5000);
    }
  });
});

import { describe, expect, it } from 'vitest';
import { bomRef } from '../../../src/model/component.ts';
import { createWayFinder, waysAsText } from '../../../src/reporters/html/ways.ts';
import { component, inventory } from '../../support/inventory.ts';

const names = ['a', 'b', 'c', 'd'];
const diamond = inventory(
  names.map((name) => component(name, '1.0.0')),
  {
    edges: {
      '.': ['node_modules/a', 'node_modules/b'],
      'node_modules/a': ['node_modules/c'],
      'node_modules/b': ['node_modules/c'],
      'node_modules/c': ['node_modules/d', 'node_modules/a'],
    },
  },
);

describe('ways', () => {
  it('are all shortest ones, layer by layer', () => {
    const ways = createWayFinder(diamond, 30)(bomRef('node_modules/d'));
    expect(ways?.layers.map((layer) => layer.map(({ label }) => label))).toEqual([
      ['app@1.0.0'],
      ['a@1.0.0', 'b@1.0.0'],
      ['c@1.0.0'],
      ['d@1.0.0'],
    ]);
    expect(ways === undefined ? [] : waysAsText(ways, 10)).toEqual(
      [
        ['app@1.0.0', 'b@1.0.0', 'c@1.0.0', 'd@1.0.0'],
        ['app@1.0.0', 'a@1.0.0', 'c@1.0.0', 'd@1.0.0'],
      ].toSorted((x, y) => ((x[1] ?? '') < (y[1] ?? '') ? -1 : 1)),
    );
  });

  it('are cut at the limit, stay connected, and say how many packages are not shown', () => {
    const hubs = Array.from({ length: 100 }, (_, index) => component(`hub-${index}`, '1.0.0'));
    const target = component('target', '1.0.0');
    const wide = inventory([...hubs, target], {
      edges: { '.': hubs.map((hub) => hub.bomRef), ...Object.fromEntries(hubs.map((hub) => [hub.bomRef, [target.bomRef]])) },
    });
    const ways = createWayFinder(wide, 30)(target.bomRef);
    const shown = ways?.layers.flat() ?? [];
    expect(shown.length).toBeLessThanOrEqual(30);
    expect(shown.length + (ways?.omitted ?? 0)).toBe(102);
    const refs = new Set(shown.map(({ ref }) => ref));
    for (const { parents } of shown) for (const parent of parents) expect(refs).toContain(parent);
    expect(ways?.layers[0]?.map(({ label }) => label)).toEqual(['app@1.0.0']);
  });

  it('do not exist for what nothing asks for', () => {
    const orphan = component('orphan', '1.0.0');
    expect(createWayFinder(inventory([orphan], { edges: {} }), 30)(orphan.bomRef)).toBeUndefined();
  });
});

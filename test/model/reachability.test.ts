import { array, assert, constantFrom, property, tuple } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type BomRef, bomRef } from '../../src/model/component.ts';
import type { Edge, EdgeKind } from '../../src/model/inventory.ts';
import { pathInTree, scopesFrom, shortestPathTree, shortestPaths } from '../../src/model/reachability.ts';

const root = bomRef('.');

/** Edges as `from kind to`, blank between. */
function graph(...lines: readonly string[]): ReadonlyMap<BomRef, readonly Edge[]> {
  const edges = new Map<BomRef, Edge[]>();
  for (const line of lines) {
    const [from = '', kind = 'prod', to = ''] = line.split(' ');
    const edge: Edge = { to: bomRef(to), kind: kind as EdgeKind, name: to }; // the tests write kinds only
    edges.set(bomRef(from), [...(edges.get(bomRef(from)) ?? []), edge]);
  }
  return edges;
}

function chain(length: number): ReadonlyMap<BomRef, readonly Edge[]> {
  return new Map(
    Array.from({ length }, (_, at) => [bomRef(at === 0 ? '.' : `${at}`), [{ to: bomRef(`${at + 1}`), kind: 'prod', name: 'x' }]]),
  );
}

const kinds = constantFrom<EdgeKind>('prod', 'dev', 'optional', 'peer');
const refs = constantFrom('.', 'a', 'b', 'c', 'd', 'e');
const graphs = array(
  tuple(refs, kinds, refs).map((parts) => parts.join(' ')),
  { maxLength: 16 },
).map((lines) => graph(...lines));

describe('scopes', () => {
  test('the weakest kind on the best way decides', () => {
    const scopes = scopesFrom(root, graph('. prod a', '. dev b', 'a optional c', 'b prod c', 'a peer d', 'b prod e', 'd optional e'));
    expect(Object.fromEntries(scopes)).toEqual({ a: 'required', b: 'dev', c: 'optional', d: 'peer', e: 'optional' });
  });

  test('what production needs is required, whoever else asks for it', () => {
    expect(scopesFrom(root, graph('. dev b', 'b prod a', '. prod a')).get(bomRef('a'))).toBe('required');
  });

  test('circles end, and the root has no scope', () => {
    expect([...scopesFrom(root, graph('. prod a', 'a prod b', 'b prod a', 'b prod .')).keys()]).toEqual(['a', 'b']);
  });

  test('a component without a scope is one that no way leads to', () => {
    assert(
      property(graphs, refs, (edges, target) => {
        const isReached = target !== '.' && shortestPaths(root, edges, bomRef(target), 1).length > 0;
        expect(scopesFrom(root, edges).has(bomRef(target))).toBe(isReached);
      }),
    );
  });
});

describe('ways from the root', () => {
  test('all of the shortest, in the order of the edges', () => {
    const edges = graph('. prod a', '. prod b', 'a prod c', 'b prod c', '. prod d', 'd prod e', 'e prod c');
    expect(shortestPaths(root, edges, bomRef('c'), 10)).toEqual([
      ['.', 'a', 'c'],
      ['.', 'b', 'c'],
    ]);
    expect(shortestPaths(root, edges, bomRef('c'), 1)).toHaveLength(1);
    expect(shortestPaths(root, edges, bomRef('nowhere'), 10)).toEqual([]);
  });

  test('the tree holds one shortest way to everything that can be reached', () => {
    assert(
      property(graphs, refs, (edges, target) => {
        const [shortest = []] = shortestPaths(root, edges, bomRef(target), 1);
        const inTree = pathInTree(root, shortestPathTree(root, edges), bomRef(target));
        expect(inTree).toHaveLength(shortest.length);
      }),
    );
  });

  test('members hang below the root where nothing else leads to them', () => {
    const tree = shortestPathTree(root, graph('m prod a'), [root, bomRef('m')]);
    expect(pathInTree(root, tree, bomRef('a'))).toEqual(['.', 'm', 'a']);
    expect(pathInTree(root, tree, bomRef('b'))).toEqual([]);
  });

  test('a chain of a hundred thousand takes no long time and no stack', () => {
    const edges = chain(100_000);
    const end = bomRef('100000');
    const started = process.cpuUsage();
    expect(scopesFrom(root, edges).size).toBe(100_000);
    expect(shortestPaths(root, edges, end, 5)[0]).toHaveLength(100_001);
    expect(pathInTree(root, shortestPathTree(root, edges), end)).toHaveLength(100_001);
    expect(process.cpuUsage(started).user).toBeLessThan(5_000_000); // microseconds
  });

  test('ways without number are not all walked', () => {
    const lines = Array.from({ length: 60 }, (_, at) =>
      ['l', 'r'].flatMap((side) => [`${at} prod ${side}${at}`, `${side}${at} prod ${at + 1}`]),
    );
    const edges = graph('. prod 0', ...lines.flat());
    expect(shortestPaths(root, edges, bomRef('60'), 7)).toHaveLength(7);
  });
});

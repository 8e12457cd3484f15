import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { immediateDominators } from '../../../src/reporters/html/dominators.ts';

describe('dominators', () => {
  it('names the last node that all ways pass', () => {
    // 0 -> 1 -> 3 -> 4 and 0 -> 2 -> 3: the two meet at 3, which alone leads to 4.
    expect(immediateDominators([[1, 2], [3], [3], [4], []], 0)).toEqual([-1, 0, 0, 0, 3]);
  });

  it('leaves out what the root does not reach', () => {
    expect(immediateDominators([[1], [], [1, 3], [2]], 0)).toEqual([-1, 0, -1, -1]);
  });

  it('agrees with the definition on any graph: without its dominator a node is out of reach, and none between is passed by all ways', () => {
    const graphs = fc
      .integer({ min: 1, max: 9 })
      .chain((size) => fc.array(fc.array(fc.nat({ max: size - 1 }), { maxLength: 4 }), { minLength: size, maxLength: size }));
    fc.assert(
      fc.property(graphs, (graph) => {
        expect(immediateDominators(graph, 0)).toEqual(byDefinition(graph));
      }),
      { numRuns: 500 },
    );
  });

  it('walks a chain of 200,000 without recursion', () => {
    const size = 200_000;
    const chain = Array.from({ length: size }, (_, index) => (index + 1 < size ? [index + 1, 0] : [0]));
    expect(immediateDominators(chain, 0)[size - 1]).toBe(size - 2);
  });
});

function byDefinition(graph: readonly (readonly number[])[]): readonly number[] {
  const all = reached(graph, -1);
  const dominatorsOf = (node: number): readonly number[] => [...all].filter((other) => other !== node && !reached(graph, other).has(node));
  return graph.map((_, node) => {
    if (node === 0 || !all.has(node)) return -1;
    const strict = dominatorsOf(node);
    // The immediate one is dominated by all the others.
    return strict.find((candidate) => strict.every((other) => other === candidate || dominatorsOf(candidate).includes(other))) ?? -1;
  });
}

function reached(graph: readonly (readonly number[])[], without: number): ReadonlySet<number> {
  if (without === 0) return new Set();
  const seen = new Set([0]);
  for (const node of seen) for (const to of graph[node] ?? []) if (to !== without) seen.add(to);
  return seen;
}

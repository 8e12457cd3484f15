import { licenceGroupOf, stricter } from './licence-groups.ts';
import { type Level, type PackageNode, worse } from './package-graph.ts';

/** One rectangle: a package and all that only it brings in. */
export interface Cell {
  readonly label: string;
  /** Packages, itself included. */
  readonly size: number;
  /** The worst among them. */
  readonly level: Level;
  /** The strictest licence category among them. */
  readonly group: string;
}

/** What one direct dependency alone brings in, or what has no single owner. */
export interface Block {
  readonly kind: 'direct' | 'alone' | 'shared' | 'unreached';
  readonly title: string;
  readonly size: number;
  readonly level: Level;
  /** Descending by size. */
  readonly cells: readonly Cell[];
}

/** All blocks, the largest first. Direct dependencies that bring nothing else share one block. */
export function blocksOf(nodes: readonly PackageNode[]): readonly Block[] {
  const subtrees = subtreesOf(nodes);
  const cellOf = (index: number): Cell => ({
    label: nodes[index]?.label ?? '',
    size: subtrees[index]?.size ?? 1,
    level: subtrees[index]?.level ?? 'clean',
    group: subtrees[index]?.group ?? 'unknown',
  });
  const children = new Set(nodes.flatMap((node) => node.children));
  const tops = [...nodes.entries()].filter(([index, { place }]) => place.kind !== 'within' || place.direct === index);
  const owners = tops.filter(([, { place, children }]) => place.kind === 'within' && children.length > 0);
  const alone = tops.filter(([, { place, children }]) => place.kind === 'within' && children.length === 0);
  const shared = tops.filter(([index, { place }]) => place.kind === 'shared' && !children.has(index));
  const unreached = tops.filter(([, { place }]) => place.kind === 'unreached');
  return [
    ...owners.map(([, node]) =>
      block('direct', node.label, [
        { label: node.label, size: 1, level: node.level, group: licenceGroupOf(node.facts) },
        ...node.children.map(cellOf),
      ]),
    ),
    block(
      'alone',
      'Direct, bringing nothing else',
      alone.map(([index]) => cellOf(index)),
    ),
    block(
      'shared',
      'Shared by several',
      shared.map(([index]) => cellOf(index)),
    ),
    block(
      'unreached',
      'Asked for by nothing',
      unreached.map(([index]) => ({ ...cellOf(index), size: 1 })),
    ),
  ]
    .filter(({ size }) => size > 0)
    .sort((a, b) => b.size - a.size || (a.title < b.title ? -1 : 1));
}

function block(kind: Block['kind'], title: string, cells: readonly Cell[]): Block {
  return {
    kind,
    title,
    size: cells.reduce((sum, cell) => sum + cell.size, 0),
    level: cells.reduce<Level>((level, cell) => worse(level, cell.level), 'clean'),
    cells: cells.toSorted((a, b) => b.size - a.size || (a.label < b.label ? -1 : 1)),
  };
}

/** For each package the number, the worst level and the strictest licence of what it dominates, itself included. */
function subtreesOf(nodes: readonly PackageNode[]): readonly Omit<Cell, 'label'>[] {
  const order = [...nodes.keys()];
  const parents = new Map(nodes.flatMap(({ children }, index) => children.map((child): [number, number] => [child, index])));
  const topDown = order.filter((index) => !parents.has(index));
  for (const index of topDown) topDown.push(...(nodes[index]?.children ?? []));
  const subtrees = nodes.map((node) => ({ size: 1, level: node.level, group: licenceGroupOf(node.facts) }));
  for (const index of topDown.toReversed()) {
    const [own, above] = [subtrees[index], subtrees[parents.get(index) ?? -1]];
    if (own === undefined || above === undefined) continue;
    above.size += own.size;
    above.level = worse(above.level, own.level);
    above.group = stricter(above.group, own.group);
  }
  return subtrees;
}

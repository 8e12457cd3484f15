import { type BomRef, labelOf } from '../../model/component.ts';
import { type Inventory, ownComponents } from '../../model/inventory.ts';

/** All shortest ways from the root to one package, as layers: the root's first, the package's last. */
export interface Ways {
  readonly layers: readonly (readonly WayNode[])[];
  /** Packages on the ways that are not in `layers`. */
  readonly omitted: number;
}

export interface WayNode {
  readonly ref: BomRef;
  readonly label: string;
  /** Those in the layer before that lead to it. */
  readonly parents: readonly BomRef[];
}

/** Finds ways quickly for many packages of one inventory: the graph is walked once. At most `limit` packages in one answer. */
export function createWayFinder(inventory: Inventory, limit: number): (target: BomRef) => Ways | undefined {
  const root = inventory.root.bomRef;
  const { depths, parents } = shortest(inventory);
  const labelFor = (ref: BomRef): string => labelOf(inventory.components.get(ref) ?? inventory.root);
  return (target) => {
    const depth = depths.get(target);
    if (depth === undefined || target === root) return undefined;
    const layers: (readonly BomRef[])[] = [[target]];
    for (let layer = layers[0] ?? []; layers.length <= depth; layers.unshift(layer))
      layer = [...new Set(layer.flatMap((ref) => parents.get(ref) ?? []))].sort();
    const shown = trimmed(layers, parents, limit);
    const kept = new Set(shown.flat());
    return {
      layers: shown.map((layer) =>
        layer.map((ref) => ({ ref, label: labelFor(ref), parents: (parents.get(ref) ?? []).filter((parent) => kept.has(parent)) })),
      ),
      omitted: layers.flat().length - shown.flat().length,
    };
  };
}

/** Some of the ways as lists of labels, for text; at most `limit`. */
export function waysAsText({ layers }: Ways, limit: number): readonly (readonly string[])[] {
  const nodes = new Map(layers.flat().map((node) => [node.ref, node]));
  const ways: (readonly string[])[] = [];
  const open = (layers.at(-1) ?? []).map((node) => ({ node, way: [node.label] as readonly string[] }));
  for (let next = open.pop(); next !== undefined && ways.length < limit; next = open.pop()) {
    const { node, way } = next;
    if (node.parents.length === 0) ways.push(way);
    for (const ref of node.parents.toReversed()) {
      const parent = nodes.get(ref);
      if (parent !== undefined) open.push({ node: parent, way: [parent.label, ...way] });
    }
  }
  return ways;
}

/** Breadth first: how far each package is from the root, and who leads to it on a shortest way. */
function shortest(inventory: Inventory): {
  readonly depths: ReadonlyMap<BomRef, number>;
  readonly parents: ReadonlyMap<BomRef, readonly BomRef[]>;
} {
  const root = inventory.root.bomRef;
  const depths = new Map<BomRef, number>([[root, 0]]);
  const parents = new Map<BomRef, BomRef[]>();
  const queue: BomRef[] = [root];
  const reach = (from: BomRef, to: BomRef): void => {
    const depth = (depths.get(from) ?? 0) + 1;
    if (!depths.has(to)) {
      depths.set(to, depth);
      parents.set(to, [from]);
      queue.push(to);
    } else if (depths.get(to) === depth && parents.get(to)?.at(-1) !== from) {
      parents.get(to)?.push(from);
    }
  };
  // Members hang below the root where the lockfile does not link them.
  for (const member of ownComponents(inventory)) if (member.bomRef !== root) reach(root, member.bomRef);
  for (const from of queue) for (const { to } of inventory.edges.get(from) ?? []) reach(from, to);
  return { depths, parents };
}

/** Keeps the target and, layer by layer upwards, a way for everything that is kept; other parents as far as they fit. */
function trimmed(
  layers: readonly (readonly BomRef[])[],
  parents: ReadonlyMap<BomRef, readonly BomRef[]>,
  limit: number,
): readonly (readonly BomRef[])[] {
  if (layers.flat().length <= limit) return layers;
  const each = Math.max(1, Math.floor(limit / layers.length));
  const kept: (readonly BomRef[])[] = [];
  for (let layer = layers.at(-1) ?? []; kept.length < Math.min(layers.length, limit);) {
    kept.unshift(layer);
    const above = layer.map((ref) => parents.get(ref) ?? []);
    layer = [...new Set([...above.flatMap(([first]) => first ?? []), ...above.flat()])].slice(0, each);
  }
  return kept;
}

/**
 * The immediate dominator of every node: the last one that all ways from the root pass. -1 for the root and for what it does
 * not reach. Lengauer and Tarjan, "A fast algorithm for finding dominators in a flowgraph" (1979), the simple version:
 * O(edges x log nodes) for any graph, and never recursive.
 * @param successors for each node the nodes that its edges lead to
 */
export function immediateDominators(successors: readonly (readonly number[])[], root: number): readonly number[] {
  const { order, parents } = depthFirst(successors, root);
  const numberOf = new Map(order.map((node, index) => [node, index]));
  const predecessors: number[][] = order.map(() => []);
  for (const [from, node] of order.entries()) for (const to of successors[node] ?? []) predecessors[numberOf.get(to) ?? 0]?.push(from);

  // Everything below is in numbers of the depth-first order; the root is 0.
  const forest = new CompressedForest(order.length);
  const buckets: number[][] = order.map(() => []);
  const dominators: number[] = order.map(() => 0);
  for (let node = order.length - 1; node > 0; node -= 1) {
    const parent = parents[node] ?? 0;
    for (const before of predecessors[node] ?? []) forest.lower(node, forest.semi(forest.best(before)));
    buckets[forest.semi(node)]?.push(node);
    forest.link(parent, node);
    for (const waiting of buckets[parent] ?? []) {
      const best = forest.best(waiting);
      dominators[waiting] = forest.semi(best) < forest.semi(waiting) ? best : parent;
    }
    buckets[parent] = [];
  }
  const answer: number[] = successors.map(() => -1);
  for (let node = 1; node < order.length; node += 1) {
    const dominator = dominators[node] ?? 0;
    dominators[node] = dominator === forest.semi(node) ? dominator : (dominators[dominator] ?? 0);
    answer[order[node] ?? 0] = order[dominators[node] ?? 0] ?? root;
  }
  return answer;
}

/** Nodes in the order in which a depth-first walk meets them, and the number of each one's parent in that walk. */
function depthFirst(successors: readonly (readonly number[])[], root: number): { readonly order: number[]; readonly parents: number[] } {
  const [order, parents]: [number[], number[]] = [[], []];
  const seen = new Set<number>();
  const open = [{ node: root, parent: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (seen.has(next.node)) continue;
    seen.add(next.node);
    const number = order.push(next.node) - 1;
    parents.push(next.parent);
    for (const to of (successors[next.node] ?? []).toReversed()) open.push({ node: to, parent: number });
  }
  return { order, parents };
}

/** The forest of what was walked so far, with its paths shortened as they are asked about. */
class CompressedForest {
  readonly #semi: number[];
  readonly #best: number[];
  readonly #ancestor: number[];

  constructor(size: number) {
    this.#semi = Array.from({ length: size }, (_, index) => index);
    this.#best = [...this.#semi];
    this.#ancestor = this.#semi.map(() => -1);
  }

  semi(node: number): number {
    return this.#semi[node] ?? 0;
  }

  lower(node: number, semi: number): void {
    if (semi < this.semi(node)) this.#semi[node] = semi;
  }

  link(parent: number, node: number): void {
    this.#ancestor[node] = parent;
  }

  /** The node with the lowest semidominator on the way from `node` up to, and without, the root of its tree. */
  best(node: number): number {
    const path: number[] = [];
    for (let at = node; this.#above(this.#above(at)) !== -1; at = this.#above(at)) path.push(at);
    for (let at = path.pop(); at !== undefined; at = path.pop()) {
      const above = this.#above(at);
      const candidate = this.#best[above] ?? above;
      if (this.semi(candidate) < this.semi(this.#best[at] ?? at)) this.#best[at] = candidate;
      this.#ancestor[at] = this.#above(above);
    }
    return this.#best[node] ?? node;
  }

  #above(node: number): number {
    return node === -1 ? -1 : (this.#ancestor[node] ?? -1);
  }
}

import type { BomRef, Scope } from './component.ts';
import type { Edge, EdgeKind } from './inventory.ts';

/** The kinds of edges from the strongest to the weakest, and the scope of what only edges up to this kind lead to. */
const kinds: readonly (readonly [EdgeKind, Scope])[] = [
  ['prod', 'required'],
  ['peer', 'peer'],
  ['optional', 'optional'],
  ['dev', 'dev'],
];

/**
 * The scope of every component that can be reached from the root: the weakest set of edge kinds that still reaches it.
 * A component that is missing in the answer is extraneous. Every edge is followed once; never recursive.
 */
export function scopesFrom(root: BomRef, edges: ReadonlyMap<BomRef, readonly Edge[]>): ReadonlyMap<BomRef, Scope> {
  const scopes = new Map<BomRef, Scope>();
  const waiting: Record<EdgeKind, BomRef[]> = { prod: [], peer: [], optional: [], dev: [] };
  const follow = (from: BomRef): void => {
    edges.get(from)?.forEach(({ kind, to }) => waiting[kind].push(to));
  };
  follow(root);
  for (const [place, [, scope]] of kinds.entries()) {
    const open = kinds.slice(0, place + 1).map(([kind]) => waiting[kind]);
    for (let queue = open.find(isFilled); queue !== undefined; queue = open.find(isFilled)) {
      for (let to = queue.pop(); to !== undefined; to = queue.pop()) {
        if (to === root || scopes.has(to)) continue;
        scopes.set(to, scope);
        follow(to);
      }
    }
  }
  return scopes;
}

function isFilled(queue: readonly BomRef[]): boolean {
  return queue.length > 0;
}

/** All shortest paths (by number of edges) from the root to `target`, root and target included; at most `limit`, in edge order. */
export function shortestPaths(
  root: BomRef,
  edges: ReadonlyMap<BomRef, readonly Edge[]>,
  target: BomRef,
  limit: number,
): readonly (readonly BomRef[])[] {
  const depth = new Map<BomRef, number>([[root, 0]]);
  const parents = new Map<BomRef, BomRef[]>();
  let frontier: BomRef[] = [root];
  while (frontier.length > 0 && !depth.has(target)) {
    const next: BomRef[] = [];
    for (const from of frontier) {
      for (const { to } of edges.get(from) ?? []) {
        const known = depth.get(to);
        if (known === undefined) {
          depth.set(to, (depth.get(from) ?? 0) + 1);
          parents.set(to, [from]);
          next.push(to);
        } else if (known === (depth.get(from) ?? 0) + 1 && !parents.get(to)?.includes(from)) {
          parents.get(to)?.push(from);
        }
      }
    }
    frontier = next;
  }
  return depth.has(target) ? unwind(target, parents, limit) : [];
}

function unwind(target: BomRef, parents: ReadonlyMap<BomRef, readonly BomRef[]>, limit: number): readonly (readonly BomRef[])[] {
  const paths: (readonly BomRef[])[] = [];
  const open: Step[] = [{ ref: target, below: undefined }];
  for (let step = open.pop(); step !== undefined && paths.length < limit; step = open.pop()) {
    const above = parents.get(step.ref);
    if (above === undefined) paths.push(refsFrom(step));
    else for (const parent of above.toReversed()) open.push({ ref: parent, below: step });
  }
  return paths;
}

/** One component on a way and the one below it: ways share their ends, so that a long one costs its length once. */
interface Step {
  readonly ref: BomRef;
  readonly below: Step | undefined;
}

function refsFrom(top: Step): readonly BomRef[] {
  const refs: BomRef[] = [];
  for (let step: Step | undefined = top; step !== undefined; step = step.below) refs.push(step.ref);
  return refs;
}

/**
 * For every reachable component the one before it on a shortest way from the root: the whole breadth-first tree, in one pass.
 * `members` are workspaces that the lockfile may not link to the root: they hang below it where nothing else leads to them.
 */
export function shortestPathTree(
  root: BomRef,
  edges: ReadonlyMap<BomRef, readonly Edge[]>,
  members: readonly BomRef[] = [],
): ReadonlyMap<BomRef, BomRef> {
  const parents = new Map<BomRef, BomRef>();
  const queue: BomRef[] = [root];
  const reach = (from: BomRef, to: BomRef): void => {
    if (to === root || parents.has(to)) return;
    parents.set(to, from);
    queue.push(to);
  };
  for (const member of members) if (member !== root) reach(root, member);
  for (const from of queue) for (const { to } of edges.get(from) ?? []) reach(from, to);
  return parents;
}

/** The way from the root to `target` in the tree, both included; empty when it is not in the tree. */
export function pathInTree(root: BomRef, tree: ReadonlyMap<BomRef, BomRef>, target: BomRef): readonly BomRef[] {
  const path = [target];
  for (let at = tree.get(target); at !== undefined; at = tree.get(at)) path.push(at);
  return path.at(-1) === root ? path.reverse() : [];
}

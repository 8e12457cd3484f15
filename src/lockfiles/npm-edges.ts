import type { BomRef } from '../model/component.ts';
import type { Draft } from '../model/draft.ts';
import type { Edge, EdgeKind, LockfileFact } from '../model/inventory.ts';
import { leavesProject } from './install-path.ts';
import { refOf } from './npm-components.ts';
import type { NpmEntry, NpmTree, Wanted } from './npm-entry.ts';
import type { Resolve } from './npm-resolution.ts';

export interface NpmEdges {
  readonly edges: ReadonlyMap<BomRef, readonly Edge[]>;
  readonly unresolved: readonly LockfileFact[];
}

/** Resolves what every entry asks for, and adds the edge from the project to each linked workspace. */
export function edgesOf(tree: NpmTree, resolve: Resolve, isWorkspace: (path: string) => boolean): NpmEdges {
  const edges = new Map<BomRef, readonly Edge[]>();
  const unresolved: LockfileFact[] = [];
  const optional = optionalPaths(tree);
  const workspaces = workspaceEdges(tree, isWorkspace);
  const linked = new Set(workspaces.map(({ name }) => name));
  for (const from of [tree.root, ...tree.entries]) {
    const own = from === tree.root ? [...workspaces] : [];
    from.wants.forEach((wanted) => {
      // npm links a workspace whatever range the project's manifest declares for its name.
      if (from === tree.root && linked.has(wanted.name)) return;
      const path = resolve(from.path, wanted.name);
      if (path === undefined) {
        if (isPromised(from, wanted)) unresolved.push(unresolvedFact(from, wanted));
      } else if (path !== from.path) {
        own.push(edgeTo(path, wanted, kindOf(wanted, from, optional.has(path))));
      }
    });
    if (own.length > 0) edges.set(refOf(from.path), own);
  }
  return { edges, unresolved };
}

function workspaceEdges(tree: NpmTree, isWorkspace: (path: string) => boolean): readonly Edge[] {
  return tree.links
    .filter(({ place, target }) => place.kind === 'package' && place.container === '' && target !== '' && isWorkspace(target))
    .map(({ place, target }) => ({ to: refOf(target), kind: 'prod', name: place.name }));
}

/** Peers and optional packages may be absent, and npm installs nothing for a linked folder outside the project. */
function isPromised(from: NpmEntry, { mayBeAbsent, kind }: Wanted): boolean {
  return !mayBeAbsent && kind !== 'peer' && !leavesProject(from.path);
}

function edgeTo(path: string, { name, range }: Wanted, kind: EdgeKind): Edge {
  const edge: Draft<Edge> = { to: refOf(path), kind, name };
  if (range !== '') edge.range = range;
  return edge;
}

/** Version 1 marks what is only optional; then something that is not can only have asked for it optionally. */
function kindOf({ kind }: Wanted, from: NpmEntry, isOptional: boolean): EdgeKind {
  if (kind !== 'requires') return kind;
  return isOptional && !from.isOptional ? 'optional' : 'prod';
}

function optionalPaths({ entries }: NpmTree): ReadonlySet<string> {
  const paths = new Set<string>();
  for (const { path, isOptional } of entries) if (isOptional) paths.add(path);
  return paths;
}

function unresolvedFact(from: NpmEntry, { name, range }: Wanted): LockfileFact {
  return { type: 'unresolved-dependency', from: refOf(from.path), name, range, location: from.location };
}

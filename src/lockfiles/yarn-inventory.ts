import { bomRef, type BomRef, type Component } from '../model/component.ts';
import type { DeclaredDependency, Edge, Inventory, LockfileFact } from '../model/inventory.ts';
import type { LockfileInput } from '../model/lockfile-format.ts';
import { scopesFrom } from '../model/reachability.ts';

/** A component before it is known how it is reached. */
export type UnscopedComponent = Omit<Component, 'scope' | 'isExtraneous'>;

/** What a yarn lockfile and its manifests say. */
export interface YarnGraph {
  readonly format: string;
  readonly root: UnscopedComponent;
  readonly components: Iterable<UnscopedComponent>;
  readonly edges: ReadonlyMap<BomRef, readonly Edge[]>;
  /** Installed together with the root, whether or not an edge of the graph leads to them. */
  readonly members: Iterable<BomRef>;
  readonly declared: readonly DeclaredDependency[];
  readonly facts: readonly LockfileFact[];
  readonly overrides: ReadonlyMap<string, string>;
}

/** Completes a graph: scope by reachability from the root and its members, order by bom-ref. */
export function inventoryOf(input: LockfileInput, graph: YarnGraph): Inventory {
  const membership = Array.from(graph.members, (to): Edge => ({ to, kind: 'prod', name: to }));
  const reachable = new Map(graph.edges).set(graph.root.bomRef, [...(graph.edges.get(graph.root.bomRef) ?? []), ...membership]);
  const scopes = scopesFrom(graph.root.bomRef, reachable);
  const components = Array.from(graph.components, (component): Component => {
    const scope = scopes.get(component.bomRef);
    return scope === undefined ? { ...component, scope: 'required', isExtraneous: true } : { ...component, scope };
  });
  components.sort((a, b) => (a.bomRef < b.bomRef ? -1 : 1));
  return {
    root: { ...graph.root, scope: 'required' },
    components: new Map(components.map((component) => [component.bomRef, component])),
    edges: graph.edges,
    origin: { path: input.path, format: graph.format, digest: input.digest },
    declared: graph.declared,
    facts: graph.facts,
    overrides: graph.overrides,
  };
}

/** Hands out bom-refs that are unique whatever a lockfile says, and none of the `reserved` ones: the wanted text, or the text and a number. */
export function bomRefNamer(reserved: Iterable<BomRef> = []): (wanted: string) => BomRef {
  const taken = new Set<string>(reserved);
  const counts = new Map<string, number>();
  return (wanted) => {
    let text = wanted;
    while (taken.has(text)) {
      const count = (counts.get(wanted) ?? 1) + 1;
      counts.set(wanted, count);
      text = `${wanted}|${count}`;
    }
    taken.add(text);
    return bomRef(text);
  };
}

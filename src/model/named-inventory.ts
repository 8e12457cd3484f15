import { type BomRef, type Component, bomRef } from './component.ts';
import type { Integrity } from './integrity.ts';
import type { DeclaredDependency, Edge, Inventory } from './inventory.ts';
import { npmPurl } from './purl.ts';

/** A package of a registry that somebody names; no lockfile holds it. */
export interface NamedPackage {
  readonly name: string;
  /** Exact; empty where only the name is asked about. */
  readonly version: string;
  readonly integrity?: Integrity;
  /** Of its tarball, where that is known. */
  readonly url?: string;
}

/** A named package as a lockfile would hold it; `place` is where reports say that it was named. */
export function namedComponent({ name, version, integrity, url }: NamedPackage, place: string): Component {
  return {
    bomRef: bomRef(`${name}@${version}`),
    purl: npmPurl(name, version),
    name,
    version,
    source: { type: 'registry', ...(url === undefined ? {} : { url }) },
    ...(integrity === undefined ? {} : { integrity }),
    scope: 'required',
    location: { file: place, line: 1 },
  };
}

/** The project that named packages are judged as part of. */
export function namedRoot(name: string, place: string): Component {
  return { ...namedComponent({ name, version: '0.0.0' }, place), bomRef: bomRef('.'), source: { type: 'workspace', path: '.' } };
}

export interface NamedGraph {
  readonly root: Component;
  /** Sorted as the inventory shall have them. */
  readonly components: readonly Component[];
  /** Without them nobody knows who asks for whom. */
  readonly edges?: ReadonlyMap<BomRef, readonly Edge[]>;
  readonly declared?: readonly DeclaredDependency[];
  /** What stands in for a lockfile's format. */
  readonly format: string;
  readonly digest?: string;
}

/** Named packages as an inventory. */
export function namedInventory({ root, components, edges = new Map(), declared = [], format, digest = '' }: NamedGraph): Inventory {
  return {
    root,
    components: new Map(components.map((component) => [component.bomRef, component])),
    edges,
    origin: { path: root.location.file, format, digest },
    declared,
    facts: [],
    overrides: new Map(),
  };
}

/** The root asks for each of them. */
export function edgesToAll(root: Component, components: readonly Component[]): ReadonlyMap<BomRef, readonly Edge[]> {
  return new Map([[root.bomRef, components.map(({ bomRef: to, name }) => ({ to, kind: 'prod', name }))]]);
}

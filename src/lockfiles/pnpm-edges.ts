import { bomRef, type BomRef, type Location } from '../model/component.ts';
import type { Edge, EdgeKind, LockfileFact } from '../model/inventory.ts';
import { joinPath } from './install-path.ts';
import { rootRef } from './npm-components.ts';
import { entriesOf, field, invalidPnpmLockfile } from './pnpm-document.ts';
import type { PnpmImporter } from './pnpm-importers.ts';
import { keyOfReference, type KeyStyle } from './pnpm-key.ts';
import type { PnpmPackage } from './pnpm-package.ts';

/** A folder that something links to and that is no project of the repository. */
export interface LinkedFolder {
  readonly path: string;
  /** The name that it is linked under first. */
  readonly name: string;
  /** The entry that links to it first. */
  readonly location: Location;
}

export interface PnpmEdges {
  readonly edges: ReadonlyMap<BomRef, readonly Edge[]>;
  readonly unresolved: readonly LockfileFact[];
  readonly linked: readonly LinkedFolder[];
  /** The names that dependencies ask for a copy by. */
  readonly namesOf: (id: string) => readonly string[];
}

/** The bom-ref of a project: `.` is the root. No key of a package can look like it. */
export function importerRef(path: string): BomRef {
  return path === '.' ? rootRef : bomRef(`workspace:${path}`);
}

/** The bom-ref of a linked folder that is no project of the repository. */
export function linkedRef(path: string): BomRef {
  return bomRef(`link:${path}`);
}

/** Resolves every dependency. The root leads to every other project, because pnpm installs them all together. */
export function edgesOf(
  importers: readonly PnpmImporter[],
  packages: ReadonlyMap<string, PnpmPackage>,
  style: KeyStyle,
  nameOfProject: (path: string) => string,
): PnpmEdges {
  const edges = new Map<BomRef, readonly Edge[]>();
  const unresolved: LockfileFact[] = [];
  const linked = new Map<string, LinkedFolder>();
  const names = new Map<string, Set<string>>();
  const projects = new Set(importers.map(({ path }) => path));
  const exists = (key: string): boolean => packages.has(key);

  const targetOf = (reference: string, name: string, folder: string, location: Location): BomRef | undefined => {
    if (reference.startsWith('link:')) return linkTarget(joinPath(folder, reference.slice('link:'.length)) || '.', name, location);
    const id = keyOfReference(reference, name, style, exists);
    if (!exists(id)) return undefined;
    const known = names.get(id);
    if (known === undefined) names.set(id, new Set([name]));
    else known.add(name);
    return bomRef(id);
  };

  function linkTarget(path: string, name: string, location: Location): BomRef {
    if (projects.has(path) || path === '.') return importerRef(path);
    if (!linked.has(path)) linked.set(path, { path, name, location });
    return linkedRef(path);
  }

  for (const { path, dependencies, location } of importers) {
    const from = importerRef(path);
    const list: Edge[] = [];
    for (const { name, kind, specifier, reference } of dependencies) {
      const to = targetOf(reference, name, path === '.' ? '' : path, location);
      if (to !== undefined) list.push({ to, kind, name, ...(specifier !== undefined && { range: specifier }) });
      else unresolved.push({ type: 'unresolved-dependency', from, name, range: specifier ?? reference, location });
    }
    edges.set(from, list);
  }
  const direct = edges.get(rootRef) ?? [];
  const linkedForProduction = new Set(direct.filter(({ kind }) => kind === 'prod').map(({ to }) => to));
  const members = importers.filter(({ path }) => path !== '.' && !linkedForProduction.has(importerRef(path)));
  edges.set(rootRef, [...direct, ...members.map(({ path }): Edge => ({ to: importerRef(path), kind: 'prod', name: nameOfProject(path) }))]);

  for (const one of packages.values()) {
    const from = bomRef(one.id);
    const list: Edge[] = [];
    for (const { name, kind, reference } of dependenciesOf(one)) {
      const to = targetOf(reference, name, '', one.location);
      if (to !== undefined) list.push({ to, kind, name });
      else unresolved.push({ type: 'unresolved-dependency', from, name, range: reference, location: one.location });
    }
    if (list.length > 0) edges.set(from, list);
  }
  return { edges, unresolved, linked: [...linked.values()], namesOf: (id) => [...(names.get(id) ?? [])] };
}

function* dependenciesOf({ snapshot, entry, location }: PnpmPackage): Generator<{ name: string; kind: EdgeKind; reference: string }> {
  const peers = field(entry, 'peerDependencies');
  const optional = new Set<string>();
  for (const [name, reference] of entriesOf(snapshot, 'optionalDependencies')) {
    optional.add(name);
    yield { name, kind: 'optional', reference: textOr(reference) };
  }
  for (const [name, reference] of entriesOf(snapshot, 'dependencies')) {
    // pnpm writes a peer that was found among the dependencies, under the version that this copy sees.
    if (!optional.has(name)) yield { name, kind: field(peers, name) === undefined ? 'prod' : 'peer', reference: textOr(reference) };
  }

  function textOr(reference: unknown): string {
    if (typeof reference === 'string') return reference;
    throw invalidPnpmLockfile(location, 'a dependency of this entry has no version');
  }
}

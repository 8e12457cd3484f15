import type { BomRef, Component } from '../model/component.ts';
import type { DeclaredDependency, Edge, LockfileFact } from '../model/inventory.ts';
import { refOf, rootRef } from './npm-components.ts';
import type { NpmEntry, NpmTree, Wanted } from './npm-entry.ts';
import type { Manifest, Manifests } from './npm-manifest.ts';
import type { Resolve } from './npm-resolution.ts';

export interface FactContext {
  readonly tree: NpmTree;
  readonly manifests: Manifests;
  readonly resolve: Resolve;
  readonly isWorkspace: (path: string) => boolean;
}

/** What the project and its workspaces declare: from the manifest where it is there, else from the lockfile's copy. */
export function declaredDependencies({ tree, manifests, resolve, isWorkspace }: FactContext): readonly DeclaredDependency[] {
  const declared: DeclaredDependency[] = [];
  for (const entry of ownEntries(tree, isWorkspace)) {
    const manifest = manifests(entry.path);
    for (const { name, range, kind } of manifest?.wants ?? entry.wants) {
      const to = resolve(entry.path, name);
      const location = manifest?.locationOf(name, kind) ?? entry.location;
      declared.push({ name, range, kind: kind === 'requires' ? 'prod' : kind, location, ...(to !== undefined && { to: refOf(to) }) });
    }
  }
  return declared;
}

/**
 * Where manifests and the lockfile's copies of them disagree. `workspaceFolders` are the members found by the
 * project's patterns: one that the lockfile does not know is drift too.
 */
export function manifestDrift(context: FactContext, workspaceFolders: readonly string[], hasCopies: boolean): readonly LockfileFact[] {
  const { tree, manifests, resolve, isWorkspace } = context;
  const facts: LockfileFact[] = [];
  for (const entry of ownEntries(tree, isWorkspace)) {
    const manifest = manifests(entry.path);
    if (manifest === undefined) continue;
    if (hasCopies) facts.push(...differences(manifest, entry));
    else facts.push(...missing(manifest, resolve));
  }
  const known = new Set(tree.entries.map(({ path }) => path));
  for (const folder of workspaceFolders) {
    const manifest = known.has(folder) ? undefined : manifests(folder);
    if (manifest === undefined) continue;
    const name = typeof manifest.value['name'] === 'string' ? manifest.value['name'] : folder;
    facts.push({ type: 'manifest-drift', manifest: manifest.file, name, declared: folder, location: { file: manifest.file, line: 1 } });
  }
  return facts;
}

/** A name of this repository that one of its own manifests gets from a registry. Asking for it by an alias is deliberate. */
export function workspacesFromRegistry(
  components: ReadonlyMap<BomRef, Component>,
  edges: ReadonlyMap<BomRef, readonly Edge[]>,
): readonly LockfileFact[] {
  const own = [...components.values()].filter(({ source }) => source.type === 'workspace');
  const names = new Set(own.map(({ name }) => name));
  const found = new Map<BomRef, LockfileFact>();
  for (const from of [rootRef, ...own.map(({ bomRef }) => bomRef)]) {
    for (const { to, range } of edges.get(from) ?? []) {
      const component = components.get(to);
      if (component?.source.type !== 'registry' || !names.has(component.name) || range?.startsWith('npm:') === true) continue;
      found.set(to, { type: 'workspace-from-registry', name: component.name, component: to, location: component.location });
    }
  }
  return [...found.values()];
}

function ownEntries(tree: NpmTree, isWorkspace: (path: string) => boolean): readonly NpmEntry[] {
  return [tree.root, ...tree.entries.filter(({ place, path }) => place.kind === 'folder' && isWorkspace(path))];
}

function differences(manifest: Manifest, entry: NpmEntry): readonly LockfileFact[] {
  const declared = rangesByName(manifest.wants);
  const locked = rangesByName(entry.wants);
  const facts: LockfileFact[] = [];
  for (const [name, wanted] of declared) {
    const range = locked.get(name)?.range;
    if (range === wanted.range) continue;
    const location = manifest.locationOf(name, wanted.kind);
    facts.push({
      type: 'manifest-drift',
      manifest: manifest.file,
      name,
      declared: wanted.range,
      ...(range !== undefined && { locked: range }),
      location,
    });
  }
  for (const [name, { range }] of locked) {
    if (!declared.has(name)) facts.push({ type: 'manifest-drift', manifest: manifest.file, name, locked: range, location: entry.location });
  }
  return facts;
}

/** Version 1 keeps no ranges: only a dependency without any entry can be seen. */
function missing(manifest: Manifest, resolve: Resolve): readonly LockfileFact[] {
  return manifest.wants
    .filter(({ name, mayBeAbsent, kind }) => !mayBeAbsent && kind !== 'peer' && resolve(manifest.folder, name) === undefined)
    .map(({ name, range, kind }) => ({
      type: 'manifest-drift',
      manifest: manifest.file,
      name,
      declared: range,
      location: manifest.locationOf(name, kind),
    }));
}

function rangesByName(wants: readonly Wanted[]): ReadonlyMap<string, Wanted> {
  return new Map(wants.map((wanted) => [wanted.name, wanted]));
}

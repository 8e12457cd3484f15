import type { BomRef } from '../model/component.ts';
import type { DeclaredDependency, Edge, LockfileFact } from '../model/inventory.ts';
import { bunWants, workspaceRef } from './bun-edges.ts';
import type { BunWorkspace } from './bun-workspaces.ts';
import { textMember } from './json-document.ts';
import type { Manifests } from './npm-manifest.ts';

/** What the projects declare: from the manifest where it can be read, else from the lockfile's copy of it. */
export function bunDeclared(
  workspaces: readonly BunWorkspace[],
  manifests: Manifests,
  edges: ReadonlyMap<BomRef, readonly Edge[]>,
): readonly DeclaredDependency[] {
  return workspaces.flatMap(({ path, value, location }): readonly DeclaredDependency[] => {
    const manifest = manifests(path);
    // What it asks for comes before its workspace membership: the first edge of a name counts.
    const targets = new Map((edges.get(workspaceRef(path)) ?? []).toReversed().map(({ name, to }) => [name, to]));
    return (manifest?.wants ?? bunWants(value)).map(({ name, range, kind }) => {
      const to = targets.get(name);
      return {
        name,
        range,
        kind: kind === 'requires' ? 'prod' : kind,
        location: manifest?.locationOf(name, kind) ?? location,
        ...(to !== undefined && { to }),
      };
    });
  });
}

/** Where the manifests and the lockfile's copies of them disagree, and projects that the lockfile does not know. */
export function bunDrift(
  workspaces: readonly BunWorkspace[],
  manifests: Manifests,
  memberFolders: readonly string[],
): readonly LockfileFact[] {
  const facts: LockfileFact[] = [];
  const folders = new Set(workspaces.map(({ path }) => path));
  for (const { path, value, location } of workspaces) {
    const manifest = manifests(path);
    if (manifest === undefined) continue;
    const locked = new Map(bunWants(value).map(({ name, range }) => [name, range]));
    const declared = new Set<string>();
    for (const { name, range, kind } of manifest.wants) {
      const copy = locked.get(name);
      // Version 0 writes a project's folder in place of `workspace:` and its range.
      const isFolder = range.startsWith('workspace:') && copy !== undefined && folders.has(copy);
      const isMet = copy === range || isFolder || declared.has(name);
      declared.add(name);
      if (isMet) continue;
      const place = manifest.locationOf(name, kind);
      facts.push({
        type: 'manifest-drift',
        manifest: manifest.file,
        name,
        declared: range,
        ...(copy !== undefined && { locked: copy }),
        location: place,
      });
    }
    for (const [name, range] of locked) {
      if (!declared.has(name)) facts.push({ type: 'manifest-drift', manifest: manifest.file, name, locked: range, location });
    }
  }
  for (const folder of memberFolders) {
    const manifest = folders.has(folder) ? undefined : manifests(folder);
    if (manifest === undefined) continue;
    const name = textMember(manifest.value, 'name') ?? folder;
    facts.push({ type: 'manifest-drift', manifest: manifest.file, name, declared: folder, location: { file: manifest.file, line: 1 } });
  }
  return facts;
}

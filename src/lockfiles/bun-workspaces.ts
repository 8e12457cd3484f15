import type { Location } from '../model/component.ts';
import { invalidBunLockfile } from './bun-entry.ts';
import { leavesProject } from './install-path.ts';
import { isJsonObject, member, textMember, type JsonDocument, type JsonObject } from './json-document.ts';

/** One project of the repository: the lockfile's copy of its manifest. */
export interface BunWorkspace {
  /** Its folder, relative to the lockfile; empty for the root. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
  readonly value: JsonObject;
  readonly location: Location;
}

/** Reads `workspaces`; the root is always among them, first. */
export function bunWorkspacesOf(document: JsonDocument): readonly BunWorkspace[] {
  const listed = member(document.value, 'workspaces');
  const found: BunWorkspace[] = [];
  for (const [path, value] of isJsonObject(listed) ? Object.entries(listed) : []) {
    const location = document.locationOf(['workspaces', path]);
    if (!isJsonObject(value)) throw invalidBunLockfile(location, `the workspace ${JSON.stringify(path.slice(0, 200))} is not an object`);
    if (path.startsWith('/') || path.includes('\\') || leavesProject(path) || path.split('/').includes('..')) {
      throw invalidBunLockfile(location, `the workspace ${JSON.stringify(path.slice(0, 200))} is outside the project`);
    }
    found.push({ path, name: textMember(value, 'name') ?? '', version: textMember(value, 'version') ?? '', value, location });
  }
  const root = found.find(({ path }) => path === '');
  if (root === undefined)
    throw invalidBunLockfile(document.locationOf(['workspaces']), 'it does not list the project itself as a workspace');
  return [root, ...found.filter((workspace) => workspace !== root)];
}

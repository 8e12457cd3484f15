import type { ClientProfile } from '../clients/client.ts';

/** What a folder has, by name; undefined where it is not there. */
export type ReadFile = (folder: string, name: string) => string | undefined;

export interface ProjectRoot {
  readonly folder: string;
  /** Name of the lockfile that the client reads there; undefined where there is none yet. */
  readonly lockfile?: string;
}

/**
 * Where a client works when it is called in a folder: the nearest folder with a manifest, or the root of the workspace that this is a
 * member of.
 * @param folders the folder and those above it, innermost first
 */
export function projectRoot(client: ClientProfile, folders: readonly string[], read: ReadFile): ProjectRoot {
  const own = folders.findIndex((folder) => read(folder, 'package.json') !== undefined || lockfileIn(client, folder, read) !== undefined);
  if (own === -1) return { folder: folders[0] ?? '.' };
  const above = folders.slice(own + 1).find((folder) => isWorkspaceRoot(client, folder, read));
  const folder = above ?? folders[own] ?? '.';
  const lockfile = lockfileIn(client, folder, read);
  return { folder, ...(lockfile === undefined ? {} : { lockfile }) };
}

function lockfileIn(client: ClientProfile, folder: string, read: ReadFile): string | undefined {
  return client.lockfiles.find((name) => read(folder, name) !== undefined);
}

function isWorkspaceRoot(client: ClientProfile, folder: string, read: ReadFile): boolean {
  if (client.id === 'pnpm') return read(folder, 'pnpm-workspace.yaml') !== undefined;
  return /"workspaces"\s*:/.test(read(folder, 'package.json') ?? '');
}

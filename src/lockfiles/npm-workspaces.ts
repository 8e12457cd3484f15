import { GateError } from '../model/gate-error.ts';
import type { LockfileInput } from '../model/lockfile-format.ts';
import { matchesWorkspaceGlobs } from '../model/workspace-globs.ts';
import { leavesProject } from './install-path.ts';
import { member, type JsonDocument } from './json-document.ts';
import type { NpmTree } from './npm-entry.ts';
import { workspaceGlobsOf, type Manifests } from './npm-manifest.ts';

/** The workspaces of one project. */
export interface Workspaces {
  /** Whether a folder of the lockfile is a member. */
  readonly isMember: (folder: string) => boolean;
  /** The members that are there on disk, whether the lockfile knows them or not. */
  readonly folders: readonly string[];
}

/** Finds the workspaces by the patterns that the lockfile, or else the project's manifest, declares. */
export function workspacesOf(document: JsonDocument, tree: NpmTree, manifests: Manifests, input: LockfileInput): Workspaces {
  const locked = workspaceGlobsOf(member(member(document.value, 'packages'), ''));
  const globs = locked.length > 0 ? locked : workspaceGlobsOf(manifests('')?.value);
  assertAffordable(globs, tree, input);
  const folders = foldersOf(globs, input);
  const known = new Map<string, boolean>();
  for (const folder of [...folders, ...membersByLink(tree, globs)]) known.set(folder, true);
  return {
    folders,
    isMember: (folder) => {
      const answer = known.get(folder) ?? (isInside(folder) && matchesWorkspaceGlobs(folder, globs));
      known.set(folder, answer);
      return answer;
    },
  };
}

/** Patterns times folders, in characters: a hundred times what the largest honest project needs. */
const maxMatchingWork = 20_000_000_000;

function assertAffordable(globs: readonly string[], tree: NpmTree, { path }: LockfileInput): void {
  const folderLength = tree.entries.reduce((sum, entry) => sum + (entry.place.kind === 'folder' ? entry.path.length : 0), 0);
  const globLength = globs.reduce((sum, glob) => sum + glob.length * (glob.includes('{') ? glob.length : 1), 0);
  if (folderLength * globLength <= maxMatchingWork) return;
  throw new GateError('lockfile-too-large', `${path} has too many workspace patterns for so many folders`, {
    location: tree.root.location,
    hint: 'list workspaces by a few patterns such as packages/*',
  });
}

function foldersOf(globs: readonly string[], { files }: LockfileInput): readonly string[] {
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  const folders = globs.filter((glob) => !glob.startsWith('!')).flatMap((glob) => files.workspaces(glob));
  return [...new Set(folders)].filter((folder) => !matchesWorkspaceGlobs(folder, excluded));
}

/**
 * Folders that npm linked and the project does not ask for by name: its workspaces, when a pattern is of a kind that
 * only npm's own matcher reads (`[ab]`, `+(a|b)`). Without this they would look as if nothing needed them.
 */
function membersByLink({ root, links }: NpmTree, globs: readonly string[]): readonly string[] {
  if (!globs.some((glob) => /[[(]/.test(glob))) return [];
  const asked = new Set(root.wants.map(({ name }) => name));
  return links
    .filter(({ place, target }) => place.kind === 'package' && place.container === '' && !asked.has(place.name) && isInside(target))
    .map(({ target }) => target);
}

function isInside(folder: string): boolean {
  return folder !== '' && !leavesProject(folder);
}

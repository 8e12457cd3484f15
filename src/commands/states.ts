import { join, posix, relative, sep } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import type { Inventory } from '../model/inventory.ts';
import { maxLockfileLength } from '../lockfiles/read-lockfile.ts';
import { findLockfiles, readFileBytes, workingTree } from '../platform/files.ts';
import { findRepository, ignoredPaths, resolveCommit } from '../platform/git.ts';
import { type GitTree, openTree } from '../platform/git-tree.ts';
import { entryAt, realPath } from '../platform/real-path.ts';
import { chooseLockfiles, lockfileFileNames, parseLockfile } from './lockfiles.ts';

/** One state of a repository: a commit, or the working tree. Lockfiles are parsed on request. */
export interface RepositoryState {
  /** What reports call it: `main`, or `working tree`. */
  readonly label: string;
  /** Folders with a lockfile, relative to the repository, `.` for its top, sorted. */
  readonly folders: readonly string[];
  /** The inventory of a folder's lockfile, or undefined where it has none. */
  readonly inventoryOf: (folder: string) => Inventory | undefined;
  readonly siblingsOf: (folder: string) => readonly string[];
  /** The text of any file, or undefined. */
  readonly read: (path: string) => string | undefined;
}

/** The state at a revision, from git's objects. Throws `GateError` (`git`). */
export function stateAt(repository: string, revision: string, commit: string = resolveCommit(repository, revision)): RepositoryState {
  const tree = openTree(repository, commit);
  refuseStrayLockfile(tree);
  const chosen = chooseLockfiles(tree.paths.filter(isLockfile), (path) => textOf(tree, path));
  return {
    label: revision,
    folders: chosen.map(({ folder }) => folder),
    inventoryOf: (folder) => {
      const lockfile = chosen.find((one) => one.folder === folder);
      if (lockfile === undefined) return undefined;
      const path = posix.join(folder, lockfile.name);
      const bytes = tree.readBytes(path);
      return bytes === undefined ? undefined : parseLockfile(path, bytes, tree.filesBelow(folder === '.' ? '' : folder));
    },
    siblingsOf: (folder) => chosen.find((one) => one.folder === folder)?.siblings ?? [],
    read: (path) => textOf(tree, path),
  };
}

/** The files on disk, as they are now; without what no commit of this repository could hold. */
export function workingState(repository: string): RepositoryState {
  const files = workingTree(repository);
  const found = findLockfiles(repository, lockfileFileNames, { isRecursive: true }).filter(
    (path) => !isInOtherRepository(repository, path),
  );
  const ignored = ignoredPaths(repository, found);
  const chosen = chooseLockfiles(
    found.filter((path) => !ignored.has(path)),
    files.read,
  );
  return {
    label: 'working tree',
    folders: chosen.map(({ folder }) => folder),
    inventoryOf: (folder) => {
      const lockfile = chosen.find((one) => one.folder === folder);
      if (lockfile === undefined) {
        const stray = lockfileFileNames.find((name) => entryAt(join(repository, folder, name)) === 'link');
        if (stray !== undefined) throw strayLockfile(posix.join(folder, stray), 'this repository');
        return undefined;
      }
      const path = posix.join(folder, lockfile.name);
      const bytes = readFileBytes(join(repository, folder, lockfile.name), maxLockfileLength, path);
      return parseLockfile(path, bytes, workingTree(join(repository, folder)));
    },
    siblingsOf: (folder) => chosen.find((one) => one.folder === folder)?.siblings ?? [],
    read: files.read,
  };
}

/** The repository of a folder and that folder's path in it, posix; `.` for its top. A bare one has commits alone. */
export function locate(folder: string): { readonly repository: string; readonly below: string; readonly isBare: boolean } {
  const { root, isBare } = findRepository(folder);
  const below = isBare ? '.' : relative(root, realPath(folder)).split(sep).join('/') || '.';
  return { repository: root, below, isBare };
}

/** A lockfile that leads out of the commit cannot be judged; overlooking it would look like a project without packages. */
function refuseStrayLockfile(tree: GitTree): void {
  const stray = tree.strayLinks.find(isLockfile);
  if (stray !== undefined) throw strayLockfile(stray, 'this commit');
}

function strayLockfile(path: string, where: string): GateError {
  return new GateError('lockfile-invalid', `${inertLine(path, 200)} is a symbolic link to no file of ${where}`, {
    location: { file: path, line: 1 },
    hint: 'commit the lockfile itself',
  });
}

/** A submodule or a repository of its own: its files belong to no commit of this one. */
function isInOtherRepository(repository: string, path: string): boolean {
  const folders = path.split('/').slice(0, -1);
  return folders.some((_, index) => entryAt(join(repository, ...folders.slice(0, index + 1), '.git')) !== undefined);
}

function isLockfile(path: string): boolean {
  return lockfileFileNames.includes(posix.basename(path)) && !path.split('/').includes('node_modules');
}

function textOf(tree: GitTree, path: string): string | undefined {
  return tree.readBytes(path)?.toString('utf8');
}

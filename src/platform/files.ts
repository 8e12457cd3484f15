import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, openSync, readSync, realpathSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import type { ProjectFiles } from '../model/project-files.ts';
import { codeOf } from './folder.ts';
import { entriesSeenIn, note, seenBytes, seenKind } from './looks.ts';
import { foldersMatching } from './workspace-folders.ts';

const largestText = 16 * 1024 * 1024;
const mostFolders = 100_000;
const deepestFolder = 32;

/** The files below `root`, as they are on disk now. Symbolic links are followed only while they stay inside. */
export function workingTree(root: string): ProjectFiles {
  return {
    read: (path) => {
      const file = insideOf(root, path);
      return file === undefined ? undefined : readOptionalText(file);
    },
    workspaces: (glob) => foldersMatching(root, glob),
  };
}

/** A text of at most 16 MB, or undefined where there is no such file. Throws `GateError` for one that cannot be read. */
export function readOptionalText(file: string): string | undefined {
  if (statPath(file) !== 'file') return undefined;
  return Buffer.from(readFileBytes(file, largestText, file.split(sep).at(-1) ?? file)).toString('utf8');
}

/**
 * A text that decides, such as a policy: undefined only where there is nothing at all under its name.
 * @throws GateError `input-invalid` for a link that leads nowhere, a folder, or what may not be read: strictness that somebody
 *   wrote down must not be lost without a word
 */
export function readDecidingText(file: string): string | undefined {
  const text = readOptionalText(file);
  if (text !== undefined || !hasEntry(file)) return text;
  throw new GateError('input-invalid', `${file.split(sep).at(-1) ?? file} is there, but it is not a file that can be read`, {
    hint: 'is it a link that leads nowhere, or a folder?',
  });
}

/** Whether the folder has a name at all; one that may not be looked into counts as if it had. */
function hasEntry(file: string): boolean {
  try {
    const isThere = lstatSync(file, { throwIfNoEntry: false }) !== undefined;
    note('entry', file, () => (isThere ? 'present' : 'absent'));
    return isThere;
  } catch (error) {
    if (['EACCES', 'EPERM', 'ELOOP'].includes(codeOf(error))) return true;
    throw error;
  }
}

/**
 * The bytes of a regular file of at most `maxBytes`. Never a device or a pipe, which would never end.
 * @param shown what messages call it
 * @throws GateError `lockfile-too-large`, or `input-invalid` where it cannot be read
 */
export function readFileBytes(file: string, maxBytes: number, shown: string): Uint8Array {
  let descriptor: number | undefined;
  try {
    descriptor = openSync(file, 'r');
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new GateError('input-invalid', `${shown} is not a file`);
    if (stats.size > maxBytes) throw new GateError('lockfile-too-large', `${shown} has ${stats.size} bytes; at most ${maxBytes} are read`);
    const bytes = readAll(descriptor, stats.size);
    note('bytes', resolve(file), () => seenBytes(bytes));
    return bytes;
  } catch (error) {
    if (error instanceof GateError) throw error;
    throw new GateError('input-invalid', `${shown} cannot be read: ${codeOf(error)}`, { cause: error });
  } finally {
    if (descriptor !== undefined) closeSync(descriptor);
  }
}

/** What is at a path, links followed; undefined for nothing, and for what may not be looked at. */
export function statPath(path: string): 'file' | 'folder' | undefined {
  try {
    const stats = statSync(path, { throwIfNoEntry: false });
    note('kind', resolve(path), () => seenKind(stats));
    if (stats === undefined) return undefined;
    return stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : undefined;
  } catch (error) {
    note('kind', resolve(path), () => codeOf(error));
    if (['ENOTDIR', 'EACCES', 'EPERM', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/**
 * Files with one of these names below a folder, relative to it with posix separators, sorted. Links to folders are not
 * followed, and links to files only inside; `node_modules` and hidden folders hold no project's own lockfile.
 * @throws GateError `input-invalid` above 100,000 folders
 */
export function findLockfiles(root: string, names: readonly string[], options: { readonly isRecursive: boolean }): readonly string[] {
  const wanted = new Set(names);
  const found: string[] = [];
  const open: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  for (let visited = 0; ; visited++) {
    const folder = open.pop();
    if (folder === undefined) return found.sort();
    if (visited >= mostFolders) throw new GateError('input-invalid', `there are more than ${mostFolders} folders to search`);
    for (const entry of entriesSeenIn(join(root, folder.path))) {
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
      if (wanted.has(entry.name) && (entry.isFile || (entry.isLink && linksToFile(root, path)))) found.push(path);
      const isOwn = entry.isFolder && entry.name !== 'node_modules' && !entry.name.startsWith('.');
      if (options.isRecursive && isOwn && folder.depth < deepestFolder) open.push({ path, depth: folder.depth + 1 });
    }
  }
}

/** Writes a file whole or not at all: a reader never sees half of it. Throws `GateError` `output-failed`. */
export function writeFileAtomic(file: string, content: string | Uint8Array): void {
  const fresh = join(dirname(file), `.${randomBytes(6).toString('hex')}.new`);
  try {
    writeFileSync(fresh, content, { flag: 'wx' });
    renameSync(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    throw new GateError('output-failed', `the output cannot be written: ${codeOf(error)}`, { cause: error });
  }
}

/** The absolute path for a project path, or undefined where it leaves the root: by `..`, as an absolute path, or through a link. */
function insideOf(root: string, path: string): string | undefined {
  if (path.includes('\0') || isAbsolute(path)) return undefined;
  const file = resolve(root, path);
  if (leaves(resolve(root), file)) return undefined;
  try {
    const [top, place] = [realpathSync(root), realpathSync(file)];
    note('place', resolve(root), () => top);
    note('place', file, () => place);
    return leaves(top, place) ? undefined : file;
  } catch (error) {
    note('place', file, () => codeOf(error));
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

function linksToFile(root: string, path: string): boolean {
  const file = insideOf(root, path);
  return file !== undefined && statPath(file) === 'file';
}

function leaves(root: string, file: string): boolean {
  const way = relative(root, file);
  return way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way);
}

function readAll(descriptor: number, size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let length = 0;
  while (length < size) {
    const count = readSync(descriptor, bytes, length, size - length, null);
    if (count === 0) break;
    length += count;
  }
  return bytes.subarray(0, length);
}

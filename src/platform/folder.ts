import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';

export interface FolderEntry {
  readonly name: string;
  readonly isFile: boolean;
  readonly isFolder: boolean;
  readonly isLink: boolean;
}

/** What a folder holds, links not followed; nothing where it may not be read. */
export function entriesOf(folder: string): readonly FolderEntry[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      isFile: entry.isFile(),
      isFolder: entry.isDirectory(),
      isLink: entry.isSymbolicLink(),
    }));
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(codeOf(error))) return [];
    throw error;
  }
}

/** The file system's own word for what went wrong; an error without one is a bug and goes on. */
export function codeOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}

/** Makes a folder for this user alone, with those above it; `isTemporary`: a fresh one below it. Answers its path. */
export function makeFolder(folder: string, isTemporary: boolean): string {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return isTemporary ? mkdtempSync(join(folder, 'run-')) : folder;
}

/** Removes a folder with all that it holds; a file that is still in use on some systems stays. */
export function removeFolder(folder: string): void {
  try {
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  } catch (error) {
    codeOf(error);
  }
}

/** Says of a folder that it is in use now. */
export function markUsed(folder: string): void {
  utimesSync(folder, new Date(), new Date());
}

/** Removes what lies in a folder and was neither made nor marked within so many milliseconds. */
export function removeUnused(folder: string, keptFor: number): void {
  for (const { name } of entriesOf(folder)) {
    const usedAt = statSync(join(folder, name), { throwIfNoEntry: false })?.mtimeMs;
    if (usedAt !== undefined && Date.now() - usedAt > keptFor) removeFolder(join(folder, name));
  }
}

/** Removes one file, where it is there. */
export function removeFile(file: string): void {
  rmSync(file, { force: true });
}

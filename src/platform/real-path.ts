import { lstatSync, realpathSync } from 'node:fs';
import { codeOf } from './folder.ts';

/** Where a path really leads, links followed: two ways to one place are one. The path itself where nothing is there. */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'ELOOP', 'ENAMETOOLONG', 'ERR_INVALID_ARG_VALUE'].includes(codeOf(error))) return path;
    throw error;
  }
}

/** What stands at a path itself, links not followed; undefined for nothing. */
export function entryAt(path: string): 'link' | 'other' | undefined {
  const stats = lstatSync(path, { throwIfNoEntry: false });
  return stats === undefined ? undefined : stats.isSymbolicLink() ? 'link' : 'other';
}

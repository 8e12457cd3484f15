import { realpathSync } from 'node:fs';
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

import { chmodSync, lstatSync, mkdirSync, rmSync, rmdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { writeFileAtomic } from './files.ts';
import { codeOf } from './folder.ts';

/** Writes a project's file whole or not at all; one that is there keeps its mode, and a link is refused. */
export function writeProjectFile(file: string, content: string | Uint8Array, options: { readonly isExecutable: boolean }): void {
  for (const path of [dirname(file), file]) refuseLink(path);
  mkdirSync(dirname(file), { recursive: true });
  const mode = lstatSync(file, { throwIfNoEntry: false })?.mode;
  writeFileAtomic(file, content);
  if (options.isExecutable) chmodSync(file, 0o755);
  else if (mode !== undefined) chmodSync(file, mode & 0o777);
}

/** Removes a file, and its folder where that is empty then. One that is not there is fine. */
export function removeProjectFile(file: string, options: { readonly withFolder: boolean }): void {
  rmSync(file, { force: true });
  if (!options.withFolder) return;
  try {
    rmdirSync(dirname(file));
  } catch (error) {
    if (!['ENOTEMPTY', 'EEXIST', 'ENOENT'].includes(codeOf(error))) throw error;
  }
}

/** A repository may hold links, and somebody's files elsewhere are not to be written through them. */
function refuseLink(path: string): void {
  if (lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() === true)
    throw new GateError('output-failed', `${path} is a link: nothing is written through it`);
}

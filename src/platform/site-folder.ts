import { lstatSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { readOptionalText, writeFileAtomic } from './files.ts';
import { codeOf } from './folder.ts';

/** One file of a site; the path has posix separators and lies below the site's folder. */
export interface WrittenFile {
  readonly path: string;
  readonly text: string;
}

export interface WrittenSite {
  readonly files: number;
  readonly bytes: number;
  /** Of an earlier run, taken away because this one did not write them again. */
  readonly removed: number;
}

/** Names what a run has written, so that the next one takes away what it does not write again, and nothing else. */
const listName = '.lockgate-site.json';
const sitePath = /^(?:[a-z0-9-]{1,40}\/)?[a-z0-9][a-z0-9.-]{0,120}\.(?:html|js|css)$/;

/**
 * Writes a site file by file into a folder, which may hold other things: they stay. A reader sees each file whole, the old one or the
 * new one. Throws `GateError` `output-failed`.
 */
export async function writeSite(
  root: string,
  files: AsyncIterable<WrittenFile>,
  onFile: (written: number) => void,
  signal?: AbortSignal,
): Promise<WrittenSite> {
  const before = earlierFiles(root);
  const written = new Set<string>();
  const folders = new Set<string>();
  let bytes = 0;
  try {
    for await (const { path, text } of files) {
      signal?.throwIfAborted();
      if (!sitePath.test(path) || path.includes('..')) throw new Error(`a site has no file ${path}`);
      const folder = dirname(join(root, path));
      if (!folders.has(folder)) makeFolder(folder, folder === join(root));
      folders.add(folder);
      writeFileAtomic(join(root, path), text);
      written.add(path);
      bytes += Buffer.byteLength(text);
      onFile(written.size);
    }
  } catch (error) {
    // What was written so far is ours as well: the next run takes it away.
    if (written.size > 0) writeList(root, [...before, ...written]);
    throw error;
  }
  makeFolder(root, true);
  writeList(root, [...written]);
  const stale = before.filter((path) => !written.has(path));
  for (const path of stale) rmSync(join(root, path), { force: true });
  return { files: written.size, bytes, removed: stale.length };
}

function writeList(root: string, paths: readonly string[]): void {
  writeFileAtomic(join(root, listName), `${JSON.stringify([...new Set(paths)].sort(), null, 1)}\n`);
}

/** What an earlier run wrote. A list that somebody else made names nothing outside of the folder. */
function earlierFiles(root: string): readonly string[] {
  const text = readOptionalText(join(root, listName));
  if (text === undefined) return [];
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list)
      ? list.filter((path): path is string => typeof path === 'string' && sitePath.test(path) && !path.includes('..'))
      : [];
  } catch (error) {
    if (error instanceof SyntaxError) return [];
    throw error;
  }
}

/** A folder below the site must not be a link: it would lead the pages elsewhere. */
function makeFolder(folder: string, isRoot: boolean): void {
  try {
    mkdirSync(folder, { recursive: true });
    if (!isRoot && lstatSync(folder).isSymbolicLink())
      throw new GateError('output-failed', 'a folder of the site is a link to another one');
  } catch (error) {
    if (error instanceof GateError) throw error;
    throw new GateError('output-failed', `the folder of the site cannot be made: ${codeOf(error)}`, { cause: error });
  }
}

import { type Dirent, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { readFileBytes, statPath } from './files.ts';
import { codeOf } from './folder.ts';
import { zipEntries } from './zip.ts';

/** One record as it lies in a folder or an archive. */
export interface RecordFile {
  /** Its path below the folder or in the archive: what messages call it. */
  readonly name: string;
  readonly read: () => string;
}

/** The archive of all ecosystems holds some 600,000 records and unpacks to a few gigabytes. */
const limits = { entries: 4_000_000, entryBytes: 64 * 1024 * 1024, totalBytes: 16 * 1024 ** 3 };
const deepestFolder = 8;

/**
 * The `.json` files of a folder, of a zip archive, or one such file. One after the other: nothing is kept.
 * @param shown what messages call the path
 * @throws GateError `input-invalid`
 */
export function recordFiles(path: string, shown: string): Iterable<RecordFile> {
  switch (statPath(path)) {
    case 'folder':
      return filesBelow(path);
    case 'file':
      return path.toLowerCase().endsWith('.json') ? [{ name: shown, read: () => readRecord(path, shown) }] : filesIn(path, shown);
    case undefined:
      throw new GateError('input-invalid', `there is no ${shown}`, { hint: 'give an OSV archive (all.zip) or a folder of OSV records' });
  }
}

function* filesIn(path: string, shown: string): Generator<RecordFile> {
  for (const { name, read } of zipEntries(path, shown, limits)) {
    if (name.toLowerCase().endsWith('.json')) yield { name, read: () => Buffer.from(read()).toString('utf8') };
  }
}

/** Whatever cannot be looked into ends the import: what lies there would be missing from the database. */
function* filesBelow(root: string): Generator<RecordFile> {
  const open: { readonly path: string; readonly depth: number }[] = [{ path: '', depth: 0 }];
  let files = 0;
  for (let folder = open.pop(); folder !== undefined; folder = open.pop()) {
    for (const entry of entriesOf(root, folder.path)) {
      const path = folder.path === '' ? entry.name : `${folder.path}/${entry.name}`;
      if (entry.isDirectory()) {
        if (folder.depth >= deepestFolder) throw new GateError('input-invalid', `${path} lies deeper than ${deepestFolder} folders`);
        open.push({ path, depth: folder.depth + 1 });
      } else if (entry.name.toLowerCase().endsWith('.json')) {
        if (!entry.isFile()) throw new GateError('input-invalid', `${path} is a link or no file: records are not followed elsewhere`);
        if (++files > limits.entries) throw new GateError('input-invalid', `there are more than ${limits.entries} files`);
        yield { name: path, read: () => readRecord(join(root, path), path) };
      }
    }
  }
}

function entriesOf(root: string, folder: string): readonly Dirent[] {
  try {
    return readdirSync(join(root, folder), { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw new GateError('input-invalid', `the folder ${folder === '' ? 'of records' : folder} cannot be read: ${codeOf(cause)}`, { cause });
  }
}

function readRecord(path: string, shown: string): string {
  return Buffer.from(readFileBytes(path, limits.entryBytes, shown)).toString('utf8');
}

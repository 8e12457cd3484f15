import { createHash } from 'node:crypto';
import { basename, dirname, posix, relative, resolve, sep } from 'node:path';
import { lockfileFormats } from '../lockfiles/index.generated.ts';
import { lockfileNames, maxLockfileLength, readLockfileText } from '../lockfiles/read-lockfile.ts';
import { GateError } from '../model/gate-error.ts';
import type { Inventory } from '../model/inventory.ts';
import { findLockfiles, readFileBytes, statPath, workingTree } from '../platform/files.ts';

/** One lockfile of a working tree, read. */
export interface ReadLockfile {
  readonly inventory: Inventory;
  /** Folder of the lockfile, absolute. */
  readonly root: string;
  /** Other lockfiles in the same folder that lose against it, by name. */
  readonly siblings: readonly string[];
}

export interface LockfileSearch {
  readonly lockfiles: readonly ReadLockfile[];
  /** Lockfiles in folders further down that were not read, relative to the search's folder. */
  readonly further: readonly string[];
}

const names = lockfileNames(lockfileFormats);
/** Formats that cannot be read, looked for so that they are refused and not overlooked. */
const refused: readonly string[] = ['bun.lockb'];

/**
 * Finds and reads the lockfiles of a path: a folder, or one lockfile. Throws `GateError`: `lockfile-missing` where there is
 * none, `lockfile-invalid` and its kin for what cannot be read.
 */
export function readLockfiles(path: string, cwd: string, options: { readonly isRecursive: boolean }): LockfileSearch {
  const target = resolve(cwd, path);
  const kind = statPath(target);
  if (kind === undefined)
    throw new GateError('lockfile-missing', `${path} does not exist`, { hint: 'name a folder with a lockfile, or the lockfile itself' });
  if (kind === 'file') return { lockfiles: [readOne(target, [], dirname(target))], further: [] };
  const found = findLockfiles(target, [...names, ...refused], { isRecursive: true }).map((file) =>
    posix.normalize(file.split(sep).join('/')),
  );
  const folders = byFolder(found);
  const here = [...folders.keys()].filter((folder) => options.isRecursive || folder === '.').sort();
  if (here.length === 0) throw missing(path, found);
  const lockfiles = here.map((folder) => {
    const [winner, ...siblings] = byPrecedence(folders.get(folder) ?? []);
    return readOne(resolve(target, folder, winner ?? ''), siblings, target);
  });
  return { lockfiles, further: options.isRecursive ? [] : found.filter((file) => posix.dirname(file) !== '.').sort() };
}

function byFolder(files: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const folders = new Map<string, string[]>();
  for (const file of files) folders.set(posix.dirname(file), [...(folders.get(posix.dirname(file)) ?? []), file]);
  return folders;
}

/** npm reads a shrinkwrap before a package-lock, silently and by design: that pair is not two package managers. */
function byPrecedence(files: readonly string[]): readonly string[] {
  const order = [...names, ...refused];
  const present = files.map((file) => posix.basename(file)).sort((a, b) => order.indexOf(a) - order.indexOf(b));
  return present.includes('npm-shrinkwrap.json') ? present.filter((name) => name !== 'package-lock.json') : present;
}

function readOne(file: string, siblings: readonly string[], base: string): ReadLockfile {
  const root = dirname(file);
  const shown = relative(base, file).split(sep).join('/') || basename(file);
  const bytes = readFileBytes(file, maxLockfileLength, shown);
  const inventory = readLockfileText(lockfileFormats, {
    path: shown,
    text: decode(bytes, shown),
    digest: createHash('sha256').update(bytes).digest('hex'),
    files: workingTree(root),
  });
  return { inventory, root, siblings };
}

/** UTF-8 or a refusal: replacing bad bytes would let two readers see two files. */
export function decode(bytes: Uint8Array, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const hint =
      bytes[0] === 0xff || bytes[0] === 0xfe ? 'it looks like UTF-16: save it as UTF-8' : 'let the package manager write it again';
    throw new GateError('lockfile-invalid', `${shown} is not UTF-8 text`, { location: { file: shown, line: 1 }, hint, cause });
  }
}

function missing(path: string, further: readonly string[]): GateError {
  const where = path === '.' ? 'this folder' : path;
  const hint =
    further.length === 0
      ? `known lockfiles: ${names.join(', ')}`
      : `there ${further.length === 1 ? 'is one' : `are ${further.length}`} further down, e.g. ${further[0]}: name its folder or use --recursive`;
  return new GateError('lockfile-missing', `${where} has no lockfile`, { hint });
}

import { createHash } from 'node:crypto';
import { basename, dirname, posix, resolve } from 'node:path';
import { lockfileFormats } from '../lockfiles/index.generated.ts';
import { lockfileNames, maxLockfileLength, readLockfileText } from '../lockfiles/read-lockfile.ts';
import { GateError } from '../model/gate-error.ts';
import type { Inventory } from '../model/inventory.ts';
import type { ProjectFiles } from '../model/project-files.ts';
import { findLockfiles, readFileBytes, statPath, workingTree } from '../platform/files.ts';
import { readDocument } from './sbom-document.ts';

/** The lockfile of one folder, and those that lose against it. */
export interface ChosenLockfile {
  /** Posix, relative to where the search began; `.` for the folder itself. */
  readonly folder: string;
  readonly name: string;
  readonly siblings: readonly string[];
}

/** One lockfile of a working tree, read. */
export interface ReadLockfile {
  readonly inventory: Inventory;
  /** Folder of the lockfile, absolute. */
  readonly root: string;
  readonly siblings: readonly string[];
}

export interface LockfileSearch {
  readonly lockfiles: readonly ReadLockfile[];
  /** Lockfiles in folders further down that were not read, relative to the search's folder. */
  readonly further: readonly string[];
}

/** npm's first: it comes with Node, so it is what an installation without further thought would read. */
const readable = lockfileNames([...lockfileFormats].sort((a, b) => Number(b.id === 'npm') - Number(a.id === 'npm')));
/** All names that are looked for; bun's binary file, too, so that it is refused and not overlooked. */
export const lockfileFileNames: readonly string[] = [...readable, 'bun.lockb'];

/**
 * Finds and reads the lockfiles of a path: a folder, or one lockfile. Throws `GateError`: `lockfile-missing` where there is
 * none, `lockfile-invalid` and its kin for what cannot be read.
 */
export function readLockfiles(path: string, cwd: string, options: { readonly isRecursive: boolean }): LockfileSearch {
  const target = resolve(cwd, path);
  const kind = statPath(target);
  if (kind === undefined)
    throw new GateError('lockfile-missing', `${path} does not exist`, { hint: 'name a folder with a lockfile, or the lockfile itself' });
  if (kind === 'file' && !lockfileFileNames.includes(basename(target))) return { lockfiles: [readSbom(target, path)], further: [] };
  if (kind === 'file')
    return { lockfiles: [readFromDisk(dirname(target), { folder: '.', name: basename(target), siblings: [] })], further: [] };
  const chosen = chooseLockfiles(findLockfiles(target, lockfileFileNames, { isRecursive: true }), workingTree(target).read);
  const here = chosen.filter(({ folder }) => options.isRecursive || folder === '.');
  const further = chosen.filter((lockfile) => !here.includes(lockfile)).map(({ folder, name }) => posix.join(folder, name));
  if (here.length === 0) throw missing(path, further);
  return { lockfiles: here.map((lockfile) => readFromDisk(target, lockfile)), further };
}

/** An SBOM in place of a lockfile: CycloneDX JSON, of this or another tool. What is no npm package is refused, not skipped. */
function readSbom(file: string, shown: string): ReadLockfile {
  const { reading } = readDocument(file, 'PATH', dirname(file));
  const [foreign] = reading.skipped;
  if (foreign !== undefined) {
    throw new GateError(
      'input-invalid',
      `${shown} holds ${reading.skipped.length} components that are no npm packages, e.g. ${foreign.label}`,
      {
        hint: 'no check here can judge them: give an SBOM of the npm part alone',
      },
    );
  }
  const inventory = { ...reading.inventory, origin: { ...reading.inventory.origin, path: basename(file) } };
  return { inventory, root: dirname(file), siblings: [] };
}

/**
 * For each folder the lockfile that counts: that of the package manager which `package.json` names (corepack's
 * `packageManager`), else in the order of `lockfileFileNames`. npm reads a shrinkwrap before a package-lock, by design, so
 * that pair is one. `readText` reads a file by its path.
 */
export function chooseLockfiles(paths: readonly string[], readText: (path: string) => string | undefined): readonly ChosenLockfile[] {
  const folders = new Map<string, string[]>();
  for (const path of paths) {
    const folder = posix.dirname(path);
    folders.set(folder, [...(folders.get(folder) ?? []), posix.basename(path)]);
  }
  return [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([folder, names]) => {
      const present = names.filter((name) => name !== 'package-lock.json' || !names.includes('npm-shrinkwrap.json'));
      const preferred = present.length > 1 ? namesOfManager(readText(posix.join(folder, 'package.json'))) : [];
      const rank = (name: string): number => (preferred.includes(name) ? -1 : lockfileFileNames.indexOf(name));
      const [name = '', ...siblings] = present.sort((a, b) => rank(a) - rank(b));
      return { folder, name, siblings };
    });
}

/** The lockfiles of the package manager that a manifest asks for: `"packageManager": "pnpm@10.1.0"`. */
function namesOfManager(manifest: string | undefined): readonly string[] {
  const manager = /"packageManager"\s*:\s*"(npm|pnpm|yarn|bun)@/.exec(manifest ?? '')?.[1];
  return manager === undefined
    ? []
    : lockfileFormats.filter(({ id }) => id === manager || id.startsWith(`${manager}-`)).flatMap(({ fileNames }) => fileNames);
}

/** Parses one lockfile's bytes. `path` is what reports call it; `files` is relative to its folder. */
export function parseLockfile(path: string, bytes: Uint8Array, files: ProjectFiles): Inventory {
  return readLockfileText(lockfileFormats, {
    path,
    text: decode(bytes, path),
    digest: createHash('sha256').update(bytes).digest('hex'),
    files,
  });
}

function readFromDisk(base: string, { folder, name, siblings }: ChosenLockfile): ReadLockfile {
  const root = resolve(base, folder);
  const path = posix.join(folder, name);
  const inventory = parseLockfile(path, readFileBytes(resolve(root, name), maxLockfileLength, path), workingTree(root));
  return { inventory, root, siblings };
}

/** UTF-8 or a refusal: replacing bad bytes would let two readers see two files. */
function decode(bytes: Uint8Array, path: string): string {
  // bun.lockb is binary by nature; its reader refuses it by name and says what helps.
  if (path.endsWith('.lockb')) return '';
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    const hint =
      bytes[0] === 0xff || bytes[0] === 0xfe ? 'it looks like UTF-16: save it as UTF-8' : 'let the package manager write it again';
    throw new GateError('lockfile-invalid', `${path} is not UTF-8 text`, { location: { file: path, line: 1 }, hint, cause });
  }
}

function missing(path: string, further: readonly string[]): GateError {
  const where = path === '.' ? 'this folder' : path;
  const hint =
    further.length === 0
      ? `known lockfiles: ${readable.join(', ')}`
      : `there ${further.length === 1 ? 'is one' : `are ${further.length}`} further down, e.g. ${further[0]}: name its folder or use --recursive`;
  return new GateError('lockfile-missing', `${where} has no lockfile`, { hint });
}

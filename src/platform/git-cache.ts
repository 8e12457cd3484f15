import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { git } from './git-process.ts';

/** Milliseconds that one transfer into the cache may take. */
export const longestTransfer = 300_000;

/** Each night adds a pack; above this many, or this many bytes, it is cheaper to begin anew. */
const mostPacks = 40;
const mostKept = 512 * 1024 * 1024;

/**
 * A bare repository of ours for one remote. What is damaged, or has grown, is made anew; the lock that a killed transfer left, which
 * would refuse every later one, goes.
 * @throws GateError `git` where none can be made
 */
export function prepareCache(folder: string, url: string): void {
  const packs = join(folder, 'objects', 'pack');
  if (isFolder(packs) && (isOutgrown(folder) || git(folder, ['rev-parse', '--is-bare-repository']).status !== 0))
    rmSync(folder, { recursive: true, force: true });
  if (!isFolder(packs)) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // No template: it could bring hooks along.
    const made = git(folder, ['init', '--quiet', '--bare', '--template=', '.']);
    if (made.status !== 0) throw new GateError('git', `no repository can be made in the cache: ${made.complaint}`);
    git(folder, ['config', 'remote.origin.url', url]);
  }
  const held = statSync(lockOf(folder), { throwIfNoEntry: false });
  if (held !== undefined && Date.now() - held.mtimeMs > longestTransfer) releaseCache(folder);
}

/** Takes away the lock of a transfer that has been killed. */
export function releaseCache(folder: string): void {
  rmSync(lockOf(folder), { force: true });
}

/** Bytes of what was fetched. */
export function sizeOfCache(folder: string): number {
  const packs = join(folder, 'objects', 'pack');
  if (!isFolder(packs)) return 0;
  return readdirSync(packs).reduce((sum, name) => sum + (statSync(join(packs, name), { throwIfNoEntry: false })?.size ?? 0), 0);
}

const turns = new Map<string, Promise<unknown>>();

/** One transfer into a folder at a time: git refuses the second one instead of waiting. */
export function inTurn<T>(folder: string, work: () => Promise<T>): Promise<T> {
  const next = (turns.get(folder) ?? Promise.resolve()).then(work);
  const end = next.then(
    () => undefined,
    () => undefined,
  );
  turns.set(folder, end);
  void end.then(() => (turns.get(folder) === end ? turns.delete(folder) : undefined));
  return next;
}

function lockOf(folder: string): string {
  return join(folder, 'shallow.lock');
}

function isOutgrown(folder: string): boolean {
  return readdirSync(join(folder, 'objects', 'pack')).length > mostPacks * 3 || sizeOfCache(folder) > mostKept;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

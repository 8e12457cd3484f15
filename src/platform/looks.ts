import { hash } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { type FolderEntry, codeOf, entriesOf } from './folder.ts';

/** One thing that a run looked at on disk: what at a path, and a word for what it saw there. */
export type Look = readonly [kind: LookKind, path: string, seen: string];

/** `bytes`: a file's content. `kind`: file, folder or neither. `entry`: a name in its folder. `entries`: what a folder holds. `place`: where links lead. */
export type LookKind = 'bytes' | 'kind' | 'entry' | 'entries' | 'place';

/** More than this, and looking at all of it again is no shortcut any more. */
const mostLooks = 20_000;

const watchers = new Set<Map<string, Look>>();

/**
 * Runs work and tells everything that this process looked at on disk meanwhile, by whomever; undefined where it was too much to be
 * looked at again.
 */
export async function watchLooks<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly looks: readonly Look[] | undefined }> {
  const own = new Map<string, Look>();
  watchers.add(own);
  try {
    const value = await work();
    return { value, looks: own.size <= mostLooks ? [...own.values()] : undefined };
  } finally {
    watchers.delete(own);
  }
}

/** Called by whoever looks at the disk for a decision; `seen` is asked only while somebody watches. */
export function note(kind: LookKind, path: string, seen: () => string): void {
  if (watchers.size === 0) return;
  const name = `${kind} ${path}`;
  const word = seen();
  for (const looks of watchers) {
    if (looks.size > mostLooks) continue;
    // What changed while the run went on cannot be found unchanged later.
    const before = looks.get(name);
    looks.set(name, [kind, path, before === undefined || before[2] === word ? word : 'changed']);
  }
}

/** Whether everything is still as it was seen. Looking again is a look, too. */
export function isUnchanged(looks: readonly Look[]): boolean {
  return looks.every(([kind, path, seen]) => {
    const now = seenAt(kind, path);
    note(kind, path, () => now);
    return now === seen;
  });
}

/** Notes what another program's reader has just looked at. */
export function noteBytesAt(path: string): void {
  note('bytes', path, () => seenAt('bytes', path));
}

/** The word for a file's bytes. */
export function seenBytes(bytes: Uint8Array): string {
  return hash('sha256', bytes, 'base64url');
}

/** What a folder holds, noted. */
export function entriesSeenIn(folder: string): readonly FolderEntry[] {
  const entries = entriesOf(folder);
  note('entries', folder, () => seenEntries(entries));
  return entries;
}

function seenEntries(entries: readonly FolderEntry[]): string {
  const lines = entries.map(({ name, isFile, isFolder, isLink }) => JSON.stringify([name, isFile, isFolder, isLink])).sort();
  return hash('sha256', lines.join('\n'), 'base64url');
}

/** The word for what is at a path, links followed. */
export function seenKind(stats: { readonly isFile: () => boolean; readonly isDirectory: () => boolean } | undefined): string {
  return stats === undefined ? 'nothing' : stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other';
}

function seenAt(kind: LookKind, path: string): string {
  try {
    switch (kind) {
      case 'bytes':
        // Never a device or a pipe, which would never end.
        return seenKind(statSync(path, { throwIfNoEntry: false })) === 'file' ? seenBytes(readFileSync(path)) : 'no file';
      case 'kind':
        return seenKind(statSync(path, { throwIfNoEntry: false }));
      case 'entry':
        return lstatSync(path, { throwIfNoEntry: false }) === undefined ? 'absent' : 'present';
      case 'entries':
        return seenEntries(entriesOf(path));
      case 'place':
        return realpathSync(path);
    }
  } catch (error) {
    return codeOf(error);
  }
}

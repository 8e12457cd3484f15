import { hash } from 'node:crypto';
import { lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { type FolderEntry, codeOf, entriesOf } from './folder.ts';

/** One thing that a run looked at on disk: what at a path, and a word for what it saw there. */
export type Look = readonly [kind: LookKind, path: string, seen: string];

/** `bytes`: a file's content. `kind`: file, folder or neither. `entry`: a name in its folder. `entries`: what a folder holds. `place`: where links lead. */
export type LookKind = 'bytes' | 'kind' | 'entry' | 'entries' | 'place';

/** More than this, and looking at all of it again is no shortcut any more. */
const mostLooks = 20_000;

let noted: Map<string, Look> | undefined;

/**
 * Runs work and tells everything that this process looked at on disk meanwhile; undefined where it was too much, or where a
 * file did not stay the same. One at a time: a second run within the first would see the looks of both.
 */
export async function watchLooks<T>(work: () => Promise<T>): Promise<{ readonly value: T; readonly looks: readonly Look[] | undefined }> {
  const own = new Map<string, Look>();
  noted = own;
  try {
    const value = await work();
    const isWhole = noted === own && own.size <= mostLooks;
    return { value, looks: isWhole ? [...own.values()] : undefined };
  } finally {
    noted = undefined;
  }
}

/** Called by whoever looks at the disk for a decision; `seen` is asked only while somebody watches. */
export function note(kind: LookKind, path: string, seen: () => string): void {
  if (noted === undefined || noted.size > mostLooks) return;
  const name = `${kind} ${path}`;
  const word = seen();
  // What changed while the run went on cannot be found unchanged later.
  const before = noted.get(name);
  noted.set(name, [kind, path, before === undefined || before[2] === word ? word : 'changed']);
}

/** Whether everything is still as it was seen. */
export function isUnchanged(looks: readonly Look[]): boolean {
  return looks.every(([kind, path, seen]) => seenAt(kind, path) === seen);
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

import { createHmac, timingSafeEqual } from 'node:crypto';
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CacheFolders } from './cache.ts';
import { readOrCreateKey } from './cache-key.ts';
import { codeOf } from './folder.ts';

/** Texts of one kind that outlive the run for a few minutes, one file each. Only what this user's own runs wrote is ever read. */
export interface SealedFiles {
  /** Undefined for a text that is not there, or is not the one that was written under this name. */
  readonly read: (name: string) => string | undefined;
  /** Whole or not at all. A disk that is full or may not be written to is no trouble: nothing is remembered then. */
  readonly write: (name: string, text: string) => void;
}

/** Remembers nothing. */
export const noSealedFiles: SealedFiles = { read: () => undefined, write: () => undefined };

const largest = 32 * 1024 * 1024;
/** Longer than anything in them holds. */
const keptFor = 15 * 60 * 1000;

/**
 * Opens a folder of the cache. A file's first line is a code under the user's own key over kind, name and text: one that was torn,
 * edited, renamed, or brought in from elsewhere does not exist.
 */
export function openSealedFiles(folders: CacheFolders, kind: string): SealedFiles {
  const folder = join(folders.cache, kind);
  const codeFor = (key: Buffer, name: string, text: string): string =>
    createHmac('sha256', key)
      .update(JSON.stringify([kind, name]))
      .update('\n')
      .update(text)
      .digest('base64url');
  // A name may hold secrets of the environment, short ones among them: a digest without the key would betray them.
  const pathOf = (key: Buffer, name: string): string => join(folder, codeFor(key, name, 'name'));
  return {
    read: (name) =>
      unlessRefused(() => {
        const key = readOrCreateKey(folders.config);
        const bytes = readRegular(pathOf(key, name));
        const newline = bytes?.indexOf(0x0a) ?? -1;
        if (bytes === undefined || newline === -1) return undefined;
        const text = bytes.toString('utf8', newline + 1);
        const code = Buffer.from(codeFor(key, name, text));
        const written = bytes.subarray(0, newline);
        return code.length === written.length && timingSafeEqual(code, written) ? text : undefined;
      }),
    write: (name, text) =>
      unlessRefused(() => {
        if (text.length > largest) return;
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        const key = readOrCreateKey(folders.config);
        const fresh = `${pathOf(key, name)}.${process.pid}.new`;
        writeFileSync(fresh, `${codeFor(key, name, text)}\n${text}`, { mode: 0o600 });
        renameSync(fresh, pathOf(key, name));
        removeOld(folder);
      }),
  };
}

/** Never a device or a pipe, to which a cache that was brought in may lead: reading one would never end. */
function readRegular(file: string): Buffer | undefined {
  const stats = statSync(file, { throwIfNoEntry: false });
  return stats?.isFile() === true && stats.size <= largest ? readFileSync(file) : undefined;
}

/** What has had its day goes, so that the folder stays as small as a few minutes of work. */
function removeOld(folder: string): void {
  const oldest = Date.now() - keptFor;
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const time = statSync(path, { throwIfNoEntry: false })?.mtimeMs;
    if (time !== undefined && !(time > oldest)) rmSync(path, { force: true });
  }
}

/** The file system's refusals alone: anything else is a bug and goes on. */
function unlessRefused<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    codeOf(error);
    return undefined;
  }
}

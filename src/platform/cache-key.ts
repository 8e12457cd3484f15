import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const keyBytes = 32;

/** The user's own key for cached records, made on first use, readable by the user alone. Throws the file system's errors. */
export function readOrCreateKey(folder: string): Buffer {
  const file = join(folder, 'cache.key');
  return readKey(file) ?? createKey(folder, file);
}

function createKey(folder: string, file: string): Buffer {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const key = randomBytes(keyBytes);
  try {
    writeFileSync(file, key, { flag: 'wx', mode: 0o600 });
    return key;
  } catch (error) {
    if (!isCode(error, 'EEXIST')) throw error;
    // Another process was first, or the file is damaged: then every record under it is lost anyway.
    const other = readKey(file);
    if (other === undefined) writeFileSync(file, key, { mode: 0o600 });
    return other ?? key;
  }
}

function readKey(file: string): Buffer | undefined {
  try {
    const key = readFileSync(file);
    return key.length === keyBytes ? key : undefined;
  } catch (error) {
    if (isCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}

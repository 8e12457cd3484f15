import { mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readShipped } from './allowlists.ts';
import { cacheFolders } from './cache.ts';
import { codeOf } from './folder.ts';
import { homeFolder } from './home.ts';
import { noteBytesAt } from './looks.ts';

/** Where the shipped trust data lies, below `allowlists/`. */
const shipped = 'registries/public-trust.json';
const maxBytes = 1024 * 1024;

/** It comes with the program, and is asked for with every judgement. */
let shippedText: string | undefined;

type Variables = Readonly<Record<string, string | undefined>>;

/**
 * The trust data in use: what `lockgate trust update` wrote into the user's own configuration folder, unless what was
 * shipped is newer. Both name the day on which they were current.
 */
export function readTrustText(variables: Variables): string {
  const own = readOwn(variables);
  const ours = (shippedText ??= Buffer.from(readShipped(shipped)).toString('utf8'));
  return own !== undefined && dayOf(own) > dayOf(ours) ? own : ours;
}

/** `readShipped` that gives the trust data in use instead of the shipped one. */
export function readShippedWithTrust(variables: Variables): (path: string) => Uint8Array {
  return (path) => (path === shipped ? Buffer.from(readTrustText(variables)) : readShipped(path));
}

/** Writes trust data for later runs, readable by the user alone, all of it or nothing. Returns the file's path. */
export function writeTrustText(variables: Variables, text: string): string {
  const path = pathOf(variables);
  mkdirSync(join(path, '..'), { recursive: true, mode: 0o700 });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, text, { mode: 0o600 });
  renameSync(draft, path);
  return path;
}

function pathOf(variables: Variables): string {
  return join(cacheFolders(variables, homeFolder()).config, 'trust.json');
}

function readOwn(variables: Variables): string | undefined {
  const path = pathOf(variables);
  noteBytesAt(path);
  try {
    // Most users have none, and an exception for each judgement costs more than a look.
    if (statSync(path, { throwIfNoEntry: false }) === undefined) return undefined;
    const bytes = readFileSync(path);
    return bytes.length <= maxBytes ? bytes.toString('utf8') : undefined;
  } catch (error) {
    // A home that is none, or somebody else's, has no trust data of this user.
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes(codeOf(error))) return undefined;
    throw error;
  }
}

/** `YYYY-MM-DD`, which sorts as text; the empty text for a file that names none, which then never wins. */
function dayOf(text: string): string {
  return /^\s*\{[\s\S]{0,4096}?"date":\s*"(\d{4}-\d{2}-\d{2})"/.exec(text)?.[1] ?? '';
}

import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { closeSync, mkdirSync, openSync, readFileSync, readSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AdvisoryDatabase } from '../model/advisory.ts';
import { type Milliseconds, milliseconds } from '../model/units.ts';
import { findEntries, isIndex } from './advisory-index.ts';
import { readOrCreateKey } from './cache-key.ts';
import { statPath } from './files.ts';
import { baseFolder } from './home.ts';
import { noteBytesAt } from './looks.ts';

/** Where the database and the key lie; the key apart from it, as for the cache. */
export interface AdvisoryFolders {
  readonly data: string;
  readonly config: string;
}

/** What an import counted; shown by `lockgate advisories status`. */
export interface ImportSummary {
  /** Milliseconds since the epoch. */
  readonly importedAt: number;
  /** The newest change in the records; 0 where none says. */
  readonly newestChange: number;
  readonly records: number;
  readonly names: number;
  readonly malware: number;
  readonly withdrawn: number;
  /** Records about a package that say in no known way which versions. */
  readonly unreadable: number;
  /** Records about other ecosystems. */
  readonly foreign: number;
}

/** The file that makes a set of files the database: its first line is a code under the user's key over its second. */
export interface Manifest extends ImportSummary {
  readonly format: 1;
  /** Names the two files of this set. */
  readonly generation: string;
  /** SHA-256 of the index, hexadecimal; the index holds the digest of each record. */
  readonly index: string;
}

/** The folders of this user; `LOCKGATE_DATA_DIR` moves the database and never the key. */
export function advisoryFolders(env: Readonly<Record<string, string | undefined>>, home: string): AdvisoryFolders {
  const data = env['LOCKGATE_DATA_DIR'] || join(baseFolder(env['XDG_DATA_HOME'], home, '.local', 'share'), 'lockgate');
  return { data: join(data, 'advisories'), config: join(baseFolder(env['XDG_CONFIG_HOME'], home, '.config'), 'lockgate') };
}

/** Where the parts of a set lie. */
export function partsOf(folder: string, generation: string): { readonly records: string; readonly index: string } {
  return { records: join(folder, `records-${generation}`), index: join(folder, `index-${generation}`) };
}

const manifestName = 'manifest';
const largestManifest = 64 * 1024;
const largestIndex = 1024 ** 3;

/**
 * Opens what was imported last. Only what this user's own import wrote is believed: the manifest by its code, the index by the
 * manifest, each record by the index, so that neither a record can be slipped in nor one left out.
 */
export function openAdvisoryDatabase(folders: AdvisoryFolders): AdvisoryDatabase {
  const opened = openStore(folders);
  if (!('manifest' in opened)) return opened;
  const { importedAt, newestChange } = opened.manifest;
  return {
    state: 'open',
    importedAt: milliseconds(importedAt),
    dataOf: dataOf({ importedAt, newestChange }),
    find: (name) => opened.find(name),
  };
}

/** The text that makes what was imported the database, as it lies there: another import is another text. Empty where there is none. */
export function advisoryIdentity({ data }: AdvisoryFolders): string {
  const path = join(data, manifestName);
  noteBytesAt(path);
  return statPath(path) === 'file' ? readFileSync(path, 'latin1').slice(0, largestManifest) : '';
}

/** What `openAdvisoryDatabase` would find, in figures. */
export function advisoryStatus(
  folders: AdvisoryFolders,
): Exclude<AdvisoryDatabase, { state: 'open' }> | { readonly summary: ImportSummary } {
  const opened = openStore(folders);
  return 'manifest' in opened ? { summary: opened.manifest } : opened;
}

/** The instant that the data's age counts from: a change that claims to be in the future makes nothing fresher. */
export function dataOf({ importedAt, newestChange }: Pick<ImportSummary, 'importedAt' | 'newestChange'>): Milliseconds {
  return milliseconds(Math.min(importedAt, newestChange));
}

/** Makes a written set of files the database, in one step, and removes the sets before it. */
export function publish(folders: AdvisoryFolders, manifest: Manifest): void {
  const payload = JSON.stringify(manifest);
  const fresh = join(folders.data, `${manifestName}.${manifest.generation}.new`);
  writeFileSync(fresh, `${codeOf(readOrCreateKey(folders.config), payload)}\n${payload}\n`, { mode: 0o600 });
  const before = readManifest(folders);
  renameSync(fresh, join(folders.data, manifestName));
  const replaced = before === undefined || before === 'damaged' ? undefined : before.generation;
  for (const name of readdirSync(folders.data)) {
    const generation = /^(?:records|index)-([0-9a-f]{16})$/.exec(name)?.[1];
    if (generation === undefined || generation === manifest.generation) continue;
    const file = join(folders.data, name);
    if (generation === replaced || isLeftOver(file, manifest.importedAt)) rmSync(file, { force: true });
  }
}

/** Nothing imports for a day: whoever wrote this was interrupted. A younger set may belong to an import that is still running. */
function isLeftOver(file: string, now: number): boolean {
  const changed = statSync(file, { throwIfNoEntry: false })?.mtimeMs;
  return changed !== undefined && changed < now - 86_400_000;
}

/** Makes the folder, readable by the user alone. */
export function prepareFolder(folders: AdvisoryFolders): void {
  mkdirSync(folders.data, { recursive: true, mode: 0o700 });
}

type Opened =
  | Exclude<AdvisoryDatabase, { state: 'open' }>
  | { readonly manifest: Manifest; readonly find: (name: string) => readonly string[] | undefined };

function openStore(folders: AdvisoryFolders): Opened {
  for (let attempt = 1; ; attempt++) {
    const manifest = readManifest(folders);
    if (manifest === undefined) return { state: 'absent' };
    if (manifest === 'damaged') return damaged('were not written by this user on this machine, or were changed since');
    const index = readBounded(partsOf(folders.data, manifest.generation).index, largestIndex);
    // An import that ended meanwhile has removed the files of the set before it.
    if (index === undefined && attempt === 1) continue;
    if (index === undefined || sha256(index).toString('hex') !== manifest.index || !isIndex(index)) return damaged('have lost their index');
    return { manifest, find: (name) => find(name, index, partsOf(folders.data, manifest.generation).records) };
  }
}

function damaged(what: string): Opened {
  return { state: 'damaged', why: `the imported advisories ${what}` };
}

function readManifest(folders: AdvisoryFolders): Manifest | 'damaged' | undefined {
  const bytes = readBounded(join(folders.data, manifestName), largestManifest);
  if (bytes === undefined) return undefined;
  const [code = '', payload = ''] = bytes.toString('utf8').split('\n', 2);
  const expected = Buffer.from(codeOf(readOrCreateKey(folders.config), payload));
  const given = Buffer.from(code);
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return 'damaged';
  const manifest: Partial<Manifest> = JSON.parse(payload);
  // Its code proves that we wrote it; the format says which of our versions did.
  return manifest.format === 1 ? (manifest as Manifest) : 'damaged';
}

/** All texts that were stored for a name; opened and closed for each, as most names have none. */
function find(name: string, index: Buffer, records: string): readonly string[] | undefined {
  const entries = findEntries(index, name);
  if (entries.length === 0) return [];
  const descriptor = openIfThere(records);
  if (descriptor === undefined) return undefined;
  try {
    const texts: string[] = [];
    for (const { offset, length, digest } of entries) {
      const bytes = Buffer.alloc(length);
      if (readSync(descriptor, bytes, 0, length, offset) !== length) return undefined;
      if (!sha256(bytes).subarray(0, digest.length).equals(digest)) return undefined;
      texts.push(bytes.toString('utf8'));
    }
    return texts;
  } finally {
    closeSync(descriptor);
  }
}

function codeOf(key: Buffer, payload: string): string {
  return createHmac('sha256', key).update(`advisories\n${payload}`).digest('base64url');
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash('sha256').update(bytes).digest();
}

function readBounded(file: string, maxBytes: number): Buffer | undefined {
  return statPath(file) === 'file' && statSync(file).size <= maxBytes ? readFileSync(file) : undefined;
}

function openIfThere(file: string): number | undefined {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && (error.code === 'ENOENT' || error.code === 'ENOTDIR')) return undefined;
    throw error;
  }
}

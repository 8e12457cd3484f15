import { createHmac, timingSafeEqual } from 'node:crypto';
import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { CacheLayer, CacheRecord, EvidenceCache } from '../model/cache.ts';
import { noCache } from '../model/cache.ts';
import { milliseconds } from '../model/units.ts';
import { readOrCreateKey } from './cache-key.ts';
import { baseFolder } from './home.ts';

/** Where the cache and its key live. */
export interface CacheFolders {
  readonly cache: string;
  /** Kept apart from the cache: a cache that was carried in from elsewhere does not bring its key along. */
  readonly config: string;
}

const separator = '\t';
const largestFile = 256 * 1024 * 1024;
const compactFrom = 1024 * 1024;

/** The folders of this user; `LOCKGATE_CACHE_DIR` moves the cache and never the key. */
export function cacheFolders(env: Readonly<Record<string, string | undefined>>, home: string): CacheFolders {
  return {
    cache: env['LOCKGATE_CACHE_DIR'] || join(baseFolder(env['XDG_CACHE_HOME'], home, '.cache'), 'lockgate'),
    config: join(baseFolder(env['XDG_CONFIG_HOME'], home, '.config'), 'lockgate'),
  };
}

/** Whether anything may be remembered at all: not with `LOCKGATE_NO_CACHE` set to any text but the empty one. */
export function isCacheWanted(env: Readonly<Record<string, string | undefined>>): boolean {
  return (env['LOCKGATE_NO_CACHE'] ?? '') === '';
}

/**
 * Opens the cache: append-only files of lines, each with a message authentication code under the user's own key. A line without
 * a valid code (torn, edited, or brought in by a restored CI cache) does not exist. Several processes may append at once.
 * @param onProblem told once, in words, why the run goes on without a cache
 */
export function openCache(folders: CacheFolders, onProblem: (message: string) => void): EvidenceCache {
  try {
    const key = readOrCreateKey(folders.config);
    mkdirSync(folders.cache, { recursive: true, mode: 0o700 });
    const facts = openLayer(join(folders.cache, 'facts.ndjson'), 'facts', key);
    const names = openLayer(join(folders.cache, 'names.ndjson'), 'names', key);
    const layers = [facts, names];
    return {
      facts,
      names,
      save: () => {
        saveAll(layers, onProblem);
        for (const layer of layers) layer.forget();
      },
      checkpoint: () => saveAll(layers, onProblem),
    };
  } catch (error) {
    onProblem(`nothing is remembered between runs: ${reasonOf(error)}`);
    return noCache;
  }
}

interface StoredLayer extends CacheLayer {
  readonly save: () => void;
  /** Lets go of what is written. */
  readonly forget: () => void;
}

function saveAll(layers: readonly StoredLayer[], onProblem: (message: string) => void): void {
  try {
    for (const layer of layers) layer.save();
  } catch (error) {
    onProblem(`this run is not remembered: ${reasonOf(error)}`);
  }
}

/**
 * One file. A line is `<code> TAB <time, base 36> TAB <key> TAB <text>`; of several lines with one key the last one counts.
 * Opening finds the lines and reads none of them: a code is proven when its record is asked for. What a large run learns is
 * written down, and let go, by the megabyte.
 */
function openLayer(file: string, layer: string, key: Buffer): StoredLayer {
  const bytes = readIfThere(file);
  const { lines, superseded } = indexLines(bytes);
  /** What this process put, which of it no file has yet, and where it stands in the file unless somebody else has written meanwhile. */
  const added = new Map<string, CacheRecord>();
  const unsaved = new Set<string>();
  const written = new Map<string, readonly [number, number]>();
  let lengthUnsaved = 0;
  let isCompacted = false;
  /** False, too, where most of the file is superseded: it shrinks when all that is new is known. */
  let isWrittenEarly = bytes.length <= compactFrom || superseded < lines.size;

  const codeOf = (payload: string): string => createHmac('sha256', key).update(`${layer}\n${payload}`).digest('base64url');
  const recordIn = (line: string | undefined, wanted: string): CacheRecord | undefined => {
    if (line === undefined) return undefined;
    const [code = '', time = '', name = ''] = line.split(separator, 3);
    const payload = line.slice(code.length + 1);
    if (name !== wanted || !isSame(code, codeOf(payload))) return undefined;
    return { text: payload.slice(time.length + name.length + 2), writtenAt: milliseconds(Number.parseInt(time, 36)) };
  };
  const lineOf = (name: string, { text, writtenAt }: CacheRecord): string => {
    const payload = [writtenAt.toString(36), name, text].join(separator);
    return `${codeOf(payload)}${separator}${payload}`;
  };

  const lineThere = (name: string): string | undefined => {
    const [own, old] = [written.get(name), lines.get(name)];
    // Where somebody else's line stands instead, its name or its code tells.
    if (own !== undefined) return textAt(file, own);
    return old === undefined ? undefined : bytes.toString('utf8', ...old);
  };

  const unsavedLines = function* (): Generator<NamedLine> {
    for (const name of unsaved) {
      const record = added.get(name);
      if (record !== undefined) yield [name, lineOf(name, record)];
    }
  };

  /** Each write begins on a line of its own: a line that another process left torn stays its own loss. */
  const append = (): void => {
    for (const part of parts(unsavedLines())) {
      let end = (statSync(file, { throwIfNoEntry: false })?.size ?? 0) + 1;
      appendFileSync(file, `\n${joined(part)}`, { mode: 0o600 });
      for (const [name, line] of part) {
        const start = end;
        end += Buffer.byteLength(line) + 1;
        written.set(name, [start, end - 1]);
        unsaved.delete(name);
      }
    }
    lengthUnsaved = 0;
  };

  const forget = (): void => {
    for (const name of added.keys()) if (written.has(name) && !unsaved.has(name)) added.delete(name);
  };

  /** What cannot be written now is tried again, and reported, at the end of the run. */
  const writeEarly = (): void => {
    try {
      append();
      forget();
    } catch (error) {
      reasonOf(error);
      isWrittenEarly = false;
    }
  };

  return {
    get: (asked) => {
      const name = escaped(asked);
      return added.get(name) ?? recordIn(lineThere(name), name);
    },
    put: (asked, text, now) => {
      if (/[\r\n]/.test(text)) throw new TypeError('a cached text is one line');
      const name = escaped(asked);
      added.set(name, { text, writtenAt: now });
      unsaved.add(name);
      lengthUnsaved += text.length;
      if (isWrittenEarly && lengthUnsaved >= partLength) writeEarly();
    },
    save: () => {
      if (unsaved.size === 0) return;
      const dead = superseded + [...added.keys()].filter((name) => lines.has(name)).length;
      // Later on the file has lines that this process knows no more.
      if (bytes.length > compactFrom && dead > lines.size && !isCompacted && written.size === 0) {
        const old = [...lines].filter(([name]) => !added.has(name)).map(([name, span]) => [name, bytes.toString('utf8', ...span)] as const);
        rewrite(file, [...old, ...unsavedLines()]);
        isCompacted = true;
        unsaved.clear();
        lengthUnsaved = 0;
      } else append();
    },
    forget,
  };
}

function indexLines(bytes: Buffer): { readonly lines: ReadonlyMap<string, readonly [number, number]>; readonly superseded: number } {
  const lines = new Map<string, readonly [number, number]>();
  let count = 0;
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(0x0a, start);
    const end = newline === -1 ? bytes.length : newline;
    const time = bytes.indexOf(0x09, start) + 1;
    const name = time === 0 ? 0 : bytes.indexOf(0x09, time) + 1;
    const nameEnd = name === 0 ? -1 : bytes.indexOf(0x09, name);
    if (nameEnd !== -1 && nameEnd < end) {
      lines.set(bytes.toString('utf8', name, nameEnd), [start, end]);
      count++;
    }
    start = end + 1;
  }
  return { lines, superseded: count - lines.size };
}

function rewrite(file: string, lines: Iterable<NamedLine>): void {
  const fresh = `${file}.${process.pid}.new`;
  writeFileSync(fresh, '', { mode: 0o600 });
  for (const part of parts(lines)) appendFileSync(fresh, joined(part));
  renameSync(fresh, file);
}

const partLength = 1024 * 1024;

type NamedLine = readonly [name: string, line: string];

/** Lines in groups of about a megabyte: written all in one, what a large run has learned would be in memory three times. */
function* parts(lines: Iterable<NamedLine>): Generator<readonly NamedLine[]> {
  let part: NamedLine[] = [];
  let length = 0;
  for (const named of lines) {
    part.push(named);
    length += named[1].length;
    if (length < partLength) continue;
    yield part;
    [part, length] = [[], 0];
  }
  if (part.length > 0) yield part;
}

function joined(lines: readonly NamedLine[]): string {
  return lines.map(([, line]) => `${line}\n`).join('');
}

/** Part of a file as it is now; undefined where it cannot be read. */
function textAt(file: string, [start, end]: readonly [number, number]): string | undefined {
  try {
    const descriptor = openSync(file, 'r');
    try {
      const bytes = Buffer.alloc(end - start);
      return bytes.toString('utf8', 0, readSync(descriptor, bytes, 0, bytes.length, start));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    // The file may have been moved away or shut: what stood there is asked for again.
    reasonOf(error);
    return undefined;
  }
}

/** An oversized file is given up: it is faster to ask again than to read it. */
function readIfThere(file: string): Buffer {
  const size = statSync(file, { throwIfNoEntry: false })?.size;
  if (size === undefined) return Buffer.alloc(0);
  if (size <= largestFile) return readFileSync(file);
  rmSync(file);
  return Buffer.alloc(0);
}

/** Keys are any text; in a line they hold neither tab nor line break. */
function escaped(name: string): string {
  return JSON.stringify(name);
}

function isSame(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}

/** The file system's word for what went wrong; anything else is a bug. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') return error.code;
  throw error;
}

import type { Location } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { hasControlCharacters, isJsonObject, member, type JsonDocument, type JsonObject, type JsonValue } from './json-document.ts';

/** One entry of `packages`: its kind is told by its parts, never by their position. */
export interface BunEntry {
  /** The path of names that leads to it: `astro/sharp/@img/x`. */
  readonly key: string;
  /** The last name of the key: what it is imported by. */
  readonly importName: string;
  readonly name: string;
  /** What follows the name: a version, `workspace:folder`, `file:folder`, a URL, a git address. */
  readonly reference: string;
  /** Dependencies, platform, binaries. */
  readonly meta: JsonObject;
  /** The other texts of the tuple: registry or tarball URL, integrity, git tag. */
  readonly texts: readonly string[];
  readonly location: Location;
}

const noMeta: JsonObject = {};

/** Deeper than any tree that bun builds; bounds the work of walking up. */
const maxNames = 64;

/** Reads `packages`. Throws GateError for an entry that bun would not have written. */
export function bunEntriesOf(document: JsonDocument): ReadonlyMap<string, BunEntry> {
  const packages = member(document.value, 'packages');
  const entries = new Map<string, BunEntry>();
  for (const [key, value] of isJsonObject(packages) ? Object.entries(packages) : []) {
    entries.set(key, entryOf(key, value, document.locationOf(['packages', key])));
  }
  return entries;
}

/** Splits a key into names; a scope and its name are one. */
export function namesIn(key: string): readonly string[] {
  const names: string[] = [];
  const parts = key.split('/');
  for (let at = 0; at < parts.length; at += 1) {
    const part = parts[at] ?? '';
    const next = parts[at + 1];
    if (part.startsWith('@') && next !== undefined) {
      names.push(`${part}/${next}`);
      at += 1;
    } else {
      names.push(part);
    }
  }
  return names;
}

/** The error for an entry that bun would not have written. */
export function invalidBunLockfile(location: Location, problem: string): GateError {
  return new GateError('lockfile-invalid', `${location.file} cannot be read: ${problem}`, {
    location,
    hint: 'restore the file, or let bun write it again: bun install --lockfile-only',
  });
}

function entryOf(key: string, value: JsonValue, location: Location): BunEntry {
  if (!isTuple(value)) throw invalidBunLockfile(location, `the entry ${shown(key)} is not a list`);
  const [id, ...rest] = value;
  if (typeof id !== 'string') throw invalidBunLockfile(location, `the entry ${shown(key)} does not start with a name and version`);
  const texts = rest.filter((part) => typeof part === 'string');
  if ([id, ...texts].some(hasControlCharacters)) throw invalidBunLockfile(location, `the entry ${shown(key)} holds a control character`);
  const names = namesIn(key);
  if (names.length > maxNames) throw invalidBunLockfile(location, `the entry ${shown(key)} is nested deeper than ${maxNames} names`);
  const at = id.indexOf('@', 1);
  if (at === -1) throw invalidBunLockfile(location, `the entry ${shown(key)} has no version`);
  return {
    key,
    importName: names.at(-1) ?? key,
    name: id.slice(0, at),
    reference: id.slice(at + 1),
    meta: rest.find(isJsonObject) ?? noMeta,
    texts,
    location,
  };
}

function isTuple(value: JsonValue): value is readonly JsonValue[] {
  return Array.isArray(value);
}

function shown(key: string): string {
  return JSON.stringify(key.slice(0, 200));
}

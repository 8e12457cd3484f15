import type { Location, PlatformConstraint, Source } from '../model/component.ts';
import type { Draft } from '../model/draft.ts';
import { GateError } from '../model/gate-error.ts';
import type { EdgeKind } from '../model/inventory.ts';
import { readRelativePath, type InstallPath } from './install-path.ts';
import { hasControlCharacters, isJsonObject, member, type JsonObject, type JsonValue } from './json-document.ts';

/** What one entry asks for by name. */
export interface Wanted {
  readonly name: string;
  readonly range: string;
  /** `requires` is what version 1 says: production or optional, it does not tell. */
  readonly kind: EdgeKind | 'requires';
  /** It may be absent: optional dependencies, and peers that say so. */
  readonly mayBeAbsent: boolean;
}

/** One entry of an npm lockfile of any version, before it is resolved. */
export interface NpmEntry {
  /** Install path relative to the lockfile; `''` is the project. */
  readonly path: string;
  readonly place: InstallPath;
  readonly location: Location;
  /** The entry's own name, where it states one. */
  readonly name: string | undefined;
  readonly version: string;
  readonly resolved: string | undefined;
  readonly integrity: string | undefined;
  /** It has no tarball of its own: the package above brings it along. */
  readonly isBundled: boolean;
  /** The lockfile's own flag; used for nothing but the kind of version 1's `requires`. */
  readonly isOptional: boolean;
  readonly wants: readonly Wanted[];
  readonly details: EntryDetails;
}

/** What the lockfile merely records. */
export interface EntryDetails {
  readonly hasInstallScript?: boolean;
  readonly deprecated?: string;
  readonly licence?: string;
  readonly platform?: PlatformConstraint;
  readonly engines?: Readonly<Record<string, string>>;
}

/** A name under a `node_modules` folder that leads to a folder elsewhere. */
export interface NpmLink {
  readonly path: string;
  readonly place: InstallPath;
  readonly location: Location;
  /** The folder, relative to the lockfile. */
  readonly target: string;
}

/** All entries of one lockfile. */
export interface NpmTree {
  /** The project itself, path `''`. */
  readonly root: NpmEntry;
  /** The others. */
  readonly entries: readonly NpmEntry[];
  readonly links: readonly NpmLink[];
}

/**
 * Reads a string that may be absent; npm 5 and 6 wrote `false` for some. Throws GateError when it is something else or holds control
 * characters.
 * @param key a name that nothing inherits, as all that npm writes are
 */
export function optionalText(object: JsonObject, key: string, location: Location): string | undefined {
  const value = object[key];
  if (value === undefined || value === null || value === false) return undefined;
  if (typeof value !== 'string') throw refuse(`"${key}" is not a string`, location);
  if (hasControlCharacters(value)) throw refuse(`"${key}" holds a control character`, location);
  return value;
}

/** Names and the ranges that they are asked for by. Own keys alone count. */
export type Ranges = Readonly<Record<string, string>>;

const noRanges: Ranges = {};

/** Reads names and ranges. Absent, and an empty array (which old manifests have), are none. Throws GateError for what npm would not write. */
export function rangesOf(object: JsonObject, key: string, location: Location): Ranges {
  const value = object[key];
  if (value === undefined || value === null || (Array.isArray(value) && value.length === 0)) return noRanges;
  if (!isJsonObject(value)) throw refuse(`"${key}" is not an object`, location);
  for (const name in value) {
    const range = value[name];
    if (typeof range !== 'string' || hasControlCharacters(range))
      throw refuse(`the range of ${name} in "${key}" is not a plain string`, location);
  }
  return value as Ranges; // every value was just seen
}

/**
 * What a manifest, or a lockfile's copy of one, asks for, with npm's precedence: an optional dependency is not also
 * a production one, a name that is needed in production is not also a development one, and a peer that is installed
 * for development is no more than that here.
 */
export function wantedBy(object: JsonObject, location: Location, { withDev }: { readonly withDev: boolean }): readonly Wanted[] {
  const optional = rangesOf(object, 'optionalDependencies', location);
  const prod = rangesOf(object, 'dependencies', location);
  const dev = withDev ? rangesOf(object, 'devDependencies', location) : noRanges;
  const peer = rangesOf(object, 'peerDependencies', location);
  const wanted: Wanted[] = [];
  for (const name in prod)
    if (!Object.hasOwn(optional, name)) wanted.push({ name, range: prod[name] ?? '', kind: 'prod', mayBeAbsent: false });
  for (const name in optional) wanted.push({ name, range: optional[name] ?? '', kind: 'optional', mayBeAbsent: true });
  for (const name in dev) {
    if (Object.hasOwn(prod, name) || Object.hasOwn(optional, name)) continue;
    wanted.push({ name, range: dev[name] ?? '', kind: 'dev', mayBeAbsent: false });
  }
  for (const name in peer) {
    if (Object.hasOwn(prod, name) || Object.hasOwn(optional, name) || Object.hasOwn(dev, name)) continue;
    const mayBeAbsent = member(member(object['peerDependenciesMeta'], name), 'optional') === true;
    wanted.push({ name, range: peer[name] ?? '', kind: 'peer', mayBeAbsent });
  }
  return wanted;
}

/** Reads what the lockfile records beside the graph; odd shapes from old manifests are left out. */
export function detailsOf(object: JsonObject): EntryDetails {
  const { hasInstallScript, deprecated, license, os, cpu, libc, engines } = object;
  const details: Draft<EntryDetails> = {};
  if (typeof hasInstallScript === 'boolean') details.hasInstallScript = hasInstallScript;
  if (typeof deprecated === 'string') details.deprecated = deprecated;
  const licence = typeof license === 'string' ? license : member(license, 'type');
  if (typeof licence === 'string') details.licence = licence;
  if (os !== undefined || cpu !== undefined || libc !== undefined) {
    const platform = platformOf({ os, cpu, libc });
    if (platform !== undefined) details.platform = platform;
  }
  if (isJsonObject(engines)) details.engines = enginesOf(engines);
  return details;
}

/**
 * Where the bytes of an entry in `node_modules` come from. `isRequestedByUrl` tells a tarball that somebody asked for
 * by its URL. Throws GateError for a file that is not named relative to the lockfile.
 */
export function sourceOf({ resolved, version, location }: NpmEntry, name: string, isRequestedByUrl: boolean): Source {
  if (resolved === undefined || resolved === '') return { type: 'registry' };
  if (!resolved.startsWith('https:')) {
    const git = gitSource(resolved);
    if (git !== undefined) return git;
    if (resolved.startsWith('file:')) return { type: 'file', path: readRelativePath(resolved.slice('file:'.length), location) };
    if (!/^[a-z][a-z0-9+.-]*:/i.test(resolved)) return { type: 'file', path: readRelativePath(resolved, location) };
  }
  const url = withoutCredentials(resolved);
  const isRegistry = !isRequestedByUrl && (resolved.includes('/-/') || resolved.includes(`/${name}/${version}/`));
  return isRegistry ? { type: 'registry', url } : { type: 'tarball', url };
}

/** An address without its fragment: what a manifest asks for and what npm resolved may differ in it. */
export function withoutFragment(url: string): string {
  const hash = url.indexOf('#');
  return hash === -1 ? url : url.slice(0, hash);
}

/** Makes the error for an entry that npm would not have written. */
export function refuse(problem: string, location: Location): GateError {
  const hint = 'let npm write the lockfile again: npm install --package-lock-only';
  return new GateError('lockfile-invalid', `${location.file} cannot be read: ${problem}`, { location, hint });
}

const shorthands: Readonly<Record<string, string>> = { github: 'github.com', gitlab: 'gitlab.com', bitbucket: 'bitbucket.org' };

function gitSource(resolved: string): Source | undefined {
  if (resolved.startsWith('http')) return undefined;
  const [address = '', fragment = ''] = resolved.split('#', 2);
  const shorthand = /^(github|gitlab|bitbucket):(.+)$/.exec(address);
  const url = shorthand === null ? gitUrl(address) : `git+https://${shorthands[shorthand[1] ?? '']}/${shorthand[2]}`;
  if (url === undefined) return undefined;
  return { type: 'git', url: withoutCredentials(url), ...(/^[0-9a-f]{7,64}$/i.test(fragment) && { commit: fragment }) };
}

function gitUrl(address: string): string | undefined {
  if (/^git(?:\+[a-z]+)?:/i.test(address)) return address;
  return /^ssh:\/\//i.test(address) ? `git+${address}` : undefined;
}

/** Drops a user and a password; the plain user `git` of ssh addresses is no secret and stays. */
function withoutCredentials(url: string): string {
  const start = url.indexOf('//') + 2;
  if (start === 1) return url;
  const slash = url.indexOf('/', start);
  const at = url.lastIndexOf('@', slash === -1 ? url.length : slash);
  return at < start || url.slice(start, at) === 'git' ? url : url.slice(0, start) + url.slice(at + 1);
}

function platformOf(written: {
  readonly os: JsonValue | undefined;
  readonly cpu: JsonValue | undefined;
  readonly libc: JsonValue | undefined;
}): PlatformConstraint | undefined {
  const [os, cpu, libc] = [stringsOf(written.os), stringsOf(written.cpu), stringsOf(written.libc)];
  if (os === undefined && cpu === undefined && libc === undefined) return undefined;
  return { ...(os && { os }), ...(cpu && { cpu }), ...(libc && { libc }) };
}

function enginesOf(value: JsonObject): Readonly<Record<string, string>> {
  let areTexts = true;
  for (const name in value) areTexts &&= typeof value[name] === 'string';
  if (areTexts) return value as Readonly<Record<string, string>>; // each was just seen
  const texts = Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  // No key is `__proto__`: the JSON reader refuses it.
  return Object.fromEntries(texts);
}

function stringsOf(value: JsonValue | undefined): readonly string[] | undefined {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : undefined;
}

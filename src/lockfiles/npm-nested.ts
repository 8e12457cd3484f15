import type { Location } from '../model/component.ts';
import { isPackageName, projectFolder, readInstallPath, readRelativePath } from './install-path.ts';
import { isJsonObject, member, textMember, type JsonDocument, type JsonObject } from './json-document.ts';
import {
  detailsOf,
  optionalText,
  rangesOf,
  refuse,
  wantedBy,
  withoutFragment,
  type NpmEntry,
  type NpmLink,
  type NpmTree,
  type Wanted,
} from './npm-entry.ts';
import type { Manifests } from './npm-manifest.ts';

/**
 * Reads the nested `dependencies` of npm's lockfile version 1 and gives every entry the install path it stands for.
 * The file holds no dependencies of the project: they come from its manifest, and without one every package at the top
 * that nothing else requires counts as a dependency of the project. Throws GateError for what npm would not write.
 */
export function readNested(document: JsonDocument, manifests: Manifests): NpmTree {
  const entries = new Map<string, NpmEntry>();
  const links: NpmLink[] = [];
  // Before npm 5 no entry had `requires`: what an entry holds is what it asks for.
  const hasRequires = member(document.value, 'requires') === true;
  const open: Level[] = [{ object: document.value as JsonObject, container: '', keys: [] }]; // the caller proved the shape
  for (let level = open.pop(); level !== undefined; level = open.pop()) {
    const dependencies = member(level.object, 'dependencies');
    if (dependencies === undefined) continue;
    const keys = [...level.keys, 'dependencies'];
    if (!isJsonObject(dependencies)) throw refuse('"dependencies" is not an object', document.locationOf(keys));
    const locationOf = document.locationsIn(keys);
    for (const [name, meta] of Object.entries(dependencies)) {
      const location = locationOf(name);
      if (!isPackageName(name)) throw refuse(`${JSON.stringify(name)} cannot be the name of a package`, location);
      if (!isJsonObject(meta)) throw refuse(`the entry ${JSON.stringify(name)} is not an object`, location);
      const { entry, link } = readEntry({ name, meta, container: level.container, location, hasRequires, manifests });
      // Two links may lead to one folder; what is inside was read with the first.
      if (link !== undefined) links.push(link);
      if (entries.has(entry.path) || entry.path === '') continue;
      entries.set(entry.path, entry);
      open.push({ object: meta, container: entry.path, keys: [...keys, name] });
    }
  }
  return { root: readRoot(document, manifests('')?.value, entries), entries: [...entries.values()], links };
}

interface Level {
  readonly object: JsonObject;
  readonly container: string;
  readonly keys: readonly string[];
}

function readRoot(document: JsonDocument, manifest: JsonObject | undefined, entries: ReadonlyMap<string, NpmEntry>): NpmEntry {
  const location = document.locationOf([]);
  return {
    path: '',
    place: projectFolder,
    location,
    name: textMember(document.value, 'name') ?? textMember(manifest, 'name'),
    version: textMember(document.value, 'version') ?? textMember(manifest, 'version') ?? '',
    resolved: undefined,
    integrity: undefined,
    isBundled: false,
    isOptional: false,
    wants: manifest === undefined ? unrequired(document, entries) : wantedBy(manifest, location, { withDev: true }),
    details: manifest === undefined ? {} : detailsOf(manifest),
  };
}

function unrequired(document: JsonDocument, entries: ReadonlyMap<string, NpmEntry>): readonly Wanted[] {
  const required = new Set<string>();
  for (const entry of entries.values()) for (const { name } of entry.wants) required.add(name);
  const top = member(document.value, 'dependencies');
  if (!isJsonObject(top)) return [];
  return Object.entries(top)
    .filter(([name]) => !required.has(name))
    .map(([name, meta]) => {
      const kind = member(meta, 'dev') === true ? 'dev' : member(meta, 'optional') === true ? 'optional' : 'prod';
      return { name, range: '', kind, mayBeAbsent: false };
    });
}

interface EntryInput {
  readonly name: string;
  readonly meta: JsonObject;
  /** The path of the entry that holds it. */
  readonly container: string;
  readonly location: Location;
  readonly hasRequires: boolean;
  readonly manifests: Manifests;
}

function readEntry({ name, meta, container, location, hasRequires, manifests }: EntryInput): {
  readonly entry: NpmEntry;
  readonly link?: NpmLink;
} {
  const installed = `${container === '' ? '' : `${container}/`}node_modules/${name}`;
  const spec = optionalText(meta, 'version', location) ?? '';
  const integrity = optionalText(meta, 'integrity', location);
  const isFolder = spec.startsWith('file:') && integrity === undefined && !/\.(?:tgz|tar|tar\.gz)$/i.test(spec);
  const path = isFolder ? readRelativePath(spec.slice('file:'.length), location) : installed;
  const identity = isFolder ? { name, version: '' } : identityOf(spec, name);
  const resolved = isAddress(spec) && !isFolder ? spec : optionalText(meta, 'resolved', location);
  const entry: NpmEntry = {
    path,
    place: path === '' ? projectFolder : readInstallPath(path, location),
    location,
    name: identity.name,
    version: identity.version,
    resolved,
    integrity,
    // Version 1 does not say who bundles; only what stands inside another package can come with it.
    isBundled: member(meta, 'bundled') === true && container !== '' && resolved === undefined && integrity === undefined,
    isOptional: member(meta, 'optional') === true,
    // The `requires` of a linked folder mix in its development dependencies; npm asks its manifest instead.
    wants: (isFolder ? manifests(path)?.wants : undefined) ?? wantedByNested(meta, location, hasRequires),
    details: detailsOf(meta),
  };
  return isFolder ? { entry, link: { path: installed, place: readInstallPath(installed, location), location, target: path } } : { entry };
}

function wantedByNested(meta: JsonObject, location: Location, hasRequires: boolean): readonly Wanted[] {
  const names = hasRequires || isJsonObject(member(meta, 'requires')) ? requiresOf(meta, location) : heldBy(meta);
  return [...names].map(([name, range]) => ({ name, range, kind: 'requires', mayBeAbsent: false }));
}

function requiresOf(meta: JsonObject, location: Location): ReadonlyMap<string, string> {
  return new Map(typeof member(meta, 'requires') === 'boolean' ? [] : Object.entries(rangesOf(meta, 'requires', location)));
}

function heldBy(meta: JsonObject): ReadonlyMap<string, string> {
  const held = member(meta, 'dependencies');
  return new Map(isJsonObject(held) ? Object.keys(held).map((name) => [name, '']) : []);
}

/** `1.2.3`, `npm:real@1.2.3`, or an address: npm takes the version from a tarball's file name, a repository has none. */
function identityOf(spec: string, installedAs: string): { readonly name: string | undefined; readonly version: string } {
  const alias = /^npm:(@?[^@]+)@(.+)$/.exec(spec);
  if (alias !== null) return { name: alias[1], version: alias[2] ?? '' };
  return { name: undefined, version: isAddress(spec) ? versionInFileName(spec, installedAs) : spec };
}

function isAddress(spec: string): boolean {
  return !spec.startsWith('npm:') && (spec.includes(':') || spec.includes('/'));
}

function versionInFileName(address: string, name: string): string {
  const file = withoutFragment(address).slice(address.lastIndexOf('/') + 1);
  const start = `${name.slice(name.indexOf('/') + 1)}-`;
  const version = /^(\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?)\.tgz$/.exec(file.startsWith(start) ? file.slice(start.length) : '');
  return version?.[1] ?? '';
}

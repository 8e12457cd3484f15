import { posix } from 'node:path';
import type { PlatformConstraint, Source } from '../model/component.ts';
import type { LockfileInput } from '../model/lockfile-format.ts';
import { npmPurl, purlOf } from '../model/purl.ts';
import { originOf } from './yarn-berry-origin.ts';
import { splitIdent } from './yarn-berry-reference.ts';
import { assertPackageName, invalidLockfile, textOf, type YarnNode } from './yarn-document.ts';
import { bomRefNamer, type UnscopedComponent } from './yarn-inventory.ts';
import { readManifest, type YarnManifest } from './yarn-manifest.ts';

/** One package of a berry lockfile. */
export interface BerryEntry {
  readonly component: UnscopedComponent;
  readonly node: YarnNode;
  /** Its locator, `name@reference`: what yarn knows a package by. */
  readonly resolution: string;
  /** The descriptors (`name@range`) that lead to it. */
  readonly descriptors: readonly string[];
  /** The manifest of a workspace member or of the root. */
  readonly manifest?: YarnManifest;
}

/** The version that yarn writes for everything that it links instead of unpacking it. */
const placeholderVersion = '0.0.0-use.local';

/**
 * Turns the entries into components. Of two entries with the same resolution the later one counts, for both keys, as
 * for yarn.
 * @throws GateError for an entry without a resolution, or with a name that no package can have
 */
export function readBerryEntries(nodes: ReadonlyMap<string, YarnNode>, input: LockfileInput): readonly BerryEntry[] {
  const byResolution = new Map<string, { node: YarnNode; descriptors: string[] }>();
  for (const [key, node] of nodes) {
    if (key === '__metadata') continue;
    const resolution = textOf(node, 'resolution');
    if (resolution === undefined) throw invalidLockfile(input.path, node.line, 'starts an entry without a resolution');
    const descriptors = byResolution.get(resolution)?.descriptors ?? [];
    for (const descriptor of key.split(',')) descriptors.push(descriptor.trim());
    byResolution.set(resolution, { node, descriptors });
  }
  const nameRef = bomRefNamer();
  return Array.from(byResolution, ([resolution, { node, descriptors }]) => readEntry({ resolution, node, descriptors, input, nameRef }));
}

function readEntry(entry: {
  readonly resolution: string;
  readonly node: YarnNode;
  readonly descriptors: readonly string[];
  readonly input: LockfileInput;
  readonly nameRef: ReturnType<typeof bomRefNamer>;
}): BerryEntry {
  const { resolution, node, descriptors, input } = entry;
  const origin = originOf(resolution);
  const { name, source, patches } = origin;
  assertPackageName(name, input.path, node.line);
  for (const descriptor of descriptors) assertPackageName(splitIdent(descriptor)[0], input.path, node.line);
  const manifest = isLinked(source) ? readManifest(input, source.path) : undefined;
  const version = versionOf(origin.registryVersion ?? textOf(node, 'version') ?? '', source, manifest);
  const platform = platformOf(textOf(node, 'conditions') ?? '');
  const alias = aliasOf(name, descriptors);
  const properties = {
    ...property('yarn:cacheChecksum', textOf(node, 'checksum')),
    ...property('yarn:protocol', origin.isKnownProtocol ? undefined : origin.protocol),
  };
  const component: UnscopedComponent = {
    bomRef: entry.nameRef(refOf(name, version, origin)),
    // What a plugin makes has no address that anybody could download from.
    purl: origin.isKnownProtocol ? purlOf(name, version, source) : npmPurl(name, version),
    name,
    version,
    source,
    location: { file: input.path, line: node.line },
    ...(alias === undefined ? {} : { alias }),
    ...(platform === undefined ? {} : { platform }),
    ...(patches.length === 0 ? {} : { patches }),
    ...(manifest?.isPrivate === true ? { isPrivate: true } : {}),
    ...(Object.keys(properties).length === 0 ? {} : { properties }),
  };
  const isMember = source.type === 'workspace' && manifest !== undefined;
  return { component, node, resolution, descriptors, ...(isMember ? { manifest } : {}) };
}

/** Folders have their own manifest; an archive (`file:./x.tgz`) is no folder. */
function isLinked(source: Source): source is Extract<Source, { readonly path: string }> {
  return source.type === 'workspace' || (source.type === 'file' && !posix.isAbsolute(source.path) && !/\.t(?:ar\.)?gz$/.test(source.path));
}

/**
 * Yarn writes a placeholder for what it links: the folder's manifest has the version, and of a member it is the only
 * truth. The placeholder stays where there is no manifest.
 */
function versionOf(written: string, source: Source, manifest: YarnManifest | undefined): string {
  const isFromManifest = manifest !== undefined && (source.type === 'workspace' || written === placeholderVersion);
  return isFromManifest ? (manifest.version ?? '') : written;
}

function refOf(name: string, version: string, { source, patches, protocol }: ReturnType<typeof originOf>): string {
  // A path of this machine or a token in a URL must not become an identity: those go by version.
  if (source.type === 'workspace') return `${name}@workspace:${source.path}`;
  const patch = patches.map(({ hash }) => `#${hash ?? 'builtin'}`).join('');
  return `${name}@${protocol}:${version}${patch}`;
}

/** The name it is imported under, where all descriptors agree on one that is not its own. */
function aliasOf(name: string, descriptors: readonly string[]): string | undefined {
  const [asked, ...others] = new Set(descriptors.map((descriptor) => splitIdent(descriptor)[0]));
  return others.length === 0 && asked !== name ? asked : undefined;
}

/** `os=darwin & cpu=x64`, `(os=linux | os=android)`, `!os=win32`. Source: conditions of @yarnpkg/core, structUtils. */
function platformOf(conditions: string): PlatformConstraint | undefined {
  const values = { os: new Set<string>(), cpu: new Set<string>(), libc: new Set<string>() };
  for (const [, not = '', key, value = ''] of conditions.matchAll(/(!?)\b(os|cpu|libc)=([^\s()&|]+)/g)) {
    if (key === 'os' || key === 'cpu' || key === 'libc') values[key].add(`${not}${value}`);
  }
  const { os, cpu, libc } = values;
  if (os.size + cpu.size + libc.size === 0) return undefined;
  return {
    ...(os.size > 0 ? { os: [...os] } : {}),
    ...(cpu.size > 0 ? { cpu: [...cpu] } : {}),
    ...(libc.size > 0 ? { libc: [...libc] } : {}),
  };
}

function property(key: string, value: string | undefined): Readonly<Record<string, string>> {
  return value === undefined ? {} : { [key]: value };
}

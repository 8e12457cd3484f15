import type { Patch, PlatformConstraint } from '../model/component.ts';
import { bomRef } from '../model/component.ts';
import { genericPurl, purlOf } from '../model/purl.ts';
import { hasControlCharacters } from './json-document.ts';
import { isPackageName } from './install-path.ts';
import {
  entriesOf,
  field,
  invalidPnpmLockfile,
  isYamlMap,
  textField,
  textsOf,
  type PnpmDocument,
  type YamlMap,
  type YamlValue,
} from './pnpm-document.ts';
import { parsePnpmKey, type KeyStyle, type PnpmKey } from './pnpm-key.ts';
import { originOf } from './pnpm-source.ts';
import type { PnpmPackage } from './pnpm-package.ts';
import type { PatchFinder } from './pnpm-patches.ts';
import type { UnscopedComponent } from './yarn-inventory.ts';

const noFields: YamlMap = {};

/** The installed copies by key. Before 9.0 `packages` holds both parts; a package without a snapshot is a copy too. */
export function packagesOf({ lockfile, locationOf }: PnpmDocument, style: KeyStyle): ReadonlyMap<string, PnpmPackage> {
  const found = new Map<string, PnpmPackage>();
  const packages = new Map(entriesOf(lockfile, 'packages'));
  const covered = new Set<string>();
  for (const [id, value] of style === 'at' ? entriesOf(lockfile, 'snapshots') : []) {
    const key = parsePnpmKey(id, style);
    const shared = packages.has(key.bare) ? key.bare : id;
    covered.add(shared);
    found.set(id, { id, key, location: locationOf('snapshots', id), snapshot: mapOr(value), entry: mapOr(packages.get(shared)) });
  }
  for (const [id, value] of packages) {
    if (covered.has(id)) continue;
    const entry = mapOr(value);
    found.set(id, { id, key: parsePnpmKey(id, style), location: locationOf('packages', id), snapshot: entry, entry });
  }
  for (const { id, key, location } of found.values()) {
    // What projects and linked folders are called in the inventory: an entry must not pass for one of them.
    const isTaken = /^(?:workspace:|link:|\.$)/.test(id);
    if (isTaken || (style === 'at' && key.name === undefined)) {
      throw invalidPnpmLockfile(location, `${JSON.stringify(id.slice(0, 200))} cannot be the key of a package`);
    }
  }
  return found;
}

export interface PackageContext {
  /** The names that dependencies ask for it by, in the order of the file. */
  readonly namesOf: (id: string) => readonly string[];
  /** What the manifest of a folder states. */
  readonly manifestOf: (folder: string) => { readonly name?: string; readonly version?: string } | undefined;
  readonly patchOf: PatchFinder;
}

/** The component of one installed copy. */
export function componentOf(one: PnpmPackage, { namesOf, manifestOf, patchOf }: PackageContext): UnscopedComponent {
  const { key, entry, location } = one;
  const asked = namesOf(one.id);
  const directory = textField(field(entry, 'resolution'), 'directory');
  const manifest = directory === undefined ? undefined : manifestOf(directory);
  const name = textField(entry, 'name') ?? key.name ?? manifest?.name ?? asked[0] ?? lastNameIn(key.bare);
  // A folder has the version that its manifest says today; the lockfile pins none, unless it states one.
  const version = textField(entry, 'version') ?? plainVersion(key);
  if (!isPackageName(name)) throw invalidPnpmLockfile(location, `${JSON.stringify(name.slice(0, 200))} cannot be the name of a package`);
  if (hasControlCharacters(version)) throw invalidPnpmLockfile(location, `the version of ${name} holds a control character`);
  const { source, integrity, isRuntime, properties } = originOf(field(entry, 'resolution'), key, name, version);
  const alias = asked.includes(name) ? undefined : asked[0];
  const patch = patchOf(one, name, version);
  return {
    bomRef: bomRef(one.id),
    purl: isRuntime ? genericPurl(name, version) : purlOf(name, version, source),
    name,
    version,
    source,
    ...(integrity && { integrity }),
    location,
    ...(alias !== undefined && { alias }),
    ...detailsOf(entry),
    ...(patch !== undefined && { patches: [patch] satisfies Patch[] }),
    ...propertiesField(entry, {
      ...properties,
      ...(version === '' && manifest?.version !== undefined && { 'pnpm:manifestVersion': manifest.version }),
    }),
  };
}

function detailsOf(entry: YamlMap): Partial<UnscopedComponent> {
  const deprecated = textField(entry, 'deprecated');
  const platform = platformOf(entry);
  const engines = Object.fromEntries(entriesOf(entry, 'engines').filter((pair): pair is [string, string] => typeof pair[1] === 'string'));
  // `prepare` builds a git dependency with its own scripts.
  const hasScript = textField(entry, 'requiresBuild') === 'true' || textField(entry, 'prepare') === 'true';
  return {
    ...(hasScript && { hasInstallScript: true }),
    ...(deprecated !== undefined && { deprecated }),
    ...(platform !== undefined && { platform }),
    ...(Object.keys(engines).length > 0 && { engines }),
  };
}

function platformOf(entry: YamlMap): PlatformConstraint | undefined {
  const [os, cpu, libc] = [textsOf(entry, 'os'), textsOf(entry, 'cpu'), textsOf(entry, 'libc')];
  if (os.length + cpu.length + libc.length === 0) return undefined;
  return { ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }), ...(libc.length > 0 && { libc }) };
}

function propertiesField(entry: YamlMap, more: Readonly<Record<string, string>>): Pick<UnscopedComponent, 'properties'> {
  const bundled = field(entry, 'bundledDependencies') === 'true' ? ['true'] : textsOf(entry, 'bundledDependencies');
  const properties = {
    ...more,
    ...(textField(entry, 'hasBin') === 'true' && { 'pnpm:hasBin': 'true' }),
    ...(bundled.length > 0 && { 'pnpm:bundledDependencies': bundled.join(',') }),
  };
  return Object.keys(properties).length === 0 ? {} : { properties };
}

/** The version that a key states itself; none where an address stands in its place. */
function plainVersion({ version }: PnpmKey): string {
  if (version.startsWith('runtime:')) return version.slice('runtime:'.length);
  return version.includes(':') ? '' : version;
}

/** A name for an entry that nobody asks for and that states none: `owner/repository/<commit>`. */
function lastNameIn(bare: string): string {
  const parts = bare.split('/').filter((part) => isPackageName(part) && !/@|^[0-9a-f]{40}$/.test(part));
  return parts.at(-1) ?? 'unnamed-package';
}

function mapOr(value: YamlValue | undefined): YamlMap {
  return isYamlMap(value) ? value : noFields;
}

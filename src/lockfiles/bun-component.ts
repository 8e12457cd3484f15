import { bomRef, type PlatformConstraint } from '../model/component.ts';
import { purlOf } from '../model/purl.ts';
import { invalidBunLockfile, type BunEntry } from './bun-entry.ts';
import { bunIntegrityOf, bunSourceOf, bunVersionOf } from './bun-source.ts';
import { isPackageName } from './install-path.ts';
import { member, type JsonObject } from './json-document.ts';
import type { UnscopedComponent } from './yarn-inventory.ts';

export interface BunComponentContext {
  /** The folders of the repository's projects; the root's is empty. */
  readonly projects: ReadonlySet<string>;
  /** The patch file of each `name@version`. */
  readonly patches: ReadonlyMap<string, string>;
  readonly trusted: ReadonlySet<string>;
}

/** The component of an entry; undefined for an entry that stands for a project of the repository. */
export function bunComponentOf(entry: BunEntry, { projects, patches, trusted }: BunComponentContext): UnscopedComponent | undefined {
  const { key, name, importName, reference, meta, location } = entry;
  if (reference === 'root:') return undefined;
  if (reference.startsWith('workspace:') && projects.has(reference.slice('workspace:'.length))) return undefined;
  // What projects are called in the inventory: an entry must not pass for one of them.
  if (key === '.' || key.startsWith('workspace:'))
    throw invalidBunLockfile(location, `${JSON.stringify(key.slice(0, 200))} cannot be the key of a package`);
  if (!isPackageName(name)) throw invalidBunLockfile(location, `${JSON.stringify(name.slice(0, 200))} cannot be the name of a package`);
  const source = bunSourceOf(entry);
  const version = bunVersionOf(entry);
  const integrity = bunIntegrityOf(entry);
  const platform = platformOf(meta);
  const patch = patches.get(`${name}@${version}`);
  const properties = {
    ...(member(meta, 'bin') !== undefined && { 'bun:hasBin': 'true' }),
    ...(trusted.has(importName) && { 'bun:trusted': 'true' }),
    // Never `isBundled`: bun installs an entry that merely carries the flag, and writes a hash for each, so each is judged.
    ...(member(meta, 'bundled') === true && { 'bun:bundled': 'true' }),
  };
  return {
    bomRef: bomRef(key),
    purl: purlOf(name, version, source),
    name,
    version,
    source,
    ...(integrity && { integrity }),
    location,
    ...(importName !== name && { alias: importName }),
    ...(platform && { platform }),
    ...(patch !== undefined && { patches: [{ path: patch }] }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
}

function platformOf(meta: JsonObject): PlatformConstraint | undefined {
  const [os, cpu, libc] = [textsAt(meta, 'os'), textsAt(meta, 'cpu'), textsAt(meta, 'libc')];
  if (os.length + cpu.length + libc.length === 0) return undefined;
  return { ...(os.length > 0 && { os }), ...(cpu.length > 0 && { cpu }), ...(libc.length > 0 && { libc }) };
}

/** bun writes a lone value without a list. */
function textsAt(meta: JsonObject, key: string): readonly string[] {
  const value = member(meta, key);
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

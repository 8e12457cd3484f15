import type { Location } from '../model/component.ts';
import { assertRelativePath, joinPath, projectFolder, readInstallPath } from './install-path.ts';
import { isJsonObject, member, textMember, type JsonDocument, type JsonObject } from './json-document.ts';
import { detailsOf, optionalText, refuse, wantedBy, type NpmEntry, type NpmLink, type NpmTree } from './npm-entry.ts';

/**
 * Reads the `packages` of npm's lockfile versions 2 and 3: one entry for each install path, links apart.
 * What is absent in the project's own entry comes from `manifest`. Throws GateError for what npm would not write.
 */
export function readPackages(document: JsonDocument, manifest: JsonObject | undefined): NpmTree {
  const packages = member(document.value, 'packages');
  if (!isJsonObject(packages)) throw refuse('"packages" is not an object', document.locationOf(['packages']));
  const entries: NpmEntry[] = [];
  const links: NpmLink[] = [];
  const bundlers = bundlersIn(packages);
  const locationOf = document.locationsIn(['packages']);
  for (const [path, meta] of Object.entries(packages)) {
    if (path === '') continue;
    const location = locationOf(path);
    if (!isJsonObject(meta)) throw refuse(`the entry ${JSON.stringify(path)} is not an object`, location);
    if (member(meta, 'link') === true) links.push(readLink(path, meta, location));
    else entries.push(readEntry(path, meta, location, bundlers));
  }
  return { root: readRoot(document, packages, manifest), entries, links };
}

function readRoot(document: JsonDocument, packages: JsonObject, manifest: JsonObject | undefined): NpmEntry {
  const location = document.locationOf(['packages', '']);
  const meta = member(packages, '');
  const source = isJsonObject(meta) ? meta : (manifest ?? {});
  return {
    path: '',
    place: projectFolder,
    location,
    name: optionalText(source, 'name', location) ?? textMember(document.value, 'name'),
    version: optionalText(source, 'version', location) ?? textMember(document.value, 'version') ?? '',
    resolved: undefined,
    integrity: undefined,
    isBundled: false,
    isOptional: false,
    wants: wantedBy(source, location, { withDev: true }),
    details: detailsOf(source),
  };
}

function readLink(path: string, meta: JsonObject, location: Location): NpmLink {
  const resolved = optionalText(meta, 'resolved', location);
  if (resolved === undefined) throw refuse(`the link ${JSON.stringify(path)} leads nowhere`, location);
  const target = resolved.startsWith('file:') ? resolved.slice('file:'.length) : resolved;
  // An empty target is the project itself: a package that depends on its own folder.
  if (target !== '') assertRelativePath(target, location);
  return { path, place: readInstallPath(path, location), location, target: joinPath('', target) };
}

function readEntry(path: string, meta: JsonObject, location: Location, bundlers: ReadonlySet<string>): NpmEntry {
  const place = readInstallPath(path, location);
  const resolved = optionalText(meta, 'resolved', location);
  const integrity = optionalText(meta, 'integrity', location);
  const isBundled = member(meta, 'inBundle') === true && resolved === undefined && integrity === undefined && isBelow(path, bundlers);
  return {
    path,
    place,
    location,
    name: optionalText(meta, 'name', location),
    version: optionalText(meta, 'version', location) ?? '',
    resolved,
    integrity,
    isBundled,
    isOptional: member(meta, 'optional') === true,
    wants: wantedBy(meta, location, { withDev: place.kind === 'folder' }),
    details: detailsOf(meta),
  };
}

/**
 * Installed packages that bring others along. The flag `inBundle` alone proves nothing: it would let anybody
 * declare a package without a hash as bundled.
 */
function bundlersIn(packages: JsonObject): ReadonlySet<string> {
  const bundlers = new Set<string>();
  for (const [path, meta] of Object.entries(packages)) {
    const bundled = member(meta, 'bundleDependencies');
    const bundlesSomething = bundled === true || (Array.isArray(bundled) && bundled.length > 0);
    if (bundlesSomething && path.includes('node_modules/')) bundlers.add(path);
  }
  return bundlers;
}

function isBelow(path: string, folders: ReadonlySet<string>): boolean {
  for (let at = path.lastIndexOf('/node_modules/'); at > 0; at = path.lastIndexOf('/node_modules/', at - 1)) {
    if (folders.has(path.slice(0, at))) return true;
  }
  return false;
}

import type { Location } from '../model/component.ts';
import { assertRelativePath, joinPath, projectFolder, readInstallPath } from './install-path.ts';
import { isJsonObject, member, textMember, type JsonDocument, type JsonObject, type JsonValue } from './json-document.ts';
import { bundledPaths } from './npm-bundles.ts';
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
  const lists = new Map<string, readonly string[]>();
  const locationOf = document.locationsIn(['packages']);
  for (const path of Object.keys(packages)) {
    if (path === '') continue;
    const meta = packages[path];
    const location = locationOf(path);
    if (!isJsonObject(meta)) throw refuse(`the entry ${JSON.stringify(path)} is not an object`, location);
    if (meta['link'] === true) links.push(readLink(path, meta, location));
    else entries.push(readEntry(path, meta, location));
    const list = meta['bundleDependencies'];
    // Only a list counts, as for npm.
    if (Array.isArray(list) && list.length > 0 && path.includes('node_modules/')) lists.set(path, list.filter(isText));
  }
  const bundled = bundledPaths(entries, lists);
  const isFalselyBundled = ({ isBundled, path }: NpmEntry): boolean => isBundled && !bundled.has(path);
  return {
    root: readRoot(document, packages, manifest),
    entries: entries.some(isFalselyBundled)
      ? entries.map((entry) => (isFalselyBundled(entry) ? { ...entry, isBundled: false } : entry))
      : entries,
    links,
  };
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

function readEntry(path: string, meta: JsonObject, location: Location): NpmEntry {
  const place = readInstallPath(path, location);
  const resolved = optionalText(meta, 'resolved', location);
  const integrity = optionalText(meta, 'integrity', location);
  return {
    path,
    place,
    location,
    name: optionalText(meta, 'name', location),
    version: optionalText(meta, 'version', location) ?? '',
    resolved,
    integrity,
    isBundled: meta['inBundle'] === true && resolved === undefined && integrity === undefined,
    isOptional: meta['optional'] === true,
    wants: wantedBy(meta, location, { withDev: place.kind === 'folder' }),
    details: detailsOf(meta),
  };
}

function isText(value: JsonValue): value is string {
  return typeof value === 'string';
}

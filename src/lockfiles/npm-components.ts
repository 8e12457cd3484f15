import { bomRef, type BomRef, type Component, type Scope, type Source } from '../model/component.ts';
import type { Draft } from '../model/draft.ts';
import { parseIntegrity } from '../model/integrity.ts';
import { purlOf } from '../model/purl.ts';
import { isPackageName, leavesProject } from './install-path.ts';
import { member, textMember, type JsonObject } from './json-document.ts';
import { refuse, sourceOf, withoutFragment, type NpmEntry, type NpmTree } from './npm-entry.ts';
import type { Manifests } from './npm-manifest.ts';

/** The bom-ref of the project in every npm inventory. */
export const rootRef: BomRef = bomRef('.');

/** The bom-ref of an entry is its install path. */
export function refOf(path: string): BomRef {
  return path === '' ? rootRef : bomRef(path);
}

export interface ComponentContext {
  readonly manifests: Manifests;
  readonly isWorkspace: (path: string) => boolean;
  /** Tarball addresses that somebody asked for as such. */
  readonly requestedUrls: ReadonlySet<string>;
  /** The scope of what can be reached. */
  readonly scopes: ReadonlyMap<BomRef, Scope>;
}

/** The components of all entries but the project's, in code-unit order of the bom-ref. */
export function componentsOf(tree: NpmTree, context: ComponentContext): ReadonlyMap<BomRef, Component> {
  const aliases = new Map(tree.links.map((link) => [link.target, link.place.name]));
  const components = new Map<BomRef, Component>();
  for (const entry of tree.entries.toSorted((a, b) => (a.path < b.path ? -1 : 1)))
    components.set(refOf(entry.path), componentOf(entry, aliases.get(entry.path), context));
  return components;
}

/** The project itself. npm writes the folder's name where the manifest has none. */
export function rootComponent(root: NpmEntry, manifests: Manifests): Component {
  const name = root.name ?? textMember(manifests('')?.value, 'name') ?? 'unnamed-project';
  const source: Source = { type: 'workspace', path: '.' };
  return {
    bomRef: rootRef,
    purl: purlOf(name, root.version, source),
    name,
    version: root.version,
    source,
    scope: 'required',
    location: root.location,
    ...root.details,
    ...(member(manifests('')?.value, 'private') === true && { isPrivate: true }),
  };
}

function componentOf(entry: NpmEntry, linkName: string | undefined, context: ComponentContext): Component {
  const { path, place, location, details } = entry;
  const manifest = place.kind === 'folder' ? context.manifests(path)?.value : undefined;
  const name = nameOf(entry, manifest, linkName);
  const version = entry.version === '' ? (textMember(manifest, 'version') ?? '') : entry.version;
  const source = place.kind === 'folder' ? folderSource(path, context) : packageSource(entry, name, context);
  const integrity = entry.integrity === undefined ? undefined : parseIntegrity(entry.integrity);
  const importName = place.kind === 'package' ? place.name : (linkName ?? name);
  const ref = refOf(path);
  const scope = context.scopes.get(ref);
  // Filled in place, not spread together: this runs once for each of thousands of entries.
  const component: Draft<Component> = {
    bomRef: ref,
    purl: purlOf(name, version, source),
    name,
    version,
    source,
    scope: scope ?? 'dev',
    location,
  };
  Object.assign(component, details);
  if (integrity !== undefined) component.integrity = integrity;
  // A digest that cannot be read protects nothing: the component counts as unpinned, and this says why.
  else if (entry.integrity !== undefined) component.properties = { 'npm:unreadableIntegrity': entry.integrity };
  if (importName !== name) component.alias = importName;
  if (entry.isBundled) component.isBundled = true;
  if (scope === undefined) component.isExtraneous = true;
  if (manifest !== undefined && member(manifest, 'private') === true) component.isPrivate = true;
  return component;
}

/** Its own name, that of its manifest, or the one under which it is installed. */
function nameOf({ name: own, place, location }: NpmEntry, manifest: JsonObject | undefined, linkName: string | undefined): string {
  // What stands in `node_modules` is known to stand under a name.
  if (own === undefined && place.kind === 'package') return place.name;
  const name = own ?? textMember(manifest, 'name') ?? (isPackageName(place.name) ? place.name : (linkName ?? place.name));
  if (!isPackageName(name)) throw refuse(`${JSON.stringify(name)} cannot be the name of a package`, location);
  return name;
}

function folderSource(path: string, { isWorkspace }: ComponentContext): Source {
  return !leavesProject(path) && isWorkspace(path) ? { type: 'workspace', path } : { type: 'file', path };
}

function packageSource(entry: NpmEntry, name: string, { requestedUrls }: ComponentContext): Source {
  const isRequested = requestedUrls.size > 0 && entry.resolved !== undefined && requestedUrls.has(withoutFragment(entry.resolved));
  return sourceOf(entry, name, isRequested);
}

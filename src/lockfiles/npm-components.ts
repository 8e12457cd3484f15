import { bomRef, type BomRef, type Component, type Scope, type Source } from '../model/component.ts';
import type { Draft } from '../model/draft.ts';
import { parseIntegrity } from '../model/integrity.ts';
import { purlOf } from '../model/purl.ts';
import { isPackageName, leavesProject } from './install-path.ts';
import { member, textMember } from './json-document.ts';
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
  const sorted = tree.entries.toSorted((a, b) => (a.path < b.path ? -1 : 1));
  return new Map(sorted.map((entry) => [refOf(entry.path), componentOf(entry, aliases.get(entry.path), context)]));
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
  const manifest = entry.place.kind === 'folder' ? context.manifests(entry.path)?.value : undefined;
  const name =
    entry.name ?? textMember(manifest, 'name') ?? (isPackageName(entry.place.name) ? entry.place.name : (linkName ?? entry.place.name));
  if (!isPackageName(name)) throw refuse(`${JSON.stringify(name)} cannot be the name of a package`, entry.location);
  const version = entry.version === '' ? (textMember(manifest, 'version') ?? '') : entry.version;
  const source = entry.place.kind === 'folder' ? folderSource(entry.path, context) : packageSource(entry, name, context);
  const integrity = entry.integrity === undefined ? undefined : parseIntegrity(entry.integrity);
  const importName = entry.place.kind === 'package' ? entry.place.name : (linkName ?? name);
  const ref = refOf(entry.path);
  const scope = context.scopes.get(ref);
  const { location, details } = entry;
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
  if (member(manifest, 'private') === true) component.isPrivate = true;
  return component;
}

function folderSource(path: string, { isWorkspace }: ComponentContext): Source {
  return !leavesProject(path) && isWorkspace(path) ? { type: 'workspace', path } : { type: 'file', path };
}

function packageSource(entry: NpmEntry, name: string, { requestedUrls }: ComponentContext): Source {
  return sourceOf(entry, name, entry.resolved !== undefined && requestedUrls.has(withoutFragment(entry.resolved)));
}

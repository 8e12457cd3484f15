import type { Inventory, LockfileFact } from '../model/inventory.ts';
import type { LockfileFormat, LockfileInput } from '../model/lockfile-format.ts';
import { scopesFrom } from '../model/reachability.ts';
import { leavesProject } from './install-path.ts';
import { isJsonObject, member, readJsonDocument, type JsonDocument } from './json-document.ts';
import { componentsOf, rootComponent, rootRef } from './npm-components.ts';
import { edgesOf } from './npm-edges.ts';
import { refuse, withoutFragment, type NpmEntry, type NpmTree } from './npm-entry.ts';
import { declaredDependencies, manifestDrift, workspacesFromRegistry } from './npm-facts.ts';
import { contradictoryHalves } from './npm-halves.ts';
import { manifestsOf } from './npm-manifest.ts';
import { readNested } from './npm-nested.ts';
import { ignoredOverrides, overridesOf } from './npm-overrides.ts';
import { readPackages } from './npm-packages.ts';
import { createResolver } from './npm-resolution.ts';
import { workspacesOf } from './npm-workspaces.ts';

const newestKnown = 3;

/** npm's lockfiles, versions 1 to 3 (npm help package-lock-json); the shrinkwrap wins, as it does for npm. */
export const npm: LockfileFormat = {
  id: 'npm',
  fileNames: ['npm-shrinkwrap.json', 'package-lock.json'],
  recognises: (text) => /^\uFEFF?\s*\{/.test(text),
  read: readNpmLockfile,
};

function readNpmLockfile(input: LockfileInput): Inventory {
  const document = readJsonDocument(input.text, { file: input.path, keepsLines: entryLines });
  const manifests = manifestsOf(input.path, input.files);
  const manifest = manifests('');
  const version = versionOf(document);
  const tree = completed(version.hasPackages ? readPackages(document, manifest?.value) : readNested(document, manifests));

  const workspaces = workspacesOf(document, tree, manifests, input);
  const isWorkspace = workspaces.isMember;

  const resolve = createResolver(tree);
  const { edges, unresolved } = edgesOf(tree, resolve, isWorkspace);
  const overrides = overridesOf(manifest);
  const scopes = scopesFrom(rootRef, edges);
  const components = componentsOf(tree, { manifests, isWorkspace, requestedUrls: requestedUrls(tree, overrides.values()), scopes });
  const context = { tree, manifests, resolve, isWorkspace };
  return {
    root: rootComponent(tree.root, manifests),
    components,
    edges,
    origin: { path: input.path, format: `npm-lock-v${version.number}`, digest: input.digest },
    declared: declaredDependencies(context),
    facts: [
      ...version.facts,
      ...(version.hasPackages ? contradictoryHalves(document, tree) : []),
      ...manifestDrift(context, workspaces.folders, version.hasPackages),
      ...unresolved,
      ...workspacesFromRegistry(components, edges),
      ...ignoredOverrides(overrides, components, edges),
    ],
    overrides,
  };
}

/** The keys whose lines are kept: top-level ones, entries of `packages`, and entries of `dependencies` at every depth of version 1. */
function entryLines(path: readonly string[]): 'keys' | 'below' | 'none' {
  const [half] = path;
  if (half === undefined || (path.length === 1 && half === 'packages')) return 'keys';
  if (half !== 'dependencies') return 'none';
  return path.length % 2 === 0 ? 'below' : path.at(-1) === 'dependencies' ? 'keys' : 'none';
}

interface LockfileVersion {
  readonly number: number;
  /** npm reads `packages` whenever it is there, whatever the version says. */
  readonly hasPackages: boolean;
  readonly facts: readonly LockfileFact[];
}

function versionOf(document: JsonDocument): LockfileVersion {
  const { value } = document;
  const start = document.locationOf(['lockfileVersion']);
  if (!isJsonObject(value)) throw refuse('it is not an object', start);
  const stated = member(value, 'lockfileVersion');
  const hasPackages = member(value, 'packages') !== undefined;
  // Shrinkwraps of npm 2 to 4 have no version; their shape is that of version 1.
  const number = stated ?? (hasPackages ? newestKnown : 1);
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 1) throw refuse('"lockfileVersion" is not a version', start);
  if (!hasPackages && number > 1) throw refuse(`it says version ${number} and has no "packages"`, start);
  if (number <= newestKnown) return { number, hasPackages, facts: [] };
  const fact: LockfileFact = { type: 'unknown-version', version: String(number), newestKnown: String(newestKnown), location: start };
  return { number, hasPackages, facts: [fact] };
}

/** Adds an entry for each linked folder that has none: the link says that it exists, and nothing else. */
function completed(tree: NpmTree): NpmTree {
  assertOutsideIsLinked(tree);
  if (tree.links.length === 0) return tree;
  const known = new Set(['', ...tree.entries.map(({ path }) => path), ...tree.links.map(({ path }) => path)]);
  const linked: NpmEntry[] = [];
  for (const link of tree.links) {
    if (known.has(link.target)) continue;
    known.add(link.target);
    linked.push({
      path: link.target,
      place: { kind: 'folder', parent: undefined, name: link.place.name },
      location: link.location,
      name: undefined,
      version: '',
      resolved: undefined,
      integrity: undefined,
      isBundled: false,
      isOptional: false,
      wants: [],
      details: {},
    });
  }
  return { ...tree, entries: [...tree.entries, ...linked] };
}

/** npm writes a path outside the project for one reason only: something links there. */
function assertOutsideIsLinked(tree: NpmTree): void {
  const outside = new Set(tree.links.map(({ target }) => target));
  for (const { path, location } of tree.entries) {
    if (!leavesProject(path)) continue;
    const folder = path.split('/node_modules/', 1)[0] ?? path;
    if (!outside.has(folder)) throw refuse(`the path ${JSON.stringify(path)} leads out of the project and nothing links there`, location);
  }
}

/** Tarballs that somebody asked for by address; every other http address is a registry's. */
function requestedUrls(tree: NpmTree, replacements: Iterable<string>): ReadonlySet<string> {
  const urls = new Set<string>();
  const add = (range: string): void => void (/^https?:/i.test(range) && urls.add(withoutFragment(range)));
  for (const { wants } of [tree.root, ...tree.entries]) wants.forEach(({ range }) => add(range));
  for (const replacement of replacements) add(replacement);
  return urls;
}

import type { BomRef, Source } from '../model/component.ts';
import type { Inventory, LockfileFact } from '../model/inventory.ts';
import type { LockfileFormat, LockfileInput } from '../model/lockfile-format.ts';
import { purlOf } from '../model/purl.ts';
import { matchesWorkspaceGlobs } from '../model/workspace-globs.ts';
import { bunComponentOf } from './bun-component.ts';
import { bunEdgesOf, workspaceRef } from './bun-edges.ts';
import { bunEntriesOf, invalidBunLockfile } from './bun-entry.ts';
import { bunDeclared, bunDrift } from './bun-facts.ts';
import { bunOverrides, overridesLeftOut } from './bun-overrides.ts';
import { bunWorkspacesOf, type BunWorkspace } from './bun-workspaces.ts';
import { isPackageName } from './install-path.ts';
import { isJsonObject, member, readJsonDocument, textMember, type JsonDocument, type JsonObject, type JsonValue } from './json-document.ts';
import { jsonFromJsonc } from './jsonc.ts';
import { rootRef } from './npm-components.ts';
import { workspacesFromRegistry } from './npm-facts.ts';
import { manifestsOf, workspaceGlobsOf, type Manifests } from './npm-manifest.ts';
import { ignoredOverrides, overridesOf } from './npm-overrides.ts';
import { inventoryOf, type UnscopedComponent } from './yarn-inventory.ts';

const newestKnown = 3;
/** Characters of patterns times characters of folders; real repositories stay far below. */
const maxMatchingWork = 50_000_000;

/** bun's text lockfile, versions 0 to 3 (bun.com/docs/pm/lockfile): JSON with comments and trailing commas. */
export const bun: LockfileFormat = {
  id: 'bun',
  fileNames: ['bun.lock'],
  recognises: (text) => /^\uFEFF?\s*\{/.test(text) && text.includes('"lockfileVersion"'),
  read: readBunLockfile,
};

function readBunLockfile(input: LockfileInput): Inventory {
  const document = readJsonDocument(jsonFromJsonc(input.text), {
    file: input.path,
    keepsLines: (path) => (path.length <= 1 ? 'keys' : 'none'),
  });
  const version = versionOf(document);
  const manifests = manifestsOf(input.path, input.files);
  const manifest = manifests('');
  const workspaces = bunWorkspacesOf(document);
  const undeclared = undeclaredProjects(workspaces, manifest?.value);
  const entries = bunEntriesOf(document);
  const { edges, unresolved } = bunEdgesOf(workspaces, entries);

  const context = { projects: new Set(workspaces.map(({ path }) => path)), patches: patchesOf(document), trusted: trustedIn(document) };
  const components = [
    ...workspaces
      .filter(({ path }) => path !== '')
      .map((workspace) => projectComponent(workspace, manifests, undeclared.includes(workspace))),
    ...[...entries.values()].flatMap((entry) => bunComponentOf(entry, context) ?? []),
  ];
  const overrides = bunOverrides(document);
  const inventory = inventoryOf(input, {
    format: `bun-${version.number}`,
    root: rootComponent(workspaces, manifests, document),
    components,
    edges,
    members: [],
    declared: bunDeclared(workspaces, manifests, edges),
    facts: [...version.facts, ...unresolved],
    overrides,
  });
  return {
    ...inventory,
    facts: [
      ...inventory.facts,
      ...bunDrift(workspaces, manifests, memberFolders(workspaceGlobsOf(manifest?.value), input)),
      ...undeclared.map((workspace) => notAMember(workspace, manifest?.file ?? 'package.json')),
      ...workspacesFromRegistry(inventory.components, edges),
      ...overridesLeftOut(overridesOf(manifest), overrides, manifest, edges),
      ...ignoredOverrides(overrides, inventory.components, edges),
    ],
  };
}

function versionOf(document: JsonDocument): { readonly number: number; readonly facts: readonly LockfileFact[] } {
  const location = document.locationOf(['lockfileVersion']);
  if (!isJsonObject(document.value)) throw invalidBunLockfile(location, 'it is not an object');
  const number = member(document.value, 'lockfileVersion');
  if (typeof number !== 'number' || !Number.isInteger(number) || number < 0)
    throw invalidBunLockfile(location, '"lockfileVersion" is not a version');
  if (number <= newestKnown) return { number, facts: [] };
  return { number, facts: [{ type: 'unknown-version', version: String(number), newestKnown: String(newestKnown), location }] };
}

function rootComponent(workspaces: readonly BunWorkspace[], manifests: Manifests, document: JsonDocument): UnscopedComponent {
  const [root] = workspaces;
  const manifest = manifests('')?.value;
  const stated = [root?.name, textMember(manifest, 'name')].find((name) => name !== undefined && isPackageName(name));
  const name = stated ?? 'unnamed-project';
  const version = textMember(manifest, 'version') ?? root?.version ?? '';
  const source: Source = { type: 'workspace', path: '.' };
  const properties = projectProperties(document);
  return {
    bomRef: rootRef,
    purl: purlOf(name, version, source),
    name,
    version,
    source,
    location: root?.location ?? document.locationOf([]),
    ...(member(manifest, 'private') === true && { isPrivate: true }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
}

/** A project of the repository. Where the lockfile states no name, its folder stands for it. */
function projectComponent(
  { path, name: stated, version, location }: BunWorkspace,
  manifests: Manifests,
  isUndeclared: boolean,
): UnscopedComponent {
  const name = isPackageName(stated) ? stated : path;
  const source: Source = { type: isUndeclared ? 'file' : 'workspace', path };
  const isPrivate = member(manifests(path)?.value, 'private') === true;
  const ref: BomRef = workspaceRef(path);
  return { bomRef: ref, purl: purlOf(name, version, source), name, version, source, location, ...(isPrivate && { isPrivate }) };
}

/**
 * Projects of the lockfile that no pattern of the manifest takes in: bun does not know them and takes the name from the registry.
 * None where there is no manifest to ask, or one with patterns that only bun's own matcher reads.
 */
function undeclaredProjects(workspaces: readonly BunWorkspace[], manifest: JsonObject | undefined): readonly BunWorkspace[] {
  const globs = workspaceGlobsOf(manifest);
  if (manifest === undefined || globs.some((glob) => /[[(]/.test(glob))) return [];
  const work = lengthOf(globs) * lengthOf(workspaces.map(({ path }) => path));
  return workspaces.filter(({ path }) => path !== '' && (work > maxMatchingWork || !matchesWorkspaceGlobs(path, globs)));
}

function lengthOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + text.length, 0);
}

function notAMember({ path, name, location }: BunWorkspace, manifest: string): LockfileFact {
  return { type: 'manifest-drift', manifest, name: name === '' ? path : name, locked: `the folder ${path}`, location };
}

function memberFolders(globs: readonly string[], { files }: LockfileInput): readonly string[] {
  const folders = new Set(globs.filter((glob) => !glob.startsWith('!')).flatMap((glob) => files.workspaces(glob)));
  return [...folders].filter((folder) => matchesWorkspaceGlobs(folder, globs)).sort();
}

/** The patch file of each `name@version`. */
function patchesOf(document: JsonDocument): ReadonlyMap<string, string> {
  return new Map(textsIn(member(document.value, 'patchedDependencies')));
}

/** The packages whose install scripts the project lets run. */
function trustedIn(document: JsonDocument): ReadonlySet<string> {
  const listed = member(document.value, 'trustedDependencies');
  return new Set(Array.isArray(listed) ? listed.filter((name): name is string => typeof name === 'string') : []);
}

function projectProperties(document: JsonDocument): Readonly<Record<string, string>> {
  const properties: Record<string, string> = {};
  for (const [name, range] of textsIn(member(document.value, 'catalog'))) properties[`bun:catalog:default:${name}`] = range;
  const catalogs = member(document.value, 'catalogs');
  for (const [catalog, value] of isJsonObject(catalogs) ? Object.entries(catalogs) : []) {
    for (const [name, range] of textsIn(value)) properties[`bun:catalog:${catalog}:${name}`] = range;
  }
  const trusted = trustedIn(document);
  if (trusted.size > 0) properties['bun:trustedDependencies'] = [...trusted].join(',');
  const configuration = member(document.value, 'configVersion');
  if (typeof configuration === 'number') properties['bun:configVersion'] = String(configuration);
  return properties;
}

function textsIn(value: JsonValue | undefined): readonly (readonly [string, string])[] {
  return isJsonObject(value) ? Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string') : [];
}

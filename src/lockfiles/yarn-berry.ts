import { posix } from 'node:path';
import { bomRef, type BomRef } from '../model/component.ts';
import type { Inventory, LockfileFact } from '../model/inventory.ts';
import type { LockfileFormat, LockfileInput } from '../model/lockfile-format.ts';
import { npmPurl } from '../model/purl.ts';
import { readBerryEntries, type BerryEntry } from './yarn-berry-entry.ts';
import { BerryGraph } from './yarn-berry-graph.ts';
import { readBothSides } from './yarn-conflict.ts';
import { readYarnDocument, textOf, type YarnNode } from './yarn-document.ts';
import { inventoryOf, type UnscopedComponent } from './yarn-inventory.ts';
import { memberFolders, readManifest, type YarnManifest } from './yarn-manifest.ts';
import { berrySyntax } from './yarn-syntax.ts';

/** The newest `__metadata.version` that this reader was tried on: yarn 4.18. */
const newestKnown = 10;

/**
 * `yarn.lock` of yarn 2 and later. Keys are descriptors (`name@range`), each entry has a locator (`resolution`).
 * `checksum` is a hash over an archive in yarn's own cache, never over the published tarball: it is kept as a property
 * and is no integrity.
 */
export const yarnBerry: LockfileFormat = {
  id: 'yarn-berry',
  fileNames: ['yarn.lock'],
  recognises: (text) => /^__metadata:/m.test(text),
  read: readBerry,
};

function readBerry(input: LockfileInput): Inventory {
  const { entries: nodes, conflictLine } = readBothSides(input.text, input.path, (text) => readYarnDocument(text, input.path, berrySyntax));
  const entries = readBerryEntries(nodes, input);
  const rootManifest = readManifest(input, '.');
  const rootEntry = findRoot(entries, rootManifest);
  const members = entries.filter(({ component }) => isWorkspace(component) && component !== rootEntry?.component);
  const root = rootEntry?.component ?? componentOfManifest(rootManifest, input);

  const graph = new BerryGraph({ input, entries, root, rootManifest });
  graph.follow(rootEntry, members);
  const metadata = nodes.get('__metadata');
  const version = metadata === undefined ? '' : (textOf(metadata, 'version') ?? '');
  const facts: LockfileFact[] = [
    ...versionFacts(version, metadata, input),
    ...(conflictLine === undefined ? [] : [{ type: 'conflict-markers', location: { file: input.path, line: conflictLine } } as const]),
    ...graph.facts,
    ...membershipFacts(members, rootManifest, input),
  ];
  const folded = foldedInto(entries, graph);
  return inventoryOf(input, {
    format: /^\d{1,4}$/.test(version) ? `yarn-berry-${version}` : 'yarn-berry',
    root,
    components: pinnedByOriginal(entries, folded).filter((component) => component !== root && !folded.has(component.bomRef)),
    edges: new Map([...graph.edges].filter(([from]) => !folded.has(from))),
    members: members.map(({ component }) => component.bomRef),
    declared: graph.declared,
    facts,
    overrides: new Map(rootManifest?.resolutions.map(({ selector, wanted }) => [selector, wanted])),
  });
}

/** The entry of the lockfile's own folder; of several that claim to be it, the one with the name of its manifest. */
function findRoot(entries: readonly BerryEntry[], manifest: YarnManifest | undefined): BerryEntry | undefined {
  const candidates = entries.filter(({ component }) => isWorkspace(component) && component.source.path === '.');
  return candidates.find(({ component }) => component.name === manifest?.name) ?? candidates[0];
}

function isWorkspace(component: UnscopedComponent): component is UnscopedComponent & { readonly source: { readonly type: 'workspace' } } {
  return component.source.type === 'workspace';
}

function componentOfManifest(manifest: YarnManifest | undefined, input: LockfileInput): UnscopedComponent {
  const { name = 'root', version = '', file = input.path, isPrivate = false } = manifest ?? {};
  return {
    bomRef: bomRef(`${name}@workspace:.`),
    purl: npmPurl(name, version),
    name,
    version,
    source: { type: 'workspace', path: '.' },
    location: { file, line: 1 },
    ...(isPrivate ? { isPrivate: true } : {}),
  };
}

function versionFacts(version: string, metadata: YarnNode | undefined, input: LockfileInput): readonly LockfileFact[] {
  if (/^\d+$/.test(version) && Number(version) <= newestKnown) return [];
  return [{ type: 'unknown-version', version, newestKnown: `${newestKnown}`, location: { file: input.path, line: metadata?.line ?? 1 } }];
}

/**
 * Members that only one of lockfile and `workspaces` knows. A lockfile cannot make a folder a member: one that it calls
 * so, and that no manifest includes, would be judged as our own code.
 */
function membershipFacts(
  members: readonly BerryEntry[],
  rootManifest: YarnManifest | undefined,
  input: LockfileInput,
): readonly LockfileFact[] {
  if (rootManifest === undefined) return [];
  const facts: LockfileFact[] = [];
  const included = includedMembers(rootManifest, input);
  const locked = new Set<string>();
  for (const { component } of members) {
    if (!isWorkspace(component)) continue;
    const { path } = component.source;
    locked.add(path);
    if (included.has(path)) continue;
    const manifest = posix.join(posix.dirname(input.path), path, 'package.json');
    facts.push({ type: 'manifest-drift', manifest, name: component.name, locked: `workspace:${path}`, location: component.location });
  }
  for (const { path, file, name = path } of included.values()) {
    if (locked.has(path)) continue;
    facts.push({ type: 'manifest-drift', manifest: file, name, declared: `workspace:${path}`, location: { file, line: 1 } });
  }
  return facts;
}

/** The manifests of all members by folder. Members may include further ones: yarn follows their `workspaces` as well. */
function includedMembers(rootManifest: YarnManifest, input: LockfileInput): ReadonlyMap<string, YarnManifest> {
  const included = new Map<string, YarnManifest>();
  const open = [rootManifest];
  for (let manifest = open.pop(); manifest !== undefined; manifest = open.pop()) {
    for (const folder of memberFolders(input, manifest)) {
      const member = included.has(folder) ? undefined : readManifest(input, folder);
      if (member === undefined) continue;
      included.set(folder, member);
      open.push(member);
    }
  }
  return new Map([...included].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/**
 * What a patch is made from stands in the lockfile as well. Where nothing but the patch needs it, it is not installed:
 * the one component is the package with the most patches, as long as both claim to be the same package from the same place.
 * An original from elsewhere stays: yarn downloads it from there, whatever the patch says of its origin.
 */
function foldedInto(entries: readonly BerryEntry[], { edges, declared }: BerryGraph): ReadonlySet<BomRef> {
  const mostPatches = new Map<string, number>();
  for (const { component } of entries) {
    const identity = identityOf(component);
    mostPatches.set(identity, Math.max(mostPatches.get(identity) ?? 0, patchCount(component)));
  }
  // What a manifest asks for is needed, too, where the lockfile says otherwise.
  const needed = new Set<BomRef>(declared.flatMap(({ to }) => to ?? []));
  for (const outgoing of edges.values()) for (const { to } of outgoing) needed.add(to);
  const folded = new Set<BomRef>();
  for (const { component } of entries) {
    const most = mostPatches.get(identityOf(component)) ?? 0;
    if (!needed.has(component.bomRef) && patchCount(component) < most) folded.add(component.bomRef);
  }
  return folded;
}

/**
 * A patched package that yarn never built here, such as one for another platform, has no checksum of its own. That of what it
 * is made from pins it as well: yarn proves it before it applies the patch.
 */
function pinnedByOriginal(entries: readonly BerryEntry[], folded: ReadonlySet<BomRef>): readonly UnscopedComponent[] {
  const checksums = new Map<string, string>();
  for (const { component } of entries) {
    const checksum = component.properties?.[checksumProperty];
    if (checksum !== undefined && folded.has(component.bomRef)) checksums.set(identityOf(component), checksum);
  }
  return entries.map(({ component }) => {
    const checksum = checksums.get(identityOf(component));
    if (checksum === undefined || patchCount(component) === 0 || component.properties?.[checksumProperty] !== undefined) return component;
    return { ...component, properties: { ...component.properties, [checksumProperty]: checksum } };
  });
}

const checksumProperty = 'yarn:cacheChecksum';

function identityOf({ name, version, source }: UnscopedComponent): string {
  return JSON.stringify([name, version, source]);
}

function patchCount(component: UnscopedComponent): number {
  return component.patches?.length ?? 0;
}

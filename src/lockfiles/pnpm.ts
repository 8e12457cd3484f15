import { posix } from 'node:path';
import type { Source } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import type { Inventory, LockfileFact } from '../model/inventory.ts';
import type { LockfileFormat, LockfileInput } from '../model/lockfile-format.ts';
import { purlOf } from '../model/purl.ts';
import { isPackageName, leavesProject } from './install-path.ts';
import { member, textMember } from './json-document.ts';
import { rootRef } from './npm-components.ts';
import { workspacesFromRegistry } from './npm-facts.ts';
import { manifestsOf, type Manifests } from './npm-manifest.ts';
import { ignoredOverrides } from './npm-overrides.ts';
import { readPnpmConfiguration } from './pnpm-configuration.ts';
import { entriesOf, invalidPnpmLockfile, readPnpmDocument, textField, type PnpmDocument } from './pnpm-document.ts';
import { edgesOf, importerRef, linkedRef, type LinkedFolder } from './pnpm-edges.ts';
import { environmentProperties, projectProperties } from './pnpm-environment.ts';
import { declaredDependencies, manifestDrift, overridesNotLocked } from './pnpm-facts.ts';
import { importersOf, type PnpmImporter } from './pnpm-importers.ts';
import { keyStyleOf } from './pnpm-key.ts';
import { componentOf, packagesOf } from './pnpm-packages.ts';
import { patchFinder } from './pnpm-patches.ts';
import { inventoryOf, type UnscopedComponent } from './yarn-inventory.ts';

const knownVersions = new Set(['5', '5.0', '5.1', '5.2', '5.3', '5.4', '5.4-inlineSpecifiers', '6.0', '6.1', '9.0']);
const newestKnown = '9.0';

/** pnpm's lockfiles, versions 5.0 to 9.0 (github.com/pnpm/spec, lockfile), of one YAML document or two. */
export const pnpm: LockfileFormat = {
  id: 'pnpm',
  fileNames: ['pnpm-lock.yaml'],
  recognises: (text) => /^lockfileVersion:/m.test(text),
  read: readPnpmLockfile,
};

function readPnpmLockfile(input: LockfileInput): Inventory {
  const document = readPnpmDocument(input.text, input.path);
  const version = versionOf(document);
  const style = keyStyleOf(version.text);
  const manifests = manifestsOf(input.path, input.files);
  const manifestOf = (folder: string) => manifests(folder === '.' ? '' : folder);
  const configuration = readPnpmConfiguration(input);

  const importers = importersOf(document);
  const packages = packagesOf(document, style);
  const graph = edgesOf(importers, packages, style, (path) => identityOf(manifests, path)?.name ?? path);
  const context = {
    namesOf: graph.namesOf,
    manifestOf: (folder: string) => identityOf(manifests, folder),
    patchOf: patchFinder(document.lockfile, configuration.patches),
  };
  const components = [
    ...importers.filter(({ path }) => path !== '.').map((importer) => projectComponent(importer, manifests)),
    ...graph.linked.map((folder) => linkedComponent(folder, manifests)),
    ...[...packages.values()].map((one) => componentOf(one, context)),
  ];
  const overrides = new Map(
    entriesOf(document.lockfile, 'overrides').flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])),
  );
  const inventory = inventoryOf(input, {
    format: `pnpm-${version.text}`,
    root: rootComponent(importers, manifests, document),
    components,
    edges: graph.edges,
    members: [],
    declared: declaredDependencies(importers, manifestOf, graph.edges),
    facts: [...version.facts, ...graph.unresolved],
    overrides,
  });
  return {
    ...inventory,
    facts: [
      ...inventory.facts,
      ...manifestDrift({ importers, manifestOf, document, overrides, memberFolders: configuration.memberFolders }),
      ...workspacesFromRegistry(inventory.components, inventory.edges),
      ...overridesNotLocked(configuration.overrides, overrides),
      ...ignoredOverrides(overrides, inventory.components, inventory.edges),
    ],
  };
}

interface LockfileVersion {
  readonly text: string;
  readonly facts: readonly LockfileFact[];
}

function versionOf({ lockfile, file, locationOf }: PnpmDocument): LockfileVersion {
  const location = locationOf('lockfileVersion');
  const text = textField(lockfile, 'lockfileVersion');
  if (text === undefined || !/^\d+(?:\.\d+)?(?:-[A-Za-z]+)?$/.test(text)) {
    throw invalidPnpmLockfile(location, '"lockfileVersion" is not a version');
  }
  if (Number.parseInt(text, 10) < 5) {
    throw new GateError('lockfile-unsupported', `${file} has version ${text}, which pnpm itself stopped reading in 2019`, {
      location,
      hint: 'write it anew with a current pnpm: pnpm install --lockfile-only',
    });
  }
  return { text, facts: knownVersions.has(text) ? [] : [{ type: 'unknown-version', version: text, newestKnown, location }] };
}

function identityOf(manifests: Manifests, folder: string): { readonly name?: string; readonly version?: string } | undefined {
  const path = posix.normalize(folder);
  const manifest = manifests(path === '.' ? '' : path)?.value;
  if (manifest === undefined) return undefined;
  const name = textMember(manifest, 'name');
  const version = textMember(manifest, 'version');
  return { ...(name !== undefined && isPackageName(name) && { name }), ...(version !== undefined && { version }) };
}

function rootComponent(importers: readonly PnpmImporter[], manifests: Manifests, document: PnpmDocument): UnscopedComponent {
  const location = importers.find(({ path }) => path === '.')?.location ?? { file: document.file, line: 1 };
  const { name = 'unnamed-project', version = '' } = identityOf(manifests, '') ?? {};
  const source: Source = { type: 'workspace', path: '.' };
  const properties = { ...projectProperties(document.lockfile), ...environmentProperties(document.environment) };
  return {
    bomRef: rootRef,
    purl: purlOf(name, version, source),
    name,
    version,
    source,
    location,
    ...(member(manifests('')?.value, 'private') === true && { isPrivate: true }),
    ...(Object.keys(properties).length > 0 && { properties }),
  };
}

/** A project of the repository. pnpm's lockfile does not say its name: without its manifest the folder stands for it. */
function projectComponent({ path, location }: PnpmImporter, manifests: Manifests): UnscopedComponent {
  const { name = path, version = '' } = identityOf(manifests, path) ?? {};
  const source: Source = { type: 'workspace', path };
  const isPrivate = member(manifests(path)?.value, 'private') === true;
  return {
    bomRef: importerRef(path),
    purl: purlOf(name, version, source),
    name,
    version,
    source,
    location,
    ...(isPrivate && { isPrivate }),
  };
}

/** A folder outside the lockfile's projects: pnpm links to it and installs nothing for it. */
function linkedComponent({ path, name: linkName, location }: LinkedFolder, manifests: Manifests): UnscopedComponent {
  const identity = leavesProject(path) ? undefined : identityOf(manifests, path);
  const { name = linkName, version = '' } = identity ?? {};
  const source: Source = { type: 'file', path };
  return {
    bomRef: linkedRef(path),
    purl: purlOf(name, version, source),
    name,
    version,
    source,
    location,
    ...(name !== linkName && { alias: linkName }),
  };
}

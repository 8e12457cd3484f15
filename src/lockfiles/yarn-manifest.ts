import { posix } from 'node:path';
import type { Location } from '../model/component.ts';
import type { EdgeKind } from '../model/inventory.ts';
import type { LockfileInput } from '../model/lockfile-format.ts';
import {
  hasControlCharacters,
  isJsonObject,
  member,
  readJsonDocument,
  textMember,
  type JsonDocument,
  type JsonObject,
} from './json-document.ts';
import { linesOfMembers } from './json-layout.ts';
import { invalidLockfile } from './yarn-document.ts';

/** What yarn reads in a `package.json` of the project: the root's or a workspace member's. */
export interface YarnManifest {
  /** Its folder, relative to the lockfile; `.` is the root. */
  readonly path: string;
  /** The `package.json`, relative to the project. */
  readonly file: string;
  readonly name?: string;
  readonly version?: string;
  readonly isPrivate: boolean;
  /** Field by field; a name may stand in several fields, and its first one says what kind it is. */
  readonly dependencies: readonly ManifestDependency[];
  /** `resolutions`: selector, what it asks for, and where. Yarn reads the root's only. */
  readonly resolutions: readonly ManifestResolution[];
  /** Globs of the workspace members. */
  readonly workspaces: readonly string[];
}

export interface ManifestDependency {
  readonly name: string;
  readonly range: string;
  readonly kind: EdgeKind;
  readonly location: Location;
}

export interface ManifestResolution {
  readonly selector: string;
  readonly wanted: string;
  readonly location: Location;
}

/** In yarn's order of strength. */
const dependencyFields: readonly (readonly [string, EdgeKind])[] = [
  ['optionalDependencies', 'optional'],
  ['dependencies', 'prod'],
  ['devDependencies', 'dev'],
  ['peerDependencies', 'peer'],
];
const fieldsWithLines = new Set([...dependencyFields.map(([field]) => field), 'resolutions']);

/**
 * Reads the `package.json` of one folder; undefined where there is none.
 * @throws GateError when it is no JSON, or when a name holds control characters
 */
export function readManifest(input: LockfileInput, folder: string): YarnManifest | undefined {
  const text = input.files.read(posix.join(folder, 'package.json'));
  if (text === undefined) return undefined;
  const file = posix.join(posix.dirname(input.path), folder, 'package.json');
  const document = readJsonDocument(text, { file, keepsLines: linesOfMembers(fieldsWithLines) });
  const name = nameOf(document, file, 'name');
  const version = nameOf(document, file, 'version');
  return {
    path: folder,
    file,
    ...(name === undefined ? {} : { name }),
    ...(version === undefined ? {} : { version }),
    isPrivate: member(document.value, 'private') === true,
    dependencies: dependenciesOf(document),
    resolutions: resolutionsOf(document),
    workspaces: workspacesOf(document),
  };
}

/** The folders of the workspace members that a manifest's globs name, relative to the lockfile, sorted; `!glob` takes folders out. */
export function memberFolders(input: LockfileInput, manifest: YarnManifest): readonly string[] {
  const folders = new Set<string>();
  const matching = (glob: string) => input.files.workspaces(posix.join(manifest.path, glob));
  for (const glob of manifest.workspaces) {
    if (glob.startsWith('!')) for (const folder of matching(glob.slice(1))) folders.delete(folder);
    else for (const folder of matching(glob)) folders.add(folder);
  }
  folders.delete(manifest.path);
  return [...folders].sort();
}

function dependenciesOf(document: JsonDocument): readonly ManifestDependency[] {
  const optional = new Set(
    Object.entries(objectMember(document, 'dependenciesMeta'))
      .filter(([, meta]) => member(meta, 'optional') === true)
      .map(([name]) => name),
  );
  return dependencyFields.flatMap(([field, kind]) =>
    Object.entries(objectMember(document, field)).flatMap(([name, range]): readonly ManifestDependency[] => {
      if (typeof range !== 'string') return [];
      const isOptional = kind === 'prod' && optional.has(name);
      return [{ name, range, kind: isOptional ? 'optional' : kind, location: document.locationOf([field, name]) }];
    }),
  );
}

function resolutionsOf(document: JsonDocument): readonly ManifestResolution[] {
  return Object.entries(objectMember(document, 'resolutions')).flatMap(([selector, wanted]) =>
    typeof wanted === 'string' ? [{ selector, wanted, location: document.locationOf(['resolutions', selector]) }] : [],
  );
}

function workspacesOf(document: JsonDocument): readonly string[] {
  const field = member(document.value, 'workspaces');
  const globs = isJsonObject(field) ? member(field, 'packages') : field;
  return Array.isArray(globs) ? globs.filter((glob): glob is string => typeof glob === 'string') : [];
}

function objectMember(document: JsonDocument, key: string): JsonObject {
  const value = member(document.value, key);
  return isJsonObject(value) ? value : {};
}

function nameOf(document: JsonDocument, file: string, key: 'name' | 'version'): string | undefined {
  const text = textMember(document.value, key);
  if (text === undefined || text === '') return undefined;
  if (hasControlCharacters(text)) throw invalidLockfile(file, 1, `has control characters in its ${key}`, 'put the name right');
  return text;
}

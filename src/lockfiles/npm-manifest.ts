import type { Location } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import type { EdgeKind } from '../model/inventory.ts';
import type { ProjectFiles } from '../model/project-files.ts';
import { leavesProject } from './install-path.ts';
import { isJsonObject, member, readJsonDocument, type JsonObject, type JsonValue } from './json-document.ts';
import { linesOfMembers } from './json-layout.ts';
import { wantedBy, type Wanted } from './npm-entry.ts';

/** The `package.json` of the project or of one of its folders. */
export interface Manifest {
  /** The folder relative to the lockfile; `''` is the project. */
  readonly folder: string;
  /** Its path relative to the project root. */
  readonly file: string;
  readonly value: JsonObject;
  readonly wants: readonly Wanted[];
  /** The line that declares a dependency; the file's first line where it has none. */
  readonly locationOf: (name: string, kind: Wanted['kind']) => Location;
}

/** Reads manifests once each. Never asks for one outside the project. */
export type Manifests = (folder: string) => Manifest | undefined;

/** The manifests beside and below a lockfile. A manifest that is not JSON is a GateError (`lockfile-invalid`). */
export function manifestsOf(lockfile: string, files: ProjectFiles): Manifests {
  const known = new Map<string, Manifest | undefined>();
  const base = lockfile.slice(0, lockfile.lastIndexOf('/') + 1);
  return (folder) => {
    if (leavesProject(folder)) return undefined;
    if (!known.has(folder)) known.set(folder, readManifest(folder, base, files));
    return known.get(folder);
  };
}

/** The patterns of a manifest's `workspaces`, in either of its two forms. */
export function workspaceGlobsOf(value: JsonValue | undefined): readonly string[] {
  const declared = member(value, 'workspaces');
  const list = Array.isArray(declared) ? declared : member(declared, 'packages');
  return Array.isArray(list) ? list.filter((item): item is string => typeof item === 'string') : [];
}

const groups: Readonly<Record<EdgeKind, string>> = {
  prod: 'dependencies',
  dev: 'devDependencies',
  optional: 'optionalDependencies',
  peer: 'peerDependencies',
};
const groupNames = new Set(Object.values(groups));

function readManifest(folder: string, base: string, files: ProjectFiles): Manifest | undefined {
  const path = folder === '' ? 'package.json' : `${folder}/package.json`;
  const text = files.read(path);
  if (text === undefined) return undefined;
  const file = base + path;
  const document = readJsonDocument(text, { file, keepsLines: linesOfMembers(groupNames) });
  const start: Location = { file, line: 1 };
  if (!isJsonObject(document.value)) {
    throw new GateError('lockfile-invalid', `${file} cannot be read: it is not an object`, { location: start, hint: 'restore the file' });
  }
  return {
    folder,
    file,
    value: document.value,
    wants: wantedBy(document.value, start, { withDev: true }),
    locationOf: (name, kind) => (kind === 'requires' ? start : document.locationOf([groups[kind], name])),
  };
}

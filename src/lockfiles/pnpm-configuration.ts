import { posix } from 'node:path';
import type { Location } from '../model/component.ts';
import type { LockfileInput } from '../model/lockfile-format.ts';
import { isJsonObject, member, readJsonDocument, type JsonDocument } from './json-document.ts';
import { entriesOf, readPnpmYaml, textsOf, type YamlMap } from './pnpm-document.ts';
import { matchesWorkspaceGlobs } from '../model/workspace-globs.ts';

/** What the project asks pnpm for outside of dependencies, in `pnpm-workspace.yaml` and in `package.json`. */
export interface PnpmConfiguration {
  readonly overrides: readonly ConfiguredOverride[];
  /** The patch file of each selector. */
  readonly patches: ReadonlyMap<string, string>;
  /** The folders of the repository's other projects by pnpm's patterns, sorted; empty where there is no `pnpm-workspace.yaml`. */
  readonly memberFolders: readonly string[];
}

export interface ConfiguredOverride {
  readonly selector: string;
  readonly wanted: string;
  readonly location: Location;
}

/** Reads the configuration beside a lockfile. Both files are read: which of them counts changed from pnpm 10 to 11. */
export function readPnpmConfiguration(input: LockfileInput): PnpmConfiguration {
  const folder = posix.dirname(input.path);
  const workspace = readWorkspaceFile(input, posix.join(folder, workspaceFile));
  const manifest = readManifest(input, posix.join(folder, 'package.json'));
  return {
    overrides: [...(workspace?.overrides ?? []), ...manifest.overrides],
    patches: new Map([...manifest.patches, ...(workspace?.patches ?? [])]),
    memberFolders: workspace === undefined ? [] : foldersOf(workspace.globs, input),
  };
}

const workspaceFile = 'pnpm-workspace.yaml';

interface ConfigurationFile {
  readonly overrides: readonly ConfiguredOverride[];
  readonly patches: ReadonlyMap<string, string>;
}

function readWorkspaceFile(input: LockfileInput, file: string): (ConfigurationFile & { readonly globs: readonly string[] }) | undefined {
  const text = input.files.read(workspaceFile);
  if (text === undefined) return undefined;
  const yaml = readPnpmYaml(text, file);
  const location: Location = { file, line: lineOf(text, 'overrides:') };
  return {
    overrides: textEntries(yaml, 'overrides').map(([selector, wanted]) => ({ selector, wanted, location })),
    patches: new Map(textEntries(yaml, 'patchedDependencies')),
    globs: textsOf(yaml, 'packages'),
  };
}

function readManifest(input: LockfileInput, file: string): ConfigurationFile {
  const text = input.files.read('package.json');
  if (text === undefined) return { overrides: [], patches: new Map() };
  const document = readJsonDocument(text, { file, keepsLines });
  const wanted = [...overridesAt(document, ['resolutions']), ...overridesAt(document, ['pnpm', 'overrides'])];
  // As for pnpm: an override wins over a resolution of the same name.
  return {
    overrides: [...new Map(wanted.map((one) => [one.selector, one])).values()],
    patches: new Map(stringsAt(document, ['pnpm', 'patchedDependencies'])),
  };
}

function keepsLines(path: readonly string[]): 'keys' | 'below' {
  return path.at(-1) === 'overrides' || path.at(-1) === 'resolutions' ? 'keys' : 'below';
}

function overridesAt(document: JsonDocument, path: readonly string[]): readonly ConfiguredOverride[] {
  return stringsAt(document, path).map(([selector, value]) => ({
    selector,
    wanted: value.startsWith('$') ? (declaredRange(document, value.slice(1)) ?? value) : value,
    location: document.locationOf([...path, selector]),
  }));
}

/** `$name` stands for the range that the project itself declares. */
function declaredRange(document: JsonDocument, name: string): string | undefined {
  for (const group of ['dependencies', 'optionalDependencies', 'devDependencies']) {
    const range = member(member(document.value, group), name);
    if (typeof range === 'string') return range;
  }
  return undefined;
}

function stringsAt(document: JsonDocument, path: readonly string[]): readonly (readonly [string, string])[] {
  let value: ReturnType<typeof member> = document.value;
  for (const key of path) value = member(value, key);
  return isJsonObject(value) ? Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string') : [];
}

function textEntries(yaml: YamlMap | undefined, key: string): readonly (readonly [string, string])[] {
  return entriesOf(yaml, key).filter((pair): pair is [string, string] => typeof pair[1] === 'string');
}

function foldersOf(globs: readonly string[], { files }: LockfileInput): readonly string[] {
  const folders = new Set(globs.filter((glob) => !glob.startsWith('!')).flatMap((glob) => files.workspaces(glob)));
  folders.delete('.');
  // A pattern with `!` takes out what the others found, wherever it stands, as for pnpm.
  const excluded = globs.filter((glob) => glob.startsWith('!')).map((glob) => glob.slice(1));
  return [...folders].filter((folder) => !matchesWorkspaceGlobs(folder, excluded)).sort();
}

function lineOf(text: string, key: string): number {
  const index = text.split('\n').findIndex((line) => line.startsWith(key));
  return index === -1 ? 1 : index + 1;
}

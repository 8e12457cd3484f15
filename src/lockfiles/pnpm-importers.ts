import type { Location } from '../model/component.ts';
import type { EdgeKind } from '../model/inventory.ts';
import { entriesOf, field, invalidPnpmLockfile, isYamlMap, textField, type PnpmDocument, type YamlValue } from './pnpm-document.ts';

/** One project of the repository, as the lockfile knows it. */
export interface PnpmImporter {
  /** Its folder, relative to the lockfile; `.` is the root. */
  readonly path: string;
  readonly location: Location;
  readonly dependencies: readonly ImporterDependency[];
  /** What the manifest asked for when the lockfile was written, by name. */
  readonly specifiers: ReadonlyMap<string, string>;
}

export interface ImporterDependency {
  readonly name: string;
  readonly kind: EdgeKind;
  readonly specifier: string | undefined;
  /** What it resolved to: a version, a key, or `link:folder`. */
  readonly reference: string;
}

/** The fields in pnpm's order of strength: of a name in several of them the first one counts. */
const groups: readonly (readonly [string, EdgeKind])[] = [
  ['optionalDependencies', 'optional'],
  ['dependencies', 'prod'],
  ['devDependencies', 'dev'],
];

/** Reads `importers`; without them the top level of the file is the one importer, the root. */
export function importersOf(document: PnpmDocument): readonly PnpmImporter[] {
  const { lockfile, locationOf } = document;
  if (field(lockfile, 'importers') === undefined) return [importerOf('.', lockfile, { file: document.file, line: 1 })];
  return entriesOf(lockfile, 'importers').map(([path, value]) => {
    const location = locationOf('importers', path);
    assertRelative(path, location);
    return importerOf(path, value, location);
  });
}

function importerOf(path: string, value: YamlValue, location: Location): PnpmImporter {
  const dependencies: ImporterDependency[] = [];
  const specifiers = new Map<string, string>();
  for (const [name, specifier] of entriesOf(value, 'specifiers')) {
    if (typeof specifier === 'string') specifiers.set(name, specifier);
  }
  const seen = new Set<string>();
  for (const [group, kind] of groups) {
    for (const [name, resolved] of entriesOf(value, group)) {
      // 5.4-inlineSpecifiers and every version from 6.0 on keep the specifier beside the version.
      const reference = isYamlMap(resolved) ? textField(resolved, 'version') : resolved;
      if (typeof reference !== 'string') throw invalidPnpmLockfile(location, `${name} of ${path} has no version`);
      const specifier = textField(resolved, 'specifier') ?? specifiers.get(name);
      if (specifier !== undefined) specifiers.set(name, specifier);
      if (!seen.has(name)) dependencies.push({ name, kind, specifier, reference });
      seen.add(name);
    }
  }
  return { path, location, dependencies, specifiers };
}

function assertRelative(path: string, location: Location): void {
  const isInside = path !== '' && !path.startsWith('/') && !/^[A-Za-z]:|\\/.test(path);
  if (!isInside) throw invalidPnpmLockfile(location, `the importer ${JSON.stringify(path.slice(0, 200))} is not a relative path`);
}

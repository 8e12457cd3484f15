import type { BomRef } from '../model/component.ts';
import type { DeclaredDependency, Edge, LockfileFact } from '../model/inventory.ts';
import { textMember } from './json-document.ts';
import type { Manifest } from './npm-manifest.ts';
import type { ConfiguredOverride } from './pnpm-configuration.ts';
import { textField, textsOf, field, type PnpmDocument } from './pnpm-document.ts';
import { importerRef } from './pnpm-edges.ts';
import type { PnpmImporter } from './pnpm-importers.ts';

/** The manifest of a project's folder, `.` for the root. */
type ManifestOf = (folder: string) => Manifest | undefined;

/** What the projects declare: from the manifest where it can be read, else from the lockfile's copy of it. */
export function declaredDependencies(
  importers: readonly PnpmImporter[],
  manifestOf: ManifestOf,
  edges: ReadonlyMap<BomRef, readonly Edge[]>,
): readonly DeclaredDependency[] {
  return importers.flatMap((importer): readonly DeclaredDependency[] => {
    const manifest = manifestOf(importer.path);
    // What it asks for comes before its workspace membership: the first edge of a name counts.
    const targets = new Map((edges.get(importerRef(importer.path)) ?? []).toReversed().map(({ name, to }) => [name, to]));
    const wants =
      manifest?.wants.map(({ name, range, kind }) => ({
        name,
        range,
        kind: kind === 'requires' ? ('prod' as const) : kind,
        location: manifest.locationOf(name, kind),
      })) ??
      importer.dependencies.map(({ name, kind, specifier = '' }) => ({
        name,
        range: specifier,
        kind,
        location: importer.location,
      }));
    return wants.map((wanted): DeclaredDependency => {
      const to = targets.get(wanted.name);
      return { ...wanted, ...(to !== undefined && { to }) };
    });
  });
}

export interface DriftContext {
  readonly importers: readonly PnpmImporter[];
  readonly manifestOf: ManifestOf;
  readonly document: PnpmDocument;
  readonly overrides: ReadonlyMap<string, string>;
  /** The projects that the configuration's patterns find. */
  readonly memberFolders: readonly string[];
}

/** Where the manifests and the lockfile's specifiers disagree, and projects that the lockfile does not know. */
export function manifestDrift({ importers, manifestOf, document, overrides, memberFolders }: DriftContext): readonly LockfileFact[] {
  const isExempt = exemptions(document, overrides);
  const facts = importers.flatMap((importer) => {
    const manifest = manifestOf(importer.path);
    return manifest === undefined ? [] : differences(manifest, importer, isExempt);
  });
  const known = new Set(importers.map(({ path }) => path));
  for (const folder of memberFolders) {
    const manifest = known.has(folder) ? undefined : manifestOf(folder);
    if (manifest === undefined) continue;
    const name = textMember(manifest.value, 'name') ?? folder;
    facts.push({ type: 'manifest-drift', manifest: manifest.file, name, declared: folder, location: { file: manifest.file, line: 1 } });
  }
  return facts;
}

/** Overrides that the configuration asks for and the lockfile was not written with. */
export function overridesNotLocked(
  configured: readonly ConfiguredOverride[],
  locked: ReadonlyMap<string, string>,
): readonly LockfileFact[] {
  // Both files may hold the same override: it is said once.
  return [...new Map(configured.toReversed().map((one) => [one.selector, one])).values()]
    .filter(({ selector, wanted }) => locked.get(selector) !== wanted && !isResolvedElsewhere(wanted, locked.get(selector)))
    .map(({ selector, wanted, location }) => ({
      type: 'override-ignored',
      selector,
      wanted,
      locked: locked.get(selector) ?? '',
      location,
    }));
}

/** pnpm writes the range in place of `catalog:` and `$name`. */
function isResolvedElsewhere(wanted: string, locked: string | undefined): boolean {
  return locked !== undefined && /^(?:catalog:|\$|link:|file:)/.test(wanted);
}

type IsExempt = (name: string, range: string) => boolean;

/** Declared dependencies whose specifier in the lockfile rightly differs, or that rightly have none. */
function exemptions({ lockfile }: PnpmDocument, overrides: ReadonlyMap<string, string>): IsExempt {
  const overridden = new Set([...overrides.keys()].map(nameOfSelector));
  const ignored = new Set(textsOf(lockfile, 'ignoredOptionalDependencies'));
  const hasNoLinks = textField(field(lockfile, 'settings'), 'excludeLinksFromLockfile') === 'true';
  return (name, range) => overridden.has(name) || ignored.has(name) || (hasNoLinks && /^(?:link|file|workspace):/.test(range));
}

function differences(manifest: Manifest, { specifiers, location }: PnpmImporter, isExempt: IsExempt): LockfileFact[] {
  const facts: LockfileFact[] = [];
  const declared = new Set<string>();
  for (const { name, range, kind } of manifest.wants) {
    const locked = specifiers.get(name);
    // Whether peers are installed is a setting; a development dependency of the same name comes first.
    const isMet = locked === range || kind === 'peer' || declared.has(name) || isExempt(name, range);
    declared.add(name);
    if (isMet) continue;
    facts.push({
      type: 'manifest-drift',
      manifest: manifest.file,
      name,
      declared: range,
      ...(locked !== undefined && { locked }),
      location: manifest.locationOf(name, kind),
    });
  }
  for (const [name, locked] of specifiers) {
    // A runtime is declared under `devEngines` or `engines`, and pnpm makes a dependency of it.
    if (declared.has(name) || locked.startsWith('runtime:')) continue;
    facts.push({ type: 'manifest-drift', manifest: manifest.file, name, locked, location });
  }
  return facts;
}

/** `parent@1>name@2` is about `name`. */
function nameOfSelector(selector: string): string {
  const last = selector.slice(selector.lastIndexOf('>') + 1);
  const at = last.indexOf('@', 1);
  return at === -1 ? last : last.slice(0, at);
}

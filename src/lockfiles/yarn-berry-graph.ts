import type { BomRef, Location } from '../model/component.ts';
import type { DeclaredDependency, Edge, EdgeKind, LockfileFact } from '../model/inventory.ts';
import type { LockfileInput } from '../model/lockfile-format.ts';
import { berryCatalogs, type CatalogFinder } from './yarn-berry-catalogs.ts';
import { indexDescriptors, type DescriptorIndex } from './yarn-berry-descriptors.ts';
import type { BerryEntry } from './yarn-berry-entry.ts';
import { canonicalRange } from './yarn-berry-reference.ts';
import { berryResolutions, type BerryResolutionFinder } from './yarn-berry-resolutions.ts';
import { childrenOf, textOf } from './yarn-document.ts';
import type { UnscopedComponent } from './yarn-inventory.ts';
import type { ManifestDependency, YarnManifest } from './yarn-manifest.ts';

/** The edges of a berry lockfile, and what its manifests say that it does not. */
export class BerryGraph {
  readonly edges: Map<BomRef, Edge[]> = new Map();
  readonly declared: DeclaredDependency[] = [];
  readonly facts: LockfileFact[] = [];
  readonly #file: string;
  readonly #entries: readonly BerryEntry[];
  readonly #root: UnscopedComponent;
  readonly #rootManifest: YarnManifest | undefined;
  readonly #rootLocator: string;
  readonly #descriptors: DescriptorIndex;
  readonly #resolutionFor: BerryResolutionFinder;
  readonly #catalogs: CatalogFinder;
  readonly #ignoredOverrides = new Set<string>();

  constructor({
    input,
    entries,
    root,
    rootManifest,
  }: {
    readonly input: LockfileInput;
    readonly entries: readonly BerryEntry[];
    readonly root: UnscopedComponent;
    readonly rootManifest: YarnManifest | undefined;
  }) {
    this.#file = input.path;
    this.#entries = entries;
    this.#root = root;
    this.#rootManifest = rootManifest;
    this.#rootLocator = entries.find(({ component }) => component === root)?.resolution ?? `${root.name}@workspace:.`;
    this.#descriptors = indexDescriptors(entries);
    this.#resolutionFor = berryResolutions(rootManifest?.resolutions ?? []);
    this.#catalogs = berryCatalogs(input);
  }

  /** Resolves every dependency of every entry; edges of the root come from its manifest where the lockfile has no entry for it. */
  follow(rootEntry: BerryEntry | undefined, members: readonly BerryEntry[]): void {
    const memberNames = new Set(members.map(({ component }) => component.name));
    if (rootEntry === undefined && this.#rootManifest !== undefined) this.#followRootManifest(this.#rootManifest);
    for (const entry of this.#entries) this.#followEntry(entry, memberNames);
  }

  #followRootManifest(manifest: YarnManifest): void {
    const linked = new Set<string>();
    for (const dependency of manifest.dependencies) {
      const { name, range, kind } = dependency;
      const to = this.#declare(dependency, this.#rootLocator);
      if (kind === 'peer' || linked.has(name)) continue;
      linked.add(name);
      if (to === undefined) this.#reportDrift(manifest, dependency, undefined);
      else this.#link(this.#root, to, { name, range, kind });
    }
  }

  #followEntry(entry: BerryEntry, memberNames: ReadonlySet<string>): void {
    const { component, node, resolution, manifest } = entry;
    const meta = childrenOf(node, 'dependenciesMeta');
    const declaredKinds = manifest === undefined ? new Map<string, EdgeKind>() : this.#compareWithManifest(entry, manifest);
    for (const [name, { text: range = '', line }] of childrenOf(node, 'dependencies')) {
      const location = { file: this.#file, line };
      const to = this.#resolve(name, range, resolution);
      if (to === undefined) {
        this.facts.push({ type: 'unresolved-dependency', from: component.bomRef, name, range, location });
        continue;
      }
      const details = meta.get(name);
      const isOptional = details !== undefined && textOf(details, 'optional') === 'true';
      this.#link(component, to, { name, range, kind: isOptional ? 'optional' : (declaredKinds.get(name) ?? 'prod') });
      if (component.source.type === 'workspace' && memberNames.has(name) && isFromRegistry(to.component, name)) {
        this.facts.push({ type: 'workspace-from-registry', name, component: to.component.bomRef, location });
      }
    }
  }

  /** Yarn merges a member's dependencies and devDependencies in the lockfile: only the manifest knows which is which. */
  #compareWithManifest(entry: BerryEntry, manifest: YarnManifest): ReadonlyMap<string, EdgeKind> {
    const locked = childrenOf(entry.node, 'dependencies');
    const kinds = new Map<string, EdgeKind>();
    const ranges = new Map<string, string[]>();
    for (const dependency of manifest.dependencies) {
      const { name, range, kind } = dependency;
      this.#declare(dependency, entry.resolution);
      if (kind === 'peer') continue;
      if (!kinds.has(name)) kinds.set(name, kind);
      ranges.set(name, [...(ranges.get(name) ?? []), canonicalRange(range)]);
    }
    for (const dependency of manifest.dependencies) {
      const { name, kind } = dependency;
      const lockedRange = locked.get(name)?.text;
      // Of a name in two fields yarn takes one range: the other one is no drift.
      const isLocked = lockedRange !== undefined && ranges.get(name)?.includes(canonicalRange(lockedRange));
      if (kind !== 'peer' && !isLocked) this.#reportDrift(manifest, dependency, lockedRange);
    }
    for (const [name, { text = '', line }] of locked) {
      if (!kinds.has(name)) this.#reportDrift(manifest, { name, location: { file: this.#file, line } }, text);
    }
    return kinds;
  }

  #declare({ name, range, kind, location }: ManifestDependency, parent: string): BerryEntry | undefined {
    const to = kind === 'peer' ? undefined : this.#resolve(name, range, parent);
    this.declared.push({ name, range, kind, location, ...(to === undefined ? {} : { to: to.component.bomRef }) });
    return to;
  }

  #reportDrift(
    manifest: YarnManifest,
    declared: { readonly name: string; readonly range?: string; readonly location: Location },
    locked: string | undefined,
  ): void {
    const { name, range, location } = declared;
    this.facts.push({
      type: 'manifest-drift',
      manifest: manifest.file,
      name,
      ...(range === undefined ? {} : { declared: range }),
      ...(locked === undefined ? {} : { locked }),
      location,
    });
  }

  /** In yarn's order: `resolutions`, catalogs, built-in patches, then the literal descriptor. */
  #resolve(name: string, range: string, parent: string): BerryEntry | undefined {
    const resolution = this.#resolutionFor(parent, name, range);
    const replaced = resolution === undefined ? undefined : this.#find(name, resolution.wanted, this.#rootLocator);
    if (replaced !== undefined) return replaced;
    const locked = this.#find(name, range, parent);
    if (resolution === undefined || locked === undefined) return locked;
    const { selector, wanted, location } = resolution;
    const { version } = locked.component;
    const key = `${selector} ${version}`;
    if (!this.#ignoredOverrides.has(key)) this.facts.push({ type: 'override-ignored', selector, wanted, locked: version, location });
    this.#ignoredOverrides.add(key);
    return locked;
  }

  #find(name: string, range: string, parent: string): BerryEntry | undefined {
    if (!range.startsWith('catalog:')) return this.#descriptors.find(name, range, parent);
    const meant = this.#catalogs(name, range);
    return meant === undefined ? this.#descriptors.only(name) : this.#descriptors.find(name, meant, this.#rootLocator);
  }

  #link(from: UnscopedComponent, { component }: BerryEntry, edge: Omit<Edge, 'to'>): void {
    if (from === component) return;
    const edges = this.edges.get(from.bomRef);
    const added: Edge = { to: component.bomRef, ...edge };
    if (edges === undefined) this.edges.set(from.bomRef, [added]);
    else edges.push(added);
  }
}

/** Whether a registry's package of this very name was taken; an alias was chosen on purpose. */
function isFromRegistry(component: UnscopedComponent, name: string): boolean {
  return component.source.type === 'registry' && component.name === name;
}

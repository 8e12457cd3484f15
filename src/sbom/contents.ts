import type { BomRef, Component, Purl, Scope } from '../model/component.ts';
import type { Draft } from '../model/draft.ts';
import type { Integrity } from '../model/integrity.ts';
import { compareIntegrity, integrityOf } from '../model/integrity.ts';
import type { Inventory } from '../model/inventory.ts';
import { purlOf } from '../model/purl.ts';
import type { Enrichment, EnrichmentMap, Sourced } from './enrichment.ts';
import { publicUrl } from './public-url.ts';

/** One line of an SBOM, whatever format it is written in: one package, or one installed copy of it. */
export interface SbomEntry {
  /** Unique in the document. */
  readonly ref: string;
  readonly purl: Purl;
  /** The first of `copies`: what all of them have in common is read from it. */
  readonly component: Component;
  /** The installed copies behind this entry, in code-unit order of their bom-refs. */
  readonly copies: readonly [Component, ...Component[]];
  /** The strongest scope of the copies. */
  readonly scope: Scope;
  readonly integrity?: Sourced<Integrity>;
  readonly licence?: Sourced<string>;
  readonly tarball?: Sourced<string>;
  readonly enrichment: Enrichment;
  /** Refs of what it depends on, in code-unit order; never itself. */
  readonly dependsOn: readonly string[];
  /** Why `dependsOn` is not all of it; empty when it is. */
  readonly gaps: readonly string[];
}

export interface SbomContents {
  readonly root: SbomEntry;
  /** Without the root, in code-unit order of the refs. */
  readonly entries: readonly SbomEntry[];
  /** Why nothing in the graph is certain, e.g. a lockfile version that nobody has seen; empty when all is well. */
  readonly doubts: readonly string[];
}

export interface ContentsOptions {
  /** One entry per package (copies with one identity are united) or one per installed copy. */
  readonly by: 'purl' | 'path';
  /** Scopes to leave out, with everything that only they lead to. */
  readonly omit: ReadonlySet<Scope>;
  readonly enrichment?: EnrichmentMap;
}

const none: readonly never[] = [];
const scopesByStrength: readonly Scope[] = ['required', 'peer', 'optional', 'dev'];

/** Chooses what an SBOM lists and how its entries depend on one another. Total: a dangling edge becomes a gap, never an error. */
export function contentsOf(inventory: Inventory, options: ContentsOptions): SbomContents {
  const kept = keptComponents(inventory, options.omit);
  const groups = groupCopies(inventory.root, kept, options.by);
  const refOf = new Map<BomRef, string>();
  for (const { ref, copies } of groups) for (const copy of copies) refOf.set(copy.bomRef, ref);
  const unresolved = unresolvedByComponent(inventory);
  const entries = groups.map((group) => entryOf(group, { inventory, refOf, unresolved, enrichment: options.enrichment }));
  const [root, ...others] = entries;
  if (root === undefined) throw new Error('an SBOM without a root entry'); // the first group is the root's, always
  return { root, entries: others.sort((a, b) => compareText(a.ref, b.ref)), doubts: doubtsOf(inventory) };
}

/** Compares by code unit, as every list of ours is sorted. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

interface Group {
  readonly ref: string;
  readonly copies: [Component, ...Component[]];
  /** The first digest that a copy of it has. */
  integrity: Integrity | undefined;
}

/** Real lockfiles hold one or two; a hostile one must not make grouping quadratic. */
const mostVariants = 8;

/**
 * Everything but the omitted scopes and what is reached through them alone; extraneous copies stay, they are marked.
 * Workspace members are starting points as well: not every package manager makes its root depend on them.
 */
function keptComponents(inventory: Inventory, omit: ReadonlySet<Scope>): readonly Component[] {
  const all = [...inventory.components.values()].sort((a, b) => compareText(a.bomRef, b.bomRef));
  if (omit.size === 0) return all;
  const members = all.filter(({ source, scope }) => source.type === 'workspace' && !omit.has(scope));
  const reached = new Set([inventory.root, ...members].map(({ bomRef }) => bomRef));
  const queue = [...reached];
  for (let ref = queue.pop(); ref !== undefined; ref = queue.pop()) {
    for (const { to } of inventory.edges.get(ref) ?? []) {
      const component = inventory.components.get(to);
      if (component === undefined || reached.has(to) || omit.has(component.scope)) continue;
      reached.add(to);
      queue.push(to);
    }
  }
  return all.filter((component) => reached.has(component.bomRef) || (component.isExtraneous === true && !omit.has(component.scope)));
}

/** The root's group first. Refs are purls or bom-refs; a second thing under a taken ref gets a counted suffix. */
function groupCopies(root: Component, components: readonly Component[], by: ContentsOptions['by']): readonly Group[] {
  const freeRef = refMaker();
  const groups: Group[] = [];
  const byIdentity = new Map<string, Group[]>();
  for (const component of [root, ...components]) {
    const identity = component === root ? 'root' : by === 'path' ? `copy ${component.bomRef}` : identityOf(component);
    const alike = byIdentity.get(identity) ?? [];
    const home = alike.find((group) => mayBeSameBytes(group.integrity, component.integrity));
    if (home !== undefined) {
      home.copies.push(component);
      home.integrity ??= component.integrity;
      continue;
    }
    const ref = freeRef(by === 'path' ? component.bomRef : publicPurl(component));
    const group: Group = { ref, copies: [component], integrity: component.integrity };
    if (alike.length < mostVariants) byIdentity.set(identity, [...alike, group]);
    groups.push(group);
  }
  return groups;
}

/** A folder of this repository and a registry package are two things, even under one name and version. */
function identityOf({ purl, source }: Component): string {
  return source.type === 'workspace' || source.type === 'file' ? `${purl} ${source.type} ${source.path}` : purl;
}

/** Two hosts may serve different bytes under one name and version: an SBOM must not hide that. */
function mayBeSameBytes(a: Integrity | undefined, b: Integrity | undefined): boolean {
  return a === undefined || b === undefined || compareIntegrity(a, b) !== 'different';
}

/** Makes refs unique: the second thing that wants a ref gets it with a counted suffix. */
function refMaker(): (wanted: string) => string {
  const counts = new Map<string, number>();
  return (wanted) => {
    let ref = wanted;
    while (counts.has(ref)) {
      const count = (counts.get(wanted) ?? 1) + 1;
      counts.set(wanted, count);
      ref = `${wanted}#${count}`;
    }
    counts.set(ref, 1);
    return ref;
  };
}

/** The component's purl, without a credential that a URL in it may hold. */
function publicPurl(component: Component): Purl {
  const { name, version, source, purl } = component;
  if (source.type !== 'git' && source.type !== 'tarball') return purl;
  const url = publicUrl(source.url);
  return url === source.url ? purl : purlOf(name, version, { ...source, url: url ?? '' });
}

interface EntryContext {
  readonly inventory: Inventory;
  readonly refOf: ReadonlyMap<BomRef, string>;
  readonly unresolved: ReadonlyMap<BomRef, readonly string[]>;
  readonly enrichment: EnrichmentMap | undefined;
}

function entryOf({ ref, copies }: Group, { inventory, refOf, unresolved, enrichment }: EntryContext): SbomEntry {
  const component = copies[0];
  const purl = publicPurl(component);
  const extra = enrichment === undefined ? {} : { ...enrichment.get(component.purl), ...enrichment.get(component.bomRef) };
  const dependsOn = new Set<string>();
  const gaps = new Set<string>();
  for (const copy of copies) {
    for (const gap of unresolved.get(copy.bomRef) ?? []) gaps.add(gap);
    for (const edge of inventory.edges.get(copy.bomRef) ?? []) {
      const to = refOf.get(edge.to);
      if (to !== undefined) dependsOn.add(to);
      else gaps.add(inventory.components.has(edge.to) ? `${edge.kind} dependency left out: ${edge.name}` : `unresolved: ${edge.name}`);
    }
  }
  dependsOn.delete(ref);
  const integrity = integrityIn(copies, extra);
  const licence = firstKnown(copies, (copy) => copy.licence, extra.licence);
  const tarball = firstKnown(copies, tarballOf, publicTarball(extra.tarball));
  const entry: Draft<SbomEntry> = {
    ref,
    purl,
    component,
    copies,
    scope: strongestScope(copies),
    enrichment: extra,
    dependsOn: [...dependsOn].sort(compareText),
    gaps: gaps.size === 0 ? none : [...gaps].sort(compareText),
  };
  if (integrity !== undefined) entry.integrity = integrity;
  if (licence !== undefined) entry.licence = licence;
  if (tarball !== undefined) entry.tarball = tarball;
  return entry;
}

function strongestScope(copies: Group['copies']): Scope {
  const [first] = copies;
  if (copies.length === 1) return first.scope;
  return scopesByStrength.find((scope) => copies.some((copy) => copy.scope === scope)) ?? first.scope;
}

/** What the lockfile says wins; the registry adds where the lockfile is silent. */
function firstKnown(
  copies: readonly Component[],
  read: (copy: Component) => string | undefined,
  learned: Sourced<string> | undefined,
): Sourced<string> | undefined {
  for (const copy of copies) {
    const value = read(copy);
    if (value !== undefined && value !== '') return { value, from: 'lockfile' };
  }
  return learned;
}

/**
 * The lockfile's digests, and those that the registry has besides. Where the two contradict each other the lockfile's stand:
 * they are what will be installed, or refused.
 */
function integrityIn(copies: readonly Component[], { integrity: learned }: Enrichment): Sourced<Integrity> | undefined {
  const locked = copies.length === 1 ? copies[0]?.integrity : integrityOf(copies.flatMap((copy) => copy.integrity ?? []));
  if (locked === undefined) return learned;
  if (learned === undefined || compareIntegrity(locked, learned.value) === 'different') return { value: locked, from: 'lockfile' };
  const both = integrityOf([...locked, ...learned.value]) ?? locked;
  return both.length === locked.length ? { value: locked, from: 'lockfile' } : { value: both, from: `lockfile, ${learned.from}` };
}

function tarballOf({ source }: Component): string | undefined {
  if (source.type === 'tarball') return publicUrl(source.url);
  return source.type === 'registry' && source.url !== undefined ? publicUrl(source.url) : undefined;
}

function publicTarball(tarball: Sourced<string> | undefined): Sourced<string> | undefined {
  const value = tarball === undefined ? undefined : publicUrl(tarball.value);
  return tarball === undefined || value === undefined ? undefined : { value, from: tarball.from };
}

function unresolvedByComponent(inventory: Inventory): ReadonlyMap<BomRef, readonly string[]> {
  const gaps = new Map<BomRef, string[]>();
  for (const fact of inventory.facts) {
    if (fact.type !== 'unresolved-dependency') continue;
    const list = gaps.get(fact.from) ?? [];
    list.push(`unresolved: ${fact.name}`);
    gaps.set(fact.from, list);
  }
  return gaps;
}

function doubtsOf(inventory: Inventory): readonly string[] {
  const doubts = new Set<string>();
  for (const fact of inventory.facts) {
    if (fact.type === 'unknown-version') doubts.add(`lockfile version ${fact.version} is newer than any known one`);
    if (fact.type === 'conflict-markers') doubts.add('the lockfile holds conflict markers');
  }
  return [...doubts].sort(compareText);
}

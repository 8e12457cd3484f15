import type * as Serialize from '@cyclonedx/cyclonedx-library/Serialize';
import type { Component as InstalledCopy } from '../model/component.ts';
import type { Hash } from '../model/integrity.ts';
import type { Inventory, InventoryOrigin } from '../model/inventory.ts';
import type { SbomContents, SbomEntry } from './contents.ts';
import { compareText } from './contents.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import { cyclonedxHashNames, isAtLeast } from './cyclonedx-terms.ts';
import { relativePath } from './entry-properties.ts';

type Bom = Serialize.JSON.Types.Normalized.Bom;
type Component = Serialize.JSON.Types.Normalized.Component;
type JsonObject = Readonly<Record<string, unknown>>;

export interface AdditionsInput {
  readonly inventory: Inventory;
  readonly contents: SbomContents;
  readonly spec: CycloneDxVersion;
}

/** Adds to the library's normalised JSON what it has no model for: evidence, pedigree, authors, compositions. */
export function addToJson(bom: Bom, { inventory, contents, spec }: AdditionsInput): JsonObject {
  const entries = new Map([contents.root, ...contents.entries].map((entry) => [entry.ref, entry]));
  const { origin } = inventory;
  const withAdditions = (component: Component): JsonObject => {
    const entry = entries.get(component['bom-ref'] ?? '');
    return entry === undefined ? { ...component } : { ...component, ...additionsTo(component, entry, { spec, origin }) };
  };
  return {
    ...bom,
    metadata: {
      ...bom.metadata,
      ...(bom.metadata?.component === undefined ? {} : { component: withAdditions(bom.metadata.component) }),
    },
    components: (bom.components ?? []).map(withAdditions),
    compositions: compositionsOf(contents),
  };
}

interface Context {
  readonly spec: CycloneDxVersion;
  readonly origin: InventoryOrigin;
}

function additionsTo(component: Component, entry: SbomEntry, { spec, origin }: Context): JsonObject {
  const { author } = entry.enrichment;
  const pedigree = pedigreeOf(entry.copies);
  return {
    ...repeatedHashes(component, entry.integrity?.value ?? []),
    ...(author === undefined || !isAtLeast(spec, '1.6')
      ? {}
      : { authors: [{ name: author.value.name, ...(author.value.email === undefined ? {} : { email: author.value.email }) }] }),
    ...(pedigree === undefined ? {} : { pedigree }),
    ...(isAtLeast(spec, '1.5') ? { evidence: { identity: identityOf(entry, origin, spec), occurrences: occurrencesOf(entry, spec) } } : {}),
  };
}

/** The library keeps one digest per algorithm; a lockfile may name several, and npm accepts any of them. */
function repeatedHashes({ externalReferences = [] }: Component, integrity: readonly Hash[]): JsonObject {
  if (new Set(integrity.map(({ algorithm }) => algorithm)).size === integrity.length) return {};
  const hashes = integrity.map(({ algorithm, digest }) => ({ alg: cyclonedxHashNames[algorithm], content: digest }));
  return {
    hashes,
    externalReferences: externalReferences.map((reference) => (reference.hashes === undefined ? reference : { ...reference, hashes })),
  };
}

/** On which lines of the lockfile it stands. Before 1.6 an occurrence has no line of its own. */
function occurrencesOf({ copies }: SbomEntry, spec: CycloneDxVersion): readonly JsonObject[] {
  const places = new Map(copies.map(({ location: { file, line } }) => [`${file}#L${line}`, { location: relativePath(file), line }]));
  return [...places.values()]
    .sort((a, b) => compareText(a.location, b.location) || a.line - b.line)
    .map((place) => (isAtLeast(spec, '1.6') ? place : { location: `${place.location}#L${place.line}` }));
}

/**
 * Why the purl is the right one: the lockfile names it, and where provenance was verified, its statement is about this purl and
 * these bytes. 1.5 knows a single identity, later versions a list.
 */
function identityOf({ enrichment }: SbomEntry, { path }: InventoryOrigin, spec: CycloneDxVersion): unknown {
  const build = enrichment.build?.value;
  const attested =
    build === undefined
      ? []
      : [{ technique: 'attestation', confidence: 1, value: `built from ${build.repository} at ${build.commit} by ${build.workflow}` }];
  const methods = [{ technique: 'manifest-analysis', confidence: 1, value: path }, ...attested];
  const identity = { field: 'purl', confidence: 1, methods };
  return isAtLeast(spec, '1.6') ? [identity] : identity;
}

/** A patched package is no longer what was published under its name. */
function pedigreeOf(copies: readonly InstalledCopy[]): JsonObject | undefined {
  const patches = new Map(copies.flatMap(({ patches = [] }) => patches).map((patch) => [`${patch.path ?? ''} ${patch.hash ?? ''}`, patch]));
  if (patches.size === 0) return undefined;
  const list = [...patches.entries()].sort(([a], [b]) => compareText(a, b)).map(([, patch]) => patch);
  const digests = list.flatMap(({ hash }) => hash ?? []);
  return {
    patches: list.map(({ path }) => ({
      type: 'unofficial',
      ...(path === undefined ? {} : { diff: { url: encodeURI(relativePath(path).toWellFormed()) } }),
    })),
    ...(digests.length === 0 ? {} : { notes: `digest of the patch in the lockfile: ${digests.join(', ')}` }),
  };
}

/** For which components the list of dependencies is all there is, and for which it is not; the reasons are properties. */
function compositionsOf({ root, entries, doubts }: SbomContents): readonly JsonObject[] {
  const all = [root, ...entries].toSorted((a, b) => compareText(a.ref, b.ref));
  const refs = (list: readonly SbomEntry[]): readonly string[] => list.map(({ ref }) => ref);
  if (doubts.length > 0) return [{ aggregate: 'unknown', dependencies: refs(all) }];
  const incomplete = all.filter(({ gaps }) => gaps.length > 0);
  const complete = all.filter(({ gaps }) => gaps.length === 0);
  return [
    ...(complete.length === 0 ? [] : [{ aggregate: 'complete', dependencies: refs(complete) }]),
    ...(incomplete.length === 0 ? [] : [{ aggregate: 'incomplete', dependencies: refs(incomplete) }]),
  ];
}

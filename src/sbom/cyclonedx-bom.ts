import type { Draft } from '../model/draft.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Milliseconds } from '../model/units.ts';
import type { SbomContents, SbomEntry } from './contents.ts';
import { compareText } from './contents.ts';
import { componentWriter, propertiesOf } from './cyclonedx-component.ts';
import { contactOf, organisationOf } from './cyclonedx-party.ts';
import type { Bom, BomComponent, BomComposition, BomDependency, BomMetadata } from './cyclonedx-shape.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import { isAtLeast } from './cyclonedx-terms.ts';
import type { Party } from './enrichment.ts';
import { type Annotate, documentProperties } from './entry-properties.ts';

/** What the caller says about the document itself. */
export interface DocumentOptions {
  /** When the SBOM was made; without it the document has no timestamp. */
  readonly timestamp?: Milliseconds;
  /** Who made the SBOM and who supplies the project: NTIA and BSI ask for them. */
  readonly authors?: readonly Party[];
  readonly supplier?: Party;
  readonly tool: { readonly name: string; readonly version: string };
  /** No serial number and no timestamp, and the document says so (`cdx:reproducible`). */
  readonly isReproducible?: boolean;
  /** Properties to add to the copies. */
  readonly annotate?: Annotate;
}

export interface BomInput {
  readonly inventory: Inventory;
  readonly contents: SbomContents;
  readonly spec: CycloneDxVersion;
  readonly options: DocumentOptions;
  /** Absent in a reproducible document. */
  readonly serialNumber?: string;
}

/** The document, in our order. */
export function bomOf({ inventory, contents, spec, options, serialNumber }: BomInput): Bom {
  const componentOf = componentWriter({ spec, origin: inventory.origin, annotate: options.annotate });
  const all = [contents.root, ...contents.entries];
  return {
    $schema: `http://cyclonedx.org/schema/bom-${spec}.schema.json`,
    bomFormat: 'CycloneDX',
    specVersion: spec,
    version: 1,
    ...(serialNumber === undefined ? {} : { serialNumber }),
    metadata: metadataOf({ inventory, contents, spec, options }, componentOf(contents.root, 'application')),
    components: contents.entries.map((entry) => componentOf(entry, 'library')),
    dependencies: all.map(dependencyOf),
    compositions: compositionsOf(all, contents.doubts),
  };
}

function metadataOf({ inventory, contents, spec, options }: BomInput, component: BomComponent): BomMetadata {
  const { authors = [], isReproducible = false, supplier, timestamp, tool } = options;
  const named = { name: tool.name, ...(tool.version === '' ? {} : { version: tool.version }) };
  const hasLifecycles = isAtLeast(spec, '1.5');
  const metadata: Partial<Draft<BomMetadata>> = {};
  if (timestamp !== undefined && !isReproducible) metadata.timestamp = new Date(timestamp).toISOString();
  if (hasLifecycles) metadata.lifecycles = [{ phase: 'pre-build' }];
  metadata.tools = hasLifecycles ? { components: [{ type: 'application', ...named }] } : [named];
  if (authors.length > 0) metadata.authors = authors.map(contactOf);
  metadata.component = component;
  if (supplier !== undefined) metadata.supplier = organisationOf(supplier);
  metadata.properties = propertiesOf(documentProperties(inventory, contents, isReproducible));
  return metadata as BomMetadata; // every member that is not optional has been set
}

function dependencyOf({ ref, dependsOn }: SbomEntry): BomDependency {
  return dependsOn.length === 0 ? { ref } : { ref, dependsOn };
}

/** For which components the list of dependencies is all there is, and for which it is not; the reasons are properties. */
function compositionsOf(entries: readonly SbomEntry[], doubts: readonly string[]): readonly BomComposition[] {
  const sorted = entries.toSorted((a, b) => compareText(a.ref, b.ref));
  const refsOf = (list: readonly SbomEntry[]): readonly string[] => list.map(({ ref }) => ref);
  if (doubts.length > 0) return [{ aggregate: 'unknown', dependencies: refsOf(sorted) }];
  const compositions: readonly BomComposition[] = [
    { aggregate: 'complete', dependencies: refsOf(sorted.filter(({ gaps }) => gaps.length === 0)) },
    { aggregate: 'incomplete', dependencies: refsOf(sorted.filter(({ gaps }) => gaps.length > 0)) },
  ];
  return compositions.filter(({ dependencies }) => dependencies.length > 0);
}

import type { Draft } from '../model/draft.ts';
import type { Integrity } from '../model/integrity.ts';
import type { InventoryOrigin } from '../model/inventory.ts';
import type { SbomEntry } from './contents.ts';
import { evidenceWriter, pedigreeOf } from './cyclonedx-evidence.ts';
import { organisationOf } from './cyclonedx-party.ts';
import type { BomComponent, BomContact, BomHash, BomLicence, BomProperty, BomReference } from './cyclonedx-shape.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import { cyclonedxHashNames, cyclonedxScopes, isAtLeast } from './cyclonedx-terms.ts';
import type { Party } from './enrichment.ts';
import { type Annotate, entryProperties, type Property } from './entry-properties.ts';
import { licenceChoice } from './licence-choice.ts';
import { publicUrl, uriReference } from './public-url.ts';
import { schemaLicenceIds } from './schemas.ts';

/** What all components of one document have in common. */
export interface ComponentContext {
  readonly spec: CycloneDxVersion;
  readonly origin: InventoryOrigin;
  /** Properties to add to the copies. */
  readonly annotate: Annotate | undefined;
}

/** Makes the component of each entry of one document. */
export function componentWriter(context: ComponentContext): (entry: SbomEntry, type: BomComponent['type']) => BomComponent {
  const { spec, origin, annotate } = context;
  const hasAuthors = isAtLeast(spec, '1.6');
  const evidenceOf = isAtLeast(spec, '1.5') ? evidenceWriter(origin, spec) : undefined;
  const licencesOf = licenceWriter(spec);
  return (entry, type) => {
    const { author, publisher, supplier, description } = entry.enrichment;
    const { name, version } = entry.component;
    const slash = name.startsWith('@') ? name.indexOf('/') : -1;
    const hashes = hashesOf(entry.integrity?.value);
    const licenses = licencesOf(entry.licence?.value ?? '');
    const references = referencesOf(entry, hashes, spec);
    const properties = propertiesOf(entryProperties(entry, origin.format, annotate));
    const pedigree = pedigreeOf(entry.copies);
    const has = (text: string | undefined): text is string => text !== undefined && text !== '';

    // Filled in the order in which it is written, and not spread together: this runs for thousands of entries.
    const component: Partial<Draft<BomComponent>> = { type, name: slash === -1 ? name : name.slice(slash + 1) };
    if (slash !== -1) component.group = name.slice(0, slash);
    if (version !== '') component.version = version;
    component['bom-ref'] = entry.ref;
    if (supplier !== undefined) component.supplier = organisationOf(supplier.value);
    if (!hasAuthors && has(author?.value.name)) component.author = author.value.name;
    if (has(publisher?.value.name)) component.publisher = publisher.value.name;
    if (has(description?.value)) component.description = description.value;
    component.scope = cyclonedxScopes[entry.scope];
    if (hashes !== undefined) component.hashes = hashes;
    if (licenses !== undefined) component.licenses = licenses;
    component.purl = entry.purl;
    if (references.length > 0) component.externalReferences = references;
    if (properties.length > 0) component.properties = properties;
    if (evidenceOf !== undefined) component.evidence = evidenceOf(entry);
    if (hasAuthors && author !== undefined) component.authors = [authorOf(author.value)];
    if (pedigree !== undefined) component.pedigree = pedigree;
    return component as BomComponent; // every member that is not optional has been set
  };
}

function authorOf({ name, email }: Party): BomContact {
  return { name, ...(email === undefined ? {} : { email }) };
}

/** Properties as CycloneDX writes them. */
export function propertiesOf(properties: readonly Property[]): readonly BomProperty[] {
  return properties.map(([name, value]) => ({ name, value }));
}

function hashesOf(integrity: Integrity | undefined): readonly BomHash[] | undefined {
  return integrity?.map(({ algorithm, digest }) => ({ alg: cyclonedxHashNames[algorithm], content: digest }));
}

/** Equal licences share one list: a document has thousands of them, and only reads them. */
function licenceWriter(spec: CycloneDxVersion): (raw: string) => readonly [BomLicence] | undefined {
  const known = new Map<string, readonly [BomLicence] | undefined>();
  const declared = isAtLeast(spec, '1.6') ? ({ acknowledgement: 'declared' } as const) : {};
  return (raw) => {
    if (!known.has(raw)) known.set(raw, licencesOf(raw, declared));
    return known.get(raw);
  };
}

function licencesOf(raw: string, declared: { readonly acknowledgement?: 'declared' }): readonly [BomLicence] | undefined {
  const choice = licenceChoice(raw);
  if (choice === undefined) return undefined;
  if (choice.kind === 'expression') return [{ expression: choice.expression, ...declared }];
  // An id that is newer than the specification's list is a name to it.
  if (choice.kind === 'id' && schemaLicenceIds().has(choice.id)) return [{ license: { id: choice.id, ...declared } }];
  return [{ license: { name: choice.kind === 'id' ? choice.id : choice.name, ...declared } }];
}

/** In the order of the types' names; the hashes of the component are those of its distribution. */
function referencesOf(
  { component: { source }, enrichment, tarball }: SbomEntry,
  hashes: readonly BomHash[] | undefined,
  spec: CycloneDxVersion,
): readonly BomReference[] {
  const references: BomReference[] = [];
  const add = (type: BomReference['type'], text: string | undefined, extra: { readonly hashes?: readonly BomHash[] } = {}): void => {
    const url = text === undefined ? undefined : publicUrl(text);
    if (url === undefined) return;
    const reference = { url: uriReference(url), type, ...extra };
    if (!references.some((other) => other.type === type && other.url === reference.url)) references.push(reference);
  };
  if (isAtLeast(spec, '1.5')) add('attestation', enrichment.attestations?.value);
  add('distribution', tarball?.value, hashes === undefined ? {} : { hashes });
  add('issue-tracker', enrichment.issues?.value);
  if (source.type === 'git') add('vcs', gitUrl(source));
  add('vcs', enrichment.repository?.value);
  add('website', enrichment.homepage?.value);
  return references;
}

function gitUrl({ url, commit }: { readonly url: string; readonly commit?: string }): string {
  const clean = publicUrl(url) ?? '';
  return commit === undefined ? clean : `${clean}#${commit}`;
}

import type { CycloneDxDocument, JsonObject, PlacedComponent } from './cyclonedx-document.ts';
import { componentsIn, fullName, objectIn, objectsIn, parseCycloneDX, propertiesNamed, textIn, textsIn } from './cyclonedx-document.ts';
import { isAtLeast, lockgateProperties as ours } from './cyclonedx-terms.ts';
import { licenceChoice } from './licence-choice.ts';

/** NTIA minimum elements (2021), BSI TR-03183-2 v2.1.0 (2025), CISA minimum elements (draft of 2025). */
export const qualityProfiles = ['ntia', 'bsi', 'cisa'] as const;
export type QualityProfile = (typeof qualityProfiles)[number];

/** How one field that a profile asks for is filled. */
export interface FieldResult {
  /** e.g. `component supplier`. */
  readonly field: string;
  /** Number of places that have it, and that should. */
  readonly present: number;
  readonly total: number;
  /** The places that lack it: JSON pointer and what stands there. */
  readonly missing: readonly { readonly pointer: string; readonly label: string }[];
  /** What would fill it. */
  readonly help: string;
}

export interface QualityResult {
  readonly profile: QualityProfile;
  /** 0 to 100: the mean of the fields' shares, rounded down, so that only a document that lacks nothing has 100. */
  readonly score: number;
  readonly fields: readonly FieldResult[];
}

/**
 * Scores a CycloneDX JSON document against what a body of rules asks for, and says what is missing and where.
 * Throws `GateError` (`input-invalid`) for text that is no CycloneDX JSON.
 */
export function sbomQuality(text: string, profile: QualityProfile, name = 'the SBOM'): QualityResult {
  const document = parseCycloneDX(text, name);
  const facts: DocumentFacts = { document, ...graphOf(document) };
  const components = componentsIn(document);
  const fields = profiles[profile].map((requirement): FieldResult => {
    const places = requirement.of === 'document' ? [{ json: document.json, pointer: '' }] : components;
    const missing = places
      .filter(({ json }) => !requirement.has(json, facts))
      .map(({ json, pointer }) => ({ pointer, label: requirement.of === 'document' ? name : labelOf(json) }));
    const { field, help } = requirement;
    return { field, present: places.length - missing.length, total: places.length, missing, help };
  });
  const shares = fields.map(({ present, total }) => (total === 0 ? 0 : present / total));
  const score = Math.floor((100 * shares.reduce((sum, share) => sum + share, 0)) / shares.length);
  return { profile, score, fields };
}

interface DocumentFacts {
  readonly document: CycloneDxDocument;
  /** Refs with an entry of their own in the graph. */
  readonly described: ReadonlySet<string>;
  /** Refs of which the document says whether their dependencies are all there. */
  readonly judged: ReadonlySet<string>;
}

interface Requirement {
  readonly field: string;
  readonly of: 'document' | 'component';
  readonly has: (json: JsonObject, facts: DocumentFacts) => boolean;
  readonly help: string;
}

const timestamp: Requirement = {
  field: 'timestamp',
  of: 'document',
  has: (json) => textIn(metadataOf(json), 'timestamp') !== undefined,
  help: 'give the SBOM a time, e.g. through SOURCE_DATE_EPOCH',
};
const author: Requirement = {
  field: 'SBOM author',
  of: 'document',
  has: (json) =>
    objectsIn(metadataOf(json), 'authors').some(isNamed) ||
    ['manufacturer', 'manufacture'].some((key) => isNamed(objectIn(metadataOf(json), key) ?? {})),
  help: 'name who made the SBOM in metadata.authors or metadata.manufacturer',
};
const authorContact: Requirement = {
  field: 'SBOM creator with email or URL',
  of: 'document',
  has: (json) =>
    [
      ...objectsIn(metadataOf(json), 'authors'),
      ...['manufacturer', 'manufacture'].map((key) => objectIn(metadataOf(json), key) ?? {}),
    ].some(isReachable),
  help: 'give metadata.authors an email address or metadata.manufacturer a URL',
};
const toolName: Requirement = {
  field: 'tool name',
  of: 'document',
  has: (json) => {
    const metadata = metadataOf(json);
    const tools = objectIn(metadata, 'tools');
    return [...objectsIn(metadata, 'tools'), ...objectsIn(tools ?? {}, 'components'), ...objectsIn(tools ?? {}, 'services')].some(isNamed);
  },
  help: 'name the generator in metadata.tools',
};
const generationContext: Requirement = {
  field: 'generation context',
  of: 'document',
  has: (json) =>
    objectsIn(metadataOf(json), 'lifecycles').some((lifecycle) => textIn(lifecycle, 'phase') !== undefined || isNamed(lifecycle)),
  help: 'state the phase in metadata.lifecycles (needs CycloneDX 1.5 or newer)',
};
const name: Requirement = { field: 'component name', of: 'component', has: isNamed, help: 'give every component a name' };
const version: Requirement = {
  field: 'component version',
  of: 'component',
  has: (json) => (textIn(json, 'version') ?? '') !== '',
  help: 'give every component a version; linked folders take it from their package.json',
};
const supplier: Requirement = {
  field: 'component supplier',
  of: 'component',
  has: (json) => ['supplier', 'manufacturer'].some((key) => isNamed(objectIn(json, key) ?? {})) || (textIn(json, 'publisher') ?? '') !== '',
  help: 'take suppliers and publishers from the registry with --enrich',
};
const producer: Requirement = {
  ...supplier,
  field: 'software producer',
  has: (json, facts) => supplier.has(json, facts) || objectsIn(json, 'authors').some(isNamed) || (textIn(json, 'author') ?? '') !== '',
};
const creatorContact: Requirement = {
  field: 'component creator with email or URL',
  of: 'component',
  has: (json) =>
    ['supplier', 'manufacturer'].some((key) => isReachable(objectIn(json, key) ?? {})) || objectsIn(json, 'authors').some(isReachable),
  help: 'take authors from the registry with --enrich',
};
const identifier: Requirement = {
  field: 'unique identifier',
  of: 'component',
  has: (json) => ['purl', 'cpe'].some((key) => (textIn(json, key) ?? '') !== '') || objectIn(json, 'swid') !== undefined,
  help: 'give every component a purl',
};
const relationship: Requirement = {
  field: 'dependency relationship',
  of: 'component',
  has: (json, { described }) => described.has(textIn(json, 'bom-ref') ?? ''),
  help: 'give every component an entry in dependencies, if only an empty one',
};
const completeness: Requirement = {
  field: 'completeness of dependencies',
  of: 'component',
  has: (json, { judged }) => judged.has(textIn(json, 'bom-ref') ?? ''),
  help: 'state in compositions for every component whether its dependencies are complete, incomplete or unknown',
};
const hash: Requirement = {
  field: 'component hash',
  of: 'component',
  has: (json) => isOwnSource(json) || digestsOf(json).length > 0,
  help: 'lock every package with its integrity, or take it from the registry with --enrich',
};
const sha512: Requirement = {
  field: 'SHA-512 of the deployable component',
  of: 'component',
  has: (json) => isOwnSource(json) || digestsOf(json).includes('SHA-512'),
  help: 'lock every package with a sha512 integrity, or take it from the registry with --enrich',
};
const licence: Requirement = {
  field: 'licence',
  of: 'component',
  has: (json) => objectsIn(json, 'licenses').some((choice) => licenceTextOf(choice) !== ''),
  help: 'take licences from the registry with --enrich; lockfiles of yarn, pnpm and bun hold none',
};
const spdxLicence: Requirement = {
  ...licence,
  field: 'licence as SPDX',
  has: (json) =>
    objectsIn(json, 'licenses').some(
      (choice) => licenceChoice(licenceTextOf(choice)) !== undefined && licenceChoice(licenceTextOf(choice))?.kind !== 'name',
    ),
};

const profiles: Readonly<Record<QualityProfile, readonly Requirement[]>> = {
  ntia: [author, timestamp, supplier, name, version, identifier, relationship],
  cisa: [author, timestamp, toolName, generationContext, producer, name, version, identifier, hash, licence, relationship, completeness],
  bsi: [
    {
      field: 'specification version',
      of: 'document',
      has: (_json, { document }) => isAtLeast(document.version, '1.6'),
      help: 'write CycloneDX 1.6 or newer',
    },
    authorContact,
    timestamp,
    {
      field: 'no vulnerabilities in the SBOM',
      of: 'document',
      has: (json) => objectsIn(json, 'vulnerabilities').length === 0,
      help: 'keep vulnerabilities in a VEX file of their own',
    },
    creatorContact,
    name,
    version,
    {
      field: 'filename of the component',
      of: 'component',
      has: (json) =>
        isOwnSource(json) || propertiesNamed(json, 'bsi:component:filename').length > 0 || referencesOf(json, 'distribution').length > 0,
      help: 'name the tarball: as the distribution reference, or in the property bsi:component:filename',
    },
    relationship,
    completeness,
    spdxLicence,
    sha512,
    {
      field: 'URI of the source code',
      of: 'component',
      has: (json) => isOwnSource(json) || referencesOf(json, 'vcs').length > 0 || referencesOf(json, 'source-distribution').length > 0,
      help: 'take repositories from the registry with --enrich',
    },
    {
      field: 'URI of the deployable form',
      of: 'component',
      has: (json) => isOwnSource(json) || referencesOf(json, 'distribution').length > 0,
      help: 'lock tarball URLs (npm: omit-lockfile-registry-resolved=false), or take them from the registry with --enrich',
    },
    identifier,
  ],
};

function graphOf({ json }: CycloneDxDocument): Omit<DocumentFacts, 'document'> {
  const described = new Set(objectsIn(json, 'dependencies').map((entry) => textIn(entry, 'ref') ?? ''));
  const judged = new Set(objectsIn(json, 'compositions').flatMap((composition) => textsIn(composition, 'dependencies')));
  return { described, judged };
}

function metadataOf(json: JsonObject): JsonObject {
  return objectIn(json, 'metadata') ?? {};
}

function isNamed(json: JsonObject): boolean {
  return (textIn(json, 'name') ?? '').trim() !== '';
}

function isReachable(json: JsonObject): boolean {
  return textIn(json, 'email') !== undefined || textsIn(json, 'url').length > 0 || objectsIn(json, 'contact').some(isReachable);
}

/** Source code of this repository has no tarball: a hash or a download is not asked of it. */
function isOwnSource(json: JsonObject): boolean {
  return textIn(json, 'type') === 'application' || propertiesNamed(json, ours.source).includes('workspace');
}

function referencesOf(json: JsonObject, type: string): readonly JsonObject[] {
  return objectsIn(json, 'externalReferences').filter((reference) => textIn(reference, 'type') === type);
}

function digestsOf(json: JsonObject): readonly string[] {
  const holders = [json, ...referencesOf(json, 'distribution')];
  return holders.flatMap((holder) => objectsIn(holder, 'hashes')).flatMap((entry) => textIn(entry, 'alg') ?? []);
}

function licenceTextOf(choice: JsonObject): string {
  const licence = objectIn(choice, 'license') ?? {};
  return textIn(choice, 'expression') ?? textIn(licence, 'id') ?? textIn(licence, 'name') ?? '';
}

function labelOf(json: PlacedComponent['json']): string {
  const at = textIn(json, 'version') ?? '';
  return at === '' ? fullName(json) : `${fullName(json)}@${at}`;
}

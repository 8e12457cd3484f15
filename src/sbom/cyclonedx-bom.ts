import { createRequire } from 'node:module';
import type * as Enums from '@cyclonedx/cyclonedx-library/Enums';
import type * as Models from '@cyclonedx/cyclonedx-library/Models';
import type * as Serialize from '@cyclonedx/cyclonedx-library/Serialize';
import type * as Spec from '@cyclonedx/cyclonedx-library/Spec';
import type { Integrity } from '../model/integrity.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Milliseconds } from '../model/units.ts';
import type { SbomContents, SbomEntry } from './contents.ts';
import type { CycloneDxVersion } from './cyclonedx-terms.ts';
import { cyclonedxHashNames, cyclonedxScopes, isAtLeast } from './cyclonedx-terms.ts';
import type { Party } from './enrichment.ts';
import { type Annotate, documentProperties, entryProperties } from './entry-properties.ts';
import { licenceChoice } from './licence-choice.ts';
import { publicUrl } from './public-url.ts';

/** The parts of the CycloneDX library that are used; loading it costs as much as writing a small document. */
export interface CycloneDxLibrary {
  readonly Enums: typeof Enums;
  readonly Models: typeof Models;
  readonly Serialize: typeof Serialize;
  readonly specOf: (version: CycloneDxVersion) => (typeof Spec)['Spec1dot6'];
}

/**
 * Loads the library on first use; its sub-entries only, since its main entry also loads validators.
 * By `require`: the library is CommonJS, and importing it costs twice as much.
 */
export function loadLibrary(): CycloneDxLibrary {
  const require = createRequire(import.meta.url);
  // The casts name what the entries' own type declarations say.
  const spec = require('@cyclonedx/cyclonedx-library/Spec') as typeof Spec;
  const specs = { '1.4': spec.Spec1dot4, '1.5': spec.Spec1dot5, '1.6': spec.Spec1dot6, '1.7': spec.Spec1dot7 };
  return {
    Enums: require('@cyclonedx/cyclonedx-library/Enums') as typeof Enums,
    Models: require('@cyclonedx/cyclonedx-library/Models') as typeof Models,
    Serialize: require('@cyclonedx/cyclonedx-library/Serialize') as typeof Serialize,
    specOf: (version) => specs[version],
  };
}

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
}

/** The library's model of the document, in our order. */
export function bomOf(library: CycloneDxLibrary, { inventory, contents, spec, options }: BomInput): Models.Bom {
  const { Enums, Models } = library;
  const isReproducible = options.isReproducible === true;
  const builder = new ComponentBuilder(library, spec, { lockfileFormat: inventory.origin.format, annotate: options.annotate });
  const models = new Map([contents.root, ...contents.entries].map((entry) => [entry.ref, builder.componentOf(entry)]));
  for (const { ref, dependsOn } of [contents.root, ...contents.entries]) {
    const dependencies = models.get(ref)?.dependencies;
    for (const to of dependsOn) {
      const target = models.get(to);
      if (target !== undefined) dependencies?.add(target.bomRef);
    }
  }
  const root = models.get(contents.root.ref);
  if (root === undefined) throw new Error('the root has no model');
  root.type = Enums.ComponentType.Application;
  models.delete(contents.root.ref);

  return new Models.Bom({
    components: new Models.ComponentRepository(models.values()),
    metadata: new Models.Metadata({
      component: root,
      lifecycles: new Models.LifecycleRepository([Enums.LifecyclePhase.PreBuild]),
      tools: new Models.Tools({
        components: new Models.ComponentRepository([
          new Models.Component(Enums.ComponentType.Application, options.tool.name, { version: options.tool.version }),
        ]),
      }),
      authors: new Models.OrganizationalContactRepository((options.authors ?? []).map((party) => builder.contactOf(party))),
      properties: builder.propertiesOf(documentProperties(inventory, contents, isReproducible)),
      ...(options.supplier === undefined ? {} : { supplier: builder.organisationOf(options.supplier) }),
      ...(options.timestamp === undefined || isReproducible ? {} : { timestamp: new Date(options.timestamp) }),
    }),
  });
}

/** Builds library models; holds the loaded library and the version of the specification for one document. */
class ComponentBuilder {
  readonly #enums: typeof Enums;
  readonly #models: typeof Models;
  readonly #spec: CycloneDxVersion;
  readonly #lockfileFormat: string;
  readonly #annotate: Annotate | undefined;
  /** Equal licences share one list, and what is empty is shared as well: a document has thousands of both, and only reads them. */
  readonly #licences = new Map<string, Models.LicenseRepository>();
  readonly #noComponents: Models.ComponentRepository;
  readonly #noHashes: Models.HashDictionary;

  constructor(
    library: CycloneDxLibrary,
    spec: CycloneDxVersion,
    { lockfileFormat, annotate }: { readonly lockfileFormat: string; readonly annotate: Annotate | undefined },
  ) {
    this.#enums = library.Enums;
    this.#models = library.Models;
    this.#spec = spec;
    this.#lockfileFormat = lockfileFormat;
    this.#annotate = annotate;
    this.#noComponents = new library.Models.ComponentRepository();
    this.#noHashes = new library.Models.HashDictionary();
  }

  componentOf(entry: SbomEntry): Models.Component {
    const { component, enrichment, purl, ref, scope } = entry;
    const { Component } = this.#models;
    const slash = component.name.startsWith('@') ? component.name.indexOf('/') : -1;
    const { author, publisher, supplier, description } = enrichment;
    const hashes = this.#hashesOf(entry.integrity?.value);
    return new Component(this.#enums.ComponentType.Library, slash === -1 ? component.name : component.name.slice(slash + 1), {
      bomRef: ref,
      version: component.version,
      purl,
      scope: this.#enums.ComponentScope[cyclonedxScopes[scope]],
      components: this.#noComponents,
      hashes,
      licenses: this.#licencesOf(entry.licence?.value ?? ''),
      externalReferences: this.#referencesOf(entry, hashes),
      properties: this.propertiesOf(entryProperties(entry, this.#lockfileFormat, this.#annotate)),
      ...(slash === -1 ? {} : { group: component.name.slice(0, slash) }),
      // From 1.6 on the authors are a list of their own, which the library does not model.
      ...(author === undefined || isAtLeast(this.#spec, '1.6') ? {} : { author: author.value.name }),
      ...(publisher === undefined ? {} : { publisher: publisher.value.name }),
      ...(supplier === undefined ? {} : { supplier: this.organisationOf(supplier.value) }),
      ...(description === undefined ? {} : { description: description.value }),
    });
  }

  propertiesOf(properties: readonly (readonly [string, string])[]): Models.PropertyRepository {
    const { Property, PropertyRepository } = this.#models;
    return new PropertyRepository(properties.map(([name, value]) => new Property(name, value)));
  }

  contactOf({ name, email }: Party): Models.OrganizationalContact {
    return new this.#models.OrganizationalContact({ name, ...(email === undefined ? {} : { email }) });
  }

  organisationOf(party: Party): Models.OrganizationalEntity {
    const { OrganizationalContactRepository, OrganizationalEntity } = this.#models;
    const url = party.url === undefined ? undefined : publicUrl(party.url);
    return new OrganizationalEntity({
      name: party.name,
      ...(url === undefined ? {} : { url: new Set([url]) }),
      ...(party.email === undefined ? {} : { contact: new OrganizationalContactRepository([this.contactOf(party)]) }),
    });
  }

  /** The library keeps one digest per algorithm: the first. What it drops is added to the JSON afterwards. */
  #hashesOf(integrity: Integrity | undefined): Models.HashDictionary {
    if (integrity === undefined) return this.#noHashes;
    const hashes = new this.#models.HashDictionary();
    for (const { algorithm, digest } of integrity) {
      const name = this.#enums.HashAlgorithm[cyclonedxHashNames[algorithm]];
      if (!hashes.has(name)) hashes.set(name, digest);
    }
    return hashes;
  }

  #licencesOf(raw: string): Models.LicenseRepository {
    const licences = this.#licences.get(raw) ?? this.#newLicencesOf(raw);
    this.#licences.set(raw, licences);
    return licences;
  }

  #newLicencesOf(raw: string): Models.LicenseRepository {
    const { LicenseExpression, LicenseRepository, NamedLicense, SpdxLicense } = this.#models;
    const choice = licenceChoice(raw);
    if (choice === undefined) return new LicenseRepository();
    const acknowledgement = this.#enums.LicenseAcknowledgement.Declared;
    switch (choice.kind) {
      case 'id':
        return new LicenseRepository([new SpdxLicense(choice.id, { acknowledgement })]);
      case 'expression': {
        const expression = new LicenseExpression(choice.expression);
        expression.acknowledgement = acknowledgement;
        return new LicenseRepository([expression]);
      }
      case 'name':
        return new LicenseRepository([new NamedLicense(choice.name, { acknowledgement })]);
    }
  }

  #referencesOf({ component, enrichment, tarball }: SbomEntry, hashesOfTarball: Models.HashDictionary): Models.ExternalReferenceRepository {
    const { ExternalReference, ExternalReferenceRepository } = this.#models;
    const types = this.#enums.ExternalReferenceType;
    const references = new Map<string, Models.ExternalReference>();
    const add = (type: Enums.ExternalReferenceType, text: string | undefined, hashes = this.#noHashes): void => {
      const url = text === undefined ? undefined : publicUrl(text);
      if (url === undefined || references.has(`${type} ${url}`)) return;
      references.set(`${type} ${url}`, new ExternalReference(url, type, { hashes }));
    };
    add(types.Attestation, isAtLeast(this.#spec, '1.5') ? enrichment.attestations?.value : undefined);
    add(types.Distribution, tarball?.value, hashesOfTarball);
    add(types.IssueTracker, enrichment.issues?.value);
    add(types.VCS, component.source.type === 'git' ? gitUrl(component.source) : undefined);
    add(types.VCS, enrichment.repository?.value);
    add(types.Website, enrichment.homepage?.value);
    return new ExternalReferenceRepository(references.values());
  }
}

function gitUrl({ url, commit }: { readonly url: string; readonly commit?: string }): string {
  const clean = publicUrl(url) ?? '';
  return commit === undefined ? clean : `${clean}#${commit}`;
}

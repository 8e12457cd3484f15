import type { BomRef, Purl } from '../model/component.ts';
import type { Integrity } from '../model/integrity.ts';
import type { Milliseconds } from '../model/units.ts';

/** A value that the lockfile does not hold, with where it was learned, e.g. `registry`, `tarball`. */
export interface Sourced<T> {
  readonly value: T;
  readonly from: string;
}

/** A person or organisation as metadata names it. */
export interface Party {
  readonly name: string;
  readonly email?: string;
  readonly url?: string;
}

/** Who built the bytes of a component, as verified provenance says. Texts of certificates: never trusted as markup or URLs. */
export interface Build {
  readonly repository: string;
  readonly commit: string;
  readonly ref: string;
  /** Path of the workflow in its repository. */
  readonly workflow: string;
  /** The event that started it. */
  readonly trigger: string;
  /** Who vouched for the build's identity. */
  readonly issuer: string;
  /** The certificate's subject. */
  readonly signer: string;
  readonly signedAt: Milliseconds;
  /** The transparency log and the entry in it. */
  readonly log: string;
  readonly logIndex: string;
}

/** What is known about one component beyond its lockfile entry. */
export interface Enrichment {
  readonly licence?: Sourced<string>;
  readonly integrity?: Sourced<Integrity>;
  /** URL of the distributed tarball. */
  readonly tarball?: Sourced<string>;
  readonly author?: Sourced<Party>;
  /** Who published this version. */
  readonly publisher?: Sourced<Party>;
  /** Who stands behind the package as a supplier, in the sense of NTIA. */
  readonly supplier?: Sourced<Party>;
  readonly description?: Sourced<string>;
  readonly repository?: Sourced<string>;
  readonly homepage?: Sourced<string>;
  readonly issues?: Sourced<string>;
  /** URL of the registry's attestations for this version. */
  readonly attestations?: Sourced<string>;
  /** Only where its provenance was verified over the locked bytes. */
  readonly build?: Sourced<Build>;
}

/** By bom-ref (one copy) or by purl (every copy); the bom-ref wins. */
export type EnrichmentMap = ReadonlyMap<Purl | BomRef, Enrichment>;

import type { CycloneDxVersion, cyclonedxHashNames, cyclonedxScopes } from './cyclonedx-terms.ts';

/**
 * What is written of CycloneDX, in the shape and order of its JSON form; the XML form is made from it. What is absent is not
 * there at all: the value that is validated is the value that is written.
 */
export interface Bom {
  readonly $schema: string;
  readonly bomFormat: 'CycloneDX';
  readonly specVersion: CycloneDxVersion;
  readonly version: 1;
  readonly serialNumber?: string;
  readonly metadata: BomMetadata;
  readonly components: readonly BomComponent[];
  readonly dependencies: readonly BomDependency[];
  readonly compositions: readonly BomComposition[];
}

export interface BomMetadata {
  readonly timestamp?: string;
  readonly lifecycles?: readonly [{ readonly phase: 'pre-build' }];
  /** Before 1.5 a plain list. */
  readonly tools: { readonly components: readonly BomTool[] } | readonly BomTool[];
  readonly authors?: readonly BomContact[];
  readonly component: BomComponent;
  readonly supplier?: BomOrganisation;
  readonly properties: readonly BomProperty[];
}

export interface BomTool {
  readonly type?: 'application';
  readonly name: string;
  readonly version?: string;
}

export interface BomComponent {
  readonly type: 'application' | 'library';
  readonly name: string;
  /** The scope of an npm name, with its `@`. */
  readonly group?: string;
  readonly version?: string;
  readonly 'bom-ref': string;
  readonly supplier?: BomOrganisation;
  /** Before 1.6; then `authors`. */
  readonly author?: string;
  readonly publisher?: string;
  readonly description?: string;
  readonly scope: (typeof cyclonedxScopes)[keyof typeof cyclonedxScopes];
  readonly hashes?: readonly BomHash[];
  readonly licenses?: readonly [BomLicence];
  readonly purl: string;
  readonly externalReferences?: readonly BomReference[];
  readonly properties?: readonly BomProperty[];
  readonly evidence?: BomEvidence;
  readonly authors?: readonly [BomContact];
  readonly pedigree?: BomPedigree;
}

export interface BomHash {
  readonly alg: (typeof cyclonedxHashNames)[keyof typeof cyclonedxHashNames];
  readonly content: string;
}

/** An acknowledgement says whose word it is; since 1.6. */
export type BomLicence =
  | { readonly license: { readonly id: string; readonly acknowledgement?: 'declared' } }
  | { readonly license: { readonly name: string; readonly acknowledgement?: 'declared' } }
  | { readonly expression: string; readonly acknowledgement?: 'declared' };

export interface BomReference {
  readonly url: string;
  readonly type: 'attestation' | 'distribution' | 'issue-tracker' | 'vcs' | 'website';
  readonly hashes?: readonly BomHash[];
}

export interface BomProperty {
  readonly name: string;
  readonly value: string;
}

export interface BomContact {
  readonly name?: string;
  readonly email?: string;
}

export interface BomOrganisation {
  readonly name?: string;
  readonly url?: readonly string[];
  readonly contact?: readonly BomContact[];
}

export interface BomPedigree {
  readonly patches: readonly { readonly type: 'unofficial'; readonly diff?: { readonly url: string } }[];
  readonly notes?: string;
}

export interface BomEvidence {
  /** 1.5 knows a single one. */
  readonly identity: BomIdentity | readonly [BomIdentity];
  readonly occurrences: readonly { readonly location: string; readonly line?: number }[];
}

export interface BomIdentity {
  readonly field: 'purl';
  readonly confidence: 1;
  readonly methods: readonly { readonly technique: 'manifest-analysis' | 'attestation'; readonly confidence: 1; readonly value: string }[];
}

export interface BomDependency {
  readonly ref: string;
  readonly dependsOn?: readonly string[];
}

export interface BomComposition {
  readonly aggregate: 'complete' | 'incomplete' | 'unknown';
  readonly dependencies: readonly string[];
}

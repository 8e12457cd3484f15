import * as v from 'valibot';
import type { Component } from '../model/component.ts';
import type { EvidenceKey } from '../model/evidence.ts';
import type { Integrity } from '../model/integrity.ts';
import { hashAlgorithms } from '../model/integrity.ts';

/** What the registry says about the name itself. `missing` is a 404: knowledge, not a failure to ask. */
export type PackumentStatus = 'published' | 'missing' | 'unpublished' | 'empty' | 'security-holding';

/** A person or machine as the registry's unsigned metadata names it. */
export interface Person {
  readonly name: string;
  readonly email?: string;
}

/** One published version. Every field that the document lacks is absent, never a default. */
export interface Release {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt?: number;
  readonly integrity?: Integrity;
  readonly tarball?: string;
  /** Lifecycle scripts that run when it is installed as a dependency: preinstall, install, postinstall. */
  readonly installScripts: Readonly<Record<string, string>>;
  readonly hasInstallScript?: boolean;
  readonly hasGypfile?: boolean;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  /** Those that are not marked optional: npm and pnpm install them along. */
  readonly peerDependencies?: Readonly<Record<string, string>>;
  /** Commands that it puts into `node_modules/.bin`. */
  readonly bin: readonly string[];
  /** The raw `license` (or `licenses`, `licence`) value. */
  readonly licence?: unknown;
  readonly deprecated?: string;
  readonly publisher?: Person;
  /** Accounts that could publish the package when this version was, by name; at most 100. */
  readonly maintainers?: readonly string[];
  /** The identity provider of trusted publishing, e.g. `github`. */
  readonly trustedPublisher?: string;
  readonly signatures?: readonly { readonly keyid: string; readonly sig: string }[];
  /** URL of the attestations that the document announces. */
  readonly attestations?: string;
  readonly fileCount?: number;
  readonly unpackedSize?: number;
  readonly repository?: string;
  readonly repositoryDirectory?: string;
}

/** What is kept of one package's registry document: the versions, and the releases that somebody asked about. */
export interface Packument {
  readonly name: string;
  readonly status: PackumentStatus;
  /** The registry it was read from, URL with trailing slash. */
  readonly registry: string;
  /** An abbreviated document has no publish times, publishers or maintainers: their absence then means nothing. */
  readonly representation: 'full' | 'abbreviated';
  readonly createdAt?: number;
  readonly modifiedAt?: number;
  readonly unpublishedAt?: number;
  readonly distTags: Readonly<Record<string, string>>;
  /** All versions in ascending semver order. */
  readonly versions: readonly { readonly version: string; readonly publishedAt?: number }[];
  /** The locked versions and up to five versions below each of them, by version. */
  readonly releases: ReadonlyMap<string, Release>;
  readonly maintainers?: readonly Person[];
  readonly repository?: string;
}

const strings = v.record(v.string(), v.string());
const person = v.object({ name: v.string(), email: v.optional(v.string()) });
const hash = v.object({ algorithm: v.picklist(hashAlgorithms), digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{32,128}$/)) });
const instant = v.pipe(v.number(), v.finite());

const release = v.object({
  version: v.string(),
  publishedAt: v.optional(instant),
  integrity: v.optional(v.pipe(v.array(hash), v.minLength(1))),
  tarball: v.optional(v.string()),
  installScripts: strings,
  hasInstallScript: v.optional(v.boolean()),
  hasGypfile: v.optional(v.boolean()),
  dependencies: strings,
  optionalDependencies: strings,
  peerDependencies: v.optional(strings),
  bin: v.array(v.string()),
  licence: v.optional(v.unknown()),
  deprecated: v.optional(v.string()),
  publisher: v.optional(person),
  maintainers: v.optional(v.array(v.string())),
  trustedPublisher: v.optional(v.string()),
  signatures: v.optional(v.array(v.object({ keyid: v.string(), sig: v.string() }))),
  attestations: v.optional(v.string()),
  fileCount: v.optional(v.number()),
  unpackedSize: v.optional(v.number()),
  repository: v.optional(v.string()),
  repositoryDirectory: v.optional(v.string()),
});

const packumentShape = v.object({
  name: v.string(),
  status: v.picklist(['published', 'missing', 'unpublished', 'empty', 'security-holding']),
  registry: v.string(),
  representation: v.picklist(['full', 'abbreviated']),
  createdAt: v.optional(instant),
  modifiedAt: v.optional(instant),
  unpublishedAt: v.optional(instant),
  distTags: strings,
  versions: v.custom<Packument['versions']>((value) => Array.isArray(value) && value.every(isListedVersion)),
  releases: v.map(v.string(), release),
  maintainers: v.optional(v.array(person)),
  repository: v.optional(v.string()),
});

/** By hand, because a run lists hundreds of thousands of versions. */
function isListedVersion(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('version' in value) || typeof value.version !== 'string') return false;
  return !('publishedAt' in value) || Number.isFinite(value.publishedAt);
}

/** The registry document of a package, one per name. Source: the npm registry API, package metadata. */
export const packument: EvidenceKey<Packument> = {
  id: 'packument',
  shape: (value): value is Packument => v.is(packumentShape, value),
  subjectOf: (component: Component) => (component.source.type === 'registry' ? component.name : undefined),
};

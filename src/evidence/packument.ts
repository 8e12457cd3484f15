import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import type { Integrity } from '../model/integrity.ts';
import { hashAlgorithms } from '../model/integrity.ts';
import { isRecord } from '../model/json.ts';
import { PublishedVersions } from './published-versions.ts';
import { packageSubject } from './subjects.ts';

/** What the registry says about the name itself. `missing` is a 404: knowledge, not a failure to ask. */
export type PackumentStatus = 'published' | 'missing' | 'unpublished' | 'empty' | 'security-holding';

/** A person or machine as the registry's unsigned metadata names it. */
export interface Person {
  readonly name: string;
  readonly email?: string;
}

/** How one version was published. Every field that the document lacks is absent, never a default. */
export interface PublishedRelease {
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly publishedAt?: number;
  /** Of an earlier release only where it announces attestations: nothing else of it is proven. */
  readonly integrity?: Integrity;
  readonly publisher?: Person;
  /** Accounts that could publish the package when this version was, by name; at most 100. */
  readonly maintainers?: readonly string[];
  /** The identity provider of trusted publishing, e.g. `github`. */
  readonly trustedPublisher?: string;
  /** The registry has signed it. */
  readonly isSigned?: true;
  /** URL of the attestations that the document announces. */
  readonly attestations?: string;
  readonly repository?: string;
}

/** One published version, with all that checks read of it. */
export interface Release extends PublishedRelease {
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
  readonly signatures?: readonly { readonly keyid: string; readonly sig: string }[];
  readonly fileCount?: number;
  readonly unpackedSize?: number;
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
  readonly versions: PublishedVersions;
  /** By version: the locked ones, the next below each of them, and up to five below one that is recent. */
  readonly releases: ReadonlyMap<string, Release>;
  /** By version: the others of the five below each locked one. What they contain is history; how they were published still tells. */
  readonly earlier?: ReadonlyMap<string, PublishedRelease>;
  readonly maintainers?: readonly Person[];
  readonly repository?: string;
}

const strings = v.record(v.string(), v.string());
const person = v.object({ name: v.string(), email: v.optional(v.string()) });
const instant = v.pipe(v.number(), v.finite());

const packumentShape = v.object({
  name: v.string(),
  status: v.picklist(['published', 'missing', 'unpublished', 'empty', 'security-holding']),
  registry: v.string(),
  representation: v.picklist(['full', 'abbreviated']),
  createdAt: v.optional(instant),
  modifiedAt: v.optional(instant),
  unpublishedAt: v.optional(instant),
  distTags: strings,
  versions: v.custom<PublishedVersions>(isVersions),
  releases: v.custom<Packument['releases']>((value) => isMapOf(releaseTests, value)),
  earlier: v.optional(v.custom<NonNullable<Packument['earlier']>>((value) => isMapOf(publishedTests, value))),
  maintainers: v.optional(v.array(person)),
  repository: v.optional(v.string()),
});

/** By hand, because a run lists hundreds of thousands of versions. */
function isVersions(value: unknown): boolean {
  return (
    value instanceof PublishedVersions &&
    isString(value.text) &&
    value.instants instanceof Float64Array &&
    !value.instants.includes(Infinity)
  );
}

type Test = (value: unknown) => boolean;

/** Each member of a release, tested by hand for the same reason: a run has ten thousand of them. */
const publishedMembers: Readonly<Record<keyof PublishedRelease, Test>> = {
  version: isString,
  publishedAt: optional(Number.isFinite),
  integrity: optional((value) => Array.isArray(value) && value.length > 0 && value.every(isHash)),
  publisher: optional((value) => v.is(person, value)),
  maintainers: optional(isStringList),
  trustedPublisher: optional(isString),
  isSigned: optional((value) => value === true),
  attestations: optional(isString),
  repository: optional(isString),
};

const releaseMembers: Readonly<Record<keyof Release, Test>> = {
  ...publishedMembers,
  tarball: optional(isString),
  installScripts: isStringMap,
  hasInstallScript: optional(isBoolean),
  hasGypfile: optional(isBoolean),
  dependencies: isStringMap,
  optionalDependencies: isStringMap,
  peerDependencies: optional(isStringMap),
  bin: isStringList,
  licence: () => true,
  deprecated: optional(isString),
  signatures: optional((value) => Array.isArray(value) && value.every(isSignature)),
  fileCount: optional(isNumber),
  unpackedSize: optional(isNumber),
  repositoryDirectory: optional(isString),
};

type Tests = readonly (readonly [string, Test])[];
const publishedTests: Tests = Object.entries(publishedMembers);
const releaseTests: Tests = Object.entries(releaseMembers);

function isMapOf(tests: Tests, value: unknown): boolean {
  if (!(value instanceof Map)) return false;
  for (const [version, release] of value as ReadonlyMap<unknown, unknown>)
    if (!isString(version) || !isRecord(release) || !tests.every(([key, test]) => test(release[key]))) return false;
  return true;
}

function optional(test: Test): Test {
  return (value) => value === undefined || test(value);
}

function isString(value: unknown): value is string {
  return typeof value === 'string';
}

function isBoolean(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isNumber(value: unknown): boolean {
  return typeof value === 'number' && !Number.isNaN(value);
}

function isStringList(value: unknown): boolean {
  return Array.isArray(value) && value.every(isString);
}

function isStringMap(value: unknown): boolean {
  return isRecord(value) && Object.values(value).every(isString);
}

function isSignature(value: unknown): boolean {
  return isRecord(value) && isString(value['keyid']) && isString(value['sig']);
}

function isHash(value: unknown): boolean {
  if (!isRecord(value)) return false;
  const { algorithm, digest } = value;
  return (hashAlgorithms as readonly unknown[]).includes(algorithm) && isString(digest) && /^[0-9a-f]{32,128}$/.test(digest);
}

/** The registry document of a package, one per name. Source: the npm registry API, package metadata. */
export const packument: EvidenceKey<Packument> = {
  id: 'packument',
  shape: (value): value is Packument => v.is(packumentShape, value),
  subjectOf: packageSubject,
};

/** When a name was first published: the document's own word, or its oldest version where that is older. */
export function firstPublishedAt({ createdAt, versions }: Packument): number | undefined {
  const first = versions.firstPublishedAt;
  return createdAt === undefined ? first : Math.min(createdAt, first ?? Infinity);
}

/** Everything that a document says about how versions were published, in no order. */
export function publishedReleases({ releases, earlier }: Packument): readonly PublishedRelease[] {
  return [...releases.values(), ...(earlier?.values() ?? [])];
}

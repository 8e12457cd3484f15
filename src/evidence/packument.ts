import type { EvidenceKey } from '../model/evidence.ts';
import type { Hash, Integrity } from '../model/integrity.ts';
import { hashAlgorithms } from '../model/integrity.ts';
import { PublishedVersions } from './published-versions.ts';
import {
  type MemberTests,
  isAnything,
  isBoolean,
  isListOf,
  isMapOf,
  isNumber,
  isObjectOf,
  isOneOf,
  isText,
  isTextRecord,
  onceFor,
  optional,
} from './shape.ts';
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

const isPerson = isObjectOf<Person>({ name: isText, email: optional(isText) });
const isSignature = isObjectOf<NonNullable<Release['signatures']>[number]>({ keyid: isText, sig: isText });
const areHashes = isListOf(
  isObjectOf<Hash>({
    algorithm: isOneOf(...hashAlgorithms),
    digest: (value) => isText(value) && /^[0-9a-f]{32,128}$/.test(value),
  }),
);
const areTexts = isListOf(isText);

const published: MemberTests<PublishedRelease> = {
  version: isText,
  publishedAt: optional(Number.isFinite),
  integrity: optional((value) => areHashes(value) && value.length > 0),
  publisher: optional(isPerson),
  maintainers: optional(areTexts),
  trustedPublisher: optional(isText),
  isSigned: optional(isOneOf(true)),
  attestations: optional(isText),
  repository: optional(isText),
};

const shape = isObjectOf<Packument>({
  name: isText,
  status: isOneOf('published', 'missing', 'unpublished', 'empty', 'security-holding'),
  registry: isText,
  representation: isOneOf('full', 'abbreviated'),
  createdAt: optional(Number.isFinite),
  modifiedAt: optional(Number.isFinite),
  unpublishedAt: optional(Number.isFinite),
  distTags: isTextRecord,
  versions: isVersions,
  releases: isMapOf(
    isText,
    isObjectOf<Release>({
      ...published,
      tarball: optional(isText),
      installScripts: isTextRecord,
      hasInstallScript: optional(isBoolean),
      hasGypfile: optional(isBoolean),
      dependencies: isTextRecord,
      optionalDependencies: isTextRecord,
      peerDependencies: optional(isTextRecord),
      bin: areTexts,
      licence: isAnything,
      deprecated: optional(isText),
      signatures: optional(isListOf(isSignature)),
      fileCount: optional(isNumber),
      unpackedSize: optional(isNumber),
      repositoryDirectory: optional(isText),
    }),
  ),
  earlier: optional(isMapOf(isText, isObjectOf<PublishedRelease>(published))),
  maintainers: optional(isListOf(isPerson)),
  repository: optional(isText),
});

function isVersions(value: unknown): boolean {
  if (!(value instanceof PublishedVersions) || !isText(value.text)) return false;
  const { instants } = value;
  return instants instanceof Float64Array && !instants.includes(Infinity) && !instants.includes(-Infinity);
}

/** The registry document of a package, one per name. Source: the npm registry API, package metadata. */
export const packument: EvidenceKey<Packument> = {
  id: 'packument',
  shape: onceFor(shape),
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

import type { Packument, Release } from '../evidence/packument.ts';
import { isRecord, stringsOf } from './packument-release.ts';

/** Changes with the form of records: one that an older release of this tool wrote is no record. */
const format = 4;

/** A packument as the names layer of the cache remembers it, with the validators of exactly this representation. */
export interface PackumentRecord {
  readonly packument: Packument;
  /** The versions that it was read for: these and the ones below them are its releases. Those that it lacks are none of them. */
  readonly locked: readonly string[];
  readonly etag?: string;
  readonly lastModified?: string;
}

/**
 * Writes a record as one line of JSON. Thousands of versions are kept as two strings instead of as objects, because the
 * warm run reads every record: a string is one copy, an array of objects is thousands of allocations.
 */
export function encodeRecord({ packument, locked, etag, lastModified }: PackumentRecord): string {
  const { versions, releases, ...rest } = packument;
  return JSON.stringify({
    ...rest,
    format,
    locked,
    releases: [...releases.values()],
    versions: versions.map(({ version }) => version).join(' '),
    times: versions.map(({ publishedAt }) => publishedAt?.toString(36) ?? '').join(' '),
    etag,
    lastModified,
  });
}

/** Reads what `encodeRecord` wrote; undefined for another format. The cache has proven that nobody else wrote it. */
export function decodeRecord(text: string): PackumentRecord | undefined {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value) || value['format'] !== format) return undefined;
  const { format: _, locked, etag, lastModified, versions, times, releases, ...rest } = value as unknown as Encoded; // by its format
  const instants = times.split(' ');
  const packument: Packument = {
    ...rest,
    distTags: stringsOf(rest.distTags),
    versions: versions === '' ? [] : versions.split(' ').map((version, index) => versionAt(version, instants[index])),
    releases: new Map(releases.map((release) => [release.version, withoutPrototypes(release)])),
  };
  return { packument, locked, ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
}

type Encoded = Omit<Packument, 'versions' | 'releases'> & {
  readonly format: number;
  readonly locked: readonly string[];
  readonly versions: string;
  readonly times: string;
  readonly releases: readonly Release[];
  readonly etag?: string;
  readonly lastModified?: string;
};

/** A dependency may be called `constructor`: looked up in an ordinary object, it is there when it is not. */
function withoutPrototypes(release: Release): Release {
  return {
    ...release,
    installScripts: stringsOf(release.installScripts),
    dependencies: stringsOf(release.dependencies),
    optionalDependencies: stringsOf(release.optionalDependencies),
    ...(release.peerDependencies === undefined ? {} : { peerDependencies: stringsOf(release.peerDependencies) }),
  };
}

function versionAt(version: string, instant: string | undefined): Packument['versions'][number] {
  return instant === undefined || instant === '' ? { version } : { version, publishedAt: Number.parseInt(instant, 36) };
}

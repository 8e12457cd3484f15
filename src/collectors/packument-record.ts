import type { Packument, Release } from '../evidence/packument.ts';
import { packument as key } from '../evidence/packument.ts';
import { stringsOf } from './packument-release.ts';

/** A packument as the names layer of the cache remembers it, with the validators of exactly this representation. */
export interface PackumentRecord {
  readonly packument: Packument;
  readonly etag?: string;
  readonly lastModified?: string;
}

/**
 * Writes a record as one line of JSON. Thousands of versions are kept as two strings instead of as objects, because the
 * warm run reads every record: a string is one copy, an array of objects is thousands of allocations.
 */
export function encodeRecord({ packument, etag, lastModified }: PackumentRecord): string {
  const { versions, releases, ...rest } = packument;
  return JSON.stringify({
    ...rest,
    releases: [...releases.values()],
    versions: versions.map(({ version }) => version).join(' '),
    times: versions.map(({ publishedAt }) => publishedAt?.toString(36) ?? '').join(' '),
    etag,
    lastModified,
  });
}

/** Reads what `encodeRecord` wrote; undefined for anything else, as by an older release of this tool. */
export function decodeRecord(text: string): PackumentRecord | undefined {
  const value: unknown = JSON.parse(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { etag, lastModified, versions, times, releases, ...rest } = value as Readonly<Record<string, unknown>>; // read field by field below
  if (typeof versions !== 'string' || typeof times !== 'string' || !Array.isArray(releases)) return undefined;
  const instants = times.split(' ');
  const packument: unknown = {
    ...rest,
    distTags: stringsOf(rest['distTags']),
    versions: versions === '' ? [] : versions.split(' ').map((version, index) => versionAt(version, instants[index])),
    releases: new Map(releases.map((release: Release) => [release.version, release])), // the shape is proven next
  };
  if (!key.shape(packument)) return undefined;
  return { packument, ...(typeof etag === 'string' ? { etag } : {}), ...(typeof lastModified === 'string' ? { lastModified } : {}) };
}

function versionAt(version: string, instant: string | undefined): Packument['versions'][number] {
  return instant === undefined || instant === '' ? { version } : { version, publishedAt: Number.parseInt(instant, 36) };
}

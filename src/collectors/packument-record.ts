import type { Packument, PublishedRelease, Release } from '../evidence/packument.ts';
import { PublishedVersions } from '../evidence/published-versions.ts';
import { isRecord } from '../model/json.ts';
import { stringsOf } from './packument-release.ts';

/** Changes with the form of records: one that an older release of this tool wrote is no record. */
const format = 7;

/** A packument as the names layer of the cache remembers it, with the validators of exactly this representation. */
export interface PackumentRecord {
  readonly packument: Packument;
  /** The versions that it was read for: these and the ones below them are its releases. Those that it lacks are none of them. */
  readonly locked: readonly string[];
  readonly etag?: string;
  readonly lastModified?: string;
}

/**
 * Writes a record as one line of JSON. Thousands of versions are kept as one text and one table of numbers,
 * and of each release only what differs from the one before it, because the warm run reads every record.
 */
export function encodeRecord({ packument, locked, etag, lastModified }: PackumentRecord): string {
  const { versions, releases, earlier, ...rest } = packument;
  return JSON.stringify({
    ...rest,
    format,
    locked,
    releases: differences([...releases.values()]),
    ...(earlier === undefined ? {} : { earlier: differences([...earlier.values()]) }),
    versions: versions.text,
    instants: Buffer.from(versions.instants.buffer, versions.instants.byteOffset, versions.instants.byteLength).toString('base64'),
    etag,
    lastModified,
  });
}

/** Reads what `encodeRecord` wrote; undefined for another format. The cache has proven that nobody else wrote it. */
export function decodeRecord(text: string): PackumentRecord | undefined {
  const value: unknown = JSON.parse(text);
  if (!isRecord(value) || value['format'] !== format) return undefined;
  const { format: _, locked, etag, lastModified, versions, instants, releases, earlier, ...rest } = value as unknown as Encoded; // by its format
  const packument: Packument = {
    ...rest,
    distTags: stringsOf(rest.distTags),
    versions: new PublishedVersions(versions, instantsIn(instants)),
    releases: byVersion(restored(releases)),
    ...(earlier === undefined ? {} : { earlier: byVersion(restored(earlier)) }),
  };
  return { packument, locked, ...(etag === undefined ? {} : { etag }), ...(lastModified === undefined ? {} : { lastModified }) };
}

type Encoded = Omit<Packument, 'versions' | 'releases' | 'earlier'> & {
  readonly format: number;
  readonly locked: readonly string[];
  readonly versions: string;
  /** The numbers as this machine holds them, in base64: a cache is one machine's. */
  readonly instants: string;
  readonly releases: readonly Difference[];
  readonly earlier?: readonly Difference[];
  readonly etag?: string;
  readonly lastModified?: string;
};

/** A release as it differs from the one before it. */
interface Difference {
  readonly set: Partial<Release>;
  /** What the release before has and this one has not. */
  readonly gone?: readonly string[];
}

/** Members that releases share are the same objects: those who read the document saw to that. */
function differences(releases: readonly PublishedRelease[]): readonly Difference[] {
  let before: Readonly<Record<string, unknown>> = {};
  return releases.map((release) => {
    const own: Readonly<Record<string, unknown>> = { ...release };
    const set: Record<string, unknown> = {};
    for (const key of Object.keys(own)) if (own[key] !== before[key]) set[key] = own[key];
    const gone = Object.keys(before).filter((key) => own[key] === undefined);
    before = own;
    return gone.length === 0 ? { set } : { set, gone };
  });
}

function byVersion(releases: readonly Release[]): ReadonlyMap<string, Release> {
  return new Map(releases.map((release) => [release.version, release]));
}

/** Releases as they were written: of those that were kept in part, the same part. */
function restored(differences: readonly Difference[]): readonly Release[] {
  let before: Partial<Release> = {};
  return differences.map(({ set, gone = [] }) => {
    const release: Record<string, unknown> = { ...before, ...withoutPrototypes(set) };
    for (const key of gone) delete release[key];
    // The first one sets every member, and each later one all that it has otherwise.
    before = release;
    return release as unknown as Release;
  });
}

const dictionaries = ['installScripts', 'dependencies', 'optionalDependencies', 'peerDependencies'] as const;

/** A dependency may be called `constructor`: looked up in an ordinary object, it is there when it is not. */
function withoutPrototypes(release: Partial<Release>): Partial<Release> {
  const safe: { -readonly [Key in keyof Release]?: Release[Key] } = { ...release };
  dictionaries.forEach((key) => {
    if (release[key] !== undefined) safe[key] = stringsOf(release[key]);
  });
  return safe;
}

function instantsIn(text: string): Float64Array {
  const instants = new Float64Array(Math.floor((text.length * 3) / 4 / Float64Array.BYTES_PER_ELEMENT));
  Buffer.from(instants.buffer).write(text, 'base64');
  return instants;
}

import type { Packument, PackumentStatus, PublishedRelease, Release } from '../evidence/packument.ts';
import { PublishedVersions } from '../evidence/published-versions.ts';
import { isRecord } from '../model/json.ts';
import { parseInstant } from '../model/units.ts';
import { defined, personOf, publishedReleaseOf, releaseKeys, releaseOf, repositoryOf, stringsOf } from './packument-release.ts';
import type { Manifest } from './manifest.ts';
import type { ScannedDocument } from './packument-scan.ts';
import { readDocument } from './packument-scan.ts';
import { sortedVersions, wantedVersions } from './packument-versions.ts';

/** What the document is expected to be about. */
export interface ExpectedDocument {
  readonly name: string;
  readonly registry: string;
  /** The answer's own media type; an abbreviated document may come where a full one was asked for. */
  readonly mediaType: string;
  readonly locked: ReadonlySet<string>;
  /** Locked versions that were published since, in milliseconds since the epoch, are compared with the versions below them as a whole. */
  readonly comparedSince: number;
}

/** Why a document is not believed, in words for a report. */
export type Malformed = { readonly malformed: string };

/**
 * What is kept of a registry document: its status, the versions, and the releases that checks compare.
 * Source: npm registry API, package metadata; `time.unpublished` and the `-security` placeholder are its own conventions.
 */
export function summarise(body: Buffer, expected: ExpectedDocument): Packument | Malformed {
  try {
    const document = readDocument(body);
    return document === undefined ? { malformed: 'the answer is not a JSON object' } : summaryOf(document, expected);
  } catch (error) {
    // The scan leaves the inside of values unread; a fault there shows when the value is wanted.
    if (error instanceof SyntaxError) return { malformed: 'the answer is not valid JSON' };
    // Nesting that can be parsed can still be too deep to be written.
    if (error instanceof RangeError) return { malformed: 'the answer is nested too deeply' };
    throw error;
  }
}

function summaryOf(document: ScannedDocument, expected: ExpectedDocument): Packument | Malformed {
  const { name, registry, mediaType, locked, comparedSince } = expected;
  const named = document.get('name') ?? document.get('_id');
  if (named !== name) return { malformed: 'the document is about another package' };
  const times = document.times();
  const modified = document.get('modified');
  const isAbbreviated = mediaType.startsWith('application/vnd.npm.install-v1+json') || (times === undefined && modified !== undefined);

  const versions = PublishedVersions.from(sortedVersions(document.versions ?? []), (version) => times?.at(version));
  const wanted = wantedVersions(versions, locked, (version) => !((times?.at(version) ?? Infinity) < comparedSince));
  const manifestOf = document.manifests(releaseKeys);
  const read = <T>(listed: ReadonlySet<string>, reduce: (version: string, at: number | undefined, manifest: Manifest) => T | undefined) => {
    const found = new Map<string, T>();
    for (const version of listed) {
      const manifest = manifestOf(version);
      if (manifest === undefined) continue;
      const release = reduce(version, times?.at(version), manifest);
      if (release === undefined) return undefined;
      found.set(version, release);
    }
    return found;
  };
  const releases = read<Release>(wanted.whole, releaseOf);
  const earlier = read<PublishedRelease>(wanted.earlier, publishedReleaseOf);
  if (releases === undefined || earlier === undefined) return { malformed: 'a version is listed under another version' };

  const repository = repositoryOf(document.get('repository'));
  const unpublished = times?.unpublished;
  const people = document.get('maintainers');
  return defined({
    name,
    status: statusOf(document, unpublished !== undefined, repository),
    registry,
    representation: isAbbreviated ? ('abbreviated' as const) : ('full' as const),
    createdAt: times?.at('created'),
    modifiedAt: times?.at('modified') ?? parseInstant(modified),
    unpublishedAt: isRecord(unpublished) ? parseInstant(unpublished['time']) : undefined,
    distTags: stringsOf(document.get('dist-tags')),
    versions,
    releases,
    earlier: earlier.size === 0 ? undefined : earlier,
    maintainers: Array.isArray(people) ? people.flatMap((person: unknown) => personOf(person) ?? []) : undefined,
    repository,
  });
}

function statusOf(document: ScannedDocument, isUnpublished: boolean, repository: string | undefined): PackumentStatus {
  const versions = document.versions ?? [];
  if (versions.length === 0) return isUnpublished ? 'unpublished' : 'empty';
  // The registry's staff replace a malicious package by version 0.0.1-security, from npm/security-holder.
  const isPlaceholder = versions.every((version) => /^0\.0\.1-security(\.\d+)?$/.test(version));
  const isHeld = repository !== undefined && /[/:]npm\/security-holder(\.git)?$/.test(repository);
  return isPlaceholder || isHeld ? 'security-holding' : 'published';
}

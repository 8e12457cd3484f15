import { type Packument, type PublishedRelease, publishedReleases } from '../evidence/packument.ts';
import { releaseLine, type ReleaseTrust } from '../provenance/history.ts';

/** What a release's metadata says about how it was published. */
export function announcedTrust({ version, publishedAt, attestations, trustedPublisher, repository }: PublishedRelease): ReleaseTrust {
  return {
    version,
    announced: attestations !== undefined ? 'provenance' : trustedPublisher !== undefined ? 'trusted-publisher' : 'none',
    ...(trustedPublisher === undefined ? {} : { hasTrustedPublisher: true as const }),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(repository === undefined ? {} : { repository }),
  };
}

/** What was found in a document: several kinds of evidence ask for the same. */
const lines = new WeakMap<Packument, Map<PublishedRelease, readonly ReleaseTrust[]>>();

/** The earlier releases of a release's own line that the document still describes, nearest first. */
export function earlierReleases(document: Packument, release: PublishedRelease): readonly ReleaseTrust[] {
  const known = lines.get(document) ?? new Map<PublishedRelease, readonly ReleaseTrust[]>();
  lines.set(document, known);
  const line = known.get(release) ?? releaseLine(announcedTrust(release), publishedReleases(document).map(announcedTrust));
  known.set(release, line);
  return line;
}

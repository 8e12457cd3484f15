import type { Packument, Release } from '../evidence/packument.ts';
import { releaseLine, type ReleaseTrust } from '../provenance/history.ts';

/** What a release's metadata says about how it was published. */
export function announcedTrust({ version, publishedAt, attestations, trustedPublisher, repository }: Release): ReleaseTrust {
  return {
    version,
    announced: attestations !== undefined ? 'provenance' : trustedPublisher !== undefined ? 'trusted-publisher' : 'none',
    ...(trustedPublisher === undefined ? {} : { hasTrustedPublisher: true as const }),
    ...(publishedAt === undefined ? {} : { publishedAt }),
    ...(repository === undefined ? {} : { repository }),
  };
}

/** The earlier releases of a release's own line that the document still describes, nearest first. */
export function earlierReleases({ releases }: Packument, release: Release): readonly ReleaseTrust[] {
  return releaseLine(announcedTrust(release), [...releases.values()].map(announcedTrust));
}

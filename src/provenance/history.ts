import semver from 'semver';
import { type BuildIdentity, workflowPath } from './identity.ts';
import { isSameRepository, readRepository } from './repository.ts';

/** How a release says that it came to the registry. Only provenance can be verified; the rest is metadata. */
export type TrustLevel = 'none' | 'provenance' | 'trusted-publisher';

/** One release as far as it is known. */
export interface ReleaseTrust {
  readonly version: string;
  /** Milliseconds since the epoch, as the packument says: unsigned. */
  readonly publishedAt?: number;
  /** What its metadata announces. */
  readonly announced: TrustLevel;
  /** Its metadata names a trusted publisher, beside whatever is announced. */
  readonly hasTrustedPublisher?: true;
  /** The repository that its package.json names. */
  readonly repository?: string;
  /** The build that its provenance proved. */
  readonly identity?: BuildIdentity;
}

export type DriftReason =
  | 'trust-downgrade'
  | 'publisher-downgrade'
  | 'repository-changed'
  | 'repository-renamed'
  | 'workflow-changed'
  | 'ref-changed'
  | 'trigger-changed'
  | 'issuer-changed';

/** One way in which a release differs from what its package always did. */
export interface Drift {
  readonly reason: DriftReason;
  readonly detail: string;
  /** The earlier release that it is compared with. */
  readonly earlier: string;
  /** `verified`: the earlier release's provenance was proven. `metadata`: only its packument entry says so. */
  readonly evidence: 'verified' | 'metadata';
  /** Whether it refuses the release; the others are worth a look. */
  readonly isRefusal: boolean;
  /** Started by hand from a branch that the earlier release did not come from: how a build of one's own is slipped in. */
  readonly isByHand?: true;
}

/**
 * Compares a release with the earlier ones of its own release line. A line that never had provenance is no downgrade;
 * a back-port to an old line is not compared with newer lines; a prerelease is no measure for a stable release.
 */
export function compareWithHistory(release: ReleaseTrust, others: readonly ReleaseTrust[]): readonly Drift[] {
  // No build to compare, and no release that was published in a better way: whichever of them are its line, nothing has changed.
  const own = rankOf(release);
  if (release.identity === undefined && others.every((other) => rankOf(other) <= own)) return [];
  const line = releaseLine(release, others);
  const downgrade = findDowngrade(release, line);
  const drifts = driftsOf(release, line);
  return downgrade === undefined ? drifts : [downgrade, ...drifts];
}

function driftsOf({ identity }: ReleaseTrust, line: readonly ReleaseTrust[]): readonly Drift[] {
  if (identity === undefined) return [];
  const proven = line.find((earlier) => earlier.identity !== undefined);
  if (proven?.identity !== undefined) return compareIdentities(identity, proven.identity, proven.version);
  const announced = line.find((earlier) => earlier.announced !== 'none' && earlier.repository !== undefined);
  return announced === undefined ? [] : compareWithAnnounced(identity, announced);
}

/** Earlier releases of the same line, nearest first; of the nearest lower line where this is the first of its own. */
export function releaseLine(release: ReleaseTrust, others: readonly ReleaseTrust[]): readonly ReleaseTrust[] {
  // Each version is read once: a document has thousands of them.
  const own = semver.parse(release.version);
  const isPrerelease = own !== null && own.prerelease.length > 0;
  const earlier: { readonly other: ReleaseTrust; readonly version: semver.SemVer }[] = [];
  for (const other of others) {
    const isLater = other.publishedAt !== undefined && release.publishedAt !== undefined && other.publishedAt > release.publishedAt;
    const version = semver.parse(other.version);
    if (version === null || !semver.lt(version, own ?? release.version) || (!isPrerelease && version.prerelease.length > 0)) continue;
    if (!isLater) earlier.push({ other, version });
  }
  earlier.sort((a, b) => semver.rcompare(a.version, b.version));
  const nearest = earlier.find(({ version }) => version.major === own?.major) ?? earlier[0];
  return earlier.flatMap(({ other, version }) => (version.major === nearest?.version.major ? [other] : []));
}

/**
 * Publishing from a pipeline by a trusted publisher stands above provenance, provenance above nothing. A trusted publisher
 * without provenance (CircleCI has none) is therefore no downgrade from provenance.
 */
function findDowngrade(release: ReleaseTrust, line: readonly ReleaseTrust[]): Drift | undefined {
  const own = rankOf(release);
  const better = line.find((earlier) => rankOf(earlier) > own);
  if (better === undefined) return undefined;
  return {
    reason: own === 0 ? 'trust-downgrade' : 'publisher-downgrade',
    detail: `${better.version} had ${trustNames[rankOf(better)]}, ${release.version} has ${trustNames[own]}`,
    earlier: better.version,
    evidence: own === 0 && better.identity !== undefined ? 'verified' : 'metadata',
    isRefusal: true,
  };
}

const trustNames = ['neither provenance nor a trusted publisher', 'provenance', 'a trusted publisher'] as const;

function rankOf({ identity, announced, hasTrustedPublisher }: ReleaseTrust): 0 | 1 | 2 {
  if (hasTrustedPublisher === true || announced === 'trusted-publisher') return 2;
  return identity !== undefined || announced === 'provenance' ? 1 : 0;
}

function compareIdentities(now: BuildIdentity, before: BuildIdentity, version: string): readonly Drift[] {
  const drift = (reason: DriftReason, detail: string, isRefusal: boolean): Drift => ({
    reason,
    detail,
    earlier: version,
    evidence: 'verified',
    isRefusal,
  });
  const drifts: Drift[] = [];
  if (now.issuer !== before.issuer) drifts.push(drift('issuer-changed', `built at ${now.issuer}, before at ${before.issuer}`, false));
  const isSameName = now.sourceRepository === before.sourceRepository;
  const haveIds = now.repositoryId !== undefined && before.repositoryId !== undefined && now.issuer === before.issuer;
  if (haveIds ? now.repositoryId !== before.repositoryId : !isSameName) {
    drifts.push(drift('repository-changed', `built from ${now.sourceRepository}, before from ${before.sourceRepository}`, true));
  } else if (!isSameName) {
    drifts.push(drift('repository-renamed', `${before.sourceRepository} is now called ${now.sourceRepository}`, false));
  }
  if (workflowPath(now) !== workflowPath(before)) {
    drifts.push(drift('workflow-changed', `built by ${workflowPath(now)}, before by ${workflowPath(before)}`, false));
  }
  if (refKind(now.ref) !== refKind(before.ref)) {
    const isByHand = now.trigger === 'workflow_dispatch' && now.ref.startsWith('refs/heads/');
    const changed = drift('ref-changed', `built from ${now.ref}, before from ${before.ref}`, false);
    drifts.push(isByHand ? { ...changed, isByHand } : changed);
  }
  if (now.trigger !== before.trigger)
    drifts.push(drift('trigger-changed', `started by ${now.trigger}, before by ${before.trigger}`, false));
  return drifts;
}

/** The earlier provenance was not proven, but its package.json named a repository while it was announced. */
function compareWithAnnounced(identity: BuildIdentity, earlier: ReleaseTrust): readonly Drift[] {
  const before = readRepository(earlier.repository ?? '');
  const now = readRepository(identity.sourceRepository);
  if (before === undefined || (now !== undefined && isSameRepository(before, now))) return [];
  return [
    {
      reason: 'repository-changed',
      detail: `built from ${identity.sourceRepository}, while ${earlier.version} named ${earlier.repository ?? ''}`,
      earlier: earlier.version,
      evidence: 'metadata',
      isRefusal: true,
    },
  ];
}

/** Tags come and go with every release; branches have names that mean something. */
function refKind(ref: string): string {
  return ref.startsWith('refs/tags/') ? 'refs/tags/' : ref;
}

import { type BuildIdentity, type BuildProvider, publicProviders, readBuildIdentity } from './identity.ts';
import type { Provenance } from './npm-attestations.ts';
import { checkAgainstCertificate } from './predicate.ts';
import { formatRepository, isSameRepository, readRepository } from './repository.ts';
import { judge, refuse, type Verdict } from './verdict.ts';

/** What a build must be to be believed. Every comparison is exact; nothing is a pattern. */
export interface BuildPolicy {
  readonly providers: readonly BuildProvider[];
  /** Events that may not have started the build. */
  readonly refusedTriggers: ReadonlySet<string>;
  readonly allowsSelfHostedRunners: boolean;
  /** Addresses of reusable workflows, without their ref, that may sign for other repositories; absent: any. */
  readonly builders?: readonly string[];
}

/**
 * Events that somebody without write access can cause: a build that they start may be theirs.
 * `pull_request` and the like stand for every variant that names the same thing.
 */
export const outsiderTriggers: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_comment',
  'issue_comment',
  'issues',
  'discussion',
  'discussion_comment',
  'fork',
  'watch',
  'merge_request_event',
  'external_pull_request_event',
]);

export const defaultBuildPolicy: BuildPolicy = {
  providers: publicProviders,
  refusedTriggers: outsiderTriggers,
  allowsSelfHostedRunners: false,
};

const hostedRunners: ReadonlySet<string> = new Set(['github-hosted', 'gitlab-hosted']);

/**
 * The build that provenance proves: its certificate read by the policy's providers, its predicate telling the same story,
 * started by somebody who may, from a branch or tag, on a runner that somebody vouches for.
 */
export function proveBuild(provenance: Pick<Provenance, 'certificate' | 'claims'>, policy: BuildPolicy): Verdict<BuildIdentity> {
  return judge(() => {
    const identity = readBuildIdentity(provenance.certificate, policy.providers);
    checkAgainstCertificate(provenance.claims, identity);
    checkBuild(identity, policy);
    return identity;
  });
}

/** Proves that the build's repository is the one that package.json or the policy names. */
export function proveRepository(identity: BuildIdentity, expected: string): Verdict<true> {
  return judge(() => {
    checkRepository(identity, expected);
    return true;
  });
}

/** Refuses builds that an outsider could have started, unreviewed refs, and runners that nobody vouches for. */
function checkBuild(identity: BuildIdentity, policy: BuildPolicy): void {
  if (policy.refusedTriggers.has(identity.trigger))
    refuse('policy', 'trigger', `the build was started by ${identity.trigger}, which outsiders can cause`);
  if (!/^refs\/(?:heads|tags)\/./.test(identity.ref))
    refuse('policy', 'ref', `the build is of ${identity.ref}, which is neither a branch nor a tag`);
  if (!policy.allowsSelfHostedRunners && identity.runner !== undefined && !hostedRunners.has(identity.runner)) {
    refuse('policy', 'runner', `the build ran on a ${identity.runner} runner`);
  }
  const builder = identity.signer.slice(0, identity.signer.lastIndexOf('@'));
  const isOwn = identity.signer.startsWith(`${identity.sourceRepository}/`);
  if (policy.builders !== undefined && !isOwn && !policy.builders.includes(builder)) {
    refuse('policy', 'builder', `the build was signed by ${builder}, which the policy does not name`);
  }
}

function checkRepository(identity: BuildIdentity, expected: string): void {
  const wanted = readRepository(expected);
  const built = readRepository(identity.sourceRepository);
  if (wanted === undefined)
    refuse('policy', 'repository', `${expected} cannot be read as a repository, so nothing can be compared with it`);
  if (built === undefined || !isSameRepository(wanted, built)) {
    refuse('policy', 'repository', `it was built from ${identity.sourceRepository}, not from ${formatRepository(wanted)}`);
  }
}

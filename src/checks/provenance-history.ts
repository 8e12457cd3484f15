import { packument, type Release } from '../evidence/packument.ts';
import {
  type EarlierRelease,
  type ProvenProvenance,
  type VerifiedProvenance,
  verifiedProvenance,
} from '../evidence/verified-provenance.ts';
import { type AnyCheck, defineCheck } from '../model/check.ts';
import { labelOf } from '../model/component.ts';
import type { FindingDraft, RuleId } from '../model/finding.ts';
import { compareWithHistory, type Drift, type DriftReason, type ReleaseTrust } from '../provenance/history.ts';
import { type BuildIdentity, type BuildProvider, identityOf } from '../provenance/identity.ts';
import { allProviders, providersOption } from './build-providers.ts';

const rules: Readonly<Record<DriftReason, RuleId>> = {
  'trust-downgrade': 'provenance-history/downgrade',
  'publisher-downgrade': 'provenance-history/publisher-downgrade',
  'repository-changed': 'provenance-history/repository-changed',
  'repository-renamed': 'provenance-history/repository-renamed',
  'workflow-changed': 'provenance-history/workflow-changed',
  'ref-changed': 'provenance-history/ref-changed',
  'trigger-changed': 'provenance-history/trigger-changed',
  'issuer-changed': 'provenance-history/issuer-changed',
};

const defaults: { readonly providers: readonly BuildProvider[] } = { providers: [] };

/** Is the version built and published as the earlier ones of its release line were. */
export const provenanceHistory: AnyCheck = defineCheck({
  id: 'provenance-history',
  scope: 'component',
  needs: { packument, provenance: verifiedProvenance },
  uses: {},
  options: {
    defaults,
    properties: { providers: providersOption },
  },
  rules: {
    'provenance-history/downgrade': {
      severity: 'error',
      summary: 'Earlier versions of this line had provenance or a trusted publisher, this one has neither',
      why: 'A project that publishes from its pipeline does not go back to a token by itself. Whoever has stolen the token does.',
      fix: 'Stay on the version before. Ask the project whether it published this one by hand.',
      incident: 'axios 1.14.1 (2026-03-31): published with a stolen token, without the provenance of all releases before it.',
      family: 'identity',
    },
    'provenance-history/publisher-downgrade': {
      severity: 'warning',
      summary: 'Earlier versions came from a trusted publisher, this one was published with a token',
      why: 'A token can be stolen and used from anywhere; a trusted publisher cannot. The provenance of this version still names its build.',
      fix: 'Ask the project why it publishes with a token again.',
      family: 'identity',
    },
    'provenance-history/repository-changed': {
      severity: 'error',
      summary: 'The version was built from another repository than the earlier ones',
      why: 'The repository’s id differs, so it is not the old one under a new name.',
      fix: 'Stay on the version before until the project explains the move.',
      family: 'identity',
    },
    'provenance-history/repository-renamed': {
      severity: 'warning',
      summary: 'The repository has a new name or owner',
      why: 'The id is the same, so this is a rename or a transfer. A transfer changes who may publish.',
      fix: 'Look at the new owner once.',
      family: 'identity',
    },
    'provenance-history/workflow-changed': {
      severity: 'warning',
      summary: 'The version was built by another workflow than the earlier ones',
      why: 'A second workflow that may publish is a second way in.',
      fix: 'Read the new workflow, or name the right one under `provenance-identity.expected`.',
      family: 'identity',
    },
    'provenance-history/ref-changed': {
      severity: 'note',
      summary: 'The version was built from another kind of ref than the earlier ones',
      why: 'A release from a branch where there have always been tags skips whatever protects the tags. Started by hand, it is a warning.',
      fix: 'Nothing, if the project has changed how it releases.',
      family: 'identity',
    },
    'provenance-history/trigger-changed': {
      severity: 'note',
      summary: 'The build was started by another event than the earlier ones',
      why: 'A release by hand where there has always been automation deserves a look.',
      fix: 'Nothing, if the project has changed how it releases.',
      family: 'identity',
    },
    'provenance-history/issuer-changed': {
      severity: 'warning',
      summary: 'The version was built at another provider than the earlier ones',
      why: 'The project has moved its builds, or somebody builds it elsewhere.',
      fix: 'Ask the project, or read its announcement.',
      family: 'identity',
    },
  },
  evaluate: ({ subject: { component }, known, options }) => {
    if (component.isBundled) return { notApplicable: 'it travels inside the tarball of another package' };
    const { provenance } = known;
    if (provenance.status === 'refused') return { notApplicable: 'its attestations do not hold, which is a finding of its own' };
    const release = known.packument.releases.get(component.version);
    if (release === undefined) return { notApplicable: 'the registry does not know this version' };
    if (provenance.earlier.length === 0) return { notApplicable: 'there is no earlier release to compare with' };
    const providers = allProviders(options.providers);
    const own: EarlierRelease = {
      version: component.version,
      announced: announcedBy(release, provenance),
      ...(release.trustedPublisher === undefined ? {} : { hasTrustedPublisher: true as const }),
      ...(release.publishedAt === undefined ? {} : { publishedAt: release.publishedAt }),
      ...(provenance.status === 'verified' && provenance.provenance !== undefined ? { provenance: provenance.provenance } : {}),
    };
    const drifts = compareWithHistory(
      releaseTrust(own, providers),
      provenance.earlier.map((earlier) => releaseTrust(earlier, providers)),
    );
    return drifts.map((drift) => finding(labelOf(component), drift));
  },
});

/** What is announced counts for as much as the announcements of earlier releases only where nobody could look. */
function announcedBy({ trustedPublisher }: Release, { status, isAnnounced }: VerifiedProvenance): EarlierRelease['announced'] {
  if (trustedPublisher !== undefined) return 'trusted-publisher';
  return status === 'absent' && isAnnounced ? 'provenance' : 'none';
}

function releaseTrust({ provenance, ...metadata }: EarlierRelease, providers: readonly BuildProvider[]): ReleaseTrust {
  const identity = provenance === undefined ? undefined : buildOf(provenance, providers);
  const announced = provenance !== undefined && metadata.announced === 'none' ? 'provenance' : metadata.announced;
  return { ...metadata, announced, ...(identity === undefined ? {} : { identity }) };
}

function buildOf({ certificate }: ProvenProvenance, providers: readonly BuildProvider[]): BuildIdentity | undefined {
  const identity = identityOf(certificate, providers);
  return identity.verdict === 'accepted' ? identity.value : undefined;
}

function finding(name: string, { reason, detail, earlier, evidence, isByHand }: Drift): FindingDraft {
  return {
    rule: rules[reason],
    ...(isByHand === true ? { severity: 'warning' as const } : {}),
    message: `${name} differs from ${earlier}: ${detail}`,
    facts: [
      { label: 'compared with', value: earlier, source: 'registry' },
      { label: 'evidence', value: evidence === 'verified' ? 'verified provenance' : 'unsigned registry metadata', source: 'registry' },
    ],
    help: [`stay on ${earlier} until the project explains it`],
  };
}

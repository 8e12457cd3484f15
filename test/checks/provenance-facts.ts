import type { EarlierRelease, ProvenProvenance, VerifiedProvenance } from '../../src/evidence/verified-provenance.ts';

/** What a build's certificate says, by Fulcio's extension numbers; every one can be replaced. */
export function provenance(over: Readonly<Record<number, string>> = {}): ProvenProvenance {
  const extensions: Readonly<Record<number, string>> = {
    8: 'https://token.actions.githubusercontent.com',
    11: 'github-hosted',
    12: 'https://github.com/acme/widget',
    13: 'c0ffee',
    14: 'refs/tags/v1.3.0',
    15: '4711',
    18: 'https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/v1.3.0',
    20: 'push',
    ...over,
  };
  return {
    predicateType: 'https://slsa.dev/provenance/v1',
    certificate: {
      subject: { kind: 'uri', value: 'https://github.com/acme/widget/.github/workflows/release.yml@refs/tags/v1.3.0' },
      extensions: new Map(Object.entries(extensions).map(([number, value]) => [Number(number), value])),
    },
    claims: {
      builder: 'https://github.com/actions/runner/github-hosted',
      buildType: 'https://slsa-framework.github.io/github-actions-buildtypes/workflow/v1',
      repository: extensions[12] ?? '',
      commit: 'c0ffee',
    },
    signedAt: 1_790_000_000_000,
    log: 'rekor.example',
    logIndex: '7',
  };
}

/** Verified attestations with this provenance. */
export function verified(
  proven: ProvenProvenance | undefined,
  earlier: readonly EarlierRelease[] = [],
  isAnnounced = true,
): VerifiedProvenance {
  return {
    status: 'verified',
    isAnnounced,
    publish: { keyid: 'SHA256:key', registry: 'https://registry.example', loggedAt: 1_790_000_000_000, log: 'rekor.example' },
    earlier: [...earlier],
    ...(proven === undefined ? {} : { provenance: proven }),
  };
}

export function absent(earlier: readonly EarlierRelease[] = [], isAnnounced = false): VerifiedProvenance {
  return { status: 'absent', isAnnounced, earlier: [...earlier] };
}

export function refused(reason: string, isUnknownSigner = false): VerifiedProvenance {
  const refusal = {
    layer: 'crypto' as const,
    reason,
    detail: 'it does not fit',
    ...(isUnknownSigner ? { isUnknownSigner: true as const } : {}),
  };
  return { status: 'refused', isAnnounced: true, refusal, earlier: [] };
}

import type { Component } from '../model/component.ts';
import type { EvidenceKey } from '../model/evidence.ts';
import { formatIntegrity } from '../model/integrity.ts';
import { isBoolean, isListOf, isMapOf, isNumber, isObjectOf, isOneOf, isTextOf, isVariantOf, optional } from './shape.ts';

/** Proven build provenance: who signed, by the certificate, and what the predicate claims. Instants are signed by a log. */
export interface ProvenProvenance {
  readonly predicateType: string;
  readonly certificate: {
    readonly subject: { readonly kind: 'uri' | 'email' | 'other'; readonly value: string };
    /** Fulcio's extensions by number. */
    readonly extensions: ReadonlyMap<number, string>;
  };
  readonly claims: {
    readonly builder: string;
    readonly buildType: string;
    readonly repository: string;
    readonly commit: string;
    readonly ref?: string;
    readonly trigger?: string;
    readonly repositoryId?: string;
    readonly workflow?: string;
  };
  /** Milliseconds since the epoch. */
  readonly signedAt: number;
  readonly log: string;
  readonly logIndex: string;
}

/** What is known of a release before the one in question: its metadata, and its build where provenance was proven. */
export interface EarlierRelease {
  readonly version: string;
  /** Milliseconds since the epoch, unsigned. */
  readonly publishedAt?: number;
  readonly announced: 'none' | 'provenance' | 'trusted-publisher';
  readonly hasTrustedPublisher?: true;
  readonly repository?: string;
  readonly provenance?: ProvenProvenance;
}

/** The registry's own attestation that it published the version. */
export interface ProvenPublication {
  readonly keyid: string;
  readonly registry: string;
  /** Milliseconds since the epoch, signed by a log. */
  readonly loggedAt: number;
  readonly log: string;
}

/** Why attestations do not hold, and at which layer. */
export interface ProvenanceRefusal {
  readonly layer: 'format' | 'crypto' | 'registry-signature' | 'binding' | 'policy' | 'history';
  readonly reason: string;
  readonly detail: string;
  readonly isUnknownSigner?: true;
}

/**
 * What the attestations of one version prove about the bytes that the lockfile names, and what is known of the releases
 * before it, nearest first. `isAnnounced`: the registry's document says that there are attestations; where it does and the
 * status is `absent`, a registry that nobody described does not serve them.
 */
export type VerifiedProvenance = { readonly isAnnounced: boolean; readonly earlier: readonly EarlierRelease[] } & (
  | { readonly status: 'absent' }
  | { readonly status: 'refused'; readonly refusal: ProvenanceRefusal }
  | { readonly status: 'verified'; readonly publish: ProvenPublication; readonly provenance?: ProvenProvenance }
);

const isShort = isTextOf(4096);
const isPublication = isObjectOf<ProvenPublication>({ keyid: isShort, registry: isShort, loggedAt: Number.isFinite, log: isShort });
const isProvenance = isObjectOf<ProvenProvenance>({
  predicateType: isShort,
  certificate: isObjectOf<ProvenProvenance['certificate']>({
    subject: isObjectOf<ProvenProvenance['certificate']['subject']>({ kind: isOneOf('uri', 'email', 'other'), value: isShort }),
    extensions: isMapOf(isNumber, isShort),
  }),
  claims: isObjectOf<ProvenProvenance['claims']>({
    builder: isShort,
    buildType: isShort,
    repository: isShort,
    commit: isShort,
    ref: optional(isShort),
    trigger: optional(isShort),
    repositoryId: optional(isShort),
    workflow: optional(isShort),
  }),
  signedAt: Number.isFinite,
  log: isShort,
  logIndex: isShort,
});
const isRefusal = isObjectOf<ProvenanceRefusal>({
  layer: isOneOf('format', 'crypto', 'registry-signature', 'binding', 'policy', 'history'),
  reason: isShort,
  detail: isShort,
  isUnknownSigner: optional(isOneOf(true)),
});
const isEarlier = isListOf(
  isObjectOf<EarlierRelease>({
    version: isShort,
    publishedAt: optional(Number.isFinite),
    announced: isOneOf('none', 'provenance', 'trusted-publisher'),
    hasTrustedPublisher: optional(isOneOf(true)),
    repository: optional(isShort),
    provenance: optional(isProvenance),
  }),
);
const shape = isVariantOf<VerifiedProvenance>({
  absent: { isAnnounced: isBoolean, earlier: isEarlier },
  refused: { isAnnounced: isBoolean, refusal: isRefusal, earlier: isEarlier },
  verified: { isAnnounced: isBoolean, publish: isPublication, provenance: optional(isProvenance), earlier: isEarlier },
});

/** The verified provenance of a version over the lockfile's digest: derived, computed once, shared by every check. */
export const verifiedProvenance: EvidenceKey<VerifiedProvenance> = {
  id: 'verified-provenance',
  shape,
  subjectOf: signedSubject,
};

/** It is long, and asked for by whoever looks for proofs: it is written once. */
const subjects = new WeakMap<Component, string>();

/** `name@version` with the lockfile's digests: two lockfile entries that differ in them are two questions. */
export function signedSubject(component: Component): string | undefined {
  if (component.source.type !== 'registry') return undefined;
  const { name, version, integrity } = component;
  const subject = subjects.get(component) ?? `${name}@${version} ${integrity === undefined ? '' : formatIntegrity(integrity)}`;
  subjects.set(component, subject);
  return subject;
}

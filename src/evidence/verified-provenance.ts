import * as v from 'valibot';
import type { Component } from '../model/component.ts';
import type { EvidenceKey } from '../model/evidence.ts';
import { formatIntegrity } from '../model/integrity.ts';

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

const text = v.pipe(v.string(), v.maxLength(4096));
const instant = v.pipe(v.number(), v.finite());

const publish = v.object({ keyid: text, registry: text, loggedAt: instant, log: text });
const provenance = v.object({
  predicateType: text,
  certificate: v.object({
    subject: v.object({ kind: v.picklist(['uri', 'email', 'other']), value: text }),
    extensions: v.map(v.number(), text),
  }),
  claims: v.object({
    builder: text,
    buildType: text,
    repository: text,
    commit: text,
    ref: v.exactOptional(text),
    trigger: v.exactOptional(text),
    repositoryId: v.exactOptional(text),
    workflow: v.exactOptional(text),
  }),
  signedAt: instant,
  log: text,
  logIndex: text,
});
const refusal = v.object({
  layer: v.picklist(['format', 'crypto', 'registry-signature', 'binding', 'policy', 'history']),
  reason: text,
  detail: text,
  isUnknownSigner: v.exactOptional(v.literal(true)),
});
const earlier = v.array(
  v.object({
    version: text,
    publishedAt: v.exactOptional(instant),
    announced: v.picklist(['none', 'provenance', 'trusted-publisher']),
    hasTrustedPublisher: v.exactOptional(v.literal(true)),
    repository: v.exactOptional(text),
    provenance: v.exactOptional(provenance),
  }),
);
const shape = v.variant('status', [
  v.object({ status: v.literal('absent'), isAnnounced: v.boolean(), earlier }),
  v.object({ status: v.literal('refused'), isAnnounced: v.boolean(), refusal, earlier }),
  v.object({ status: v.literal('verified'), isAnnounced: v.boolean(), publish, provenance: v.exactOptional(provenance), earlier }),
]);

/** The verified provenance of a version over the lockfile's digest: derived, computed once, shared by every check. */
export const verifiedProvenance: EvidenceKey<VerifiedProvenance> = {
  id: 'verified-provenance',
  shape: (value): value is VerifiedProvenance => v.is(shape, value),
  subjectOf: signedSubject,
};

/** `name@version` with the lockfile's digests: two lockfile entries that differ in them are two questions. */
export function signedSubject(component: Component): string | undefined {
  if (component.source.type !== 'registry') return undefined;
  const { name, version, integrity } = component;
  return `${name}@${version} ${integrity === undefined ? '' : formatIntegrity(integrity)}`;
}

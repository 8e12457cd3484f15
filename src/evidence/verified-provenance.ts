import * as v from 'valibot';
import type { Component } from '../model/component.ts';
import type { EvidenceKey } from '../model/evidence.ts';
import { formatIntegrity } from '../model/integrity.ts';

const text = v.pipe(v.string(), v.maxLength(4096));
const instant = v.pipe(v.number(), v.finite());

const publish = v.object({ keyid: text, registry: text, loggedAt: instant, log: text });
const provenance = v.object({
  predicateType: text,
  certificate: v.object({
    subject: v.object({ kind: v.picklist(['uri', 'email', 'other']), value: text }),
    /** Fulcio's extensions by number. */
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
    repository: v.exactOptional(text),
    provenance: v.exactOptional(provenance),
  }),
);
const shape = v.variant('status', [
  v.object({ status: v.literal('absent'), isAnnounced: v.boolean(), earlier }),
  v.object({ status: v.literal('refused'), isAnnounced: v.boolean(), refusal, earlier }),
  v.object({ status: v.literal('verified'), isAnnounced: v.boolean(), publish, provenance: v.exactOptional(provenance), earlier }),
]);

/**
 * What the attestations of one version prove about the bytes that the lockfile names, and what is known of the releases
 * before it. Instants are milliseconds since the epoch, signed by a log.
 */
export type VerifiedProvenance = v.InferOutput<typeof shape>;
/** What is known of a release before the one in question: its metadata, and its build where provenance was proven. */
export type EarlierRelease = VerifiedProvenance['earlier'][number];
export type ProvenProvenance = v.InferOutput<typeof provenance>;

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

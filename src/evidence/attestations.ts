import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';
import { releaseSubject } from './subjects.ts';

/** What the attestations endpoint answers for one version, as it stands: nothing in it is proven. */
export interface Attestations {
  /** Whether the registry's document announces attestations for this version. */
  readonly isAnnounced: boolean;
  /** The endpoint's answer, JSON; absent when it has none, or nobody had a reason to ask. */
  readonly answer?: string;
  /** Answers for the nearest earlier release of the line that announces attestations. */
  readonly earlier: readonly { readonly version: string; readonly answer: string }[];
}

const answer = v.pipe(v.string(), v.maxLength(4 * 1024 * 1024));
const shape = v.object({
  isAnnounced: v.boolean(),
  answer: v.optional(answer),
  earlier: v.pipe(v.array(v.object({ version: v.string(), answer })), v.maxLength(8)),
});

/** Attestations of one version. Source: the npm registry's `/-/npm/v1/attestations`. One per `name@version`. */
export const attestations: EvidenceKey<Attestations> = {
  id: 'attestations',
  shape: (value): value is Attestations => v.is(shape, value),
  subjectOf: releaseSubject,
};

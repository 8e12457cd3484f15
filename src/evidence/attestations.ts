import type { EvidenceKey } from '../model/evidence.ts';
import { releaseSubject } from './subjects.ts';
import { isBoolean, isListOf, isObjectOf, isText, isTextOf, optional } from './shape.ts';

/** What the attestations endpoint answers for one version, as it stands: nothing in it is proven. */
export interface Attestations {
  /** Whether the registry's document announces attestations for this version. */
  readonly isAnnounced: boolean;
  /** The endpoint's answer, JSON; absent when it has none, or nobody had a reason to ask. */
  readonly answer?: string;
  /** Answers for the nearest earlier release of the line that announces attestations. */
  readonly earlier: readonly { readonly version: string; readonly answer: string }[];
}

const isAnswer = isTextOf(4 * 1024 * 1024);
const shape = isObjectOf<Attestations>({
  isAnnounced: isBoolean,
  answer: optional(isAnswer),
  earlier: isListOf(isObjectOf<Attestations['earlier'][number]>({ version: isText, answer: isAnswer }), 8),
});

/** Attestations of one version. Source: the npm registry's `/-/npm/v1/attestations`. One per `name@version`. */
export const attestations: EvidenceKey<Attestations> = {
  id: 'attestations',
  shape,
  subjectOf: releaseSubject,
};

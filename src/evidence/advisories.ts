import type { Advisory } from '../model/advisory.ts';
import type { EvidenceKey } from '../model/evidence.ts';
import { isBoolean, isListOf, isNumber, isObjectOf, isOneOf, isText, optional } from './shape.ts';

const shape = isListOf(
  isObjectOf<Advisory>({
    id: isText,
    aliases: isListOf(isText),
    summary: isText,
    severity: isOneOf('critical', 'high', 'moderate', 'low', 'unrated'),
    score: optional((value) => isNumber(value) && value >= 0 && value <= 10),
    fixedVersions: isListOf(isText),
    lastAffected: optional(isText),
    url: isText,
    isMalware: isBoolean,
    source: isText,
  }),
);

/** The advisories that hit a version, worst first; an empty list is the answer that nothing is known against it. One per `name@version`. */
export const advisories: EvidenceKey<readonly Advisory[]> = {
  id: 'advisories',
  shape,
  subjectOf: ({ source, name, version }) => (source.type === 'registry' && version !== '' ? `${name}@${version}` : undefined),
};

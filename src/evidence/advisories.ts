import * as v from 'valibot';
import type { Advisory } from '../model/advisory.ts';
import type { EvidenceKey } from '../model/evidence.ts';

const advisory = v.object({
  id: v.string(),
  aliases: v.array(v.string()),
  summary: v.string(),
  severity: v.picklist(['critical', 'high', 'moderate', 'low', 'unrated']),
  score: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(10))),
  fixedVersions: v.array(v.string()),
  lastAffected: v.optional(v.string()),
  url: v.string(),
  isMalware: v.boolean(),
  source: v.string(),
});
const shape = v.array(advisory);

/** The advisories that hit a version, worst first; an empty list is the answer that nothing is known against it. One per `name@version`. */
export const advisories: EvidenceKey<readonly Advisory[]> = {
  id: 'advisories',
  shape: (value): value is readonly Advisory[] => v.is(shape, value),
  subjectOf: ({ source, name, version }) => (source.type === 'registry' && version !== '' ? `${name}@${version}` : undefined),
};

import * as v from 'valibot';
import type { EvidenceKey } from '../model/evidence.ts';

const name = v.pipe(v.string(), v.maxLength(1024));
const count = v.pipe(v.number(), v.finite());
const popular = v.object({ name, downloads: count });
const tier = v.picklist(['none', 'warn', 'block']);

const shape = v.object({
  tier,
  /** Downloads a month; absent where the name is not listed. */
  downloads: v.exactOptional(count),
  /** Popular names that this one may be taken for, the likeliest first. */
  relations: v.array(
    v.object({
      kind: v.string(),
      target: popular,
      tier: v.picklist(['warn', 'block']),
      reason: v.string(),
      counterReasons: v.array(v.string()),
    }),
  ),
  /** Popular packages whose names are put together in this one; empty unless there are two. */
  conflation: v.array(popular),
  /** When the downloads were counted, milliseconds since the epoch. */
  measuredAt: count,
});

/** How a name stands among the most downloaded ones of the public registry. */
export type Popularity = v.InferOutput<typeof shape>;

/** One per name; learned from the list that ships with the tool, without any request. */
export const popularity: EvidenceKey<Popularity> = {
  id: 'popularity',
  shape: (value): value is Popularity => v.is(shape, value),
  subjectOf: (component) => (component.source.type === 'registry' ? component.name : undefined),
};

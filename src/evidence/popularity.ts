import type { EvidenceKey } from '../model/evidence.ts';
import { packageSubject } from './subjects.ts';
import { isListOf, isObjectOf, isOneOf, isText, optional } from './shape.ts';

export interface PopularPackage {
  readonly name: string;
  /** Downloads a month. */
  readonly downloads: number;
}

/** A likeness to a popular name; see `names/relation.ts` for the words. */
export interface Resemblance {
  readonly kind: string;
  readonly target: PopularPackage;
  readonly tier: 'warn' | 'block';
  /** A clause without subject and object: `swaps two neighbouring letters of`. */
  readonly reason: string;
  readonly counterReasons: readonly string[];
}

/** How a name stands among the most downloaded ones of the public registry. */
export interface Popularity {
  readonly tier: 'none' | 'warn' | 'block';
  /** Downloads a month; absent where the name is not listed. */
  readonly downloads?: number;
  /** Downloads a month of its scope's listed packages, for a name that is not listed itself; absent where the scope has none. */
  readonly scopeDownloads?: number;
  /** Popular names that this one may be taken for, the likeliest first. */
  readonly relations: readonly Resemblance[];
  /** Popular packages whose names are put together in this one; empty unless there are two. */
  readonly conflation: readonly PopularPackage[];
  /** When the downloads were counted, milliseconds since the epoch. */
  readonly measuredAt: number;
}

const isPopular = isObjectOf<PopularPackage>({ name: isText, downloads: Number.isFinite });
const shape = isObjectOf<Popularity>({
  tier: isOneOf('none', 'warn', 'block'),
  downloads: optional(Number.isFinite),
  scopeDownloads: optional(Number.isFinite),
  relations: isListOf(
    isObjectOf<Resemblance>({
      kind: isText,
      target: isPopular,
      tier: isOneOf('warn', 'block'),
      reason: isText,
      counterReasons: isListOf(isText),
    }),
  ),
  conflation: isListOf(isPopular),
  measuredAt: Number.isFinite,
});

/** One per name; learned from the list that ships with the tool, without any request. */
export const popularity: EvidenceKey<Popularity> = {
  id: 'popularity',
  shape,
  subjectOf: packageSubject,
};

import { manifestOf } from '../collectors/manifest.ts';
import { releaseOf } from '../collectors/packument-release.ts';
import { isRecord } from '../model/json.ts';
import { parseInstant } from '../model/units.ts';
import { sortedVersions } from '../collectors/packument-versions.ts';
import type { Arrival } from './arrival.ts';
import type { OpenPackument } from './open-packument.ts';
import { isExactVersion } from './route.ts';

/** Which versions of a document are worth a judgement before anybody asks for their bytes. */
export interface Candidates {
  /** What a client would most likely take: targets of tags, and versions that are young enough for their age to count. */
  readonly likely: readonly Arrival[];
  /** Versions that an advisory hits and that are not among those: judged for that alone. */
  readonly hit: readonly Arrival[];
  /** Young versions beyond what is judged: nothing proves them old enough. */
  readonly beyond: readonly string[];
}

export interface CandidateLimits {
  readonly isHit: (version: string) => boolean;
  /** Milliseconds below which the policy has something to say about a version's age. */
  readonly youngFor: number;
  readonly now: number;
}

const mostLikely = 64;
const mostHit = 4_000;

/** Chooses from a document's own bytes: tags and times are read, and of the manifests only those of likely versions. */
export function candidatesOf(name: string, packument: OpenPackument, { isHit, youngFor, now }: CandidateLimits): Candidates {
  const tags = packument.get('dist-tags');
  const time = packument.get('time');
  const versions = [...packument.versions.keys()].filter(isExactVersion);
  const known = new Set(versions);
  const tagged = new Set(isRecord(tags) ? Object.values(tags).filter((target) => typeof target === 'string' && known.has(target)) : []);
  // A registry without times is no registry of young versions: there the tarball's own judgement says that nothing is proven.
  const young = isRecord(time) ? versions.filter((version) => !(now - (instantAt(time, version) ?? Number.NaN) >= youngFor)) : [];
  const newestFirst = sortedVersions(young).toReversed();
  const chosen = new Set([...tagged, ...newestFirst].slice(0, mostLikely));
  return {
    likely: versions.filter((version) => chosen.has(version)).map((version) => arrivalIn(name, version, packument)),
    hit: versions
      .filter((version) => !chosen.has(version) && isHit(version))
      .slice(0, mostHit)
      .map((version) => ({ name, version })),
    beyond: newestFirst.filter((version) => !chosen.has(version)),
  };
}

/** One version with the digests that the document names for it. */
export function arrivalIn(name: string, version: string, packument: OpenPackument): Arrival {
  const integrity = releaseOf(version, undefined, manifestOf(packument.manifest(version)))?.integrity;
  return { name, version, ...(integrity === undefined ? {} : { integrity }) };
}

function instantAt(time: Readonly<Record<string, unknown>>, version: string): number | undefined {
  return Object.hasOwn(time, version) ? parseInstant(time[version]) : undefined;
}

import { compareVersions } from '../model/version-order.ts';
import type { Packument, Release } from './packument.ts';

/** The highest release below a version whose metadata is at hand; a prerelease only before a prerelease. */
export function releaseBefore({ versions, releases }: Packument, version: string): Release | undefined {
  const below = versions.findLast(
    (candidate) =>
      releases.has(candidate.version) &&
      isOrdinary(candidate.version) &&
      compareVersions(candidate.version, version) < 0 &&
      (isPrerelease(version) || !isPrerelease(candidate.version)),
  );
  return below === undefined ? undefined : releases.get(below.version);
}

function isOrdinary(version: string): boolean {
  return /^\d+\.\d+\.\d+(?:[-+]|$)/.test(version);
}

function isPrerelease(version: string): boolean {
  return /^\d+\.\d+\.\d+-/.test(version);
}

import { compareVersions } from '../model/version-order.ts';
import type { Packument, Release } from './packument.ts';

/** The highest release below a version whose metadata is at hand; a prerelease only before a prerelease. */
export function releaseBefore({ versions, releases }: Packument, version: string): Release | undefined {
  let highest = -1;
  let before: Release | undefined;
  for (const [candidate, release] of releases) {
    const offset = versions.offsetOf(candidate);
    if (offset <= highest || !isOrdinary(candidate) || (isPrerelease(candidate) && !isPrerelease(version))) continue;
    if (compareVersions(candidate, version) >= 0) continue;
    highest = offset;
    before = release;
  }
  return before;
}

function isOrdinary(version: string): boolean {
  return /^\d+\.\d+\.\d+(?:[-+]|$)/.test(version);
}

function isPrerelease(version: string): boolean {
  return /^\d+\.\d+\.\d+-/.test(version);
}

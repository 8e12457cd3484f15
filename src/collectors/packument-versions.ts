import semver from 'semver';

const releasesBelow = 5;

/** Ascending semver order; versions that semver does not know (a forged or ancient key) are left out. */
export function sortedVersions(versions: Iterable<string>): readonly string[] {
  const parsed = [...versions].flatMap((version) => semver.parse(version) ?? []).filter((version) => version.raw === version.raw.trim());
  return parsed.sort((a, b) => a.compare(b) || a.compareBuild(b)).map((version) => version.raw);
}

/**
 * The versions that checks compare with: each locked one, and the five next below it. Below a stable version only stable ones
 * count, so that a nightly does not hide what the last release looked like.
 * @param ascending all versions in semver order
 */
export function wantedVersions(ascending: readonly string[], locked: ReadonlySet<string>): ReadonlySet<string> {
  const wanted = new Set(locked);
  for (const version of locked) {
    const at = positionBelow(ascending, version);
    const isStable = !isPrerelease(version);
    let found = 0;
    for (let below = at; below >= 0 && found < releasesBelow; below--) {
      const candidate = ascending[below];
      if (candidate === undefined || (isStable && isPrerelease(candidate))) continue;
      wanted.add(candidate);
      found++;
    }
  }
  return wanted;
}

/** Index of the greatest version below this one; -1 where there is none, or where it is no version. */
function positionBelow(ascending: readonly string[], version: string): number {
  const parsed = semver.parse(version);
  if (parsed === null) return -1;
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (parsed.compare(ascending[middle] ?? '') > 0) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

function isPrerelease(version: string): boolean {
  return semver.prerelease(version) !== null;
}

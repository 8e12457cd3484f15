import semver from 'semver';

const releasesBelow = 5;

/** Ascending semver order; versions that semver does not know (a forged or ancient key) are left out. */
export function sortedVersions(versions: Iterable<string>): readonly string[] {
  return [...versions]
    .flatMap((version) => placeOf(version) ?? [])
    .sort((a, b) => a.major - b.major || a.minor - b.minor || a.patch - b.patch || semver.compareBuild(a.version, b.version))
    .map(({ text }) => text);
}

interface Place {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  readonly version: string | semver.SemVer;
}

/** Documents list hundreds of thousands of versions in all, nearly all of them plain: those need no full parser. */
function placeOf(text: string): Place | undefined {
  const plain = /^(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})\.(0|[1-9]\d{0,14})$/.exec(text);
  if (plain !== null) return { text, major: Number(plain[1]), minor: Number(plain[2]), patch: Number(plain[3]), version: text };
  const version = semver.parse(text);
  if (version === null || text !== text.trim()) return undefined;
  return { text, major: version.major, minor: version.minor, patch: version.patch, version };
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

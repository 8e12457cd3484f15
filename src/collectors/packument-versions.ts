import semver from 'semver';
import type { PublishedVersions } from '../evidence/published-versions.ts';

const releasesBelow = 5;

/** Ascending semver order; versions that semver does not know (a forged or ancient key) are left out. */
export function sortedVersions(versions: Iterable<string>): readonly string[] {
  const places: Place[] = [];
  for (const version of versions) {
    const place = placeOf(version);
    if (place !== undefined) places.push(place);
  }
  return places.sort(comparePlaces).map(({ text }) => text);
}

interface Place {
  readonly text: string;
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** Identifiers, numeric ones as numbers; undefined for a release. */
  readonly prerelease: readonly (string | number)[] | undefined;
  /** Carries build metadata, or numbers too large for the short way: semver itself compares it. */
  readonly isOdd: boolean;
}

/** Documents list hundreds of thousands of versions in all, nearly all of them plain: those need no full parser. */
function placeOf(text: string): Place | undefined {
  return plainPlaceOf(text) ?? oddPlaceOf(text);
}

function oddPlaceOf(text: string): Place | undefined {
  const version = semver.parse(text);
  // Parsers also take `v1.0.0`, which no registry lists and no lockfile names.
  if (version === null || !/^\d/.test(text) || text !== text.trim()) return undefined;
  return { text, major: version.major, minor: version.minor, patch: version.patch, prerelease: version.prerelease, isOdd: true };
}

/** Three numbers and perhaps identifiers (Semantic Versioning 2.0.0, clauses 2 and 9); undefined where the full parser has to say. */
function plainPlaceOf(text: string): Place | undefined {
  const majorEnd = numberEnd(text, 0);
  const minorEnd = text[majorEnd] === '.' ? numberEnd(text, majorEnd + 1) : -1;
  const patchEnd = text[minorEnd] === '.' ? numberEnd(text, minorEnd + 1) : -1;
  if (patchEnd === -1) return undefined;
  const prerelease = patchEnd === text.length ? undefined : text[patchEnd] === '-' ? identifiersOf(text.slice(patchEnd + 1)) : 'odd';
  if (prerelease === 'odd') return undefined;
  const [major, minor, patch] = [text.slice(0, majorEnd), text.slice(majorEnd + 1, minorEnd), text.slice(minorEnd + 1, patchEnd)];
  return { text, major: Number(major), minor: Number(minor), patch: Number(patch), prerelease, isOdd: false };
}

const longestNumber = 15;

/** The place after a number without leading zeros; -1 where none begins, and for one that may not be exact. */
function numberEnd(text: string, start: number): number {
  let at = start;
  for (let code = text.charCodeAt(at); code >= 0x30 && code <= 0x39; code = text.charCodeAt(at)) at++;
  if (at === start || at - start > longestNumber) return -1;
  return text.charCodeAt(start) === 0x30 && at - start > 1 ? -1 : at;
}

/** Identifiers of a prerelease, numeric ones as numbers. */
function identifiersOf(text: string): readonly (string | number)[] | 'odd' {
  if (!/^[0-9A-Za-z.-]{1,200}$/.test(text)) return 'odd';
  const identifiers: (string | number)[] = [];
  for (const identifier of text.split('.')) {
    if (/[^0-9]/.test(identifier)) identifiers.push(identifier);
    else if (/^(0|[1-9]\d{0,14})$/.test(identifier)) identifiers.push(Number(identifier));
    else return 'odd';
  }
  return identifiers;
}

function comparePlaces(a: Place, b: Place): number {
  const difference = a.major - b.major || a.minor - b.minor || a.patch - b.patch;
  if (difference !== 0) return difference;
  return a.isOdd || b.isOdd ? semver.compareBuild(a.text, b.text) : comparePrereleases(a.prerelease, b.prerelease);
}

/** Clause 11: a release comes after its prereleases, numbers before words, fewer identifiers before more. */
function comparePrereleases(a: Place['prerelease'], b: Place['prerelease']): number {
  if (a === undefined || b === undefined) return a === b ? 0 : a === undefined ? 1 : -1;
  const shared = Math.min(a.length, b.length);
  for (let index = 0; index < shared; index++) {
    const left = a[index] ?? 0;
    const right = b[index] ?? 0;
    if (left === right) continue;
    if (typeof left === typeof right) return left < right ? -1 : 1;
    return typeof left === 'number' ? -1 : 1;
  }
  return a.length - b.length;
}

/** The versions that are read of a document. */
export interface WantedVersions {
  /** Each locked one, the next below it, and the five next below a recent one: checks compare what is in them. */
  readonly whole: ReadonlySet<string>;
  /** The others of the five next below each locked one: checks compare how they were published. */
  readonly earlier: ReadonlySet<string>;
}

/**
 * The versions that checks compare. Below a stable version only stable ones count, so that a nightly does not hide what the last
 * release looked like.
 */
export function wantedVersions(
  ascending: PublishedVersions,
  locked: ReadonlySet<string>,
  isRecent: (version: string) => boolean,
): WantedVersions {
  const whole = new Set(locked);
  const earlier = new Set<string>();
  for (const version of locked) {
    const wholeBelow = isRecent(version) ? releasesBelow : 1;
    const at = positionBelow(ascending, version);
    const isStable = !isPrerelease(version);
    let found = 0;
    for (let below = at; below >= 0 && found < releasesBelow; below--) {
      const candidate = ascending.versionAt(below);
      if (isStable && isPrerelease(candidate)) continue;
      (found < wholeBelow ? whole : earlier).add(candidate);
      found++;
    }
  }
  for (const version of whole) earlier.delete(version);
  return { whole, earlier };
}

/** Index of the greatest version below this one; -1 where there is none, or where it is no version. */
function positionBelow(ascending: PublishedVersions, version: string): number {
  // What differs in its build metadata alone stands before it and is not below it, as often as its publisher likes.
  const index = version.includes('+') ? -1 : ascending.indexOf(version);
  if (index !== -1) return index - 1;
  const isBelow = comparerWith(version);
  if (isBelow === undefined) return -1;
  let low = 0;
  let high = ascending.count;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (isBelow(ascending.versionAt(middle))) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Tells which versions are below this one; undefined where it is none. */
function comparerWith(version: string): ((candidate: string) => boolean) | undefined {
  const own = plainPlaceOf(version);
  if (own !== undefined) {
    return (candidate) => {
      const place = placeOf(candidate);
      return place !== undefined && comparePlaces(own, place) > 0;
    };
  }
  const parsed = semver.parse(version);
  return parsed === null ? undefined : (candidate) => parsed.compare(candidate) > 0;
}

/** Of a text that is a version: its build metadata may hold hyphens. */
function isPrerelease(version: string): boolean {
  return /^[^+]*-/.test(version);
}

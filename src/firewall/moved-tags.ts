import semver from 'semver';
import { sortedVersions } from '../collectors/packument-versions.ts';

/**
 * Points each tag at a version that is still there: at its own, or else at the highest kept one below it in semver order, and a
 * stable one where it was stable (not the one published last: a backport would become `latest`). A tag without such a version goes;
 * `latest` alone then takes the highest kept version, because clients cannot resolve without it.
 */
export function movedTags(tags: readonly (readonly [string, unknown])[], kept: readonly string[]): readonly (readonly [string, string])[] {
  const known = new Set(kept);
  const descending = tags.every(([, version]) => typeof version === 'string' && known.has(version))
    ? []
    : sortedVersions(kept).toReversed();
  return tags.flatMap(([tag, version]) => {
    if (typeof version !== 'string') return [];
    if (known.has(version)) return [[tag, version]];
    const moved = highestUpTo(version, descending) ?? (tag === 'latest' ? highest(descending) : undefined);
    return moved === undefined ? [] : [[tag, moved]];
  });
}

function highestUpTo(version: string, descending: readonly string[]): string | undefined {
  if (semver.valid(version) === null) return undefined;
  const below = descending.filter((candidate) => semver.lte(candidate, version));
  return isStable(version) ? (below.find(isStable) ?? below[0]) : below[0];
}

function highest(descending: readonly string[]): string | undefined {
  return descending.find(isStable) ?? descending[0];
}

function isStable(version: string): boolean {
  return semver.prerelease(version) === null;
}

import semver from 'semver';
import { sortedVersions } from '../collectors/packument-versions.ts';

/**
 * Points each tag at a version that is still there: at its own, or else at the highest kept one below it in semver order, and a
 * stable one where it was stable (not the one published last: a backport would become `latest`). A tag without such a version goes;
 * `latest` alone then takes the highest kept version, because clients cannot resolve without it. Tags and versions are the
 * publisher's, thousands of them if they like: sorted once, and searched.
 */
export function movedTags(tags: readonly (readonly [string, unknown])[], kept: readonly string[]): readonly (readonly [string, string])[] {
  const known = new Set(kept);
  let order: Order | undefined;
  return tags.flatMap(([tag, version]) => {
    if (typeof version !== 'string') return [];
    if (known.has(version)) return [[tag, version]];
    order ??= orderOf(kept);
    const moved = highestUpTo(version, order) ?? (tag === 'latest' ? last(order, order.ascending.length - 1, true) : undefined);
    return moved === undefined ? [] : [[tag, moved]];
  });
}

interface Order {
  readonly ascending: readonly string[];
  /** For each place the place of the last stable version up to it; -1 where there is none. */
  readonly stableUpTo: readonly number[];
}

function orderOf(versions: readonly string[]): Order {
  const ascending = sortedVersions(versions);
  const stableUpTo: number[] = [];
  for (const [place, version] of ascending.entries()) stableUpTo.push(isStable(version) ? place : (stableUpTo[place - 1] ?? -1));
  return { ascending, stableUpTo };
}

function highestUpTo(version: string, order: Order): string | undefined {
  const wanted = semver.parse(version);
  if (wanted === null) return undefined;
  let [low, high] = [0, order.ascending.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (wanted.compare(order.ascending[middle] ?? '') >= 0) low = middle + 1;
    else high = middle;
  }
  return last(order, low - 1, isStable(version));
}

/** The last version up to a place, a stable one if that is wanted and there is one. */
function last({ ascending, stableUpTo }: Order, place: number, isStableWanted: boolean): string | undefined {
  const stable = isStableWanted ? (stableUpTo[place] ?? -1) : -1;
  return ascending[stable === -1 ? place : stable];
}

function isStable(version: string): boolean {
  return semver.prerelease(version) === null;
}

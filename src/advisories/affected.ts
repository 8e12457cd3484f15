import { compareVersions } from '../model/version-order.ts';
import { beginning, highest, isSemantic } from './version.ts';

/** The events of one OSV range, by kind. Versions are semantic; `introduced` may hold `0`, the beginning of all versions. */
export interface AffectedRange {
  readonly introduced: readonly string[];
  readonly fixed: readonly string[];
  readonly lastAffected: readonly string[];
  /** Nothing at or above every one of these is affected. */
  readonly limits: readonly string[];
}

/** Which versions of one package an OSV record is about. */
export interface Affected {
  /** The record names neither versions nor ranges. */
  readonly isEveryVersion: boolean;
  readonly versions: readonly string[];
  readonly ranges: readonly AffectedRange[];
}

/** `unknown`: the version has no place in the order of versions, so no range can be compared with it. */
export type Effect = 'affected' | 'unaffected' | 'unknown';

/**
 * Whether a version is affected, by the evaluation algorithm of the OSV schema: listed, or inside a range. Prereleases are
 * ordered by SemVer 2.0.0, so that 2.0.0-rc.1 is before a fix in 2.0.0. Linear in versions and events.
 */
export function effectOn(version: string, affected: Affected): Effect {
  if (affected.isEveryVersion || affected.versions.includes(version)) return 'affected';
  if (affected.ranges.length === 0) return 'unaffected';
  if (!isSemantic(version)) return 'unknown';
  return affected.ranges.some((range) => isInside(version, range)) ? 'affected' : 'unaffected';
}

/** The fixes that a record names above an affected version, ascending; a fix that another range affects again is none. */
export function fixesAbove(version: string, affected: Affected): readonly string[] {
  const named = affected.ranges.filter((range) => isSemantic(version) && isInside(version, range)).flatMap(({ fixed }) => fixed);
  const above = [...new Set(named)].filter((fix) => compareVersions(fix, version) > 0);
  return above
    .sort(compareVersions)
    .slice(0, mostFixes)
    .filter((fix) => effectOn(fix, affected) === 'unaffected');
}

/** The last affected version that the ranges around a version name, where they name no fix. */
export function lastAffectedFrom(version: string, affected: Affected): string | undefined {
  const around = affected.ranges.filter((range) => isSemantic(version) && isInside(version, range));
  return highest(around.flatMap(({ lastAffected }) => lastAffected).filter((last) => compareVersions(last, version) >= 0));
}

/** More release lines than anybody maintains; the nearest fixes come first. */
const mostFixes = 32;

/**
 * Where in the order of versions an event takes effect: a fix at its version, a beginning at its version and winning over a
 * fix there, the end behind a last affected version.
 */
interface Position {
  readonly version: string;
  readonly rank: 0 | 1 | 2;
}

/** Affected from the latest event at or before the version, if that is a beginning; no sorting is needed to find it. */
function isInside(version: string, range: AffectedRange): boolean {
  if (range.limits.length > 0 && !range.limits.some((limit) => compareVersions(version, limit) < 0)) return false;
  let latest: Position | undefined;
  const consider = (candidate: string, rank: Position['rank']): void => {
    const order = candidate === beginning ? 1 : compareVersions(version, candidate);
    if (order < 0 || (rank === 2 && order === 0)) return;
    const position = { version: candidate, rank };
    if (latest === undefined || comparePositions(position, latest) > 0) latest = position;
  };
  for (const fix of range.fixed) consider(fix, 0);
  for (const start of range.introduced) consider(start, 1);
  for (const last of range.lastAffected) consider(last, 2);
  return latest?.rank === 1;
}

function comparePositions(a: Position, b: Position): number {
  return compareVersions(a.version, b.version) || a.rank - b.rank;
}

import type { Affected, AffectedRange } from './affected.ts';
import { listOf } from './untrusted.ts';
import { beginning, eventVersion } from './version.ts';
import { isRecord } from '../model/json.ts';

/** What a record says about one npm package, all its entries together. */
export interface AffectedEntry {
  readonly affected: Affected | 'unreadable';
  /** Ratings that the record gives for this package alone. */
  readonly severities: readonly unknown[];
}

const mostEntries = 20_000;
/** The largest honest records list some thousands. */
const mostVersions = 100_000;
const mostEvents = 20_000;
const longestName = 214;
const longestVersion = 256;

/**
 * Reads the `affected` list of an OSV record into its npm packages, by name. Undefined for one beyond all bounds. What cannot
 * be read makes its package `unreadable` and never unaffected.
 */
export function readAffected(entries: readonly unknown[]): ReadonlyMap<string, AffectedEntry> | undefined {
  const packages = new Map<string, { affected: Affected | 'unreadable'; severities: unknown[] }>();
  const budget = { entries: mostEntries, versions: mostVersions, events: mostEvents };
  for (const entry of entries) {
    const name = npmName(entry);
    if (name === undefined || !isRecord(entry)) continue;
    budget.entries--;
    const affected = readEntry(entry, budget);
    if (budget.entries < 0 || budget.versions < 0 || budget.events < 0) return undefined;
    const known = packages.get(name);
    if (known === undefined) packages.set(name, { affected, severities: [entry['severity']] });
    else {
      known.affected = unite(known.affected, affected);
      known.severities.push(entry['severity']);
    }
  }
  return packages;
}

function npmName(entry: unknown): string | undefined {
  const owner = isRecord(entry) ? entry['package'] : undefined;
  if (!isRecord(owner) || owner['ecosystem'] !== 'npm') return undefined;
  const { name } = owner;
  return typeof name === 'string' && name !== '' && name.length <= longestName ? name : undefined;
}

/** What one record may still cost. */
interface Budget {
  entries: number;
  versions: number;
  events: number;
}

/** Ranges of type GIT are about commits and say nothing of published versions. */
function readEntry(entry: Readonly<Record<string, unknown>>, budget: Budget): Affected | 'unreadable' {
  const versions = listOf(entry['versions']);
  const ranges = listOf(entry['ranges']);
  if (versions === undefined || ranges === undefined) return 'unreadable';
  budget.versions -= versions.length;
  if (budget.versions < 0 || ranges.length > mostEvents) {
    budget.events -= ranges.length;
    return 'unreadable';
  }
  const ofVersions = ranges.filter((range) => !(isRecord(range) && range['type'] === 'GIT'));
  const read = ofVersions.map((range) => readRange(range, budget));
  const isReadable = versions.every(isVersion) && read.every((range) => range !== undefined);
  const isOnlyAboutCommits = ranges.length > 0 && ofVersions.length === 0 && versions.length === 0;
  if (!isReadable || isOnlyAboutCommits) return 'unreadable';
  return {
    isEveryVersion: versions.length === 0 && ranges.length === 0,
    versions: versions.filter(isVersion),
    ranges: read.filter((range) => range !== undefined),
  };
}

function readRange(range: unknown, budget: Budget): AffectedRange | undefined {
  if (!isRecord(range) || (range['type'] !== 'SEMVER' && range['type'] !== 'ECOSYSTEM')) return undefined;
  const events = listOf(range['events']);
  if (events === undefined) return undefined;
  budget.events -= events.length;
  if (budget.events < 0) return undefined;
  const found: Readonly<Record<keyof AffectedRange, string[]>> = { introduced: [], fixed: [], lastAffected: [], limits: [] };
  let isUnlimited = false;
  for (const event of events) {
    if (!isRecord(event)) return undefined;
    let isKnown = false;
    for (const [key, kind] of eventKinds) {
      if (event[key] === undefined) continue;
      isKnown = true;
      if (kind === 'limits' && event[key] === '*') isUnlimited = true;
      else {
        const version = kind === 'introduced' && event[key] === '0' ? beginning : eventVersion(event[key]);
        if (version === undefined) return undefined;
        found[kind].push(version);
      }
    }
    if (!isKnown) return undefined;
  }
  if (found.introduced.length === 0) return undefined;
  return isUnlimited ? { ...found, limits: [] } : found;
}

const eventKinds: readonly (readonly [string, keyof AffectedRange])[] = [
  ['introduced', 'introduced'],
  ['fixed', 'fixed'],
  ['last_affected', 'lastAffected'],
  ['limit', 'limits'],
];

function isVersion(version: unknown): version is string {
  return typeof version === 'string' && version !== '' && version.length <= longestVersion;
}

/** Several entries about one package add up. */
function unite(a: Affected | 'unreadable', b: Affected | 'unreadable'): Affected | 'unreadable' {
  if (a === 'unreadable' || b === 'unreadable') return 'unreadable';
  return {
    isEveryVersion: a.isEveryVersion || b.isEveryVersion,
    versions: [...a.versions, ...b.versions],
    ranges: [...a.ranges, ...b.ranges],
  };
}

import semver from 'semver';
import type { Advisory, AdvisorySeverity } from '../model/advisory.ts';
import { isRecord } from '../model/json.ts';
import { isAdvisoryId, isMalwareWeakness } from './osv.ts';
import { severityOfScore, severityOfWord, worst } from './severity.ts';
import { textsOf } from './untrusted.ts';

/** One entry of a registry's bulk advisory answer, proven. */
export interface RegistryAdvisory {
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly severity: AdvisorySeverity;
  readonly score?: number;
  readonly url: string;
  readonly isMalware: boolean;
  /** A semver range. */
  readonly range: string;
}

const longestRange = 2048;
const longestSummary = 300;
const longestUrl = 300;

/**
 * Reads an entry of `POST /-/npm/v1/security/advisories/bulk`; undefined for one without a usable id or range. The id is
 * GitHub's where the address names it, so that it is the one that other databases use.
 */
export function readRegistryAdvisory(value: unknown): RegistryAdvisory | undefined {
  if (!isRecord(value)) return undefined;
  const { id, url, title, severity, vulnerable_versions: range, cwe } = value;
  const number = typeof id === 'number' && Number.isSafeInteger(id) ? `npm-${id}` : id;
  if (typeof number !== 'string' || !isAdvisoryId(number) || typeof range !== 'string' || !isRange(range)) return undefined;
  const github = typeof url === 'string' ? /^https:\/\/github\.com\/advisories\/(GHSA(?:-[0-9a-z]{4}){3})$/.exec(url)?.[1] : undefined;
  const cvss = isRecord(value['cvss']) ? value['cvss']['score'] : undefined;
  // npm writes a score of 0 where the advisory has none.
  const score = typeof cvss === 'number' && cvss > 0 && cvss <= 10 ? cvss : undefined;
  const summary = typeof title === 'string' && title.trim() !== '' ? title.trim().slice(0, longestSummary) : (github ?? number);
  return {
    id: github ?? number,
    aliases: github === undefined ? [] : [number],
    summary,
    severity: worst([severityOfWord(severity), ...(score === undefined ? [] : [severityOfScore(score)])]),
    ...(score === undefined ? {} : { score }),
    url: typeof url === 'string' && url.length <= longestUrl && /^https:\/\/[\w.-]+\/[\w./-]*$/.test(url) ? url : '',
    isMalware: isMalwareWeakness(typeof cwe === 'string' ? [cwe] : textsOf(cwe)) || /^malware in /i.test(summary),
    range,
  };
}

/** Whether an entry hits a version: registries answer for a name, and leave the versions to the asker. Prereleases count as inside. */
export function hitsVersion(advisory: RegistryAdvisory, version: string): boolean {
  return semver.satisfies(version, advisory.range, { includePrerelease: true, loose: true });
}

/** Whether ranges can be compared with a version at all. */
export function isComparable(version: string): boolean {
  return semver.valid(version, { loose: true }) !== null;
}

/** An entry that hits a version, as evidence. */
export function registryHit(advisory: RegistryAdvisory, version: string, source: string): Advisory {
  const { range, ...rest } = advisory;
  const bounds = upperBounds(range, version);
  const fixedVersions = bounds.fixed.filter((fix) => !hitsVersion(advisory, fix)).sort(semver.compareLoose);
  const last = bounds.last.sort(semver.compareLoose).at(-1);
  return { ...rest, fixedVersions, ...(fixedVersions.length > 0 || last === undefined ? {} : { lastAffected: last }), source };
}

/** The upper ends of the alternatives that a version is in: what is not `< fix` is `<= last`. */
function upperBounds(range: string, version: string): { readonly fixed: string[]; readonly last: string[] } {
  const alternatives = new semver.Range(range, { includePrerelease: true, loose: true }).set.filter((comparators) =>
    comparators.every((comparator) => comparator.test(version)),
  );
  const ends = (operator: '<' | '<='): string[] =>
    alternatives.flatMap((comparators) =>
      comparators.flatMap((comparator) => (comparator.operator === operator ? [comparator.semver.version.replace(/-0$/, '')] : [])),
    );
  return { fixed: [...new Set(ends('<'))], last: [...new Set(ends('<='))] };
}

function isRange(text: string): boolean {
  return text.length <= longestRange && semver.validRange(text, { loose: true }) !== null;
}

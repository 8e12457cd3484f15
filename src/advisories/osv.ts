import type { AdvisorySeverity } from '../model/advisory.ts';
import { isRecord } from '../model/json.ts';
import { type Milliseconds, parseInstant } from '../model/units.ts';
import type { Affected } from './affected.ts';
import { cvss3BaseScore } from './cvss3.ts';
import { type AffectedEntry, readAffected } from './osv-affected.ts';
import { severityOfScore, severityOfWord, worst } from './severity.ts';
import { listOf, textsOf } from './untrusted.ts';

/** What one OSV record says about one npm package. */
export interface PackageAdvisory {
  readonly name: string;
  readonly id: string;
  readonly aliases: readonly string[];
  readonly summary: string;
  readonly severity: AdvisorySeverity;
  readonly score?: number;
  readonly isMalware: boolean;
  /** `unreadable`: the record is about the package, and says in no known way which versions. */
  readonly affected: Affected | 'unreadable';
}

export type OsvReading =
  /** `packages` is empty for a record about other ecosystems. */
  | {
      readonly type: 'record';
      readonly id: string;
      readonly modified?: Milliseconds;
      readonly isWithdrawn: boolean;
      readonly packages: readonly PackageAdvisory[];
    }
  | { readonly type: 'refused'; readonly why: string };

const longestSummary = 300;
const mostAliases = 64;
/** Embedded malicious code, and the kinds of it that have numbers of their own. */
const malwareWeaknesses: ReadonlySet<string> = new Set(['CWE-506', 'CWE-507', 'CWE-508', 'CWE-509', 'CWE-510', 'CWE-511', 'CWE-512']);

/**
 * Reads an OSV record of schema 1.x, as its JSON value, for what it says about npm packages.
 * Source: https://ossf.github.io/osv-schema/
 * @param now a withdrawal counts from its own instant on
 */
export function readOsv(value: unknown, now: Milliseconds): OsvReading {
  if (!isRecord(value)) return refused('it is no object');
  const { id, schema_version: schema = '1.0.0' } = value;
  const entries = listOf(value['affected']);
  if (entries === undefined) return refused('it says what it affects in no known way');
  const affected = readAffected(entries);
  if (affected === undefined) return refused('it lists more packages, versions or events than any honest record');
  // What is about other ecosystems is none of our business, its id included.
  if (affected.size === 0) return { type: 'record', id: typeof id === 'string' ? id : '', isWithdrawn: false, packages: [] };
  if (typeof id !== 'string' || !isAdvisoryId(id)) return refused('it has no usable id');
  if (typeof schema !== 'string' || !/^1\.\d{1,6}(\.\d{1,6})?$/.test(schema))
    return refused(`${id} is written in a schema that is not 1.x`);
  const modified = parseInstant(value['modified']);
  const withdrawn = parseInstant(value['withdrawn']);
  return {
    type: 'record',
    id,
    ...(modified === undefined ? {} : { modified }),
    isWithdrawn: withdrawn !== undefined && withdrawn <= now,
    packages: [...affected].map(([name, entry]) => ({ name, ...describe(id, value, entry), affected: entry.affected })),
  };
}

/** An id that can stand in a path, a file and a report: `GHSA-...`, `MAL-2026-1`, `CVE-...`. */
export function isAdvisoryId(text: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._:-]{2,99}$/.test(text);
}

/** Whether weaknesses by their CWE numbers say that a package is hostile. */
export function isMalwareWeakness(weaknesses: readonly string[]): boolean {
  return weaknesses.some((weakness) => malwareWeaknesses.has(weakness));
}

function describe(
  id: string,
  record: Readonly<Record<string, unknown>>,
  entry: AffectedEntry,
): Pick<PackageAdvisory, 'id' | 'aliases' | 'summary' | 'severity' | 'score' | 'isMalware'> {
  const aliases = textsOf(record['aliases']).filter(isAdvisoryId).slice(0, mostAliases);
  const own = isRecord(record['database_specific']) ? record['database_specific'] : {};
  const scores = [...vectorsOf(record['severity']), ...entry.severities.flatMap(vectorsOf)].flatMap(
    (vector) => cvss3BaseScore(vector) ?? [],
  );
  const score = scores.length === 0 ? undefined : Math.max(...scores.slice(0, mostAliases));
  const summary = [record['summary'], record['details']].find((text) => typeof text === 'string' && text.trim() !== '');
  return {
    id,
    aliases,
    summary: typeof summary === 'string' ? firstLine(summary) : id,
    severity: worst([severityOfWord(own['severity']), ...(score === undefined ? [] : [severityOfScore(score)])]),
    ...(score === undefined ? {} : { score }),
    isMalware:
      [id, ...aliases].some((name) => name.startsWith('MAL-')) ||
      own['malicious-packages-origins'] !== undefined ||
      isMalwareWeakness(textsOf(own['cwe_ids'])),
  };
}

/** Vectors of CVSS v4 have no score here: GitHub's records state the rating in words beside them, and a record that does not is unrated. */
function vectorsOf(severity: unknown): readonly string[] {
  return (listOf(severity) ?? [])
    .slice(0, mostAliases)
    .flatMap((entry) => (isRecord(entry) && entry['type'] === 'CVSS_V3' && typeof entry['score'] === 'string' ? [entry['score']] : []));
}

function firstLine(text: string): string {
  return (
    text
      .trim()
      .slice(0, longestSummary * 2)
      .split('\n')[0] ?? ''
  ).slice(0, longestSummary);
}

function refused(why: string): OsvReading {
  return { type: 'refused', why };
}

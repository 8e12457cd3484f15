import type { FindingRecord, LockfileRecord, PackageRecord } from '../fleet/audit-record.ts';
import { inertLine } from '../model/inert.ts';
import type { PackageFacts } from '../model/package-facts.ts';
import { type Level, levels, worse } from '../reporters/html/package-graph.ts';
import type { PackageRow } from '../reporters/html/package-table.ts';

/** Characters of rows that one page carries; the rows of some 7,000 packages. */
const mostCharacters = 450_000;

/** The packages of a record as rows, those with findings first, as many as one page carries. */
export function recordRows(
  record: LockfileRecord,
  readFacts: (licence: string | undefined, publishedAt: number | undefined) => PackageFacts,
): { readonly rows: readonly PackageRow[]; readonly left: number } {
  const found = findingsBySubject(record.findings);
  const rows = record.packages.map((one) => rowOf(one, found.get(`${one.name}@${one.version}`) ?? [], readFacts));
  rows.sort((a, b) => levels.indexOf(a.level) - levels.indexOf(b.level));
  let characters = 0;
  const ways = new Set<string>();
  const end = rows.findIndex((row) => (characters += weightOf(row, ways)) > mostCharacters);
  return end === -1 ? { rows, left: 0 } : { rows: rows.slice(0, end), left: rows.length - end };
}

function rowOf(
  { name, version, isDirect, scope, path, licence, publishedAt }: PackageRecord,
  findings: readonly FindingRecord[],
  readFacts: (licence: string | undefined, publishedAt: number | undefined) => PackageFacts,
): PackageRow {
  const between = path.slice(1, -1);
  return {
    name,
    version,
    scope,
    way: isDirect ? { kind: 'direct' } : between.length === 0 ? { kind: 'unreached' } : { kind: 'by', text: between.join(' › ') },
    facts: readFacts(licence, publishedAt),
    level: findings.map((finding): Level => (finding.waiver === undefined ? finding.severity : 'waived')).reduce(worse, 'clean'),
    rules: [...new Set(findings.map(({ rule }) => inertLine(rule, 100)))],
    isUnverified: false,
  };
}

function findingsBySubject(findings: readonly FindingRecord[]): ReadonlyMap<string, readonly FindingRecord[]> {
  const bySubject = new Map<string, FindingRecord[]>();
  for (const finding of findings) {
    const known = bySubject.get(finding.subject);
    if (known === undefined) bySubject.set(finding.subject, [finding]);
    else known.push(finding);
  }
  return bySubject;
}

/** About what a row takes in the page, in characters: what must be escaped takes several, and a way stands there once for all rows. */
function weightOf({ name, version, way, rules }: PackageRow, ways: Set<string>): number {
  const isNew = way.kind === 'by' && !ways.has(way.text);
  if (isNew) ways.add(way.text);
  return (
    40 +
    2 * (Math.min(name.length, 220) + Math.min(version.length, 260) + 4 * rules.length) +
    (isNew ? 2 * Math.min(way.text.length, 300) : 0)
  );
}

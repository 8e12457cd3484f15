import type { SqlQueries } from '../model/database.ts';
import type { FindingRecord, PackageRecord } from './audit-record.ts';
import { chunks, insertRows, numberIn, optionalNumberIn, optionalTextIn, queryByList, textIn } from './rows.ts';
import { digestOf, longestName, longestText, storable } from './storable.ts';

/** Ids of what is kept once. It remembers what it has seen, so that a repository like the one before asks the store almost nothing. */
export interface Interner {
  /** Ids of the versions, in the order of the packages; what is known of a version is brought up to date. */
  readonly versions: (queries: SqlQueries, packages: readonly PackageRecord[]) => Promise<readonly number[]>;
  /** Ids of ways through a graph, in order. */
  readonly paths: (queries: SqlQueries, paths: readonly (readonly PathStep[])[]) => Promise<readonly number[]>;
  readonly findings: (queries: SqlQueries, findings: readonly FindingRecord[]) => Promise<readonly number[]>;
  /** Forget everything: after a transaction that did not last, and after rows have been deleted. */
  readonly forget: () => void;
}

/** A name, or 0 for the root of the lockfile, whose name differs where everything else is equal. */
export type PathStep = string | 0;

interface KnownVersion {
  readonly id: number;
  readonly licence: string | undefined;
  readonly publishedAt: number | undefined;
}

/** Above this many entries a memory starts anew; some 100 MB at the most. */
const mostRemembered = 300_000;

/** A memory of what a store has, for one process that writes to it. */
export function createInterner(): Interner {
  const versions = new Map<string, KnownVersion>();
  const paths = new Map<string, number>();
  const findings = new Map<string, number>();
  return {
    versions: async (queries, packages) => {
      makeRoom(versions);
      const keys = packages.map(versionKey);
      await learnVersions(queries, packages, keys, versions);
      await refreshVersions(queries, packages, keys, versions);
      return keys.map((key) => idOf(versions.get(key)?.id));
    },
    paths: (queries, list) => {
      const rows = list.map((path) => [digestOf(path), JSON.stringify(path)] as const);
      return internByDigest(queries, { table: 'paths', columns: ['digest', 'names'] }, rows, paths);
    },
    findings: (queries, list) => internByDigest(queries, findingsTable, list.map(findingRow), findings),
    forget: () => {
      versions.clear();
      paths.clear();
      findings.clear();
    },
  };
}

async function learnVersions(
  queries: SqlQueries,
  packages: readonly PackageRecord[],
  keys: readonly string[],
  known: Map<string, KnownVersion>,
): Promise<void> {
  const missing = new Map(packages.flatMap((one, index) => (known.has(keys[index] ?? '') ? [] : [[keys[index] ?? '', one] as const])));
  // Everybody inserts in one order, so that two writers wait for each other in one direction only.
  const rows = [...missing].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, { name, version }]) => [storedName(name), storedName(version)]);
  await insertRows(queries, { table: 'versions', columns: ['name', 'version'], suffix: 'ON CONFLICT (name, version) DO NOTHING' }, rows);
  for (const chunk of chunks(rows, 400)) {
    const places = chunk.map(() => '(?, ?)').join(', ');
    const found = await queries.query(
      `SELECT id, name, version, licence, published_at FROM versions WHERE (name, version) IN (VALUES ${places})`,
      chunk.flat(),
    );
    for (const row of found) {
      known.set(JSON.stringify([textIn(row, 'name'), textIn(row, 'version')]), {
        id: numberIn(row, 'id'),
        licence: optionalTextIn(row, 'licence'),
        publishedAt: optionalNumberIn(row, 'published_at'),
      });
    }
  }
}

/** What somebody has found out about a version is kept until somebody finds out something else; "nobody knows" erases nothing. */
async function refreshVersions(
  queries: SqlQueries,
  packages: readonly PackageRecord[],
  keys: readonly string[],
  known: Map<string, KnownVersion>,
): Promise<void> {
  const changed = new Map<string, KnownVersion>();
  for (const [index, { licence, publishedAt }] of packages.entries()) {
    const key = keys[index] ?? '';
    const before = known.get(key);
    if (before === undefined) continue;
    const now = {
      ...before,
      licence: licence === undefined ? before.licence : storable(licence, longestText),
      publishedAt: publishedAt ?? before.publishedAt,
    };
    if (now.licence !== before.licence || now.publishedAt !== before.publishedAt) changed.set(key, now);
  }
  for (const [key, { id, licence, publishedAt }] of [...changed].sort(([, a], [, b]) => a.id - b.id)) {
    await queries.query('UPDATE versions SET licence = ?, published_at = ? WHERE id = ?', [licence ?? null, publishedAt ?? null, id]);
    known.set(key, { id, licence, publishedAt });
  }
}

async function internByDigest(
  queries: SqlQueries,
  into: { readonly table: string; readonly columns: readonly string[] },
  rows: readonly (readonly [string, ...(string | null)[]])[],
  known: Map<string, number>,
): Promise<readonly number[]> {
  makeRoom(known);
  const missing = new Map(rows.filter(([digest]) => !known.has(digest)).map((row) => [row[0], row]));
  const digests = [...missing.keys()].sort();
  await insertRows(
    queries,
    { ...into, suffix: 'ON CONFLICT (digest) DO NOTHING' },
    digests.flatMap((digest) => {
      const row = missing.get(digest);
      return row === undefined ? [] : [row];
    }),
  );
  const found = await queryByList(queries, `SELECT id, digest FROM ${into.table} WHERE digest IN (LIST)`, digests);
  for (const row of found) known.set(textIn(row, 'digest'), numberIn(row, 'id'));
  return rows.map(([digest]) => idOf(known.get(digest)));
}

const findingsTable = {
  table: 'findings',
  columns: ['digest', 'fingerprint', 'rule', 'severity', 'subject', 'message', 'help', 'waiver'],
};

function findingRow(finding: FindingRecord): readonly [string, ...(string | null)[]] {
  const { fingerprint, rule, severity, subject, message, help, waiver } = finding;
  const content = [
    storable(fingerprint, longestName),
    storable(rule, longestName),
    severity,
    storable(subject, longestText),
    storable(message, longestText),
    JSON.stringify(help),
    waiver === undefined ? null : JSON.stringify(waiver),
  ] as const;
  return [digestOf(content), ...content];
}

function versionKey({ name, version }: PackageRecord): string {
  return JSON.stringify([storedName(name), storedName(version)]);
}

/** How a package's name or version is written in the store. */
export function storedName(text: string): string {
  return storable(text, longestName);
}

/** Checked before a batch and never within one: what a batch has just learned must still be there at its end. */
function makeRoom(memory: Map<string, unknown>): void {
  if (memory.size > mostRemembered) memory.clear();
}

function idOf(id: number | undefined): number {
  if (id === undefined) throw new TypeError('a row that was just written is not there');
  return id;
}

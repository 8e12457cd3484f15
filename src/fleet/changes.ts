import type { Database } from '../model/database.ts';
import type { Severity } from '../model/finding.ts';
import type { Verdict } from '../model/report.ts';
import type { FindingRecord, RepositoryChange } from './audit-record.ts';
import { findingsOf } from './read-audit.ts';
import { chunks, grouped, numberIn, optionalTextIn, queryByList, textIn } from './rows.ts';
import { type Reading, isRefuted, standingFindings, undecidedIn } from './undecided.ts';

/**
 * What an audit says that the one before did not. A finding has appeared where it was not before, where its waiver has ended, or where
 * it weighs more; it is resolved where it is gone or waived. What could not be read, or not be judged, resolves nothing, and is compared
 * with what was known of it the last time: a night without evidence has neither good news nor, on the next day, bad news.
 */
export async function* changesBetween(database: Database, audit: number, before: number): AsyncGenerator<RepositoryChange> {
  const members = await changedMembers(database, audit, before);
  for (const page of chunks(members, pageSize)) {
    const now = await lockfilesOf(
      database,
      page.map(({ id }) => [id, audit] as const),
    );
    const then = await lockfilesOf(
      database,
      page.flatMap(({ id, lastRead }) => (lastRead === undefined ? [] : [[id, lastRead] as const])),
    );
    for (const member of page) {
      const change = await changeOf(database, member, now.get(member.id) ?? [], then.get(member.id) ?? []);
      if (change.appeared.length > 0 || change.resolved.length > 0 || change.verdict !== change.before) yield change;
    }
  }
}

const pageSize = 200;

interface Member {
  readonly id: number;
  readonly name: string;
  readonly state: string;
  /** State in the audit before; absent where it was not part of it. */
  readonly stateBefore?: string;
  /** The newest finished audit, up to the one before, in which it could be read. */
  readonly lastRead?: number;
}

interface Lockfile extends Reading {
  readonly result: number;
  readonly root: string;
  readonly verdict: Verdict;
}

/** The repositories of which anything differs; for the others the store need not be asked. */
async function changedMembers(database: Database, audit: number, before: number): Promise<readonly Member[]> {
  const rows = await database.query(
    `SELECT r.id, r.name, m.state, b.state AS state_before FROM audit_repositories m
     JOIN repositories r ON r.id = m.repository_id
     LEFT JOIN audit_repositories b ON b.repository_id = m.repository_id AND b.audit_id = ?
     WHERE m.audit_id = ? AND m.state <> 'open' AND (
       b.state IS NULL OR b.state <> m.state
       OR EXISTS (SELECT 1 FROM audit_records n WHERE n.audit_id = m.audit_id AND n.repository_id = m.repository_id
         AND NOT EXISTS (SELECT 1 FROM audit_records o WHERE o.audit_id = b.audit_id AND o.repository_id = n.repository_id
           AND o.lockfile = n.lockfile AND o.result_id = n.result_id))
       OR EXISTS (SELECT 1 FROM audit_records o WHERE o.audit_id = b.audit_id AND o.repository_id = b.repository_id
         AND NOT EXISTS (SELECT 1 FROM audit_records n WHERE n.audit_id = m.audit_id AND n.repository_id = o.repository_id
           AND n.lockfile = o.lockfile)))`,
    [before, audit],
  );
  const reads = await queryByList(
    database,
    `SELECT m.repository_id, MAX(m.audit_id) AS audit FROM audit_repositories m JOIN audits u ON u.id = m.audit_id
     WHERE m.state = 'read' AND (u.finished_at IS NOT NULL OR u.id = ?) AND m.audit_id <= ? AND m.repository_id IN (LIST) GROUP BY m.repository_id`,
    rows.map((row) => numberIn(row, 'id')),
    [before, before],
  );
  const lastRead = new Map(reads.map((row) => [numberIn(row, 'repository_id'), numberIn(row, 'audit')]));
  return rows
    .map((row): Member => {
      const id = numberIn(row, 'id');
      const stateBefore = optionalTextIn(row, 'state_before');
      const read = lastRead.get(id);
      return {
        id,
        name: textIn(row, 'name'),
        state: textIn(row, 'state'),
        ...(stateBefore === undefined ? {} : { stateBefore }),
        ...(read === undefined ? {} : { lastRead: read }),
      };
    })
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The lockfiles of repositories, each in one audit. */
async function lockfilesOf(
  database: Database,
  wanted: readonly (readonly [repository: number, audit: number])[],
): Promise<ReadonlyMap<number, readonly Lockfile[]>> {
  const repositoriesByAudit = grouped(wanted, ([, audit]) => audit);
  const lockfiles = new Map<number, Lockfile[]>();
  for (const [audit, pairs] of repositoriesByAudit) {
    const rows = await queryByList(
      database,
      `SELECT a.repository_id, a.lockfile, s.id, s.content_id, s.root, s.verdict, s.inconclusive AS reasons
       FROM audit_records a JOIN results s ON s.id = a.result_id WHERE a.audit_id = ? AND a.repository_id IN (LIST)`,
      pairs.map(([repository]) => repository),
      [audit],
    );
    for (const row of rows) {
      const repository = numberIn(row, 'repository_id');
      const known = lockfiles.get(repository) ?? [];
      lockfiles.set(repository, known);
      known.push({
        repository,
        audit,
        lockfile: textIn(row, 'lockfile'),
        content: numberIn(row, 'content_id'),
        undecided: undecidedIn(row),
        result: numberIn(row, 'id'),
        root: textIn(row, 'root'),
        verdict: textIn(row, 'verdict') as Verdict, // written by `put`
      });
    }
  }
  return lockfiles;
}

async function changeOf(
  database: Database,
  member: Member,
  now: readonly Lockfile[],
  then: readonly Lockfile[],
): Promise<RepositoryChange> {
  const isRead = member.state === 'read';
  const base = {
    repository: member.name,
    verdict: isRead ? worstOf(now) : ('failed' as const),
    ...(member.stateBefore === undefined || member.stateBefore === 'open'
      ? {}
      : { before: member.stateBefore === 'read' ? worstOf(then) : ('failed' as const) }),
  };
  const same = new Set(then.map(placeOf));
  const kept = new Set(now.map(placeOf));
  const fresh = await found(
    database,
    now.filter((one) => !same.has(placeOf(one))),
  );
  const old = await found(
    database,
    then.filter((one) => !kept.has(placeOf(one))),
    { isWithStanding: true },
  );
  return {
    ...base,
    appeared: sorted([...fresh].flatMap(([key, { finding }]) => (outweighs(finding, old.get(key)?.finding) ? [finding] : []))),
    // Of what could not be read, nobody knows whether it is resolved.
    resolved: isRead ? sorted(await resolvedOf(database, now, old, fresh)) : [],
  };
}

/** A lockfile with what was judged about it: the same in two audits where nothing differs. */
function placeOf({ lockfile, result }: Lockfile): string {
  return `${result} ${lockfile}`;
}

interface Found {
  readonly finding: FindingRecord;
  readonly lockfile: string;
}

/** Findings by lockfile and fingerprint; with those that stand because they could not be judged again. */
async function found(
  database: Database,
  lockfiles: readonly Lockfile[],
  { isWithStanding = false }: { readonly isWithStanding?: boolean } = {},
): Promise<ReadonlyMap<string, Found>> {
  const findings = new Map<string, Found>();
  for (const one of lockfiles) {
    const { lockfile, result, root } = one;
    const written = await findingsOf(database, result, root);
    const standing = isWithStanding ? await standingFindings(database, one, new Set(written.map(({ fingerprint }) => fingerprint))) : [];
    for (const finding of [...written, ...standing]) findings.set(`${finding.fingerprint} ${lockfile}`, { finding, lockfile });
  }
  return findings;
}

/** What somebody permits now, and what is gone as far as this audit can tell. */
async function resolvedOf(
  database: Database,
  now: readonly Lockfile[],
  old: ReadonlyMap<string, Found>,
  fresh: ReadonlyMap<string, Found>,
): Promise<readonly FindingRecord[]> {
  const readings = new Map(now.map((one) => [one.lockfile, one]));
  const resolved: FindingRecord[] = [];
  for (const [key, { finding, lockfile }] of old) {
    if (finding.waiver !== undefined) continue;
    const still = fresh.get(key)?.finding;
    const reading = readings.get(lockfile);
    const isGone = still === undefined && (reading === undefined || (await isRefuted(database, finding, reading)));
    if (isGone || still?.waiver !== undefined) resolved.push(finding);
  }
  return resolved;
}

const weights: Readonly<Record<Severity, number>> = { error: 0, warning: 1, note: 2 };

/** Nobody permits it, and nobody knew it before, or it was permitted, or it weighed less. */
function outweighs(finding: FindingRecord, before: FindingRecord | undefined): boolean {
  if (finding.waiver !== undefined) return false;
  return before === undefined || before.waiver !== undefined || weights[finding.severity] < weights[before.severity];
}

/** Worst first, then by rule and subject; the same finding of two lockfiles once, as the worse one has it. */
function sorted(findings: readonly FindingRecord[]): readonly FindingRecord[] {
  const key = ({ severity, rule, subject }: FindingRecord): string => `${weights[severity]} ${rule} ${subject}`;
  const once = new Map<string, FindingRecord>();
  for (const finding of findings.toSorted((a, b) => (key(a) < key(b) ? -1 : 1)))
    if (!once.has(finding.fingerprint)) once.set(finding.fingerprint, finding);
  return [...once.values()];
}

/** The worst verdict of several; of none: inconclusive. */
function worstOf(lockfiles: readonly Lockfile[]): Verdict {
  if (lockfiles.some(({ verdict }) => verdict === 'fail')) return 'fail';
  return lockfiles.length > 0 && lockfiles.every(({ verdict }) => verdict === 'pass') ? 'pass' : 'inconclusive';
}

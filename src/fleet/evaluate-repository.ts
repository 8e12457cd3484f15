import type { AssessOptions } from '../gate.ts';
import type { DocumentSubject } from '../model/check.ts';
import { GateError } from '../model/gate-error.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Report } from '../model/report.ts';
import type { LockfileRecord, RepositoryFailure } from './audit-record.ts';
import { type GateReport, lockfileRecord } from './lockfile-record.ts';
import type { RepositoryResult } from './put-repository.ts';
import type { RepositorySource } from './repository-source.ts';

/** One lockfile of a repository, ready to be judged. Parsed when asked for: a repository may hold hundreds. */
export interface AuditedLockfile {
  /** Throws `GateError` for a lockfile that cannot be read. Its origin's path is the path inside the repository. */
  readonly inventory: () => Inventory;
  readonly siblings: readonly string[];
  /** Settings of package managers beside it. */
  readonly documents: readonly DocumentSubject[];
  /** The gates that it must pass, each under a policy of its own: the repository's, and the floor that nobody may go below. */
  readonly gates: () => Promise<readonly AuditGate[]>;
}

/** A gate of an audit. It stays open over many repositories. */
export interface AuditGate {
  readonly assess: (inventory: Inventory, options: AssessOptions) => Promise<Report>;
  /** What a finding says that only this gate has, e.g. that the floor decided. */
  readonly help?: string;
}

/** The world as an evaluation needs it. */
export interface EvaluationPorts {
  /** Throws `GateError` for a repository that cannot be read. */
  readonly open: (source: RepositorySource, signal: AbortSignal) => Promise<readonly AuditedLockfile[]>;
}

/**
 * Judges every lockfile of one repository. What is the repository's own trouble (no such branch, a broken lockfile, a policy with a
 * mistake) is part of its result and stops nobody else, nor its other lockfiles. Throws what is a bug, and when the signal is aborted:
 * then there is no result.
 */
export async function evaluateRepository(source: RepositorySource, ports: EvaluationPorts, signal: AbortSignal): Promise<RepositoryResult> {
  const records: LockfileRecord[] = [];
  const troubles: GateError[] = [];
  try {
    const lockfiles = await ports.open(source, signal);
    if (lockfiles.length === 0) troubles.push(noLockfile());
    for (const lockfile of lockfiles) {
      try {
        records.push(await evaluateLockfile(source, lockfile, signal));
      } catch (error) {
        if (!(error instanceof GateError)) throw error;
        troubles.push(error);
      }
    }
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    troubles.push(error);
  }
  const [first, ...more] = troubles;
  return { repository: source.name, records, ...(first === undefined ? {} : { failure: failureOf(source.name, first, more.length) }) };
}

async function evaluateLockfile(
  source: RepositorySource,
  { inventory: read, gates, siblings, documents }: AuditedLockfile,
  signal: AbortSignal,
): Promise<LockfileRecord> {
  const inventory = read();
  const reports: GateReport[] = [];
  for (const { assess, help } of await gates()) {
    const report = await assess(inventory, { siblingLockfiles: siblings, documents, signal });
    reports.push({ report, ...(help === undefined ? {} : { help }) });
  }
  // A run that is interrupted calls what it could not ask "unavailable": that is no result.
  signal.throwIfAborted();
  return lockfileRecord(source.name, inventory, reports);
}

function noLockfile(): GateError {
  return new GateError('lockfile-missing', 'it has no lockfile', {
    hint: 'commit one, or take the repository out of the list if it installs nothing',
  });
}

function failureOf(repository: string, { code, message, hint, location }: GateError, further: number): RepositoryFailure {
  const place = location === undefined ? '' : ` (${location.file}:${location.line})`;
  const more = further === 0 ? '' : `, and ${further} more`;
  return { repository, code, message: `${message}${place}${more}`, ...(hint === undefined ? {} : { hint }) };
}

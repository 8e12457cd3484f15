import type { Job } from './job-queue.ts';
import type { RepositorySource } from './repository-source.ts';
import { digestOf } from './storable.ts';

/** Who waits for a job: an incident goes before a person, a person before the night. */
export const priorities = { incident: 30, manual: 20, nightly: 10 } as const;
export type Urgency = keyof typeof priorities;

/** A version that some repository holds: what is known about it is brought up to date before the repositories are judged. */
export interface HeldVersion {
  readonly name: string;
  readonly version: string;
}

/** What a job carries. Only our own processes write into the queue. */
export type AuditTask = EvaluateTask | RefreshTask;

interface EvaluateTask {
  readonly audit: number;
  readonly source: RepositorySource;
}

interface RefreshTask {
  readonly audit: number;
  readonly versions: readonly HeldVersion[];
}

/** Versions of one refreshing job: enough for a registry's bulk questions, few enough to be done well within a lease. */
const versionsPerJob = 200;

/**
 * The jobs of an audit: its versions in batches first, then its repositories. Each is named by the audit and by what it is about (for a
 * batch: the digest of its versions), so that who enqueues may die anywhere and begin again.
 */
export function jobsOf(
  audit: number,
  sources: readonly RepositorySource[],
  { urgency, versions = [] }: { readonly urgency: Urgency; readonly versions?: readonly HeldVersion[] },
): readonly Job[] {
  const priority = priorities[urgency];
  const jobs: Job[] = [];
  for (let at = 0; at < versions.length; at += versionsPerJob) {
    const batch = versions.slice(at, at + versionsPerJob);
    const data: RefreshTask = { audit, versions: batch };
    jobs.push({ kind: 'refresh', key: `refresh ${audit} ${digestOf(batch)}`, priority: priority + 1, data });
  }
  for (const source of sources) {
    const data: EvaluateTask = { audit, source };
    jobs.push({ kind: 'evaluate', key: `evaluate ${audit} ${source.name}`, priority, data });
  }
  return jobs;
}

/** What a job of `jobsOf` asks for. */
export function taskOf(job: Job): AuditTask {
  // Written by `jobsOf`, which writes nothing else.
  return job.data as AuditTask;
}

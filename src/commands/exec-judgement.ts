import { join } from 'node:path';
import { type DirectSpec, judgeSpecs, specsOfCommand, specsOfManifests } from '../exec/direct-specs.ts';
import { nameInSpec } from '../clients/exotic-spec.ts';
import { type InstallVerdict, verdictAfter, verdictBefore } from '../exec/install-verdict.ts';
import type { Gate } from '../gate.ts';
import type { Report } from '../model/report.ts';
import { workingTree } from '../platform/files.ts';
import { type ClientRun, installsProject } from './client-run.ts';
import type { Invocation } from './command.ts';
import { openGate } from './judge.ts';
import { lockfilesOf } from './led-lockfiles.ts';
import { readLockfiles } from './lockfiles.ts';
import type { ProjectSettings } from './project-settings.ts';

/** What a command asks for outside any registry; only one that installs the project asks for what its manifests name. */
export function specsOf({ command, root }: ClientRun): readonly DirectSpec[] {
  const { action } = command;
  const named = 'specs' in action ? specsOfCommand(action.kind === 'remove' ? [] : action.specs) : [];
  return installsProject(command) ? [...named, ...specsOfManifests(workingTree(root.folder))] : named;
}

/** Judges what the command asks for and what the lockfile already holds, before anything is started. */
export async function judgeBefore(run: ClientRun, gate: Gate, invocation: Invocation): Promise<InstallVerdict> {
  const findings = judgeSpecs(specsOf(run), gate.policy, invocation.environment.now);
  if (findings.length > 0) return { verdict: 'fail', findings, unverified: [] };
  const { action } = run.command;
  if (!installsProject(run.command) || run.root.lockfile === undefined) return { verdict: 'pass', findings: [], unverified: [] };
  const specs = action.kind === 'add' || action.kind === 'update' ? action.specs : [];
  return verdictBefore(await assessLockfile(run, run.root.lockfile, gate, invocation), {
    isFrozen: action.kind === 'install' && action.isFrozen,
    replaced: specs.flatMap((spec) => nameInSpec(spec) ?? []),
  });
}

/**
 * Judges what the client wrote, where it wrote anything. What removes packages leaves what was there, and is not held to it.
 * @param before texts of the lockfiles before the run, by name
 */
export async function judgeAfter(
  run: ClientRun,
  before: ReadonlyMap<string, string>,
  settings: ProjectSettings,
  invocation: Invocation,
): Promise<InstallVerdict | undefined> {
  const { kind } = run.command.action;
  if (kind === 'remove' || kind === 'other') return undefined;
  const now = lockfilesOf(run);
  const lockfile = run.client.lockfiles.find((name) => now.has(name));
  if (lockfile === undefined || now.get(lockfile) === before.get(lockfile)) return undefined;
  const gate = await openGate(settings, invocation);
  try {
    return verdictAfter(await assessLockfile(run, lockfile, gate, invocation));
  } finally {
    await gate.close();
  }
}

async function assessLockfile(run: ClientRun, lockfile: string, gate: Gate, { environment }: Invocation): Promise<Report> {
  const { lockfiles } = readLockfiles(join(run.root.folder, lockfile), environment.cwd, { isRecursive: false });
  const [read] = lockfiles;
  if (read === undefined) throw new Error('a lockfile that was named was not read');
  return gate.assess(read.inventory, { siblingLockfiles: read.siblings, signal: environment.signal });
}

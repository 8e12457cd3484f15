import { posix } from 'node:path';
import { changesBetween } from '../model/change.ts';
import type { DocumentSubject } from '../model/check.ts';
import { GateError } from '../model/gate-error.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Report } from '../model/report.ts';
import { mergeBase, resolveCommit } from '../platform/git.ts';
import { baselineFile } from '../policy/baseline.ts';
import type { Invocation, OptionSpec } from './command.ts';
import { emptied } from './diff.ts';
import { openGate } from './judge.ts';
import { defaultPolicyFile, settingsIn } from './project-settings.ts';
import { type RepositoryState, locate, stateAt, workingState } from './states.ts';

/** Options of judging a change. */
export const changeOptions: Readonly<Record<string, OptionSpec>> = {
  base: { type: 'string', value: 'REF', description: 'Judge what changed since this revision, by its policy and its .npmrc' },
  head: { type: 'string', value: 'REF', description: 'With --base: judge this revision instead of the working tree' },
};

/** Files beside a lockfile, or further up, that decide how dependencies are judged or installed. */
const decidingFiles: readonly string[] = [
  defaultPolicyFile,
  baselineFile,
  '.npmrc',
  '.yarnrc',
  '.yarnrc.yml',
  'bunfig.toml',
  '.pnpmfile.cjs',
  'pnpm-workspace.yaml',
];

/**
 * Judges what a change brings, from git's objects: added and changed packages with the whole graph as context, known malware
 * on everything. Policy, waivers, baseline and `.npmrc` are the base's: a branch cannot loosen the gate that judges it.
 * Throws `GateError` (`git`) for a base that is not at hand.
 */
export async function judgeChange(path: string, base: string, invocation: Invocation): Promise<readonly Report[]> {
  const { environment, text } = invocation;
  const { repository, below } = locate(posix.isAbsolute(path) ? path : posix.join(environment.cwd, path));
  const head = text('head');
  const from = mergeBase(repository, resolveCommit(repository, base), resolveCommit(repository, head ?? 'HEAD'));
  const before = stateAt(repository, base, from);
  const after = head === undefined ? workingState(repository) : stateAt(repository, head);
  const folders = [...new Set([...before.folders, ...after.folders])].filter((folder) => isBelow(folder, below)).sort();
  if (folders.length === 0)
    throw new GateError('lockfile-missing', `there is no lockfile in ${base} or in ${after.label}`, { hint: 'commit the lockfile' });
  const reports: Report[] = [];
  for (const folder of folders) reports.push(...(await judgeFolder(folder, before, after, invocation)));
  return reports;
}

async function judgeFolder(
  folder: string,
  before: RepositoryState,
  after: RepositoryState,
  invocation: Invocation,
): Promise<readonly Report[]> {
  const inventory = after.inventoryOf(folder);
  const documents = documentsOf(folder, before, after);
  const old = before.inventoryOf(folder);
  if (inventory === undefined) {
    // A lockfile that went brings nothing; the documents beside it may still have changed.
    return old === undefined
      ? []
      : [await assess(folder, emptied(old), old, documents, before, invocation, [`${old.origin.path} is gone: nothing to judge in it`])];
  }
  return [await assess(folder, inventory, old, documents, before, invocation, [], after.siblingsOf(folder))];
}

async function assess(
  folder: string,
  inventory: Inventory,
  old: Inventory | undefined,
  documents: readonly DocumentSubject[],
  before: RepositoryState,
  invocation: Invocation,
  notes: readonly string[],
  siblings: readonly string[] = [],
): Promise<Report> {
  const changes = changesBetween(old ?? emptied(inventory), inventory);
  const changed = changes.flatMap((change) => (change.type === 'removed' ? [] : [change.after]));
  const gate = await openGate(settingsIn(before.read, folder), invocation);
  try {
    return await gate.assess(inventory, {
      changes,
      before: old ?? emptied(inventory),
      documents,
      siblingLockfiles: siblings,
      notes: [...notes, unchangedNote(inventory, changed.length, before.label)],
      signal: invocation.environment.signal,
    });
  } finally {
    await gate.close();
  }
}

/** Deciding files in the lockfile's folder and on the way up, where they differ between the two states. */
function documentsOf(folder: string, before: RepositoryState, after: RepositoryState): readonly DocumentSubject[] {
  const paths = new Set<string>();
  for (let at = folder; ; at = posix.dirname(at)) {
    for (const name of decidingFiles) paths.add(posix.join(at, name));
    if (at === '.') break;
  }
  return [...paths].sort().flatMap((path) => {
    const [old, fresh] = [before.read(path), after.read(path)];
    if (old === fresh) return [];
    return [
      {
        kind: 'document' as const,
        path,
        isCompared: true,
        ...(old === undefined ? {} : { before: old }),
        ...(fresh === undefined ? {} : { after: fresh }),
      },
    ];
  });
}

function unchangedNote(inventory: Inventory, changed: number, base: string): string {
  const total = [...inventory.components.values()].filter((component) => component.source.type !== 'workspace').length;
  return `${changed} of ${total} packages differ from ${base} and were judged; known malware is judged on all`;
}

function isBelow(folder: string, top: string): boolean {
  return top === '.' || folder === top || folder.startsWith(`${top}/`);
}

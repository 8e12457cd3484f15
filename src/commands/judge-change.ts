import { basename, dirname, posix, relative, resolve, sep } from 'node:path';
import { changesBetween } from '../model/change.ts';
import { GateError } from '../model/gate-error.ts';
import type { Inventory } from '../model/inventory.ts';
import type { Report } from '../model/report.ts';
import { statPath } from '../platform/files.ts';
import { mergeBase, resolveCommit } from '../platform/git.ts';
import { changedDocuments } from './changed-documents.ts';
import type { Invocation } from './command.ts';
import { emptied } from './diff.ts';
import { externalLogs } from './external-logs.ts';
import { openGate } from './judge.ts';
import { lockfileFileNames } from './lockfiles.ts';
import { type FoundLockfile, movedFrom } from './moved-lockfiles.ts';
import { type ProjectSettings, settingsIn } from './project-settings.ts';
import { type RepositoryState, locate, stateAt, workingState } from './states.ts';

/** The two states of a change, and what judges it. */
interface Comparison {
  /** Where the branch left its base: what it changed is counted from here. */
  readonly before: RepositoryState;
  readonly after: RepositoryState;
  /** The tip of the base: its policy and registries judge, however old the branch is. */
  readonly judge: RepositoryState;
  /** A policy inside the repository that the command line names. */
  readonly policyPath?: string;
  readonly invocation: Invocation;
}

/**
 * Judges what a change brings, from git's objects: added and changed packages with the whole graph as context, known malware
 * on everything. Policy, waivers, baseline and `.npmrc` are those of the base's tip: neither a branch nor its age can loosen the
 * gate that judges it.
 * @throws GateError `git` for a base that is not at hand
 */
export async function judgeChange(path: string, base: string, invocation: Invocation): Promise<readonly Report[]> {
  const { environment, text } = invocation;
  const place = placeOf(resolve(environment.cwd, path));
  const { repository, below, isBare } = locate(place.folder);
  const top = posix.join(below, place.rest);
  const head = text('head');
  if (head === undefined && isBare) throw new GateError('git', 'a bare repository has no working tree', { hint: 'name --head' });
  const tip = resolveCommit(repository, base);
  const from = mergeBase(repository, tip, resolveCommit(repository, head ?? 'HEAD'));
  const before = stateAt(repository, base, from);
  const policyPath = policyInside(repository, invocation);
  const comparison: Comparison = {
    before,
    after: head === undefined ? workingState(repository) : stateAt(repository, head),
    judge: tip === from ? before : stateAt(repository, base, tip),
    ...(policyPath === undefined ? {} : { policyPath }),
    invocation,
  };
  return judgeFolders((folder) => (place.isLockfile ? folder === top : isBelow(folder, top)), base, comparison);
}

/** Where PATH is: a folder, a lockfile in it, or something that the change took away, below the nearest folder that is there. */
function placeOf(target: string): { readonly folder: string; readonly rest: string; readonly isLockfile: boolean } {
  const isLockfile = lockfileFileNames.includes(basename(target)) && statPath(target) !== 'folder';
  const wanted = isLockfile ? dirname(target) : target;
  const folder = nearestFolder(wanted);
  return { folder, rest: relative(folder, wanted).split(sep).join('/'), isLockfile };
}

function nearestFolder(path: string): string {
  let folder = path;
  while (statPath(folder) !== 'folder' && dirname(folder) !== folder) folder = dirname(folder);
  return folder;
}

async function judgeFolders(isWanted: (folder: string) => boolean, base: string, comparison: Comparison): Promise<readonly Report[]> {
  const { before, after } = comparison;
  const folders = [...new Set([...before.folders, ...after.folders])].filter(isWanted).sort();
  if (folders.length === 0)
    throw new GateError('lockfile-missing', `there is no lockfile in ${base} or in ${after.label}`, { hint: 'commit the lockfile' });
  const moves = movesBetween(comparison);
  const left = new Set([...moves.values()].map(({ folder }) => folder));
  const reports: Report[] = [];
  for (const folder of folders) {
    const inventory = after.inventoryOf(folder);
    const { old, notes } = earlierOf(folder, moves.get(folder), before);
    const isFirst = reports.length === 0;
    if (inventory !== undefined) reports.push(await assess({ folder, inventory, old, notes, isFirst }, comparison));
    // A lockfile that went brings nothing; the documents beside it may still have changed.
    else if (old !== undefined && !left.has(folder))
      reports.push(
        await assess(
          { folder, inventory: emptied(old), old, notes: [`${old.origin.path} is gone: nothing to judge in it`], isFirst },
          comparison,
        ),
      );
  }
  return reports;
}

/** Lockfiles that are in another folder now. Only those that came and went are read for it. */
function movesBetween({ before, after }: Comparison): ReadonlyMap<string, FoundLockfile> {
  const came = after.folders.filter((folder) => !before.folders.includes(folder));
  const went = before.folders.filter((folder) => !after.folders.includes(folder));
  if (came.length === 0 || went.length === 0) return new Map();
  const read = (folders: readonly string[], readFolder: (folder: string) => Inventory | undefined): readonly FoundLockfile[] =>
    folders.flatMap((folder) => {
      const inventory = readFolder(folder);
      return inventory === undefined ? [] : [{ folder, inventory }];
    });
  return movedFrom(
    read(came, after.inventoryOf),
    read(went, (folder) => earlierOf(folder, undefined, before).old),
  );
}

/**
 * The lockfile that a folder had. One that cannot be read counts as none, so that a change can repair it: then everything is
 * judged as new.
 */
function earlierOf(
  folder: string,
  moved: FoundLockfile | undefined,
  before: RepositoryState,
): { readonly old: Inventory | undefined; readonly notes: readonly string[] } {
  if (moved !== undefined)
    return { old: moved.inventory, notes: [`the lockfile was moved: ${moved.inventory.origin.path} in ${before.label}`] };
  try {
    return { old: before.inventoryOf(folder), notes: [] };
  } catch (error) {
    if (!(error instanceof GateError) || !error.code.startsWith('lockfile-')) throw error;
    return { old: undefined, notes: [`the lockfile in ${before.label} cannot be read, so everything counts as new: ${error.message}`] };
  }
}

interface ChangedLockfile {
  readonly folder: string;
  readonly inventory: Inventory;
  readonly old: Inventory | undefined;
  readonly notes: readonly string[];
  /** Logs of other tools are about the whole project: they are judged with the first. */
  readonly isFirst: boolean;
}

async function assess({ folder, inventory, old, notes, isFirst }: ChangedLockfile, comparison: Comparison): Promise<Report> {
  const { before, after, judge, policyPath, invocation } = comparison;
  const changes = changesBetween(old ?? emptied(inventory), inventory);
  const changed = changes.filter((change) => change.type !== 'removed').length;
  const settings = settingsOf(folder, judge, policyPath);
  const gate = await openGate(settings, invocation);
  try {
    return await gate.assess(inventory, {
      changes,
      before: old ?? emptied(inventory),
      documents: [
        ...changedDocuments(folder, before, after, policyPath),
        ...(isFirst ? externalLogs(invocation, { before: before.read, after: after.read }) : []),
      ],
      siblingLockfiles: after.siblingsOf(folder),
      notes: [...notes, unchangedNote(inventory, changed, before.label)],
      signal: invocation.environment.signal,
    });
  } finally {
    await gate.close();
  }
}

function settingsOf(folder: string, judge: RepositoryState, policyPath: string | undefined): ProjectSettings {
  const settings = settingsIn(judge.read, folder);
  if (policyPath === undefined) return settings;
  const text = judge.read(policyPath);
  if (text === undefined) {
    throw new GateError('policy-missing', `there is no policy file ${policyPath} in ${judge.label}`, {
      hint: 'a policy inside the repository is read from the base: bring it in first, or name a file outside the repository',
    });
  }
  return { ...settings, policy: { text, path: policyPath }, isPolicyNamed: true };
}

/** The path in the repository of the policy that `--policy` names; undefined where there is none or it lies elsewhere. */
function policyInside(repository: string, { text, environment }: Invocation): string | undefined {
  const named = text('policy');
  if (named === undefined) return undefined;
  const file = resolve(environment.cwd, named);
  const folder = nearestFolder(dirname(file));
  const located = locateOptional(folder);
  return located?.repository === repository ? posix.join(located.below, relative(folder, file).split(sep).join('/')) : undefined;
}

/** Undefined for a folder in no repository. */
function locateOptional(folder: string): { readonly repository: string; readonly below: string } | undefined {
  try {
    return locate(folder);
  } catch (error) {
    if (error instanceof GateError && error.code === 'git') return undefined;
    throw error;
  }
}

function unchangedNote(inventory: Inventory, changed: number, base: string): string {
  const total = [...inventory.components.values()].filter((component) => component.source.type !== 'workspace').length;
  return `${changed} of ${total} packages differ from ${base} and were judged; known malware is judged on all`;
}

function isBelow(folder: string, top: string): boolean {
  return top === '.' || folder === top || folder.startsWith(`${top}/`);
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { type GitAnswer, git } from './git-process.ts';

/** The repository that holds a folder. */
export interface Repository {
  /** Its top folder, absolute; of a bare repository the git folder itself. */
  readonly root: string;
  /** It has commits and no working tree. */
  readonly isBare: boolean;
}

/** The repository that holds `folder`. Throws `GateError` (`git`) where there is none, or where it claims a tree elsewhere. */
export function findRepository(folder: string): Repository {
  const answer = git(folder, ['rev-parse', '--is-bare-repository', '--absolute-git-dir']);
  if (answer.status !== 0) throw noRepository(answer);
  const said = textOf(answer);
  if (said.startsWith('true\n')) return { root: said.slice('true\n'.length), isBare: true };
  const top = git(folder, ['rev-parse', '--show-toplevel']);
  const root = textOf(top);
  // `core.worktree` may name any folder of this machine; a folder that git tracks has a `.git`.
  if (top.status !== 0 || root === '' || !existsSync(join(root, '.git')))
    throw new GateError('git', 'this folder is not in the working tree of its repository', {
      hint: "run it in the repository's own folder, and look at git config core.worktree",
    });
  return { root, isBare: false };
}

/** The commit that a revision names. Throws `GateError` (`git`) with the command that helps. */
export function resolveCommit(repository: string, revision: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is refused
  if (revision === '' || revision.startsWith('-') || /[\u0000-\u001f\u007f]/.test(revision) || revision.length > 1000)
    throw new GateError('git', `${inertLine(JSON.stringify(revision), 100)} is no revision`, { hint: 'name a branch, a tag or a commit' });
  const answer = git(repository, ['rev-parse', '--verify', `${revision}^{commit}`]);
  const commit = commitOf(answer);
  if (commit === undefined) throw unknownRevision(repository, revision);
  // git takes a tag before a branch, and only warns: whoever can add a tag must not choose the base.
  if (/refname '.*' is ambiguous/.test(answer.complaint))
    throw new GateError('git', `${inertLine(revision, 100)} names several things in this repository`, {
      hint: `say which: refs/heads/${inertLine(revision, 100)}, refs/tags/… or refs/remotes/…`,
    });
  return commit;
}

/** The commit where `head` left `base`. Throws `GateError` (`git`) where the history at hand does not reach that far. */
export function mergeBase(repository: string, base: string, head: string): string {
  const commit = commitOf(git(repository, ['merge-base', resolveCommit(repository, base), resolveCommit(repository, head)]));
  if (commit !== undefined) return commit;
  throw new GateError('git', 'the commit where the branch left its base is not in this clone', {
    hint: isShallow(repository) ? deepen : 'the two share no history: name another base',
  });
}

/** Those of `paths` (relative to the top folder) that git ignores: no commit will hold them. What git tracks is never among them. */
export function ignoredPaths(repository: string, paths: readonly string[]): ReadonlySet<string> {
  if (paths.length === 0) return new Set();
  const answer = git(repository, ['check-ignore', '-z', '--stdin'], paths.map((path) => `${path}\0`).join(''));
  return new Set(answer.stdout.toString('utf8').split('\0').filter(Boolean));
}

/** What helps against objects that this clone lacks. */
export function completeClone(repository: string): string {
  if (isPartial(repository))
    return 'this clone is partial, and git may fetch nothing here: clone without --filter, or git fetch --refetch --no-filter';
  return isShallow(repository) ? deepen : 'the clone may be incomplete: git fsck';
}

const deepen = 'this clone is shallow: git fetch --unshallow, or fetch-depth: 0 in CI';

function unknownRevision(repository: string, revision: string): GateError {
  const shown = inertLine(revision, 100);
  if (/^HEAD$|^@$/.test(revision))
    return new GateError('git', 'this repository has no commit yet', { hint: 'commit something, or name a base' });
  if (commitOf(git(repository, ['rev-parse', '--verify', `refs/remotes/origin/${revision}^{commit}`])) !== undefined)
    return new GateError('git', `git knows no commit ${shown}`, {
      hint: `this clone has the branch of the remote: --base origin/${shown}`,
    });
  const hint = isShallow(repository) ? deepen : `fetch it first: git fetch origin ${shown.replace(/^origin\//, '')}`;
  return new GateError('git', `git knows no commit ${shown}`, { hint });
}

function noRepository({ complaint }: GitAnswer): GateError {
  return complaint.startsWith('not a git repository')
    ? new GateError('git', 'this folder is in no git repository', { hint: 'run it inside a repository' })
    : new GateError('git', `git cannot open this repository: ${complaint}`, { hint: 'try git status in this folder' });
}

function isShallow(repository: string): boolean {
  return textOf(git(repository, ['rev-parse', '--is-shallow-repository'])) === 'true';
}

function isPartial(repository: string): boolean {
  return git(repository, ['config', '--get-regexp', '^(extensions\\.partialclone|remote\\..*\\.promisor)$']).status === 0;
}

/** A full object id: SHA-1 or SHA-256. */
function commitOf(answer: GitAnswer): string | undefined {
  const id = textOf(answer);
  return answer.status === 0 && /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(id) ? id : undefined;
}

/** Without git's own line break; a folder's name may end in one more. */
function textOf(answer: GitAnswer): string {
  return answer.stdout.toString('utf8').replace(/\n$/, '');
}

import { spawnSync } from 'node:child_process';
import { posix } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import type { ProjectFiles } from '../model/project-files.ts';
import { matchesWorkspaceGlobs } from '../model/workspace-globs.ts';

/** One commit's files, read from git's objects: nothing is checked out, no hook, filter, pager or transport runs. */
export interface GitTree {
  /** The commit's full id. */
  readonly commit: string;
  /** Paths of all regular files, posix separators, in git's order. */
  readonly paths: readonly string[];
  readonly readBytes: (path: string) => Buffer | undefined;
  /** The tree below a folder (`''` for all of it), as lockfile readers want it. */
  readonly filesBelow: (folder: string) => ProjectFiles;
}

const mostOutput = 512 * 1024 * 1024;
const largestBlob = 64 * 1024 * 1024;
/** Files that lockfile readers and policies ask for; fetched from git in one go. */
const wantedNames: ReadonlySet<string> = new Set([
  'package.json',
  'pnpm-workspace.yaml',
  '.npmrc',
  '.yarnrc.yml',
  'bunfig.toml',
  'lockgate.yaml',
]);

/** The repository that holds `folder`: its top folder, absolute. Throws `GateError` (`git`). */
export function repositoryRoot(folder: string): string {
  const answer = git(folder, ['rev-parse', '--show-toplevel']);
  if (answer.status !== 0)
    throw new GateError('git', 'this folder is in no git repository', { hint: 'run it inside a repository, or name two files' });
  return answer.stdout.toString('utf8').trimEnd();
}

/** The commit that a revision names. Throws `GateError` (`git`) with the command that helps. */
export function resolveCommit(repository: string, revision: string): string {
  if (revision.startsWith('-') || /[\0\s]/.test(revision)) throw new GateError('git', `${JSON.stringify(revision)} is no revision`);
  const answer = git(repository, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]);
  const commit = answer.stdout.toString('utf8').trim();
  if (answer.status === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return commit;
  throw new GateError('git', `git knows no commit ${revision}`, {
    hint: isShallow(repository)
      ? 'this clone is shallow: git fetch --unshallow, or fetch-depth: 0 in CI'
      : `fetch it first: git fetch origin ${revision.replace(/^origin\//, '')}`,
  });
}

/** The commit where `head` left `base`. Throws `GateError` (`git`) where the history at hand does not reach that far. */
export function mergeBase(repository: string, base: string, head: string): string {
  const answer = git(repository, ['merge-base', base, head]);
  const commit = answer.stdout.toString('utf8').trim();
  if (answer.status === 0 && /^[0-9a-f]{40,64}$/.test(commit)) return commit;
  const hint = isShallow(repository)
    ? 'this clone is shallow: git fetch --unshallow, or fetch-depth: 0 in CI'
    : 'the two share no history: name another base';
  throw new GateError('git', 'the commit where the branch left its base is not in this clone', { hint });
}

/** Opens a commit's tree. */
export function openTree(repository: string, commit: string): GitTree {
  const blobs = listBlobs(repository, commit);
  const paths = [...blobs.keys()];
  const read = blobReader(repository, blobs);
  return {
    commit,
    paths,
    readBytes: read,
    filesBelow: (folder) => {
      const at = (path: string): string | undefined => {
        const joined = posix.join(folder === '' ? '.' : folder, path);
        return path.startsWith('/') || path.split('/').includes('..') ? undefined : joined;
      };
      return {
        read: (path) => {
          const full = at(path);
          return full === undefined ? undefined : read(full)?.toString('utf8');
        },
        workspaces: (glob) => foldersWithManifest(paths, folder).filter((member) => matchesWorkspaceGlobs(member, [glob])),
      };
    },
  };
}

function foldersWithManifest(paths: readonly string[], folder: string): readonly string[] {
  const prefix = folder === '' ? '' : `${folder}/`;
  return paths
    .filter((path) => path.startsWith(prefix) && path.endsWith('/package.json') && path.length > prefix.length + 'package.json'.length)
    .map((path) => posix.dirname(path.slice(prefix.length)))
    .filter((member) => !member.split('/').includes('node_modules'))
    .sort();
}

/** Object ids of regular files by path. Symbolic links and submodules are not files of this tree. */
function listBlobs(repository: string, commit: string): ReadonlyMap<string, string> {
  const answer = git(repository, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (answer.status !== 0)
    throw new GateError('git', `git cannot list the files of ${commit.slice(0, 12)}`, { hint: 'the clone may be incomplete: git fsck' });
  const blobs = new Map<string, string>();
  for (const record of answer.stdout.toString('utf8').split('\0')) {
    const match = /^100(?:644|755|664) blob ([0-9a-f]{40,64})\t(.+)$/s.exec(record);
    if (match?.[1] !== undefined && match[2] !== undefined) blobs.set(match[2], match[1]);
  }
  return blobs;
}

function blobReader(repository: string, blobs: ReadonlyMap<string, string>): (path: string) => Buffer | undefined {
  let contents: Map<string, Buffer> | undefined;
  return (path) => {
    const id = blobs.get(path);
    if (id === undefined) return undefined;
    contents ??= readBlobs(
      repository,
      [...blobs].filter(([file]) => wantedNames.has(posix.basename(file))).map(([, blob]) => blob),
    );
    const known = contents.get(id);
    if (known !== undefined) return known;
    const found = readBlobs(repository, [id]).get(id);
    if (found !== undefined) contents.set(id, found);
    return found;
  };
}

/** Reads blobs with one `git cat-file --batch`; what is missing or too large is not in the answer. */
function readBlobs(repository: string, ids: readonly string[]): Map<string, Buffer> {
  const contents = new Map<string, Buffer>();
  if (ids.length === 0) return contents;
  const answer = git(repository, ['cat-file', '--batch'], `${ids.join('\n')}\n`);
  if (answer.status !== 0)
    throw new GateError('git', 'git cannot read files of the commit', { hint: 'the clone may be incomplete: git fsck' });
  const out = answer.stdout;
  for (let at = 0; at < out.length;) {
    const end = out.indexOf(10, at);
    if (end === -1) break;
    const [id = '', type = '', size = ''] = out.toString('utf8', at, end).split(' ');
    at = end + 1;
    if (type === 'missing') continue;
    const length = Number(size);
    if (!(length >= 0)) break;
    if (type === 'blob' && length <= largestBlob) contents.set(id, Buffer.from(out.subarray(at, at + length)));
    at += length + 1;
  }
  return contents;
}

function isShallow(repository: string): boolean {
  return git(repository, ['rev-parse', '--is-shallow-repository']).stdout.toString('utf8').trim() === 'true';
}

/**
 * Runs git's plumbing. A hostile repository's settings must be harmless: the user's and system's configuration are not read,
 * hooks, fsmonitor and pagers are off, no transport is allowed (a partial clone would run one), replace refs do not count.
 */
function git(folder: string, args: readonly string[], input?: string): { readonly status: number; readonly stdout: Buffer } {
  const settings = [
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'core.pager=cat',
    'core.attributesFile=/dev/null',
    'protocol.allow=never',
    'safe.directory=*',
  ];
  const answer = spawnSync('git', ['--no-pager', ...settings.flatMap((setting) => ['-c', setting]), ...args], {
    cwd: folder,
    maxBuffer: mostOutput,
    timeout: 60_000,
    env: {
      PATH: process.env['PATH'] ?? '',
      ...(process.env['SystemRoot'] === undefined ? {} : { SystemRoot: process.env['SystemRoot'] }),
      LC_ALL: 'C',
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_CONFIG_GLOBAL: '/dev/null',
      GIT_ATTR_NOSYSTEM: '1',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_TERMINAL_PROMPT: '0',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_NO_LAZY_FETCH: '1',
      GIT_ALLOW_PROTOCOL: 'none',
    },
    ...(input === undefined ? {} : { input }),
  });
  if (answer.error !== undefined) {
    const isMissing = 'code' in answer.error && answer.error.code === 'ENOENT';
    throw new GateError('git', isMissing ? 'git is not installed' : `git did not answer: ${answer.error.message}`, { cause: answer.error });
  }
  return { status: answer.status ?? 1, stdout: answer.stdout };
}

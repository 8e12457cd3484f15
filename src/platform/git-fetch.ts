import { spawn } from 'node:child_process';
import { delimiter } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { blobSizes } from './git-blobs.ts';
import { inTurn, longestTransfer, prepareCache, releaseCache, sizeOfCache } from './git-cache.ts';
import { findGit, git } from './git-process.ts';

/** A commit that was fetched without its history and without its files. */
export interface FetchedCommit {
  /** A bare repository of ours. */
  readonly repository: string;
  readonly commit: string;
  /** Fetches the content of these files by their object ids; those that are there already are not asked for. */
  readonly fetchBlobs: (ids: readonly string[]) => Promise<void>;
}

export interface FetchOptions {
  /** Proven by whoever read it: see `readRepositoryList`. */
  readonly url: string;
  /** A branch, a tag or a full commit id; absent: the remote's default branch. */
  readonly revision?: string;
  /** A folder of ours for this URL, kept between runs: what has not changed is not sent again. */
  readonly folder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

/** What one transfer may bring, in bytes: trees and a few files. */
const largestTransfer = 1024 * 1024 * 1024;
const mostBlobs = 50_000;
/** Milliseconds that another process's transfer into the same folder is waited for, and between two attempts. */
const patience = 60_000;
const pauseBetween = 500;

/**
 * Fetches one commit: its tree alone, depth one, no tags, no submodules. Nothing is checked out and no hook, filter or command of the
 * remote runs. The user's own git settings hold for how the remote is reached (proxies, credentials, keys); nobody is asked anything.
 * @throws GateError `git` with the remote's complaint
 */
export function fetchCommit(options: FetchOptions): Promise<FetchedCommit> {
  return inTurn(options.folder, () => fetchTree(options));
}

async function fetchTree(options: FetchOptions): Promise<FetchedCommit> {
  const { folder, url, revision, signal } = options;
  prepareCache(folder, url);
  const references = refspecsOf(revision);
  for (const [index, reference] of references.entries()) {
    const outcome = await patiently(options, ['--depth=1', '--force', 'origin', `+${reference}:${ours}`], '');
    if (outcome.status === 0) break;
    const isUnknown = /couldn't find remote ref|not our ref|unadvertised object/i.test(outcome.complaint);
    if (isUnknown && index < references.length - 1) continue;
    if (isUnknown) throw unknownRevision(revision);
    throw refused(outcome.complaint);
  }
  signal.throwIfAborted();
  const answer = git(folder, ['rev-parse', '--verify', `${ours}^{commit}`]);
  const commit = answer.stdout.toString('latin1').trim();
  if (answer.status !== 0 || !/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(commit)) throw unknownRevision(revision);
  return { repository: folder, commit, fetchBlobs: (ids) => inTurn(folder, () => fetchBlobs(ids, options)) };
}

const ours = 'refs/lockgate/head';

async function fetchBlobs(ids: readonly string[], options: FetchOptions): Promise<void> {
  const there = blobSizes(options.folder, ids);
  const missing = [...new Set(ids)].filter((id) => !there.has(id));
  if (missing.length === 0) return;
  if (missing.length > mostBlobs)
    throw new GateError('git', `the commit holds more than ${mostBlobs} manifests and lockfiles`, { hint: 'look what is in it' });
  // As git itself completes a partial clone: no negotiation, exactly these objects.
  const outcome = await patiently(options, ['origin', '--stdin'], `${missing.join('\n')}\n`);
  if (outcome.status !== 0) throw refused(outcome.complaint);
}

/** What a revision may be at the remote, in the order in which it is tried. */
function refspecsOf(revision: string | undefined): readonly string[] {
  if (revision === undefined) return ['HEAD'];
  if (/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/.test(revision)) return [revision];
  // The rules of git check-ref-format, as far as they keep a refspec one refspec.
  if (!/^[^\s~^:?*[\\]{1,255}$/.test(revision) || revision.startsWith('-') || revision.includes('..') || revision.includes('@{'))
    throw unknownRevision(revision);
  if (revision.startsWith('refs/')) return [revision];
  return [`refs/heads/${revision}`, `refs/tags/${revision}`];
}

interface Transfer {
  readonly status: number;
  readonly complaint: string;
}

/** Another process may be fetching into the same folder; git refuses the second one at once. */
async function patiently(options: FetchOptions, args: readonly string[], input: string): Promise<Transfer> {
  for (const until = performance.now() + patience; ;) {
    const outcome = await transfer(options, args, input);
    const isTaken =
      outcome.status !== 0 && /shallow\.lock'?: File exists|shallow file has changed|cannot lock ref/i.test(outcome.complaint);
    if (!isTaken || performance.now() > until) return outcome;
    await new Promise((done) => setTimeout(done, pauseBetween));
  }
}

function transfer({ folder, url, variables, signal }: FetchOptions, args: readonly string[], input: string): Promise<Transfer> {
  const { program, path } = findGit(folder);
  const fixed = [
    'core.hooksPath=/dev/null',
    'core.fsmonitor=false',
    'gc.auto=0',
    'maintenance.auto=false',
    'fetch.negotiationAlgorithm=noop',
    'remote.origin.promisor=true',
  ];
  const command = [
    ...fixed.flatMap((setting) => ['-c', setting]),
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-recurse-submodules',
    '--no-write-fetch-head',
    '--no-auto-gc',
    '--filter=blob:none',
    ...args,
  ];
  return new Promise((resolve, reject) => {
    const child = spawn(program, command, {
      cwd: folder,
      env: environment(variables, path, url),
      stdio: ['pipe', 'ignore', 'pipe'],
      // A group of its own: what it starts (ssh, git-remote-https) ends with it.
      detached: process.platform !== 'win32',
    });
    let complaint = '';
    let why: string | undefined;
    const before = sizeOfCache(folder);
    const end = (reason: string): void => {
      why ??= reason;
      try {
        if (child.pid !== undefined && process.platform !== 'win32') process.kill(-child.pid, 'SIGKILL');
        else child.kill('SIGKILL');
      } catch (error) {
        if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
      }
    };
    const onAbort = (): void => end('interrupted');
    const clock = setTimeout(() => end(`it did not end within ${longestTransfer / 1000} seconds`), longestTransfer);
    const watch = setInterval(() => {
      if (sizeOfCache(folder) - before > largestTransfer) end(`it sent more than ${largestTransfer / 1024 / 1024} MiB`);
    }, 500);
    const settle = (): void => {
      clearTimeout(clock);
      clearInterval(watch);
      signal.removeEventListener('abort', onAbort);
    };
    signal.addEventListener('abort', onAbort, { once: true });
    child.stderr.on('data', (chunk: Buffer) => (complaint = (complaint + chunk.toString('utf8')).slice(0, 8192)));
    // The child may be gone before it has read everything.
    child.stdin.on('error', () => undefined);
    child.stdin.end(input);
    child.on('error', (error) => {
      settle();
      reject(new GateError('git', `git cannot be started: ${inertLine(error.message, 200)}`, { cause: error }));
    });
    child.on('close', (status) => {
      settle();
      if (why !== undefined) releaseCache(folder);
      // git has noted that files may be missing; whoever reads the repository must find them missing, and not try to fetch them.
      git(folder, ['config', '--unset-all', 'remote.origin.partialCloneFilter']);
      if (signal.aborted) reject(signal.reason instanceof Error ? signal.reason : new Error('interrupted'));
      else resolve({ status: why === undefined ? (status ?? 1) : 1, complaint: why ?? complaint });
    });
    if (signal.aborted) onAbort();
  });
}

/** The user's environment, so that keys and credentials work; without what would point git at another repository, and without a question. */
function environment(
  variables: Readonly<Record<string, string | undefined>>,
  path: readonly string[],
  url: string,
): Record<string, string | undefined> {
  const kept = Object.entries(variables).filter(([name]) => !redirecting.test(name));
  return {
    ...Object.fromEntries(kept),
    PATH: path.join(delimiter),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_ALLOW_PROTOCOL: url.startsWith('http://') ? 'http' : 'https:ssh:file',
    GIT_NO_LAZY_FETCH: '1',
    GCM_INTERACTIVE: 'never',
    ...(variables['GIT_SSH_COMMAND'] === undefined && variables['GIT_SSH'] === undefined ? { GIT_SSH_COMMAND: 'ssh -oBatchMode=yes' } : {}),
  };
}

/** Variables that name another repository, its parts, or what git should do besides. */
const redirecting =
  /^GIT_(?:DIR|WORK_TREE|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|COMMON_DIR|NAMESPACE|SHALLOW_FILE|GRAFT_FILE|CEILING_DIRECTORIES|TEMPLATE_DIR|PROTOCOL_FROM_USER|TRACE.*|ASKPASS|EXEC_PATH)$|^SSH_ASKPASS$/;

function unknownRevision(revision: string | undefined): GateError {
  return revision === undefined
    ? new GateError('git', 'the remote has no default branch', { hint: 'name one: revision: main' })
    : new GateError('git', `the remote has no branch or tag ${inertLine(JSON.stringify(revision), 100)}`, { hint: 'look at its branches' });
}

/** The remote's words, without addresses and places of this machine, which may hold what is nobody's business. */
function refused(complaint: string): GateError {
  const line = complaint.split('\n').find((candidate) => /^(?:fatal|error|remote):/.test(candidate)) ?? complaint.split('\n')[0] ?? '';
  const plain = line
    .replace(/^(?:fatal|error|remote): /, '')
    .replaceAll(/\b[a-z+]+:\/\/[^\s'"]+/g, 'the remote')
    .replaceAll(/'\/[^']*\/([^'/]+)'/g, '$1');
  const words = inertLine(plain, 300);
  return new GateError('git', `it cannot be fetched: ${words === '' ? 'git gave no reason' : words}`, {
    hint: 'try git ls-remote with the same address as the user who runs the audit',
  });
}

import { isUtf8 } from 'node:buffer';
import { posix } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import type { ProjectFiles } from '../model/project-files.ts';
import { matchesWorkspaceGlobs } from '../model/workspace-globs.ts';
import { completeClone } from './git.ts';
import { git } from './git-process.ts';
import { blobSizes, readBlobs } from './git-blobs.ts';

/** One commit's files, read from git's objects: nothing is checked out, no hook, filter, pager or transport runs. */
export interface GitTree {
  /** The commit's full id. */
  readonly commit: string;
  /** Paths of all files, posix separators, in git's order; a symbolic link to a file of the same tree is one. */
  readonly paths: readonly string[];
  /** Symbolic links that lead to no file of this tree: outside, to a folder, in a circle, or nowhere. */
  readonly strayLinks: readonly string[];
  /** A file's bytes, undefined where there is no such file. Throws `GateError` for one that cannot be read: never "not there". */
  readonly readBytes: (path: string) => Buffer | undefined;
  /** The tree below a folder (`''` for all of it), as lockfile readers want it. */
  readonly filesBelow: (folder: string) => ProjectFiles;
}

/** The largest file that is read, in bytes; as in a working tree. */
const largestFile = 64 * 1024 * 1024;
/** What is read ahead in one go, in bytes together. */
const mostReadAhead = 128 * 1024 * 1024;
const mostLinkHops = 8;
const longestLink = 4096;
/** Files that lockfile readers and policies ask for; fetched from git in one go. */
const wantedNames: ReadonlySet<string> = new Set([
  'package.json',
  'pnpm-workspace.yaml',
  '.npmrc',
  '.yarnrc.yml',
  'bunfig.toml',
  'lockgate.yaml',
]);

/** Opens a commit's tree. Throws `GateError` (`git`) where git cannot list it, or where no checkout could have made it. */
export function openTree(repository: string, commit: string): GitTree {
  const { files, links } = listFiles(repository, commit);
  const { resolved, stray } = followLinks(repository, files, links);
  const blobs = resolved.size === 0 ? files : new Map([...files, ...resolved]);
  const paths = [...blobs.keys()];
  const read = blobReader(repository, blobs);
  return {
    commit,
    paths,
    strayLinks: stray,
    readBytes: read,
    filesBelow: (folder) => ({
      read: (path) => {
        if (path.startsWith('/') || path.split('/').includes('..')) return undefined;
        return read(posix.join(folder === '' ? '.' : folder, path))?.toString('utf8');
      },
      workspaces: (glob) => foldersWithManifest(paths, folder).filter((member) => matchesWorkspaceGlobs(member, [glob])),
    }),
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

/** A commit's files by path. */
export interface Listing {
  /** Object ids of regular files. */
  readonly files: ReadonlyMap<string, string>;
  /** Object ids of symbolic links. Submodules are neither. */
  readonly links: ReadonlyMap<string, string>;
}

/** Lists a commit without reading a file. Throws `GateError` (`git`) where git cannot, or where no checkout could have made it. */
export function listFiles(repository: string, commit: string): Listing {
  const answer = git(repository, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (answer.status !== 0)
    throw new GateError('git', `git cannot list the files of ${commit.slice(0, 12)}`, { hint: completeClone(repository) });
  const files = new Map<string, string>();
  const links = new Map<string, string>();
  for (const record of records(answer.stdout)) {
    const tab = record.indexOf(9);
    const [, mode = '', type, id = ''] = /^(\d{6}) (\w+) ([0-9a-f]{40,64})$/.exec(record.toString('latin1', 0, tab)) ?? [];
    const path = nameOf(record.subarray(tab + 1));
    if (type !== 'blob') continue;
    if (files.has(path) || links.has(path) || path.split('/').some((segment) => ['', '.', '..'].includes(segment)))
      throw new GateError('git', `the commit holds a file that no checkout can make: ${inertLine(path, 100)}`, { hint: 'try git fsck' });
    // A checkout takes every mode but a link's for a regular file, also odd ones of old or hostile trees.
    (mode.startsWith('12') ? links : files).set(path, id);
  }
  return { files, links };
}

function* records(output: Buffer): Generator<Buffer> {
  for (let at = 0; at < output.length;) {
    const end = output.indexOf(0, at);
    if (end === -1) return;
    yield output.subarray(at, end);
    at = end + 1;
  }
}

/** A path as text: bytes that are no UTF-8 are written as git quotes them, so that two names stay two. */
function nameOf(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  return [...bytes].map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`)).join('');
}

/** Links to files of the same tree, as a checkout and every package manager would follow them. */
function followLinks(
  repository: string,
  files: ReadonlyMap<string, string>,
  links: ReadonlyMap<string, string>,
): { readonly resolved: ReadonlyMap<string, string>; readonly stray: readonly string[] } {
  const resolved = new Map<string, string>();
  const stray: string[] = [];
  if (links.size === 0) return { resolved, stray };
  const sizes = blobSizes(repository, [...links.values()]);
  const targets = readBlobs(
    repository,
    [...links.values()].filter((id) => (sizes.get(id) ?? Number.POSITIVE_INFINITY) <= longestLink),
  );
  for (const path of links.keys()) {
    const id = endOf(path, files, links, targets);
    if (id === undefined) stray.push(path);
    else resolved.set(path, id);
  }
  return { resolved, stray };
}

function endOf(
  path: string,
  files: ReadonlyMap<string, string>,
  links: ReadonlyMap<string, string>,
  targets: ReadonlyMap<string, Buffer>,
): string | undefined {
  let at = path;
  for (let hops = 0; hops <= mostLinkHops; hops++) {
    const link = links.get(at);
    if (link === undefined) return files.get(at);
    const target = targets.get(link)?.toString('utf8');
    if (target === undefined || target.startsWith('/')) return undefined;
    at = posix.join(posix.dirname(at), target);
  }
  return undefined;
}

function blobReader(repository: string, blobs: ReadonlyMap<string, string>): (path: string) => Buffer | undefined {
  let ahead: ReadonlyMap<string, Buffer> | undefined;
  return (path) => {
    const id = blobs.get(path);
    if (id === undefined) return undefined;
    ahead ??= readAhead(repository, blobs);
    return ahead.get(id) ?? readOne(repository, path, id);
  };
}

/** All files of the wanted names, outside of `node_modules`, as far as they fit; the others are read when asked for. */
function readAhead(repository: string, blobs: ReadonlyMap<string, string>): ReadonlyMap<string, Buffer> {
  const wanted = [...blobs].filter(([path]) => wantedNames.has(posix.basename(path)) && !path.split('/').includes('node_modules'));
  const ids = [...new Set(wanted.map(([, id]) => id))];
  let room = mostReadAhead;
  const fitting: string[] = [];
  for (const [id, size] of blobSizes(repository, ids)) {
    if (!(size <= room)) continue;
    room -= size;
    fitting.push(id);
  }
  return readBlobs(repository, fitting);
}

function readOne(repository: string, path: string, id: string): Buffer {
  const size = blobSizes(repository, [id]).get(id);
  if (size !== undefined && !(size <= largestFile))
    throw new GateError('lockfile-too-large', `${inertLine(path, 200)} has ${size} bytes; at most ${largestFile} are read`, {
      location: { file: path, line: 1 },
      hint: 'no project needs a file of this size here: find out what is in it',
    });
  const bytes = size === undefined ? undefined : readBlobs(repository, [id]).get(id);
  if (bytes === undefined)
    throw new GateError('git', `git lacks the content of ${inertLine(path, 200)}`, { hint: completeClone(repository) });
  return bytes;
}

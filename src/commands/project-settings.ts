import { dirname, isAbsolute, join, posix, relative, resolve, sep } from 'node:path';
import { GateError } from '../model/gate-error.ts';
import { readDecidingText, readOptionalText, statPath } from '../platform/files.ts';
import { baselineFile } from '../policy/baseline.ts';
import { extendedBy } from '../policy/extends.ts';

export const defaultPolicyFile = 'lockgate.yaml';

/** A policy and, where it extends a file of the same state, that file. */
export interface PolicyText {
  readonly text: string;
  readonly path: string;
  readonly extended?: { readonly text: string; readonly path: string };
}

/** What a project says about how it wants to be judged, as texts. */
export interface ProjectSettings {
  readonly policy?: PolicyText;
  /** The policy is the one that the command line names: nobody needs to look for it again. */
  readonly isPolicyNamed?: true;
  readonly baseline?: { readonly text: string; readonly path: string };
  /** The project's `.npmrc`. */
  readonly npmrc?: string;
}

/**
 * The settings on disk that hold for a lockfile in `root`. The policy may also stand further up: as far as the top of the
 * repository, or, where there is none, the folder that was asked for.
 */
export function settingsOnDisk(root: string, asked: string): ProjectSettings {
  const top = repositoryTop(root) ?? (isAbove(asked, root) ? asked : root);
  return settingsIn((path) => readDecidingText(resolve(top, path)), relative(top, root).split(sep).join('/'));
}

/** The nearest folder with a `.git`, which is a file in worktrees and submodules. */
function repositoryTop(folder: string): string | undefined {
  for (let at = folder; ; at = dirname(at)) {
    if (statPath(join(at, '.git')) !== undefined) return at;
    if (dirname(at) === at) return undefined;
  }
}

function isAbove(folder: string, below: string): boolean {
  const way = relative(folder, below);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

/**
 * The settings that hold for a lockfile in `folder` of one repository state: the nearest policy and baseline on the way up,
 * and the `.npmrc` beside the lockfile, as npm reads it.
 */
export function settingsIn(read: (path: string) => string | undefined, folder: string): ProjectSettings {
  const policy = withExtended(nearest(read, folder, defaultPolicyFile), read);
  const baseline = nearest(read, folder, baselineFile);
  const npmrc = read(posix.join(folder, '.npmrc'));
  return {
    ...(policy === undefined ? {} : { policy }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(npmrc === undefined ? {} : { npmrc }),
  };
}

/** A policy that the command line names: it must exist. */
export function namedPolicy(path: string, cwd: string): PolicyText {
  const text = readOptionalText(resolve(cwd, path));
  if (text === undefined)
    throw new GateError('policy-missing', `there is no policy file ${path}`, {
      hint: 'check the path; without --policy the built-in defaults hold',
    });
  return withExtended({ text, path }, (other) => readOptionalText(resolve(cwd, other))) ?? { text, path };
}

/** Reads the file that a policy extends, from the same state; its digest is proven when the policy is loaded. */
function withExtended(policy: PolicyText | undefined, read: (path: string) => string | undefined): PolicyText | undefined {
  const extended = policy === undefined ? undefined : extendedBy(policy.text, policy.path);
  if (policy === undefined || extended === undefined || !('path' in extended.from)) return policy;
  const path = posix.join(posix.dirname(policy.path), extended.from.path);
  const text = read(path);
  if (text === undefined)
    throw new GateError('policy-missing', `the policy extends ${path}, which is not there`, { location: extended.location });
  return { ...policy, extended: { text, path } };
}

function nearest(
  read: (path: string) => string | undefined,
  folder: string,
  name: string,
): { readonly text: string; readonly path: string } | undefined {
  for (let at = posix.normalize(folder === '' ? '.' : folder); ; at = posix.dirname(at)) {
    const path = posix.join(at, name);
    const text = read(path);
    if (text !== undefined) return { text, path };
    if (at === '.') return undefined;
  }
}

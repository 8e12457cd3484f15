import { basename, dirname, resolve, sep } from 'node:path';
import { readRepositoryList } from '../fleet/repository-list.ts';
import type { RepositoryPolicy, RepositorySource } from '../fleet/repository-source.ts';
import { digestOf } from '../fleet/storable.ts';
import { GateError } from '../model/gate-error.ts';
import { readOptionalText, statPath } from '../platform/files.ts';
import { realPath } from '../platform/real-path.ts';
import { namedPolicy } from './project-settings.ts';

/** What an audit is about: its repositories, and what holds for all of them. */
export interface AuditPlan {
  /** Audits of one scope are compared with each other. */
  readonly scope: string;
  readonly sources: readonly RepositorySource[];
  readonly floor?: RepositoryPolicy;
  readonly npmrc?: string;
  /** Digest of all of the above and of the files that it names: only an audit of the same is continued. */
  readonly digest: string;
}

/** The list that is looked for where no path is named. */
const defaultList = 'repos.yaml';

/**
 * Reads what to audit: one list of repositories, or folders; without either the list of this folder, else this folder.
 * Throws `GateError` for what is not there or is no list.
 */
export function planAudit(paths: readonly string[], cwd: string): AuditPlan {
  const given = paths.length > 0 ? paths : [statPath(resolve(cwd, defaultList)) === 'file' ? defaultList : '.'];
  const [first] = given;
  const lists = given.filter((path) => statPath(resolve(cwd, path)) === 'file');
  if (first !== undefined && lists.length === 1 && given.length === 1) return withDigest(planOfList(resolve(cwd, first)));
  const [list] = lists;
  if (list !== undefined) {
    throw new GateError('usage', `${list} is a file: an audit is of one list, or of folders`, {
      hint: 'name the folders in the list, or the folder of the lockfile',
    });
  }
  const missing = given.find((path) => statPath(resolve(cwd, path)) !== 'folder');
  if (missing !== undefined)
    throw new GateError('usage', `${missing} does not exist`, { hint: 'name folders with repositories, or a list such as repos.yaml' });
  return withDigest(planOfFolders([...new Set(given.map((path) => realPath(resolve(cwd, path))))].sort()));
}

function planOfList(file: string): Omit<AuditPlan, 'digest'> {
  const folder = dirname(file);
  const text = readOptionalText(file) ?? '';
  const { name, floor, npmrc, repositories } = readRepositoryList(text, basename(file));
  const policies = new Map<string, RepositoryPolicy>();
  const policyOf = (path: string): RepositoryPolicy => {
    const policy = policies.get(path) ?? namedPolicy(path, folder);
    policies.set(path, policy);
    return policy;
  };
  return {
    scope: name ?? `${basename(file)} ${digestOf(realPath(file)).slice(0, 8)}`,
    sources: repositories.map(({ name: own, at, tags, ignore, revision, policy, fallbackPolicy }) => ({
      name: own,
      tags,
      at: 'path' in at ? { path: resolve(folder, at.path) } : at,
      ...(ignore.length === 0 ? {} : { ignore }),
      ...(revision === undefined ? {} : { revision }),
      ...(policy === undefined ? {} : { policy: policyOf(policy) }),
      ...(fallbackPolicy === undefined ? {} : { fallbackPolicy: policyOf(fallbackPolicy) }),
    })),
    ...(floor === undefined ? {} : { floor: policyOf(floor) }),
    ...(npmrc === undefined ? {} : { npmrc: textOf(npmrc, folder) }),
  };
}

function textOf(path: string, folder: string): string {
  const text = readOptionalText(resolve(folder, path));
  if (text !== undefined) return text;
  throw new GateError('configuration-invalid', `the list names ${path}, which is not there`, { hint: 'its path is relative to the list' });
}

function planOfFolders(folders: readonly string[]): Omit<AuditPlan, 'digest'> {
  const names = shortNames(folders);
  const shown = [...names.values()].join(', ');
  return {
    scope: `${shown.length > 60 ? `${shown.slice(0, 59)}…` : shown} ${digestOf(folders).slice(0, 8)}`,
    sources: folders.map((path) => ({ name: names.get(path) ?? path, tags: [], at: { path } })),
  };
}

/** Each folder by its last name, or by as many as tell it from the others. */
function shortNames(folders: readonly string[]): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const folder of folders) {
    const parts = folder.split(sep).filter(Boolean);
    const isShared = (name: string): boolean =>
      folders.some((other) => other !== folder && other.split(sep).join('/').endsWith(`/${name}`));
    let count = 1;
    while (count < parts.length && isShared(parts.slice(-count).join('/'))) count += 1;
    names.set(folder, parts.slice(-count).join('/') || '/');
  }
  return names;
}

function withDigest(plan: Omit<AuditPlan, 'digest'>): AuditPlan {
  return { ...plan, digest: digestOf([plan.scope, plan.sources, plan.floor ?? null, plan.npmrc ?? null]) };
}

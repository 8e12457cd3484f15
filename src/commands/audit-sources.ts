import { createHash } from 'node:crypto';
import { join, posix } from 'node:path';
import type { AuditGates, GateSettings } from '../fleet/audit-gates.ts';
import type { AuditedLockfile } from '../fleet/evaluate-repository.ts';
import type { RepositorySource } from '../fleet/repository-source.ts';
import type { DocumentSubject } from '../model/check.ts';
import { GateError } from '../model/gate-error.ts';
import { cacheFolders } from '../platform/cache.ts';
import { readOptionalText, statPath } from '../platform/files.ts';
import { homeFolder } from '../platform/home.ts';
import { fetchCommit } from '../platform/git-fetch.ts';
import { readBlobs } from '../platform/git-blobs.ts';
import { listFiles } from '../platform/git-tree.ts';
import { findRepository } from '../platform/git.ts';
import { baselineFile } from '../policy/baseline.ts';
import { extendedBy } from '../policy/extends.ts';
import { lockfileFileNames } from './lockfiles.ts';
import { type ProjectSettings, defaultPolicyFile, settingsIn, settingsOnDisk } from './project-settings.ts';
import { type RepositoryState, stateAt, workingState } from './states.ts';

/** What opening a repository needs of the run. */
export interface SourcesOptions {
  readonly gates: AuditGates;
  readonly variables: Readonly<Record<string, string | undefined>>;
}

/** Opens repositories for `evaluateRepository`: working trees as they are, commits from git's objects, URLs through a shallow fetch. */
export function repositoryOpener({
  gates,
  variables,
}: SourcesOptions): (source: RepositorySource, signal: AbortSignal) => Promise<readonly AuditedLockfile[]> {
  return async (source, signal) => {
    const { state, settingsOf } =
      'url' in source.at ? await fetched(source, source.at.url, variables, signal) : onDisk(source, source.at.path);
    const isIgnored = (folder: string): boolean => source.ignore?.some((one) => folder === one || folder.startsWith(`${one}/`)) === true;
    return state.folders.filter((folder) => !isIgnored(folder)).map((folder) => lockfileOf(source, folder, state, settingsOf, gates));
  };
}

interface OpenState {
  readonly state: RepositoryState;
  /** The settings that hold for the lockfile of a folder. */
  readonly settingsOf: (folder: string) => ProjectSettings;
}

function lockfileOf(
  source: RepositorySource,
  folder: string,
  state: RepositoryState,
  settingsOf: OpenState['settingsOf'],
  gates: AuditGates,
): AuditedLockfile {
  return {
    inventory: () => {
      const inventory = state.inventoryOf(folder);
      if (inventory === undefined) throw new GateError('lockfile-missing', `the lockfile of ${folder} is gone`);
      return inventory;
    },
    siblings: state.siblingsOf(folder),
    documents: documentsOf(folder, state),
    gates: () => gates.of(withPolicyOf(source, settingsOf(folder))),
  };
}

/** The list's policy in place of the repository's own, or where it has none; its waivers for known findings stay its own. */
function withPolicyOf({ policy, fallbackPolicy }: RepositorySource, own: ProjectSettings): GateSettings {
  const { npmrc, baseline } = own;
  const chosen = policy ?? own.policy ?? fallbackPolicy;
  return {
    ...(npmrc === undefined ? {} : { npmrc }),
    ...(baseline === undefined ? {} : { baseline }),
    ...(chosen === undefined ? {} : { policy: chosen }),
  };
}

/** Settings of the package managers beside a lockfile, in the one state that there is. */
function documentsOf(folder: string, { read }: RepositoryState): readonly DocumentSubject[] {
  return ['.npmrc', '.yarnrc.yml', 'bunfig.toml', 'pnpm-workspace.yaml'].flatMap((path) => {
    const after = read(posix.join(folder, path));
    return after === undefined ? [] : [{ kind: 'document' as const, path, after, isCompared: false }];
  });
}

/** A folder of this machine. Without a revision its files as they are; a bare repository has its commits alone. */
function onDisk({ revision }: RepositorySource, path: string): OpenState {
  if (statPath(path) !== 'folder')
    throw new GateError('input-invalid', 'there is no such folder', { hint: 'look at its path in the list' });
  const repository = revision === undefined && !isBare(path) ? undefined : findRepository(path);
  if (repository === undefined) {
    const state = workingState(path);
    return { state, settingsOf: (folder) => settingsOnDisk(join(path, folder), path) };
  }
  return inState(stateAt(repository.root, revision ?? 'HEAD'));
}

function isBare(path: string): boolean {
  return readOptionalText(join(path, 'HEAD')) !== undefined && statPath(join(path, 'objects')) === 'folder' && findRepository(path).isBare;
}

function inState(state: RepositoryState): OpenState {
  return { state, settingsOf: (folder) => settingsIn(state.read, folder) };
}

/** Files whose content is fetched; of a repository's other files nothing leaves the remote. */
const wantedNames: ReadonlySet<string> = new Set([
  ...lockfileFileNames,
  'package.json',
  'pnpm-workspace.yaml',
  '.npmrc',
  '.yarnrc.yml',
  'bunfig.toml',
  defaultPolicyFile,
  baselineFile,
]);

async function fetched(
  { revision }: RepositorySource,
  url: string,
  variables: SourcesOptions['variables'],
  signal: AbortSignal,
): Promise<OpenState> {
  // A folder for each branch: two of one remote are read at the same time.
  const name = createHash('sha256')
    .update(JSON.stringify([url, revision ?? null]))
    .digest('hex')
    .slice(0, 32);
  const { repository, commit, fetchBlobs } = await fetchCommit({
    url,
    folder: join(cacheFolders(variables, homeFolder()).cache, 'repositories', name),
    variables,
    signal,
    ...(revision === undefined ? {} : { revision }),
  });
  const { files, links } = listFiles(repository, commit);
  const isWanted = (path: string): boolean => wantedNames.has(posix.basename(path)) && !path.split('/').includes('node_modules');
  // A lockfile may be a link to a file of another name.
  const wantedLinks = [...links].filter(([path]) => isWanted(path));
  await fetchBlobs(wantedLinks.map(([, id]) => id));
  const texts = readBlobs(
    repository,
    wantedLinks.map(([, id]) => id),
  );
  const targets = wantedLinks.map(([path, id]) => posix.join(posix.dirname(path), texts.get(id)?.toString('utf8', 0, 4096) ?? ''));
  const wanted = [...[...files.keys()].filter(isWanted), ...targets];
  await fetchBlobs(wanted.flatMap((path) => files.get(path) ?? []));
  const state = stateAt(repository, revision ?? 'HEAD', commit);
  await fetchBlobs(extendedPolicies(wanted, state).flatMap((path) => files.get(path) ?? []));
  return inState(state);
}

/** Policies that the repository's own ones build on. */
function extendedPolicies(paths: readonly string[], { read }: RepositoryState): readonly string[] {
  return paths
    .filter((path) => posix.basename(path) === defaultPolicyFile)
    .flatMap((path) => {
      const from = extendedBy(read(path) ?? '', path)?.from;
      return from === undefined || 'url' in from ? [] : [posix.join(posix.dirname(path), from.path)];
    });
}

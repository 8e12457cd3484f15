import { join, resolve } from 'node:path';
import type { ClientProfile } from '../clients/client.ts';
import { clientWithVersion, clients, clientsOf } from '../clients/detect-client.ts';
import { type HookEdit, type HookFile, type HookPlan, planFor } from '../hooks/hook-plan.ts';
import { type HookRecord, type RecordedEdit, formatHookRecord, parseHookRecord, recordPath } from '../hooks/hook-record.ts';
import { applied, taken } from '../hooks/insertion.ts';
import { launcherText } from '../hooks/launcher.ts';
import { GateError } from '../model/gate-error.ts';
import { findClient, versionOf } from '../platform/client-process.ts';
import { readOptionalText, statPath } from '../platform/files.ts';
import type { Environment } from './command.ts';

/** A package manager of a certain version, as it is, or will be, used here. */
export interface InstalledClient {
  readonly profile: ClientProfile;
  readonly version: string;
  /** How the version is known: `packageManager`, or the program that was asked. */
  readonly from: string;
}

/**
 * The client that a project uses: the one that is named (`npm`, `pnpm@11.2.0`), else that of `packageManager`, else that of its
 * lockfile, else npm. The version is the named one, or what the program on PATH says. Throws `GateError` where neither helps.
 */
export function clientOfProject(root: string, named: string | undefined, environment: Environment): InstalledClient {
  const manager = managerOf(root);
  const [program = 'npm', version] = (named ?? manager ?? programOfLockfile(root)).split('@');
  const choices = clientsOf(program);
  if (choices.length === 0)
    throw new GateError('usage', `${JSON.stringify(program)} is no package manager that is known`, {
      hint: 'npm, pnpm, yarn or bun, with or without a version: npm@11.2.0',
    });
  // packageManager may carry a digest: `pnpm@10.1.0+sha512.…`.
  if (version !== undefined && /^\d+(?:\.\d+){0,2}/.test(version))
    return chosen(program, version.replace(/\+.*$/, ''), named === undefined ? 'package.json' : '--client');
  if (manager !== undefined && named !== undefined && manager.startsWith(`${program}@`))
    return clientOfProject(root, undefined, environment);
  const { variables, cwd } = environment;
  const file = findClient(program, { cwd, project: root, variables });
  const found = file === undefined ? undefined : versionOf(file, root, variables);
  if (found === undefined)
    throw new GateError('usage', `the version of ${program} cannot be told`, {
      hint: `install it, or name the version: --client ${program}@VERSION`,
    });
  return chosen(program, found, `${program} --version`);
}

function chosen(program: string, version: string, from: string): InstalledClient {
  const full = /^\d+$/.test(version) ? `${version}.0.0` : /^\d+\.\d+$/.test(version) ? `${version}.0` : version;
  const profile = clientWithVersion(program, full);
  if (profile === undefined)
    throw new GateError('usage', `${program} ${version} is not known`, { hint: 'the version of another program?' });
  return { profile, version: full, from };
}

function managerOf(root: string): string | undefined {
  return /"packageManager"\s*:\s*"((?:npm|pnpm|yarn|bun)@[^"]{1,200})"/.exec(readOptionalText(join(root, 'package.json')) ?? '')?.[1];
}

function programOfLockfile(root: string): string {
  const byLockfile = clients.find(({ lockfiles }) => lockfiles.some((name) => statPath(join(root, name)) === 'file'));
  return byLockfile?.programs[0] ?? 'npm';
}

/** The plan of a client's hook. Throws `GateError` for a client that has nothing that would hold. */
export function hookPlanFor({ profile, version }: InstalledClient): HookPlan {
  const plan = planFor(profile.id, version);
  if ('refused' in plan) throw new GateError('usage', plan.refused);
  if (process.platform === 'win32' && plan.files.some(({ path }) => path === '.lockgate/sh'))
    throw new GateError('usage', 'the shell hook of npm 11 and older needs a POSIX system', { hint: 'npm 12, or lockgate exec' });
  return plan;
}

/** One file before and after; `after` is undefined for one that goes. */
export interface FileChange {
  readonly path: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
  readonly isExecutable: boolean;
}

/** Everything that installing a plan changes, in memory. Throws `GateError` before anything is written where a file stands in the way. */
export function installation(
  root: string,
  client: InstalledClient,
  plan: HookPlan,
  vendoredDigest: string | undefined,
): readonly FileChange[] {
  const own: readonly HookFile[] = [
    { path: '.lockgate/gate.cjs', text: launcherText(vendoredDigest === undefined ? {} : { vendoredDigest }) },
    ...plan.files,
  ];
  const record = readRecord(root);
  const files = own.map((file) => fileChange(root, file, record));
  const edited = plan.edits.map((edit) => editChange(root, edit, record));
  const newEdits = edited.flatMap(({ recorded }) => recorded ?? []);
  const next: HookRecord = {
    client: client.profile.id,
    clientVersion: client.version,
    files: [
      ...new Set([
        ...(record?.files ?? []),
        ...own.map(({ path }) => path),
        ...(vendoredDigest === undefined ? [] : ['.lockgate/lockgate.mjs']),
      ]),
    ].sort(),
    edits: [...(record?.edits ?? []), ...newEdits],
  };
  const recordText = formatHookRecord(next);
  return [
    ...files,
    ...edited.map(({ change }) => change),
    { path: recordPath, before: readOptionalText(join(root, recordPath)), after: recordText, isExecutable: false },
  ];
}

function fileChange(root: string, { path, text, isExecutable }: HookFile, record: HookRecord | undefined): FileChange {
  const before = readOptionalText(join(root, path));
  if (path === '.pnpmfile.cjs') refuseOtherPnpmfile(root, before, text, record);
  return { path, before, after: text, isExecutable: isExecutable === true };
}

/** A pnpmfile of the project stays as it is: what to add to it is said. */
function refuseOtherPnpmfile(root: string, before: string | undefined, text: string, record: HookRecord | undefined): void {
  const other = ['.pnpmfile.mjs'].find((name) => statPath(join(root, name)) === 'file');
  const isElsewhere = ['pnpm-workspace.yaml', '.npmrc'].some((name) =>
    /^\s*(?:global-?)?pnpmfile\s*[:=]/im.test(readOptionalText(join(root, name)) ?? ''),
  );
  const isOurs = before === undefined || before === text || record?.files.includes('.pnpmfile.cjs') === true;
  if (isOurs && other === undefined && !isElsewhere) return;
  throw new GateError('usage', 'the project has a pnpmfile of its own, which stays as it is', {
    hint: 'remove it, or call the hooks of .lockgate/pnpm.cjs (lockgate hooks install in an empty folder shows it) from its preResolution, readPackage and afterAllResolved',
  });
}

function editChange(
  root: string,
  { path, insert }: HookEdit,
  record: HookRecord | undefined,
): { readonly change: FileChange; readonly recorded?: RecordedEdit } {
  const before = readOptionalText(join(root, path));
  if (before === undefined && path === 'package.json')
    throw new GateError('input-invalid', 'there is no package.json here', { hint: 'run it in the project’s own folder' });
  const outcome = insert(before ?? '');
  if ('refused' in outcome) throw new GateError('usage', outcome.refused, { location: { file: path, line: 1 } });
  if ('isPresent' in outcome) return { change: { path, before, after: before, isExecutable: false } };
  const wasRecorded = record?.edits.some((edit) => edit.path === path && edit.isNew) === true;
  return {
    change: { path, before, after: applied(before ?? '', outcome.insertion), isExecutable: false },
    recorded: { path, inserted: outcome.insertion.text, isNew: before === undefined || wasRecorded },
  };
}

/** Everything that removing the hooks changes. `leftover`: what somebody has changed since, and is left as it is. */
export function removal(root: string): { readonly changes: readonly FileChange[]; readonly leftover: readonly string[] } | undefined {
  const record = readRecord(root);
  if (record === undefined) return undefined;
  const texts = new Map<string, { readonly before: string; after: string; isNew: boolean }>();
  const leftover: string[] = [];
  for (const { path, inserted, isNew } of [...record.edits].reverse()) {
    const before = readOptionalText(join(root, path));
    if (before === undefined) continue;
    const text = texts.get(path) ?? { before, after: before, isNew: false };
    const after = taken(text.after, inserted);
    if (after === undefined) leftover.push(`${path}: ${JSON.stringify(inserted.trim())} is no longer there as it was written`);
    texts.set(path, { before, after: after ?? text.after, isNew: text.isNew || isNew });
  }
  const edits = [...texts].map(([path, { before, after, isNew }]): FileChange => ({
    path,
    before,
    after: isNew && after === '' ? undefined : after,
    isExecutable: false,
  }));
  const files = [...record.files, recordPath].map((path): FileChange => ({
    path,
    before: statPath(join(root, path)) === 'file' ? '' : undefined,
    after: undefined,
    isExecutable: false,
  }));
  return { changes: [...edits, ...files], leftover };
}

/** The record of a project. Throws `GateError` for one that cannot be read: guessing what to remove is worse. */
export function readRecord(root: string): HookRecord | undefined {
  const text = readOptionalText(resolve(root, recordPath));
  if (text === undefined) return undefined;
  const record = parseHookRecord(text);
  if (record === undefined)
    throw new GateError('input-invalid', `${recordPath} cannot be read`, { hint: 'restore it from git, or remove the hooks by hand' });
  return record;
}

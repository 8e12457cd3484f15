import { dirname, join } from 'node:path';
import type { Launch } from '../agents/launches.ts';
import { type PackageSpec, parseRequest, parseSpec } from '../agents/package-spec.ts';
import { type Gate, createGate } from '../gate.ts';
import type { Change } from '../model/change.ts';
import { labelOf } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { parseRecord } from '../model/json.ts';
import type { Report } from '../model/report.ts';
import { readOptionalText, statPath } from '../platform/files.ts';
import { homeFolder } from '../platform/home.ts';
import type { Environment } from './command.ts';
import { lockfileFileNames, readLockfiles } from './lockfiles.ts';
import { settingsOnDisk } from './project-settings.ts';
import { type ResolvedRequests, resolveRequests } from './requested-packages.ts';

/** What is known about an install before it starts, in words. */
export interface InstallJudgement {
  /** `unreadable`: a person must look at it. */
  readonly verdict: 'pass' | 'fail' | 'inconclusive' | 'unreadable';
  readonly reasons: readonly string[];
}

/**
 * Judges what a package manager would bring: the lockfile of its folder, and the packages that it is asked for with all that they
 * bring along, by the folder's own policy. Reads tarballs of what is new. `limit` in milliseconds.
 */
export async function judgeLaunch(launch: Launch, environment: Environment, limit: number): Promise<InstallJudgement> {
  const { folder } = launch;
  if (folder === undefined || statPath(folder) !== 'folder')
    return { verdict: 'unreadable', reasons: [`the folder ${folder ?? ''} is not there yet: run the install in a command of its own`] };
  const isGlobal = launch.command.action.kind === 'add' && launch.command.action.isGlobal;
  const root = isGlobal ? folder : projectRoot(folder);
  return withProjectGate(root, environment, { limit, isDeep: false }, async (gate) =>
    worst(await judgements(launch, root, gate, environment)),
  );
}

/** A gate with the settings of a project, closed afterwards. `limit` in milliseconds; `isDeep` reads the tarballs of lockfiles, too. */
export async function withProjectGate<T>(
  root: string,
  environment: Environment,
  { limit, isDeep }: { readonly limit: number; readonly isDeep: boolean },
  work: (gate: Gate) => Promise<T>,
): Promise<T> {
  const settings = settingsOnDisk(root, root);
  const gate = await createGate({
    now: environment.now,
    variables: environment.variables,
    deadline: limit,
    isDeep,
    ...(settings.policy === undefined ? {} : { policy: settings.policy }),
    ...(settings.baseline === undefined ? {} : { baseline: settings.baseline }),
    ...(settings.npmrc === undefined ? {} : { npmrc: settings.npmrc }),
  });
  try {
    return await work(gate);
  } finally {
    await gate.close();
  }
}

async function judgements(
  { command, folder }: Launch,
  root: string,
  gate: Gate,
  { signal }: Environment,
): Promise<readonly InstallJudgement[]> {
  const { action } = command;
  switch (action.kind) {
    case 'install':
      return [hasLockfile(root) ? await lockfileOf(root, gate, signal) : await manifestOf(root, gate, signal)];
    case 'remove':
      return hasLockfile(root) ? [await lockfileOf(root, gate, signal)] : [];
    case 'update':
      return [await manifestOf(root, gate, signal, action.specs)];
    case 'fetch':
    case 'run-remote': {
      const specs = action.specs.filter((spec) => !isInstalledHere(spec, folder ?? root));
      return specs.length === 0 ? [] : [await requested(specs.map(parseSpec), gate, signal)];
    }
    case 'add': {
      const added = await requested(action.specs.map(parseSpec), gate, signal);
      return !action.isGlobal && hasLockfile(root) ? [added, await lockfileOf(root, gate, signal)] : [added];
    }
    case 'unknown':
      return [{ verdict: 'unreadable', reasons: [`${action.command} is no command that is understood`] }];
    case 'run':
    case 'other':
      return [];
  }
}

/** Judges the lockfiles of a folder; undefined where it has none. */
export async function judgeFolderLockfile(root: string, gate: Gate, signal: AbortSignal): Promise<InstallJudgement | undefined> {
  return hasLockfile(root) ? lockfileOf(root, gate, signal) : undefined;
}

/** Judges what a client without a lockfile would take now for the manifest of a folder. */
export function judgeManifest(root: string, gate: Gate, signal: AbortSignal): Promise<InstallJudgement> {
  return manifestOf(root, gate, signal);
}

function hasLockfile(root: string): boolean {
  return lockfileFileNames.some((name) => statPath(join(root, name)) === 'file');
}

/** Every lockfile of the folder: another package manager's may be the one that is about to be read. */
async function lockfileOf(root: string, gate: Gate, signal: AbortSignal): Promise<InstallJudgement> {
  try {
    const [chosen] = readLockfiles(root, root, { isRecursive: false }).lockfiles;
    if (chosen === undefined) return { verdict: 'inconclusive', reasons: ['there is no lockfile'] };
    const others = chosen.siblings.flatMap((name) => readLockfiles(join(root, name), root, { isRecursive: false }).lockfiles);
    const judged: InstallJudgement[] = [];
    for (const { inventory } of [chosen, ...others])
      judged.push(judgementOf(await gate.assess(inventory, { siblingLockfiles: chosen.siblings, signal })));
    return worst(judged);
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    return { verdict: 'inconclusive', reasons: [error.message] };
  }
}

async function requested(
  specs: readonly PackageSpec[],
  gate: Gate,
  signal: AbortSignal,
  additionsOf: (resolved: ResolvedRequests) => readonly Change[] = askedFor,
): Promise<InstallJudgement> {
  const refused = specs.filter((spec) => spec.type === 'refused');
  if (refused.length > 0)
    return {
      verdict: 'fail',
      reasons: refused.map(
        ({ spec, why }) => `${spec} is ${why}: its bytes cannot be judged before it runs; install a release from the registry instead`,
      ),
    };
  const resolved = await resolveRequests(gate, specs, signal);
  return judgementOf(await gate.assess(resolved.inventory, { changes: additionsOf(resolved), signal }), resolved.problems);
}

/** Without a lockfile, or to renew it, a client takes what the manifest's ranges allow today. */
async function manifestOf(root: string, gate: Gate, signal: AbortSignal, names: readonly string[] = []): Promise<InstallJudgement> {
  const text = readOptionalText(join(root, 'package.json'));
  if (text === undefined) return { verdict: 'unreadable', reasons: ['there is neither a lockfile nor a package.json'] };
  const manifest = parseRecord(text.replace(/^\ufeff/, ''));
  if (manifest === undefined) return { verdict: 'unreadable', reasons: ['package.json cannot be read'] };
  if (manifest['workspaces'] !== undefined || statPath(join(root, 'pnpm-workspace.yaml')) === 'file')
    return {
      verdict: 'unreadable',
      reasons: ['several workspaces are resolved at once: write the lockfile without installing, and judge that with lockgate check'],
    };
  const asked = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((field) =>
    entriesOf(manifest[field]),
  );
  const specs = asked.map(([name, range]) => parseRequest(name, range));
  return requested(
    [...specs, ...names.filter((name) => !asked.some(([known]) => known === name)).map(parseSpec)],
    gate,
    signal,
    ofManifest,
  );
}

function entriesOf(value: unknown): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).map(([name, range]) => [name, typeof range === 'string' ? range : 'no text'] as const);
}

/** What is not asked for by name comes along. */
function askedFor(resolved: ResolvedRequests): readonly Change[] {
  const { inventory } = resolved;
  const direct = new Set(inventory.edges.get(inventory.root.bomRef)?.map(({ to }) => to));
  return [...inventory.components.values()].map((after) => ({
    type: 'added',
    after,
    ...(direct.has(after.bomRef) ? {} : { isTransitive: true }),
  }));
}

/** The manifest of a project brings nothing new to it. */
function ofManifest({ inventory }: ResolvedRequests): readonly Change[] {
  return [...inventory.components.values()].map((after) => ({ type: 'added', after }));
}

const mostReasons = 5;

/** A report in the words of an install. */
export function judgementOf(report: Report, problems: ResolvedRequests['problems'] = []): InstallJudgement {
  const errors = report.findings.filter(({ severity, waiver }) => severity === 'error' && waiver === undefined);
  const unverified = unverifiedIn(report);
  const refusals = [
    ...problems.filter(({ isRefusal }) => isRefusal).map(({ text }) => text),
    ...errors.map(
      ({ message, rule, help, path }) =>
        `${message} [${rule}]${path.length > 2 ? `, brought by ${path.slice(1, -1).join(' > ')}` : ''}${help[0] === undefined ? '' : `; ${help[0]}`}`,
    ),
  ];
  if (refusals.length > 0 || report.verdict === 'fail') return { verdict: 'fail', reasons: shortened(refusals) };
  const open = [...new Set([...problems.map(({ text }) => text), ...unverified])];
  if (open.length > 0 || report.verdict !== 'pass')
    return { verdict: 'inconclusive', reasons: shortened(open.length > 0 ? open : ['not everything could be verified']) };
  return { verdict: 'pass', reasons: [summaryOf(report)] };
}

/** One sentence for each reason, with the evidence that it leaves open: a registry that is silent is silent for many checks. */
function unverifiedIn(report: Report): readonly string[] {
  const evidenceByDetail = new Map<string, Set<string>>();
  for (const outcome of report.outcomes) {
    if (outcome.result !== 'inconclusive' || outcome.isAccepted) continue;
    for (const { detail, evidence } of outcome.reasons) {
      const open = evidenceByDetail.get(detail) ?? new Set<string>();
      evidenceByDetail.set(detail, open.add(evidence));
    }
  }
  return [...evidenceByDetail].map(([detail, evidence]) => `${[...evidence].join(', ')} could not be verified: ${detail}`);
}

function summaryOf({ inventory, origin, counts }: Report): string {
  const direct = (inventory?.declared ?? []).flatMap(({ to }) => (to === undefined ? [] : (inventory?.components.get(to) ?? [])));
  const what = origin.format === 'requested' ? direct.slice(0, 5).map(labelOf).join(', ') : origin.path;
  return `${what}: ${counts.components} ${counts.components === 1 ? 'package' : 'packages'} judged, nothing refused`;
}

function shortened(reasons: readonly string[]): readonly string[] {
  const shown = reasons.slice(0, mostReasons).map((reason) => inertLine(reason, 400));
  return reasons.length > mostReasons ? [...shown, `and ${reasons.length - mostReasons} more`] : shown;
}

/** The worst decides, and only its reasons matter. */
function worst(all: readonly InstallJudgement[]): InstallJudgement {
  for (const verdict of ['fail', 'inconclusive', 'unreadable'] as const) {
    const reasons = [...new Set(all.filter((one) => one.verdict === verdict).flatMap((one) => one.reasons))];
    if (all.some((one) => one.verdict === verdict)) return { verdict, reasons };
  }
  return { verdict: 'pass', reasons: all.flatMap((one) => one.reasons) };
}

/** The nearest folder with a manifest or lockfile, as package managers look for it; lockfiles of workspaces stand further up. */
function projectRoot(folder: string): string {
  const isProject = (at: string, names: readonly string[]): boolean => names.some((name) => statPath(join(at, name)) === 'file');
  const up = ancestors(folder);
  const repository = up.findIndex((at) => statPath(join(at, '.git')) !== undefined);
  const inside = repository === -1 ? up : up.slice(0, repository + 1);
  return inside.find((at) => isProject(at, lockfileFileNames)) ?? inside.find((at) => isProject(at, ['package.json'])) ?? folder;
}

function ancestors(folder: string): readonly string[] {
  const all = [folder];
  for (let at = folder; dirname(at) !== at && at !== homeFolder() && all.length < 64; at = dirname(at)) all.push(dirname(at));
  return all;
}

/** `npx x` runs what the project has already, and downloads nothing. */
function isInstalledHere(spec: string, folder: string): boolean {
  return /^[\w.-]+$/.test(spec) && ancestors(folder).some((at) => statPath(join(at, 'node_modules', '.bin', spec)) === 'file');
}

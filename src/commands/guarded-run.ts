import { basename, dirname, join } from 'node:path';
import type { FirewallAccess } from '../clients/client.ts';
import { clientEnvironment } from '../exec/client-environment.ts';
import { permittedHosts, permittedTransports } from '../exec/direct-specs.ts';
import type { InstallVerdict } from '../exec/install-verdict.ts';
import type { ExecResult } from '../exec/summary.ts';
import type { Firewall } from '../firewall/firewall.ts';
import type { Gate } from '../gate.ts';
import { type ClientExit, runClient } from '../platform/client-process.ts';
import { readOptionalText, writeFileAtomic } from '../platform/files.ts';
import { makeFolder, removeFile, removeFolder } from '../platform/folder.ts';
import { decidingIn, openClientCache } from './client-cache.ts';
import { clientRegistries } from './client-registries.ts';
import { type ClientRun, installsProject, resolvesProject } from './client-run.ts';
import type { Environment, Invocation } from './command.ts';
import { judgeAfter, judgeBefore, specsOf } from './exec-judgement.ts';
import { openGate } from './judge.ts';
import { type RegistryAddresses, addressesOf, leadLockfiles, lockfilesOf, restoreLockfiles } from './led-lockfiles.ts';
import { type ProjectSettings, settingsOnDisk } from './project-settings.ts';
import { startUsualFirewall, usualOrigin } from './usual-firewall.ts';

/** Judges what is there, runs the client behind the firewall, judges what it wrote. Throws `GateError` for a policy or lockfile that it cannot use. */
export async function runGuarded(run: ClientRun, given: Invocation): Promise<ExecResult> {
  const { environment } = given;
  // Tarballs are always read: what is judged here is about to be unpacked.
  const invocation: Invocation = {
    ...given,
    flag: (option) => option === 'deep' || given.flag(option),
    environment: { ...environment, variables: { ...environment.variables, ...clientRegistries(run, environment.variables) } },
  };
  const settings = settingsOnDisk(run.root.folder, environment.cwd);
  const { before, plan } = await prepare(run, settings, invocation);
  environment.onProgress('');
  if (before.verdict !== 'pass') return { before, decisions: [], notes: [] };
  const guarded = await runBehindFirewall(run, plan, settings, invocation);
  if (guarded.resolved !== undefined)
    return { before: guarded.resolved, isTakenBack: true, decisions: guarded.decisions, notes: guarded.notes };
  const after = guarded.exit.isInterrupted ? undefined : await judgeAfter(run, plan.lockfiles, settings, invocation);
  environment.onProgress('');
  return {
    before,
    decisions: guarded.decisions,
    clientExit: guarded.exit.code,
    notes: [...guarded.notes, ...(guarded.exit.isInterrupted ? [`${run.program} was interrupted: what it wrote was not judged`] : [])],
    ...(guarded.exit.isInterrupted && installsProject(run.command) ? { isUnjudged: true } : {}),
    ...(after === undefined ? {} : { after }),
  };
}

/** What is known before the client starts. */
interface Plan {
  /** Texts of the client's lockfiles by name, before anything was done. */
  readonly lockfiles: ReadonlyMap<string, string>;
  readonly addresses: RegistryAddresses;
  readonly scopes: readonly string[];
  readonly hosts: readonly string[];
  /** What git may use. */
  readonly transports: readonly string[];
  /** Names the caches that hold what was let in by the same rules. */
  readonly deciding: string;
}

async function prepare(
  run: ClientRun,
  settings: ProjectSettings,
  invocation: Invocation,
): Promise<{ readonly before: InstallVerdict; readonly plan: Plan }> {
  const gate = await openGate(settings, invocation);
  try {
    const plan = planOf(run, gate, invocation.environment);
    return { plan, before: await judgeBefore(run, gate, invocation) };
  } finally {
    await gate.close();
  }
}

function planOf(run: ClientRun, gate: Gate, environment: Environment): Plan {
  const addresses = addressesOf(gate);
  const origin = usualOrigin(environment);
  const specs = specsOf(run);
  // An earlier run that was killed had no time for it.
  const isRegistry = [...addresses.defaults, ...addresses.others].some((url) => url.startsWith(`${origin}/`));
  if (origin !== undefined && !isRegistry) restoreLockfiles(run, addresses, origin, new Map());
  return {
    lockfiles: lockfilesOf(run),
    addresses,
    scopes: [...gate.npm.scopes.keys()],
    hosts: permittedHosts(specs, gate.policy, environment.now),
    transports: permittedTransports(specs, gate.policy, environment.now),
    deciding: decidingIn(gate, environment.now),
  };
}

interface GuardedRun {
  readonly exit: ClientExit;
  readonly decisions: ExecResult['decisions'];
  readonly notes: readonly string[];
  /** What was resolved beforehand and is not acceptable: the client was stopped there, and its files were put back. */
  readonly resolved?: InstallVerdict;
}

async function runBehindFirewall(run: ClientRun, plan: Plan, settings: ProjectSettings, invocation: Invocation): Promise<GuardedRun> {
  const { environment } = invocation;
  const notes: string[] = [];
  const firewall = await startUsualFirewall(settings, invocation, (what) => notes.push(what));
  const cache = openClientCache(run, plan.deciding, environment);
  try {
    const access = {
      url: `${firewall.origin}/`,
      cache: cache.folder,
      version: run.version,
      scopes: plan.scopes,
      hosts: plan.hosts,
      keepsStore: hasOwnStore(run, cache.folder),
    };
    for (const [name, text] of Object.entries(run.client.files(access)))
      writeFileAtomic(join(makeFolder(join(cache.folder, dirname(name)), false), basename(name)), text);
    const refused = access.keepsStore ? await resolveFirst(run, plan, access, firewall, settings, invocation) : undefined;
    if (refused !== undefined) return { ...refused, decisions: firewall.decisions(), notes };
    const exit = await start(run, plan, access, firewall, environment);
    return { exit, decisions: firewall.decisions(), notes };
  } finally {
    await firewall.stop();
    if (cache.isTemporary) removeFolder(cache.folder);
  }
}

/** Runs the client once, with its lockfiles led to the firewall and back. */
function start(
  run: ClientRun,
  plan: Plan,
  access: FirewallAccess,
  { origin }: Firewall,
  { variables, cwd }: Environment,
  further: readonly string[] = [],
): Promise<ClientExit> {
  const { addresses, lockfiles } = plan;
  leadLockfiles(run, addresses, origin);
  return runClient(run.file, [...run.client.options(access), ...run.args, ...further], {
    cwd,
    variables: clientEnvironment(variables, { ...run.client.variables(access), ...gitVariables(run, plan) }),
  }).finally(() => restoreLockfiles(run, addresses, origin, lockfiles));
}

/**
 * A dependency of a dependency may be a git repository, which git fetches past every proxy where it goes over ssh: no transport is
 * opened but those of git dependencies that the policy permits. What the project's own scripts do with git is theirs.
 */
function gitVariables({ command }: ClientRun, { transports }: Plan): Readonly<Record<string, string>> {
  const { kind } = command.action;
  return kind === 'run' || kind === 'other' ? {} : { GIT_ALLOW_PROTOCOL: transports.join(':') };
}

/**
 * Packages in node_modules may be linked from a store of the user's own, which holds what never came through a firewall and is not
 * asked for again. There the client first writes its lockfile and nothing else, and that is judged, tarballs included.
 */
async function resolveFirst(
  run: ClientRun,
  plan: Plan,
  access: FirewallAccess,
  firewall: Firewall,
  settings: ProjectSettings,
  invocation: Invocation,
): Promise<Pick<GuardedRun, 'exit' | 'resolved'> | undefined> {
  if (!resolvesProject(run.command) || run.command.resolveOnly === undefined) return undefined;
  const before = writtenFiles(run).map((file) => ({ file, text: readOptionalText(file) }));
  const exit = await start(run, plan, access, firewall, invocation.environment, run.command.resolveOnly);
  const resolved = exit.code === 0 ? await judgeAfter(run, plan.lockfiles, settings, invocation) : undefined;
  if (exit.code === 0 && (resolved === undefined || resolved.verdict === 'pass')) return undefined;
  for (const { file, text } of before) {
    if (text === undefined) removeFile(file);
    else if (readOptionalText(file) !== text) writeFileAtomic(file, text);
  }
  return { exit, ...(resolved === undefined ? {} : { resolved }) };
}

function writtenFiles({ client, folder, root }: ClientRun): readonly string[] {
  const names = ['package.json', 'pnpm-workspace.yaml', ...client.lockfiles];
  return [...new Set([join(folder, 'package.json'), ...names.map((name) => join(root.folder, name))])];
}

function hasOwnStore({ client, root }: ClientRun, cache: string): boolean {
  const store = client.storeIn((path) => readOptionalText(join(root.folder, path)));
  return store !== undefined && !store.startsWith(cache);
}

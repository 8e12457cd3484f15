import { join, resolve } from 'node:path';
import type { ClientCommand, ClientProfile } from '../clients/client.ts';
import { clientEnvironment } from '../exec/client-environment.ts';
import { judgeSpecs, permittedHosts, specsOfCommand, specsOfManifests } from '../exec/direct-specs.ts';
import { nameInSpec } from '../exec/exotic-spec.ts';
import { type InstallVerdict, verdictAfter, verdictBefore } from '../exec/install-verdict.ts';
import { type LeadOptions, ledToFirewall, withoutFirewall } from '../exec/lockfile-addresses.ts';
import type { ProjectRoot } from '../exec/project-root.ts';
import type { ExecResult } from '../exec/summary.ts';
import { type Firewall, startFirewall } from '../firewall/firewall.ts';
import type { Gate } from '../gate.ts';
import { GateError } from '../model/gate-error.ts';
import type { Report } from '../model/report.ts';
import { cacheFolders } from '../platform/cache.ts';
import { type ClientExit, runClient } from '../platform/client-process.ts';
import { systemClock } from '../platform/clock.ts';
import { readOptionalText, workingTree, writeFileAtomic } from '../platform/files.ts';
import { rememberPort, rememberedPort } from '../platform/firewall-port.ts';
import { makeFolder, removeFolder } from '../platform/folder.ts';
import { homeFolder } from '../platform/home.ts';
import type { Invocation } from './command.ts';
import { openGate } from './judge.ts';
import { readLockfiles } from './lockfiles.ts';
import { type ProjectSettings, settingsOnDisk } from './project-settings.ts';

/** One command of a package manager, understood, and where it works. */
export interface ClientRun {
  readonly client: ClientProfile;
  readonly version: string;
  /** As it was called. */
  readonly program: string;
  readonly file: string;
  readonly args: readonly string[];
  readonly command: ClientCommand;
  /** Where it works: the current folder, or the one that its options name. */
  readonly folder: string;
  readonly root: ProjectRoot;
}

/** Judges what is there, runs the client behind the firewall, judges what it wrote. Throws `GateError` for a policy or lockfile that it cannot use. */
export async function runGuarded(run: ClientRun, given: Invocation): Promise<ExecResult> {
  const { environment } = given;
  // Tarballs are always read: what is judged here is about to be unpacked.
  const invocation: Invocation = { ...given, flag: (option) => option === 'deep' || given.flag(option) };
  const settings = settingsOnDisk(run.root.folder, environment.cwd);
  const gate = await openGate(settings, invocation);
  let before: InstallVerdict;
  let plan: Plan;
  try {
    plan = planOf(run, gate, invocation);
    before = await judgeBefore(run, gate, invocation);
  } finally {
    await gate.close();
  }
  environment.onProgress('');
  if (before.verdict !== 'pass') return { before, decisions: [], notes: [] };
  const { exit, decisions, notes } = await runBehindFirewall(run, plan, settings, invocation);
  const after = exit.isInterrupted ? undefined : await judgeAfter(run, plan, settings, invocation);
  environment.onProgress('');
  return {
    before,
    decisions,
    clientExit: exit.code,
    notes: [...notes, ...(exit.isInterrupted ? [`${run.program} was interrupted: what it wrote was not judged`] : [])],
    ...(after === undefined ? {} : { after }),
  };
}

/** What is known before the client starts and needed after it has ended. */
interface Plan {
  /** Texts of the client's lockfiles by name, before anything was done. */
  readonly lockfiles: ReadonlyMap<string, string>;
  readonly scopes: readonly string[];
  readonly hosts: readonly string[];
  readonly addresses: Omit<LeadOptions, 'file' | 'origin'>;
}

function planOf(run: ClientRun, { npm, registries, policy }: Gate, { environment }: Invocation): Plan {
  const described = policy.registries.flatMap(({ url, aliases }) => [url, ...aliases]);
  const addresses = {
    defaults: [npm.registry.value, ...registries.profileOf(npm.publicRegistry).origins.map((origin) => `${origin}/`)],
    others: [...[...npm.scopes.values()].map(({ value }) => value), ...described].map((url) => (url.endsWith('/') ? url : `${url}/`)),
    registryFor: registries.registryFor,
  };
  restoreLockfiles({ lockfiles: new Map(), addresses }, run, rememberedOrigin(environment.variables));
  return {
    lockfiles: lockfilesOf(run),
    scopes: [...npm.scopes.keys()],
    hosts: permittedHosts(specsOf(run), policy, environment.now),
    addresses,
  };
}

function lockfilesOf({ client, root }: ClientRun): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const name of client.lockfiles) {
    const text = readOptionalText(join(root.folder, name));
    if (text !== undefined) texts.set(name, text);
  }
  return texts;
}

/** What is asked for outside any registry; only a command that installs the project asks for what its manifests name. */
function specsOf({ command, root }: ClientRun): ReturnType<typeof specsOfCommand> {
  const { action } = command;
  const named = 'specs' in action ? specsOfCommand(action.kind === 'remove' ? [] : action.specs) : [];
  return installsProject(command) ? [...named, ...specsOfManifests(workingTree(root.folder))] : named;
}

function installsProject({ action }: ClientCommand): boolean {
  switch (action.kind) {
    case 'install':
    case 'update':
    case 'unknown':
      return true;
    case 'add':
      return !action.isGlobal;
    case 'run-remote':
    case 'fetch':
    case 'remove':
    case 'run':
    case 'other':
      return false;
  }
}

async function judgeBefore(run: ClientRun, gate: Gate, invocation: Invocation): Promise<InstallVerdict> {
  const { environment } = invocation;
  const findings = judgeSpecs(specsOf(run), gate.policy, environment.now);
  if (findings.length > 0) return { verdict: 'fail', findings, unverified: [] };
  if (!installsProject(run.command) || run.root.lockfile === undefined) return { verdict: 'pass', findings: [], unverified: [] };
  const { action } = run.command;
  const specs = action.kind === 'add' || action.kind === 'update' ? action.specs : [];
  return verdictBefore(await assessLockfile(run, run.root.lockfile, gate, invocation), {
    isFrozen: action.kind === 'install' && action.isFrozen,
    replaced: specs.flatMap((spec) => nameInSpec(spec) ?? []),
  });
}

/** Judges what the client wrote, where it wrote anything. What removes packages leaves what was there, and is not held to it. */
async function judgeAfter(
  run: ClientRun,
  plan: Plan,
  settings: ProjectSettings,
  invocation: Invocation,
): Promise<InstallVerdict | undefined> {
  const { kind } = run.command.action;
  if (kind === 'remove' || kind === 'other') return undefined;
  const now = lockfilesOf(run);
  const lockfile = run.client.lockfiles.find((name) => now.has(name));
  if (lockfile === undefined || now.get(lockfile) === plan.lockfiles.get(lockfile)) return undefined;
  const gate = await openGate(settings, invocation);
  try {
    return verdictAfter(await assessLockfile(run, lockfile, gate, invocation));
  } finally {
    await gate.close();
  }
}

async function assessLockfile(run: ClientRun, lockfile: string, gate: Gate, { environment }: Invocation): Promise<Report> {
  const { lockfiles } = readLockfiles(join(run.root.folder, lockfile), environment.cwd, { isRecursive: false });
  const [read] = lockfiles;
  if (read === undefined) throw new Error('a lockfile that was named was not read');
  return gate.assess(read.inventory, { siblingLockfiles: read.siblings, signal: environment.signal });
}

interface FirewallRun {
  readonly exit: ClientExit;
  readonly decisions: ExecResult['decisions'];
  readonly notes: readonly string[];
}

async function runBehindFirewall(run: ClientRun, plan: Plan, settings: ProjectSettings, invocation: Invocation): Promise<FirewallRun> {
  const { environment } = invocation;
  const notes: string[] = [];
  const firewall = await startOnUsualPort(settings, invocation, (what) => notes.push(what));
  const cache = cacheOf(run, environment.variables);
  try {
    const access = { url: `${firewall.origin}/`, cache: cache.folder, version: run.version, scopes: plan.scopes, hosts: plan.hosts };
    leadLockfiles(plan, run, firewall.origin);
    const exit = await start(run, access, invocation).finally(() => restoreLockfiles(plan, run, firewall.origin));
    return { exit, decisions: firewall.decisions(), notes };
  } finally {
    await firewall.stop();
    if (cache.isTemporary) removeFolder(cache.folder);
  }
}

function start(run: ClientRun, access: Parameters<ClientProfile['variables']>[0], { environment }: Invocation): Promise<ClientExit> {
  const variables = clientEnvironment(environment.variables, run.client.variables(access));
  const args = [...run.client.options(access), ...run.args];
  return runClient(run.file, args, { cwd: environment.cwd, variables });
}

/** One port for this user, as long as nobody else has it. */
async function startOnUsualPort(settings: ProjectSettings, invocation: Invocation, onTrouble: (what: string) => void): Promise<Firewall> {
  const { config } = cacheFolders(invocation.environment.variables, homeFolder());
  const usual = rememberedPort(config);
  const startOn = (port: number): Promise<Firewall> =>
    startFirewall({
      port,
      openGate: (transport) => openGate(settings, invocation, transport),
      now: systemClock,
      onEvent: (event) => {
        if (event.type === 'trouble') onTrouble(event.what);
      },
    });
  try {
    const firewall = await startOn(usual);
    if (usual === 0) rememberPort(config, Number(new URL(firewall.origin).port));
    return firewall;
  } catch (error) {
    if (usual === 0 || !(error instanceof GateError)) throw error;
    // Another run has it.
    return startOn(0);
  }
}

function rememberedOrigin(variables: Invocation['environment']['variables']): string | undefined {
  const port = rememberedPort(cacheFolders(variables, homeFolder()).config);
  return port === 0 ? undefined : `http://127.0.0.1:${port}`;
}

/**
 * Where the client keeps what it fetched. What ran once and is run again by name is fetched anew: clients start such a copy without
 * asking anybody.
 */
function cacheOf(
  { command }: ClientRun,
  variables: Invocation['environment']['variables'],
): { readonly folder: string; readonly isTemporary: boolean } {
  const base = join(cacheFolders(variables, homeFolder()).cache, 'clients');
  const { action } = command;
  const isTemporary = action.kind === 'run-remote';
  return { folder: makeFolder(base, isTemporary), isTemporary };
}

/** A client that follows the addresses of its lockfile to the letter has to find the firewall there. */
function leadLockfiles({ lockfiles, addresses }: Plan, { root }: ClientRun, origin: string): void {
  for (const [file, text] of lockfiles) {
    const led = ledToFirewall(text, { ...addresses, file, origin });
    if (led !== text) writeFileAtomic(join(root.folder, file), led);
  }
}

/** No address of the firewall stays behind: not after a run, and not from an earlier one that was killed. */
function restoreLockfiles(
  { lockfiles, addresses }: Pick<Plan, 'lockfiles' | 'addresses'>,
  run: ClientRun,
  origin: string | undefined,
): void {
  if (origin === undefined) return;
  for (const [file, text] of lockfilesOf(run)) {
    const before = lockfiles.get(file);
    const options = { ...addresses, file, origin };
    const isAsLed = before !== undefined && text === ledToFirewall(before, options);
    const restored = isAsLed ? before : withoutFirewall(text, before, options);
    if (restored !== text) writeFileAtomic(resolve(run.root.folder, file), restored);
  }
}

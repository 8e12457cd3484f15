import { randomBytes } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { type Canary, type CanaryWorld, plantCanaries } from '../doctor/canaries.ts';
import { answerAsRegistry } from '../doctor/canary-registry.ts';
import { type Trial, type TrialVerdict, judgeTrial } from '../doctor/findings.ts';
import { type HookPlan, planFor } from '../hooks/hook-plan.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { findClient } from '../platform/client-process.ts';
import { readOptionalText } from '../platform/files.ts';
import { ownProgram } from '../platform/own-program.ts';
import { writeProjectFile } from '../platform/project-files.ts';
import { copyFolder, fileExists, filesHolding, runInScratch, writeFiles } from '../platform/scratch.ts';
import { type ServerRequest, listen } from '../platform/server.ts';
import type { Environment } from './command.ts';
import { type InstalledClient, installation, readRecord } from './project-hooks.ts';

/** A package manager of this machine. */
export interface TriedProgram extends InstalledClient {
  /** As it is called, and the file. */
  readonly name: string;
  readonly file: string;
}

export type JudgedTrial = Trial & { readonly verdict: TrialVerdict };

/**
 * Has every program try every canary: bare, under `exec`, and with its hook where the folder has one, or where `isForced`. Everything
 * happens below `folder`. Throws `GateError` where git or the port cannot be used.
 */
export async function examine(
  programs: readonly TriedProgram[],
  folder: string,
  isForced: boolean,
  environment: Environment,
): Promise<readonly JudgedTrial[]> {
  const nonce = randomBytes(8).toString('hex');
  const git = prepareGit(folder, environment);
  const worlds = new Map<number, CanaryWorld>();
  const worldOf = (id: number): CanaryWorld => {
    const repository = git === undefined ? {} : { repository: `git+file://${join(folder, String(id), 'canary-git')}` };
    const known = worlds.get(id) ?? plantCanaries({ now: environment.now, nonce, mark: join(folder, `mark-${id}`), ...repository });
    worlds.set(id, known);
    return known;
  };
  const problems: unknown[] = [];
  let origin = '';
  const server = await listen({
    port: 0,
    host: '127.0.0.1',
    maxConnections: 256,
    headersTimeout: 10_000,
    idleTimeout: 30_000,
    maxBodyBytes: 4 * 1024 * 1024,
    maxSendingBytes: 64 * 1024 * 1024,
    // Each trial has a registry below a path of its own, so that its canaries know where to leave their mark.
    answer: async (request) => answerFor(request, worldOf, origin),
    refuseTunnel: () => ({ status: 403, headers: {}, body: Buffer.alloc(0) }),
    onExchange: () => undefined,
    onBug: (problem) => problems.push(problem),
  });
  origin = `http://127.0.0.1:${server.port}`;
  try {
    const tasks = programs.flatMap((program) => tasksFor(program, worldOf(0).canaries, isForced, environment.cwd));
    const rows = await inTurns(tasks, (task, index) => {
      const id = index + 1;
      const bench = {
        world: worldOf(id),
        origin: `${origin}/${id}`,
        folder: join(folder, String(id)),
        mark: join(folder, `mark-${id}`),
        git,
      };
      return runTrial(task, bench, environment);
    });
    if (problems.length > 0) throw problems[0];
    return rows;
  } finally {
    await server.stop(0);
  }
}

interface Bench {
  readonly world: CanaryWorld;
  readonly origin: string;
  readonly folder: string;
  readonly mark: string;
  readonly git: Git | undefined;
}

async function answerFor(
  request: ServerRequest,
  worldOf: (id: number) => CanaryWorld,
  origin: string,
): ReturnType<Parameters<typeof listen>[0]['answer']> {
  const [, id = '0', rest = '/'] = /^(?:https?:\/\/[^/]+)?\/(\d{1,6})(\/.*)$/.exec(request.target) ?? [];
  const isBrief = (request.headers.get('accept') ?? '').includes('application/vnd.npm.install-v1+json');
  return answerAsRegistry(worldOf(Number(id)), `${origin}/${id}`, { method: request.method, target: rest, isBrief });
}

interface Task {
  readonly program: TriedProgram;
  readonly frontEnd: Trial['frontEnd'];
  readonly canary: Canary;
  readonly plan?: HookPlan;
  /** The project whose hook files are copied; absent for those that would be written. */
  readonly hooksOf?: string;
}

function tasksFor(program: TriedProgram, canaries: readonly Canary[], isForced: boolean, cwd: string): readonly Task[] {
  const plan = planFor(program.profile.id, program.version);
  const isSet = readRecord(cwd)?.client === program.profile.id;
  const hooked =
    'refused' in plan || !(isSet || isForced)
      ? []
      : canaries.map((canary): Task => ({ program, frontEnd: 'hook', canary, plan, ...(isSet ? { hooksOf: cwd } : {}) }));
  const control = canaries
    .filter(({ title }) => title === 'install script' || title === 'git dependency')
    .map((canary): Task => ({ program, frontEnd: 'none', canary }));
  return [...control, ...canaries.map((canary): Task => ({ program, frontEnd: 'exec', canary })), ...hooked];
}

const longestTrial = 180_000;

async function runTrial(task: Task, bench: Bench, environment: Environment): Promise<JudgedTrial> {
  const { program, frontEnd } = task;
  // The same canary of this trial's own world: a git address differs in each.
  const canary = bench.world.canaries.find(({ title }) => title === task.canary.title) ?? task.canary;
  const [project, home] = [join(bench.folder, 'shop'), join(bench.folder, 'home')];
  const [name, range] = canary.dependency;
  writeFiles(project, {
    'package.json': `${JSON.stringify({ name: 'shop', version: '1.0.0', private: true, dependencies: { [name]: range } }, undefined, 2)}\n`,
    'lockgate.yaml': policy,
  });
  writeFiles(home, { ...settingsFor(bench.origin), 'tmp/keep': '' });
  if (bench.git !== undefined && range.startsWith('git')) await makeRepository(join(bench.folder, 'canary-git'), bench, environment);
  if (frontEnd === 'hook') setHooks(task, project);
  const variables = variablesFor(program, home, bench, environment);
  const command = frontEnd === 'exec' ? [process.execPath, ownProgram(), 'exec', '--', program.file, 'install'] : [program.file, 'install'];
  const [file = '', ...args] = command;
  const { code, output, took } = await runInScratch(file, args, {
    cwd: project,
    variables,
    limit: longestTrial,
    signal: environment.signal,
  });
  const trial: Trial = {
    client: `${program.profile.title} ${program.version}`,
    frontEnd,
    canary: canary.title,
    expects: canary.expects,
    exitCode: code,
    hasRun: fileExists(bench.mark),
    landed: landingOf(canary, bench, project),
    took: Math.round(took),
    said: output.trim().split('\n').slice(-12).join('\n'),
  };
  const lands = range.startsWith('git') ? (task.plan?.gitLands ?? task.plan?.lands) : task.plan?.lands;
  return { ...trial, verdict: judgeTrial(trial, lands ?? 'no') };
}

function landingOf(canary: Canary, { folder, world }: Bench, project: string): Trial['landed'] {
  if (canary.expects === 'let-in')
    return fileExists(join(project, 'node_modules', canary.dependency[0], 'package.json')) || fileExists(join(project, '.pnp.cjs'))
      ? 'project'
      : 'no';
  if (filesHolding(project, world.payload).length > 0) return 'project';
  return filesHolding(join(folder, 'home'), world.payload).length > 0 ? 'cache' : 'no';
}

/** The project's own hook files where it has them, and of the lines in its files those that are really there: that is what is tried. */
function setHooks({ program, plan, hooksOf }: Task, project: string): void {
  if (plan === undefined) return;
  const edits = plan.edits.filter(
    ({ path, insert }) => hooksOf === undefined || 'isPresent' in insert(readOptionalText(join(hooksOf, path)) ?? ''),
  );
  for (const { path, after, isExecutable } of installation(project, program, { ...plan, edits }, undefined))
    if (after !== undefined) writeProjectFile(join(project, path), after, { isExecutable });
  if (hooksOf === undefined) return;
  copyFolder(join(hooksOf, '.lockgate'), join(project, '.lockgate'));
  for (const { path } of plan.files) writeFiles(project, { [path]: readOptionalText(join(hooksOf, path)) ?? '' });
}

/** Only what the canaries are about decides; nothing in this registry is popular, and every script is refused. */
const policy = `version: 1
rules:
  install-scripts/unlisted: error
  standing/low: off
  slopsquat/unknown-and-young: off
  slopsquat/conflation: off
  typosquat/imitates: off
  typosquat/resembles: off
`;

function settingsFor(origin: string): Readonly<Record<string, string>> {
  return {
    '.npmrc': `registry=${origin}/\nupdate-notifier=false\nfund=false\naudit=false\n`,
    '.yarnrc.yml': `npmRegistryServer: "${origin}"\nunsafeHttpWhitelist:\n  - 127.0.0.1\nenableTelemetry: false\nenableImmutableInstalls: false\nnpmMinimalAgeGate: 0\nenableScripts: true\nnodeLinker: node-modules\n`,
    '.bunfig.toml': `[install]\nregistry = "${origin}/"\n`,
  };
}

/** Nothing of the user's own configuration, credentials or caches. */
function variablesFor(program: TriedProgram, home: string, { origin, git }: Bench, { variables }: Environment): Environment['variables'] {
  const path = (variables['PATH'] ?? '').split(delimiter).filter((folder) => isAbsolute(folder));
  return {
    PATH: [dirname(program.file), ...path].join(delimiter),
    HOME: home,
    USERPROFILE: home,
    TMPDIR: join(home, 'tmp'),
    LC_ALL: 'C.UTF-8',
    NO_COLOR: '1',
    CI: 'true',
    LOCKGATE: ownProgram(),
    npm_config_registry: `${origin}/`,
    GIT_CONFIG_GLOBAL: git === undefined ? '/dev/null' : join(git.home, '.gitconfig'),
    GIT_CONFIG_NOSYSTEM: '1',
    COREPACK_ENABLE_DOWNLOAD_PROMPT: '0',
    COREPACK_ENABLE_NETWORK: '0',
  };
}

interface Git {
  readonly file: string;
  /** With a configuration that lets clients clone from a folder. */
  readonly home: string;
}

function prepareGit(folder: string, { cwd, variables }: Environment): Git | undefined {
  const file = findClient('git', { cwd, project: cwd, variables });
  if (file === undefined) return undefined;
  const home = join(folder, 'git-home');
  writeFiles(home, {
    '.gitconfig':
      '[user]\n\tname = canary\n\temail = canary@canary.example\n[protocol "file"]\n\tallow = always\n[safe]\n\tdirectory = *\n',
  });
  return { file, home };
}

/** A git repository whose package runs code as soon as a client prepares it. */
async function makeRepository(repository: string, { world, git }: Bench, { variables, signal }: Environment): Promise<void> {
  if (git === undefined) return;
  writeFiles(repository, world.repository);
  for (const args of [
    ['init', '--quiet'],
    ['add', '.'],
    ['commit', '--quiet', '-m', 'canary'],
  ]) {
    const { code, output } = await runInScratch(git.file, args, {
      cwd: repository,
      variables: { PATH: variables['PATH'], HOME: git.home, GIT_CONFIG_NOSYSTEM: '1' },
      limit: 30_000,
      signal,
    });
    if (code !== 0) throw new GateError('git', `git ${args[0] ?? ''} fails in a fresh folder: ${inertLine(output, 200)}`);
  }
}

/** As many at a time as there are processors. */
async function inTurns<T, R>(tasks: readonly T[], run: (task: T, index: number) => Promise<R>): Promise<readonly R[]> {
  const results: R[] = [];
  const open = tasks.entries();
  const work = async (): Promise<void> => {
    for (const [index, task] of open) results[index] = await run(task, index);
  };
  await Promise.all(Array.from({ length: Math.max(1, Math.min(4, availableParallelism())) }, work));
  return results;
}

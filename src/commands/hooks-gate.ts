import { createHash } from 'node:crypto';
import { basename, join, relative, sep } from 'node:path';
import semver from 'semver';
import { outerEnvironment } from '../exec/client-environment.ts';
import type { Gate } from '../gate.ts';
import type { Component } from '../model/component.ts';
import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { compareIntegrity, parseIntegrity } from '../model/integrity.ts';
import { type NamedPackage, namedComponent, namedInventory, namedRoot } from '../model/named-inventory.ts';
import { milliseconds } from '../model/units.ts';
import { cacheFolders, openCache } from '../platform/cache.ts';
import { readOptionalText } from '../platform/files.ts';
import { homeFolder } from '../platform/home.ts';
import type { Command, CommandResult, Environment } from './command.ts';
import { type InstallJudgement, judgeFolderLockfile, judgeManifest, judgementOf, withProjectGate } from './install-judgement.ts';
import { lockfileFileNames, readLockfiles } from './lockfiles.ts';
import { settingsOnDisk } from './project-settings.ts';

const events = ['install', 'lockfile', 'packages', 'npm-script'] as const;
const limit = 600_000;

/** `lockgate hooks gate`: the question that every hook asks. */
export const hooksGate: Command = {
  name: 'hooks gate',
  summary: 'Answer a hook: may this install go on (the hooks call it)',
  usage: events.join('|'),
  description: [
    'install: the lockfile of this folder, or without one what its manifest would bring now.',
    'lockfile: the lockfile, where there is one. packages: those on stdin, as JSON. npm-script: the package whose script npm is about',
    'to run, by what npm says of it in the environment, and the lockfile. Tarballs are read. Exit code 0 alone lets an install go on.',
  ].join('\n'),
  maxPositionals: 1,
  options: {},
  examples: [['lockgate hooks gate install', 'what a preinstall script asks']],
  run: async ({ positionals, environment: given }) => {
    const event = events.find((one) => one === positionals[0]);
    if (event === undefined) throw new GateError('usage', 'hooks gate needs to know what is asked', { hint: events.join(', ') });
    // Under `lockgate exec` the client's registry is a firewall; evidence comes from the registries themselves.
    const environment = { ...given, variables: outerEnvironment(given.variables) };
    const judgement = await withProjectGate(environment.cwd, environment, { limit, isDeep: true }, (gate) =>
      answers[event](gate, environment),
    );
    return told(judgement);
  },
};

type Answer = (gate: Gate, environment: Environment) => Promise<InstallJudgement>;

const answers: Readonly<Record<(typeof events)[number], Answer>> = {
  install: async (gate, environment) => (await lockfileOnce(gate, environment)) ?? judgeManifest(environment.cwd, gate, environment.signal),
  lockfile: async (gate, environment) => (await lockfileOnce(gate, environment)) ?? passed,
  packages: async (gate, { readStdin, signal }) => judgePackages(parsePackages(await readStdin()), gate, signal),
  'npm-script': async (gate, environment) => {
    const lockfile = await lockfileOnce(gate, environment);
    if (lockfile !== undefined && lockfile.verdict !== 'pass') return lockfile;
    return judgeScript(gate, environment);
  },
};

const passed: InstallJudgement = { verdict: 'pass', reasons: [] };

function told({ verdict, reasons }: InstallJudgement): CommandResult {
  if (verdict === 'pass') return { exitCode: 0 };
  const head = verdict === 'fail' ? 'lockgate refuses this install' : 'lockgate could not verify this install';
  const lines = reasons.map((reason) => `  ${inertLine(reason, 600)}`);
  return { exitCode: verdict === 'fail' ? 1 : 3, stderr: [`${head}:`, ...lines, '  details: lockgate check --deep', ''].join('\n') };
}

/** One install starts many scripts: what passed is not judged again for a few minutes, as long as no byte of it has changed. */
const passHolds = 5 * 60_000;

async function lockfileOnce(gate: Gate, { cwd, variables, now, signal }: Environment): Promise<InstallJudgement | undefined> {
  const key = JSON.stringify(['hooks gate', cwd, digestOf(cwd), variables['npm_config_registry'] ?? '']);
  const problems: string[] = [];
  const memory = openCache(cacheFolders(variables, homeFolder()), (problem) => problems.push(problem));
  const before = memory.names.get(key);
  if (before?.text === 'pass' && now - before.writtenAt >= 0 && now - before.writtenAt < passHolds) return passed;
  const judgement = await judgeFolderLockfile(cwd, gate, signal);
  if (judgement?.verdict === 'pass') {
    memory.names.put(key, 'pass', milliseconds(now));
    memory.save();
  }
  return judgement;
}

/** Everything on disk that the answer hangs on. */
function digestOf(root: string): string {
  const hash = createHash('sha256').update(JSON.stringify(settingsOnDisk(root, root)));
  for (const name of ['package.json', ...lockfileFileNames])
    hash.update(JSON.stringify([name, readOptionalText(join(root, name)) ?? null]));
  return hash.digest('hex');
}

const mostPackages = 20_000;

function parsePackages(text: string): readonly NamedPackage[] {
  let list: unknown;
  try {
    list = JSON.parse(text);
  } catch (cause) {
    throw new GateError('input-invalid', 'the packages on stdin are no JSON', { cause });
  }
  if (!Array.isArray(list) || list.length > mostPackages)
    throw new GateError('input-invalid', 'the packages on stdin are no list that can be judged');
  return list.map((item: unknown) => {
    const { name, version, integrity, url } = typeof item === 'object' && item !== null ? (item as Readonly<Record<string, unknown>>) : {}; // any JSON object
    if (typeof name !== 'string' || name === '' || typeof version !== 'string')
      throw new GateError('input-invalid', 'a package on stdin has no name or version');
    const digest = typeof integrity === 'string' ? parseIntegrity(integrity) : undefined;
    return {
      name,
      version,
      ...(digest === undefined ? {} : { integrity: digest }),
      ...(typeof url === 'string' && url !== '' ? { url } : {}),
    };
  });
}

/** Judges packages with their tarballs. Those that no registry has are refused. */
async function judgePackages(packages: readonly NamedPackage[], gate: Gate, signal: AbortSignal): Promise<InstallJudgement> {
  // bun writes the address of a git dependency where a version would stand.
  const foreign = packages.find(({ url, version }) => (url !== undefined && !/^https?:\/\//i.test(url)) || semver.valid(version) === null);
  if (foreign !== undefined)
    return {
      verdict: 'fail',
      reasons: [
        `${foreign.name} comes from no registry (${foreign.url ?? (foreign.version === '' ? 'it has no version' : foreign.version)}): its bytes cannot be judged before they run`,
      ],
    };
  const place = 'install';
  const components = [...new Map(packages.map((one) => [`${one.name}@${one.version}`, namedComponent(one, place)])).values()];
  const digest = createHash('sha256')
    .update(components.map((one) => one.bomRef).join('\n'))
    .digest('hex');
  const inventory = namedInventory({ root: namedRoot('install', place), components, format: 'requested', digest });
  return judgementOf(await gate.assess(inventory, { signal }));
}

/**
 * The package whose script npm is about to run. Its own package.json may claim anything: it is known by where npm put it, and by the
 * digest and address that npm itself verified. In the lockfile it has passed; else it is judged alone.
 */
async function judgeScript(gate: Gate, { cwd, variables, signal }: Environment): Promise<InstallJudgement> {
  const place = placeOf(cwd, variables['npm_package_json'] ?? '');
  if (place === undefined) return unknown('npm does not say whose script it is about to run');
  const locked = lockedComponents(cwd);
  const integrity = parseIntegrity(variables['npm_package_integrity'] ?? '');
  if (integrity !== undefined) {
    if (locked.some((one) => one.integrity !== undefined && compareIntegrity(one.integrity, integrity) === 'equal')) return passed;
    const url = variables['npm_package_resolved'] ?? '';
    const named = nameAndVersion(url);
    if (named !== undefined) return judgePackages([{ ...named, integrity, url }], gate, signal);
    return unknown(`${place} comes from no registry (${url === '' ? 'npm names no address' : url})`);
  }
  // What has no digest comes from no registry: it must stand in the lockfile, which has passed, as what it is.
  const isOutside = place === 'outside';
  const isPermitted = locked.some(({ bomRef: ref, source }) =>
    isOutside ? source.type === 'git' : ref === place && source.type !== 'registry',
  );
  if (isPermitted) return passed;
  return unknown(
    isOutside
      ? 'a git dependency is about to run code while it is fetched, and the lockfile has none that was permitted'
      : `${place} comes from no registry, and the lockfile does not have it`,
  );
}

function unknown(reason: string): InstallJudgement {
  return { verdict: 'fail', reasons: [reason] };
}

/** Where a package lies in the project, as a lockfile names it; `outside` for a clone, which npm makes in its cache. */
function placeOf(root: string, manifest: string): string | undefined {
  if (basename(manifest) !== 'package.json') return undefined;
  const way = relative(root, manifest.slice(0, -'/package.json'.length)).split(sep).join('/');
  const isOutside = way === '..' || way.startsWith('../') || way.startsWith('/') || way.split('/').includes('_cacache');
  return isOutside ? 'outside' : way;
}

function lockedComponents(root: string): readonly Component[] {
  try {
    return readLockfiles(root, root, { isRecursive: false }).lockfiles.flatMap(({ inventory }) => [...inventory.components.values()]);
  } catch (error) {
    if (error instanceof GateError && error.code === 'lockfile-missing') return [];
    throw error;
  }
}

/** What a registry's tarball address says: `.../@scope/name/-/name-1.0.0.tgz`. */
function nameAndVersion(url: string): { readonly name: string; readonly version: string } | undefined {
  if (!URL.canParse(url)) return undefined;
  const [, name, file] = /\/((?:@[^/]+(?:\/|%2f))?[^/]+)\/-\/(?:@[^/]+\/)?([^/]+)\.tgz$/i.exec(new URL(url).pathname) ?? [];
  if (name === undefined || file === undefined) return undefined;
  const decoded = name.replace(/%2f/i, '/');
  const short = decoded.slice(decoded.lastIndexOf('/') + 1);
  return file.startsWith(`${short}-`) ? { name: decoded, version: file.slice(short.length + 1) } : undefined;
}

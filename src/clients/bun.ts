import type { ClientAction, ClientCommand, ClientProfile, FirewallAccess } from './client.ts';
import { type CommandLine, type OptionTable, detoursIn, hasFlag, lastValue, readCommandLine } from './command-line.ts';
import { createPackage } from './create-package.ts';
import { proxyVariables } from './proxy-variables.ts';

/** bun and bunx, 1.x. */
export const bun: ClientProfile = {
  id: 'bun',
  title: 'bun',
  programs: ['bun', 'bunx'],
  hasVersion: () => true,
  classify,
  lockfiles: ['bun.lock'],
  variables: bunVariables,
  storeIn: () => undefined,
  files: () => ({}),
  options: () => [],
};

const options: OptionTable = {
  values: new Set(
    [
      'backend ca cache-dir cafile catalog concurrent-scripts config cpu cwd define env-file filter libc linker loader minimum-release-age',
      'minimum-release-age-excludes network-concurrency omit os package preload registry require import shell tsconfig-override conditions',
    ].flatMap((row) => row.split(' ')),
  ),
  flags: new Set(
    [
      'analyze bun dev dry-run exact force frozen-lockfile global help hot if-present ignore-scripts install interactive latest lockfile-only',
      'no-cache no-env-file no-install no-progress no-save no-summary no-verify offline only-missing optional peer prefer-offline production',
      'quiet recursive revision save save-prod save-text-lockfile silent smol trust use-bundled-ca use-openssl-ca use-system-ca verbose version',
      'watch workspaces yarn',
    ].flatMap((row) => row.split(' ')),
  ),
  shorts: {
    D: 'dev',
    E: 'exact',
    F: 'filter',
    a: 'analyze',
    b: 'bun',
    c: 'config',
    d: 'dev',
    f: 'force',
    g: 'global',
    h: 'help',
    i: 'install',
    p: 'production',
    r: 'preload',
    v: 'version',
    y: 'yarn',
  },
};
const bunxOptions: OptionTable = { ...options, shorts: { ...options.shorts, p: 'package' }, stopsAtWord: true };
const detours = ['registry', 'config', 'cache-dir'];

function classify(argv: readonly string[]): ClientCommand {
  const [program, ...rest] = argv;
  const at = program === 'bunx' ? -1 : rest.findIndex((word) => word === 'x' || word === 'create' || word === 'c');
  const isRunner = program === 'bunx' || (at !== -1 && readCommandLine(rest.slice(0, at), options).words.length === 0);
  const line = readCommandLine(isRunner ? rest.slice(at + 1) : rest, isRunner ? bunxOptions : options);
  const folder =
    lastValue(line, 'cwd') ?? (isRunner ? lastValue(readCommandLine(rest.slice(0, Math.max(at, 0)), options), 'cwd') : undefined);
  return {
    action: isRunner ? runRemote(line, rest[at] === 'create' || rest[at] === 'c') : actionOf(line),
    ...(folder === undefined ? {} : { folder }),
    detours: detoursIn(line, detours),
  };
}

function runRemote(line: CommandLine, isCreate: boolean): ClientAction {
  const named = line.options.get('package') ?? [];
  const first = line.words.slice(0, 1);
  if (isCreate) return { kind: 'run-remote', specs: first.map(createPackage) };
  return { kind: 'run-remote', specs: named.length > 0 ? named : first };
}

function actionOf(line: CommandLine): ClientAction {
  const [word, ...specs] = line.words;
  if (word === undefined) return { kind: 'other' };
  if (line.isAmbiguous && !['install', 'i'].includes(word)) return { kind: 'unknown', command: word };
  switch (word) {
    case 'install':
    case 'i':
      return specs.length === 0 && !hasFlag(line, 'global')
        ? { kind: 'install', isFrozen: hasFlag(line, 'frozen-lockfile') }
        : { kind: 'add', specs, isGlobal: hasFlag(line, 'global') };
    case 'ci':
      return { kind: 'install', isFrozen: true };
    case 'add':
    case 'a':
    case 'link':
      return word === 'link' && specs.length === 0 ? { kind: 'other' } : { kind: 'add', specs, isGlobal: hasFlag(line, 'global') };
    case 'init':
      return { kind: 'add', specs: [], isGlobal: false };
    case 'update':
    case 'up':
      return { kind: 'update', specs };
    case 'remove':
    case 'rm':
    case 'uninstall':
      return { kind: 'remove', specs };
    case 'patch':
    case 'info':
      return { kind: 'fetch', specs };
    case 'pm':
      return pmAction(specs);
    default:
      // A script of package.json, a program, or a file: bun fetches what a file imports.
      return { kind: others.has(word) ? 'other' : 'run' };
  }
}

function pmAction([word = '', ...specs]: readonly string[]): ClientAction {
  if (word === 'trust' || word === 'fetch') return { kind: 'install', isFrozen: true };
  if (word === 'migrate') return { kind: 'update', specs: [] };
  return word === 'view' || word === 'diff' ? { kind: 'fetch', specs } : { kind: 'other' };
}

const others = new Set('audit build discord feedback getcompletes help outdated pm publish repl unlink upgrade why'.split(' '));

/** bun asks a scope's registry as its files say: what is not on loopback meets the proxy variables. */
function bunVariables({ url, cache, hosts }: FirewallAccess): Readonly<Record<string, string>> {
  return {
    ...proxyVariables(url, hosts),
    BUN_CONFIG_REGISTRY: url,
    npm_config_registry: url,
    NPM_CONFIG_REGISTRY: url,
    BUN_INSTALL_CACHE_DIR: `${cache}/bun`,
    // Where older ones keep what bunx ran.
    BUN_TMPDIR: cache,
  };
}

import type { ClientAction, ClientCommand, ClientProfile, FirewallAccess } from './client.ts';
import { type CommandLine, type OptionTable, detoursIn, hasFlag, lastValue, readCommandLine } from './command-line.ts';
import { createPackage } from './create-package.ts';
import { exceptions, proxyVariables } from './proxy-variables.ts';

/** pnpm and pnpx, 6 to 12. */
export const pnpm: ClientProfile = {
  id: 'pnpm',
  title: 'pnpm',
  programs: ['pnpm', 'pnpx', 'pn', 'pnx'],
  hasVersion: () => true,
  classify,
  lockfiles: ['pnpm-lock.yaml'],
  variables: pnpmVariables,
  storeIn: (read) => /^\s*"?storeDir"?: *"?([^"\r\n]+?)"?,? *$/m.exec(read('node_modules/.modules.yaml') ?? '')?.[1],
  files: () => ({}),
  options: pnpmOptions,
};

const options: OptionTable = {
  values: new Set(
    [
      'allow-build branch cache-dir changed-files-ignore-pattern child-concurrency config-dir cpu depth dir env-file fetch-retries',
      'fetch-retry-factor fetch-retry-maxtimeout fetch-retry-mintimeout fetch-timeout filter filter-prod global-bin-dir global-dir',
      'global-pnpmfile hoist-pattern http-proxy https-proxy libc lockfile-dir loglevel minimum-release-age modules-dir network-concurrency',
      'no-proxy noproxy node-linker node-options npmrc-auth-file os otp package package-import-method patches-dir pnpmfile prefix proxy',
      'public-hoist-pattern registry reporter resolution-mode resume-from save-catalog-name script-shell state-dir store-dir tag test-pattern',
      'trust-policy use-node-version userconfig globalconfig virtual-store-dir workspace-concurrency workspace-dir workspace-packages',
    ].flatMap((row) => row.split(' ')),
  ),
  flags: new Set(
    [
      'aggregate-output bail color dev dry-run engine-strict fail-if-no-match fix-lockfile force frozen-lockfile git-checks global',
      'global-rebuild help if-present ignore-pnpmfile ignore-scripts ignore-workspace include-workspace-root interactive json latest',
      'link-workspace-packages lockfile lockfile-only long merge-git-branch-lockfiles offline optional optimistic-repeat-install parallel',
      'parseable prefer-frozen-lockfile prefer-offline prod production recursive resolution-only save save-build save-catalog save-dev',
      'save-exact save-optional save-peer save-prod save-types shamefully-hoist shell-mode side-effects-cache silent sort strict-peer-dependencies',
      'stream use-stderr verify-store-integrity version workspace workspace-root yes',
    ].flatMap((row) => row.split(' ')),
  ),
  shorts: {
    C: 'dir',
    D: 'save-dev',
    E: 'save-exact',
    F: 'filter',
    L: 'latest',
    O: 'save-optional',
    P: 'save-prod',
    c: 'shell-mode',
    d: 'save-dev',
    e: 'save-exact',
    f: 'force',
    g: 'global',
    h: 'help',
    i: 'interactive',
    o: 'save-optional',
    p: 'save-prod',
    r: 'recursive',
    s: 'silent',
    v: 'version',
    w: 'workspace-root',
    y: 'yes',
  },
};

const detours = [
  'registry',
  'proxy',
  'http-proxy',
  'https-proxy',
  'no-proxy',
  'noproxy',
  'store-dir',
  'cache-dir',
  'config-dir',
  'npmrc-auth-file',
  'userconfig',
  'globalconfig',
  'global-pnpmfile',
];

function classify(argv: readonly string[]): ClientCommand {
  const [program = '', ...rest] = argv;
  const isRunner = program === 'pnpx' || program === 'pnx';
  // Options of dlx and create end at the program that is run.
  const runner = isRunner ? 0 : rest.findIndex((word) => word === 'dlx' || word === 'create');
  const line = isRunner
    ? readCommandLine(rest, { ...options, stopsAtWord: true })
    : readCommandLine(runner === -1 ? rest : rest.slice(0, runner + 1), options);
  const inner = runner === -1 ? undefined : readCommandLine(rest.slice(isRunner ? 0 : runner + 1), { ...options, stopsAtWord: true });
  const folder = lastValue(line, 'dir', 'prefix') ?? (inner === undefined ? undefined : lastValue(inner, 'dir', 'prefix'));
  return {
    action: inner !== undefined && (isRunner || isCommand(line, ['dlx', 'create'])) ? runRemote(line, inner, isRunner) : actionOf(line),
    ...(folder === undefined ? {} : { folder }),
    ...(resolves(line) ? { resolveOnly: ['--lockfile-only'] } : {}),
    detours: [...new Set([...detoursIn(line, detours), ...(inner === undefined ? [] : detoursIn(inner, detours))])],
  };
}

function resolves(line: CommandLine): boolean {
  const [word = ''] = withoutPrefix(line.words);
  return (
    ['install', 'add', 'update'].includes((Object.hasOwn(commands, word) ? commands[word] : undefined) ?? '') && !hasFlag(line, 'global')
  );
}

function isCommand(line: CommandLine, names: readonly string[]): boolean {
  return line.words.length === 1 && names.includes(line.words[0] ?? '');
}

function runRemote(line: CommandLine, inner: CommandLine, isRunner: boolean): ClientAction {
  const named = inner.options.get('package') ?? [];
  const first = inner.words.slice(0, 1);
  if (!isRunner && line.words[0] === 'create') return { kind: 'run-remote', specs: first.map(createPackage) };
  return { kind: 'run-remote', specs: named.length > 0 ? named : first };
}

function actionOf(line: CommandLine): ClientAction {
  // `pnpm recursive install`, `pnpm with 10 install`, `pnpm pm ci`
  const words = withoutPrefix(line.words);
  const [word, ...specs] = words;
  if (word === undefined) return { kind: 'other' };
  const command = Object.hasOwn(commands, word) ? commands[word] : undefined;
  if (line.isAmbiguous && command !== 'install') return { kind: 'unknown', command: word };
  switch (command) {
    case 'install':
      return specs.length === 0 && !hasFlag(line, 'global')
        ? { kind: 'install', isFrozen: hasFlag(line, 'frozen-lockfile') }
        : { kind: 'add', specs, isGlobal: hasFlag(line, 'global') };
    case 'add':
      return { kind: 'add', specs, isGlobal: hasFlag(line, 'global') };
    case 'link':
      return specs.length === 0 ? { kind: 'install', isFrozen: false } : { kind: 'add', specs, isGlobal: false };
    case 'frozen':
      return { kind: 'install', isFrozen: true };
    case 'self-update':
      return { kind: 'add', specs: [`pnpm@${specs[0] ?? 'latest'}`], isGlobal: true };
    case 'update':
      return { kind: 'update', specs };
    case 'resolve':
      return { kind: 'update', specs: [] };
    case 'audit':
      return hasFlag(line, 'fix') ? { kind: 'update', specs: [] } : { kind: 'other' };
    case 'remove':
      return { kind: 'remove', specs };
    case 'fetch':
      return { kind: 'fetch', specs };
    case 'store':
      return specs[0] === 'add' ? { kind: 'fetch', specs: specs.slice(1) } : { kind: 'other' };
    case 'other':
      return { kind: 'other' };
    case undefined:
      // What is no command is a script of package.json, or a program of node_modules.
      return { kind: 'run' };
  }
}

function withoutPrefix(words: readonly string[]): readonly string[] {
  const [first = ''] = words;
  if (['recursive', 'multi', 'm', 'pm'].includes(first)) return withoutPrefix(words.slice(1));
  return first === 'with' ? withoutPrefix(words.slice(2)) : words;
}

type Meaning =
  | 'install'
  | 'add'
  | 'link'
  | 'frozen'
  | 'self-update'
  | 'update'
  | 'resolve'
  | 'audit'
  | 'remove'
  | 'fetch'
  | 'store'
  | 'other';

const commands: Readonly<Record<string, Meaning>> = {
  ...meaning('install', 'install i install-test it'),
  ...meaning('add', 'add'),
  ...meaning('link', 'link ln'),
  ...meaning('frozen', 'ci clean-install ic install-clean fetch deploy rebuild rb approve-builds approve pipeline permissions'),
  ...meaning('self-update', 'self-update'),
  ...meaning('update', 'update up upgrade'),
  ...meaning('resolve', 'dedupe import unlink dislink'),
  ...meaning('audit', 'audit'),
  ...meaning('remove', 'remove rm uninstall un uni prune'),
  ...meaning('fetch', 'patch view info show v'),
  ...meaning('store', 'store'),
  ...meaning(
    'other',
    [
      'access adduser bin bugs c cache cat-file cat-index change clean completion config deprecate dist-tag dist-tags docs doctor edit env',
      'find find-hash fund get help home ignored-builds init issues la lane licenses licences list ll login logout ls outdated owner owners',
      'pack pack-app patch-commit patch-remove peers ping pkg prefix profile publish purge repo root rt runtime s sbom se search server set',
      'set-script setup shim ss stage star stars tasks team token undeprecate unpublish unstar version whoami why xmas',
    ].join(' '),
  ),
};

function meaning(what: Meaning, names: string): Readonly<Record<string, Meaning>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, what]));
}

/**
 * pnpm 11 and later read `pnpm_config_*`, older ones `npm_config_*`. All of it is written in both: pnpm may hand over to the version of
 * itself that a manifest asks for, which must find neither a registry nor a store of its own.
 */
function pnpmVariables(access: FirewallAccess): Readonly<Record<string, string>> {
  const named = (prefix: string): Readonly<Record<string, string>> =>
    Object.fromEntries(settingsFor(access).map(([key, value]) => [prefix + (key.startsWith('@') ? key : key.replaceAll('-', '_')), value]));
  return { ...proxyVariables(access.url, access.hosts), ...named('npm_config_'), ...named('pnpm_config_') };
}

/**
 * The same as options. In pnpm 10 `pnpm-workspace.yaml` outranks variables; from 11 on a scope's registry is taken from files and options
 * alone; and a shell in front of pnpm loses a variable with such a name.
 */
function pnpmOptions(access: FirewallAccess): readonly string[] {
  return settingsFor(access).map(([key, value]) => `--config.${key}=${value}`);
}

function settingsFor({ url, cache, scopes, hosts, keepsStore }: FirewallAccess): readonly (readonly [string, string])[] {
  return [
    ['registry', url],
    ...scopes.map((scope) => [`${scope}:registry`, url] as const),
    ['proxy', url],
    ['http-proxy', url],
    ['https-proxy', url],
    ['noproxy', exceptions(hosts)],
    ['no-proxy', exceptions(hosts)],
    ['cache-dir', `${cache}/pnpm`],
    ...(keepsStore ? [] : [['store-dir', `${cache}/pnpm-store`] as const]),
    // A lockfile under a name of its own would be judged by nobody.
    ['git-branch-lockfile', 'false'],
    // pnpm 11 and later install before they run a script, which nobody has asked for and nobody would judge beforehand.
    ['verify-deps-before-run', 'warn'],
    ['update-notifier', 'false'],
  ];
}

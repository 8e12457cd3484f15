import type { ClientAction, ClientCommand, ClientProfile, FirewallAccess } from './client.ts';
import { type CommandLine, type OptionTable, detoursIn, hasFlag, lastValue, readCommandLine } from './command-line.ts';
import { createPackage } from './create-package.ts';
import { proxyVariables } from './proxy-variables.ts';

/** yarn 0 and 1. */
export const yarnClassic: ClientProfile = {
  id: 'yarn-classic',
  title: 'yarn 1',
  programs: ['yarn', 'yarnpkg'],
  hasVersion: (version) => /^[01]\./.test(version),
  classify,
  lockfiles: ['yarn.lock'],
  variables: yarnClassicVariables,
  // Archives of such a folder are installed as they lie there, without a word to any registry.
  storeIn: (read) =>
    /^\s*"?yarn-offline-mirror"?[\s=]/m.test(`${read('.yarnrc') ?? ''}\n${read('.npmrc') ?? ''}`) ? 'yarn-offline-mirror' : undefined,
  files: ({ keepsStore }) =>
    keepsStore ? { [`${mirror}/README`]: 'What lockgate exec has fetched, in place of the project’s own mirror.\n' } : {},
  options: () => [],
};

const options: OptionTable = {
  values: new Set(
    [
      'cache-folder cwd emoji global-folder https-proxy link-folder modules-folder mutex network-concurrency network-timeout otp pattern',
      'preferred-cache-folder prefix proxy registry scripts-prepend-node-path tag use-yarnrc level groups new-version latest-version',
    ].flatMap((row) => row.split(' ')),
  ),
  flags: new Set(
    [
      'audit bin-links check-files default-rc dev disable-pnp enable-pnp exact extended-info flat focus force frozen-lockfile har help',
      'ignore-engines ignore-optional ignore-platform ignore-scripts ignore-workspace-root-check integrity interactive json latest link-duplicates',
      'lockfile no-bin-links no-default-rc no-lockfile no-node-version-check no-progress non-interactive offline optional peer pnp',
      'prefer-offline prod production progress pure-lockfile s save-dev save-exact save-optional save-peer save-prod scope silent',
      'simple-json skip-integrity-check strict-semver tilde caret top-level update-checksums use-manifest verbose verify-tree version',
    ].flatMap((row) => row.split(' ')),
  ),
  shorts: {
    A: 'audit',
    D: 'dev',
    E: 'exact',
    L: 'latest',
    O: 'optional',
    P: 'peer',
    S: 'save',
    T: 'tilde',
    W: 'ignore-workspace-root-check',
    g: 'global',
    h: 'help',
    i: 'interactive',
    s: 'silent',
    v: 'version',
  },
};
const detours = [
  'registry',
  'proxy',
  'https-proxy',
  'cache-folder',
  'preferred-cache-folder',
  'use-yarnrc',
  'global-folder',
  'default-rc',
  'no-default-rc',
];

function classify(argv: readonly string[]): ClientCommand {
  const line = readCommandLine(argv.slice(1), options);
  const folder = lastValue(line, 'cwd');
  return {
    action: actionOf(line.words, line),
    ...(folder === undefined ? {} : { folder }),
    detours: detoursIn(line, detours),
  };
}

function actionOf(words: readonly string[], line: CommandLine): ClientAction {
  const [word, ...specs] = words;
  if (word === undefined) return hasFlag(line, 'version', 'help') ? { kind: 'other' } : install(line);
  if (line.isAmbiguous && word !== 'install') return { kind: 'unknown', command: word };
  switch (word) {
    case 'install':
    case 'i':
    case 'unlink':
      return install(line);
    case 'add':
      return { kind: 'add', specs, isGlobal: false };
    case 'link':
      return { kind: 'other' };
    case 'global':
      return globalAction(specs);
    case 'create':
      return { kind: 'run-remote', specs: specs.slice(0, 1).map(createPackage) };
    case 'upgrade':
    case 'up':
    case 'upgrade-interactive':
    case 'upgradeInteractive':
      return { kind: 'update', specs };
    case 'import':
    case 'dedupe':
      return { kind: 'update', specs: [] };
    case 'remove':
    case 'rm':
    case 'uninstall':
      return { kind: 'remove', specs };
    case 'workspace':
      return actionOf(specs.slice(1), line);
    case 'workspaces':
      return { kind: specs[0] === 'run' ? 'run' : 'other' };
    // They fetch another yarn and put it in charge of every later command.
    case 'policies':
    case 'set':
      return { kind: 'unknown', command: word };
    default:
      return { kind: others.has(word) ? 'other' : 'run' };
  }
}

function globalAction([word = '', ...specs]: readonly string[]): ClientAction {
  if (word === 'add') return { kind: 'add', specs, isGlobal: true };
  if (word === 'upgrade' || word === 'upgrade-interactive') return { kind: 'update', specs };
  return word === 'remove' ? { kind: 'remove', specs } : { kind: 'other' };
}

function install(line: CommandLine): ClientAction {
  return { kind: 'install', isFrozen: hasFlag(line, 'frozen-lockfile', 'pure-lockfile') };
}

const others = new Set(
  'access audit autoclean bin cache check config generate-lock-entry help info init licenses list login logout ls outdated owner pack publish tag team unplug version versions why whoami'.split(
    ' ',
  ),
);

const mirror = 'yarn-classic-mirror';

function yarnClassicVariables({ url, cache, keepsStore, scopes, hosts }: FirewallAccess): Readonly<Record<string, string>> {
  return {
    ...proxyVariables(url, hosts),
    YARN_REGISTRY: url,
    npm_config_registry: url,
    ...Object.fromEntries(scopes.map((scope) => [`npm_config_${scope}:registry`, url])),
    // yarn knows no exceptions for these: the firewall answers when it is its own proxy.
    YARN_PROXY: url,
    YARN_HTTPS_PROXY: url,
    npm_config_proxy: url,
    npm_config_https_proxy: url,
    YARN_CACHE_FOLDER: `${cache}/yarn-classic`,
    ...(keepsStore ? { YARN_YARN_OFFLINE_MIRROR: `${cache}/${mirror}`, npm_config_yarn_offline_mirror: `${cache}/${mirror}` } : {}),
    YARN_DISABLE_SELF_UPDATE_CHECK: 'true',
  };
}

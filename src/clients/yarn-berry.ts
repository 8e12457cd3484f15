import type { ClientAction, ClientCommand, ClientProfile, FirewallAccess } from './client.ts';
import { type CommandLine, type OptionTable, hasFlag, lastValue, readCommandLine } from './command-line.ts';
import { createPackage } from './create-package.ts';
import { proxyVariables } from './proxy-variables.ts';

/** yarn 2 to 4. */
export const yarnBerry: ClientProfile = {
  id: 'yarn-berry',
  title: 'yarn 4',
  programs: ['yarn', 'yarnpkg'],
  hasVersion: (version) => !/^[01]\./.test(version),
  classify,
  lockfiles: ['yarn.lock'],
  variables: yarnBerryVariables,
  storeIn: (read) =>
    /^[ \t]*["']?(?:enableGlobalCache["']?[ \t]*:[ \t]*["']?false|cacheFolder["']?[ \t]*:)/m.test(read('.yarnrc.yml') ?? '')
      ? '.yarn/cache'
      : undefined,
  files: (access) => ({ [pluginFile]: plugin(access) }),
  options: () => [],
};

const options: OptionTable = {
  values: new Set(['cwd', 'package', 'mode', 'from', 'include', 'exclude', 'jobs', 'since', 'inspect-wait', 'strategy', 'manifest']),
  flags: new Set(
    [
      'all cached caret check check-cache check-resolutions dev dry-run exact fixed help immutable immutable-cache inline-builds interactive',
      'interlaced json no-private optional parallel peer prefer-dev private production quiet recursive refresh-lockfile relative save',
      'silent tilde top-level topological topological-dev verbose version with-npm worktree',
    ].flatMap((row) => row.split(' ')),
  ),
  shorts: {
    A: 'all',
    C: 'caret',
    D: 'dev',
    E: 'exact',
    F: 'fixed',
    O: 'optional',
    P: 'peer',
    R: 'recursive',
    T: 'tilde',
    h: 'help',
    i: 'interactive',
    p: 'package',
    q: 'quiet',
    v: 'version',
  },
};

function classify(argv: readonly string[]): ClientCommand {
  const [, ...rest] = argv;
  // A first word with a slash is the folder: `yarn ./packages/app add x`.
  const leading = rest[0]?.includes('/') === true && !rest[0].startsWith('-') && !rest[0].startsWith('@') ? rest[0] : undefined;
  const line = readCommandLine(leading === undefined ? rest : rest.slice(1), options);
  const folder = leading ?? lastValue(line, 'cwd');
  const resolveOnly = ['install', 'add', 'up'].includes(line.words[0] ?? 'install') ? ['--mode=update-lockfile'] : undefined;
  return {
    action: actionOf(line.words, line),
    ...(folder === undefined ? {} : { folder }),
    ...(resolveOnly === undefined ? {} : { resolveOnly }),
    detours: [],
  };
}

function actionOf(words: readonly string[], line: CommandLine): ClientAction {
  const [word, ...specs] = words;
  if (word === undefined) return hasFlag(line, 'version', 'help') ? { kind: 'other' } : install(line);
  if (line.isAmbiguous && word !== 'install') return { kind: 'unknown', command: word };
  switch (word) {
    case 'install':
    case 'unlink':
    case 'rebuild':
      return install(line);
    case 'add':
      return { kind: 'add', specs, isGlobal: false };
    case 'link':
      return { kind: 'add', specs, isGlobal: false };
    case 'dlx':
      return runRemote(specs, line);
    case 'create':
      return { kind: 'run-remote', specs: specs.slice(0, 1).map(createPackage) };
    case 'up':
    case 'upgrade-interactive':
    case 'set-resolution':
      return { kind: 'update', specs: word === 'up' ? specs : [] };
    case 'dedupe':
    case 'import':
      return { kind: 'update', specs: [] };
    case 'patch':
      return { kind: 'fetch', specs };
    case 'remove':
      return { kind: 'remove', specs };
    case 'workspace':
      return actionOf(specs.slice(1), line);
    case 'workspaces':
      return workspacesAction(specs, line);
    // They fetch code that takes part in every later command: plugins, another yarn.
    case 'plugin':
    case 'set':
      return { kind: 'unknown', command: word };
    default:
      return { kind: others.has(word) ? 'other' : 'run' };
  }
}

function workspacesAction([word = '', ...following]: readonly string[], line: CommandLine): ClientAction {
  if (word === 'focus') return install(line);
  if (word !== 'foreach') return { kind: 'other' };
  const at = following.findIndex((candidate) => ['run', 'exec', 'add', 'up', 'install', 'dlx', 'remove'].includes(candidate));
  return at === -1 ? { kind: 'run' } : actionOf(following.slice(at), line);
}

function runRemote(words: readonly string[], line: CommandLine): ClientAction {
  const named = line.options.get('package') ?? [];
  return { kind: 'run-remote', specs: named.length > 0 ? named : words.slice(0, 1) };
}

function install(line: CommandLine): ClientAction {
  return { kind: 'install', isFrozen: hasFlag(line, 'immutable') };
}

const others = new Set('bin cache config constraints explain help info init npm pack search stage unplug version why'.split(' '));

/** Plain HTTP goes nowhere else, since no other host is on the list that permits it; HTTPS meets the firewall, which opens no tunnel. */
function yarnBerryVariables({ url, cache, hosts, keepsStore }: FirewallAccess): Readonly<Record<string, string>> {
  const proxy = url.replace(/\/$/, '');
  return {
    ...proxyVariables(url, hosts),
    YARN_NPM_REGISTRY_SERVER: proxy,
    YARN_NPM_PUBLISH_REGISTRY: proxy,
    YARN_NPM_AUDIT_REGISTRY: proxy,
    YARN_UNSAFE_HTTP_WHITELIST: '127.0.0.1',
    YARN_HTTPS_PROXY: proxy,
    YARN_GLOBAL_FOLDER: `${cache}/yarn-berry`,
    ...(keepsStore ? {} : { YARN_CACHE_FOLDER: `${cache}/yarn-berry/cache` }),
    YARN_ENABLE_MIRROR: 'false',
    YARN_ENABLE_TELEMETRY: '0',
    YARN_PLUGINS: `${cache}/${pluginFile}`,
  };
}

const pluginFile = 'yarn-firewall.cjs';

/**
 * No variable reaches registries of scopes and settings of single hosts: this does, inside yarn. Whatever is asked for all the same
 * is stopped before it leaves.
 */
function plugin({ url, hosts }: FirewallAccess): string {
  return `// Written by lockgate exec for one run: leads yarn to the firewall, and to nothing else.
const registry = new URL(${JSON.stringify(url)});
const hosts = new Set(${JSON.stringify(hosts)});
const lead = (configuration) => {
  for (const scope of configuration.values.get('npmScopes')?.values() ?? []) scope.set('npmRegistryServer', registry.origin);
  for (const settings of configuration.values.get('networkSettings')?.values() ?? []) settings.clear();
};
module.exports = {
  name: 'lockgate-exec',
  factory: () => ({
    hooks: {
      registerPackageExtensions: async (configuration) => lead(configuration),
      validateProject: async (project) => lead(project.configuration),
      wrapNetworkRequest: async (executor, { target }) => {
        const { origin, hostname } = new URL(String(target));
        if (origin !== registry.origin && !hosts.has(hostname)) throw new Error('lockgate: nothing may go around the firewall: ' + origin);
        return executor;
      },
    },
  }),
};
`;
}

import type { ClientAction, ClientCommand, ClientProfile, FirewallAccess } from './client.ts';
import { type CommandLine, type OptionTable, detoursIn, hasFlag, lastValue, readCommandLine } from './command-line.ts';
import { createPackage } from './create-package.ts';
import { npmFlags, npmShorts, npmValues } from './npm-options.ts';
import { exceptions, proxyVariables } from './proxy-variables.ts';

/** npm and npx, 7 to 12. */
export const npm: ClientProfile = {
  id: 'npm',
  title: 'npm',
  programs: ['npm', 'npx'],
  hasVersion: () => true,
  classify,
  lockfiles: ['npm-shrinkwrap.json', 'package-lock.json'],
  variables: npmVariables,
  storeIn: () => undefined,
  files: () => ({}),
  // A variable with such a name does not survive a shell that stands in front of npm.
  options: ({ url, scopes }) => scopes.map((scope) => `--${scope}:registry=${url}`),
};

const options: OptionTable = { values: npmValues, flags: npmFlags, shorts: npmShorts, isAbbreviated: true };
/** `npx` has shorts of its own, and ends its options at the program that it runs. */
const npxOptions: OptionTable = { ...options, shorts: { ...npmShorts, p: 'package', c: 'call', q: 'quiet' }, stopsAtWord: true };
const detours = [
  'registry',
  'reg',
  'proxy',
  'https-proxy',
  'noproxy',
  'userconfig',
  'globalconfig',
  'cache',
  'replace-registry-host',
  'git',
];

function classify(argv: readonly string[]): ClientCommand {
  const [program, ...rest] = argv;
  const line = readCommandLine(rest, program === 'npx' ? npxOptions : options);
  const folder = lastValue(line, 'prefix');
  return {
    action: program === 'npx' ? runRemote(line.words, line) : actionOf(line),
    ...(folder === undefined ? {} : { folder }),
    detours: detoursIn(line, detours),
  };
}

function actionOf(line: CommandLine): ClientAction {
  const [word, ...specs] = line.words;
  if (word === undefined) return { kind: 'other' };
  const command = commandOf(word);
  if (line.isAmbiguous && command !== 'install') return { kind: 'unknown', command: word };
  switch (command) {
    case 'install':
    case 'install-test':
      return specs.length === 0 && !hasFlag(line, 'global')
        ? { kind: 'install', isFrozen: false }
        : { kind: 'add', specs, isGlobal: isGlobal(line) };
    case 'link':
      return specs.length === 0 ? { kind: 'install', isFrozen: false } : { kind: 'add', specs, isGlobal: true };
    case 'ci':
    case 'install-ci-test':
    case 'rebuild':
    case 'install-scripts':
    case 'approve-scripts':
      return { kind: 'install', isFrozen: true };
    case 'exec':
      return runRemote(specs, line);
    case 'init':
      return specs.length === 0 ? { kind: 'other' } : { kind: 'run-remote', specs: [createPackage(specs[0] ?? '')] };
    case 'update':
      return { kind: 'update', specs };
    case 'dedupe':
    case 'find-dupes':
      return { kind: 'update', specs: [] };
    case 'audit':
      return specs[0] === 'fix' ? { kind: 'update', specs: [] } : { kind: 'other' };
    case 'uninstall':
      return { kind: 'remove', specs };
    case 'prune':
      return { kind: 'remove', specs: [] };
    case 'pack':
    case 'cache':
    case 'patch':
    case 'diff':
    case 'edit':
    case 'explore':
      return { kind: 'fetch', specs: command === 'cache' ? specs.slice(1) : specs };
    case 'run-script':
    case 'test':
    case 'start':
    case 'stop':
    case 'restart':
      return { kind: 'run' };
    case undefined:
      return { kind: 'unknown', command: word };
    default:
      return { kind: 'other' };
  }
}

/** The packages of `npx` and `npm exec`: those of `--package`, else the first word. */
function runRemote(words: readonly string[], line: CommandLine): ClientAction {
  const named = line.options.get('package') ?? [];
  return { kind: 'run-remote', specs: named.length > 0 ? named : words.slice(0, 1) };
}

function isGlobal(line: CommandLine): boolean {
  return hasFlag(line, 'global') || lastValue(line, 'location') === 'global';
}

const commands: readonly string[] = [
  'access adduser approve-scripts audit bugs cache ci completion config dedupe deny-scripts deprecate diff dist-tag docs doctor edit exec',
  'explain explore find-dupes fund get help help-search hook init install install-ci-test install-scripts install-test link ll login',
  'logout ls org outdated owner pack patch ping pkg prefix profile prune publish query rebuild repo restart root run-script sbom search',
  'set shrinkwrap stage star stars start stop team test token trust undeprecate uninstall unpublish unstar update version view whoami',
].flatMap((row) => row.split(' '));

/** npm's own second names, spelling mistakes included. */
const aliases: Readonly<Record<string, string>> = {
  ...namedAs('install', 'add i in ins inst insta instal isnt isnta isntal isntall'),
  ...namedAs('ci', 'clean-install ic install-clean isntall-clean'),
  ...namedAs('install-test', 'it'),
  ...namedAs('install-ci-test', 'cit clean-install-test sit'),
  ...namedAs('uninstall', 'unlink remove rm r un'),
  ...namedAs('update', 'up upgrade udpate u'),
  ...namedAs('exec', 'x'),
  ...namedAs('init', 'create innit'),
  ...namedAs('link', 'ln'),
  ...namedAs('rebuild', 'rb'),
  ...namedAs('dedupe', 'ddp'),
  ...namedAs('run-script', 'run rum urn'),
  ...namedAs('test', 't tst'),
  ...namedAs('config', 'c'),
  ...namedAs('owner', 'author'),
  ...namedAs('docs', 'home'),
  ...namedAs('bugs', 'issues'),
  ...namedAs('view', 'info show v'),
  ...namedAs('search', 'find s se'),
  ...namedAs('ls', 'list la'),
  ...namedAs('explain', 'why'),
  ...namedAs('version', 'verison'),
  ...namedAs('help', 'hlep'),
  ...namedAs('dist-tag', 'dist-tags'),
  ...namedAs('org', 'ogr'),
  ...namedAs('adduser', 'add-user'),
};

function namedAs(command: string, names: string): Readonly<Record<string, string>> {
  return Object.fromEntries(names.split(' ').map((name) => [name, command]));
}

/** npm takes camelCase for dashes, and any beginning that fits one command only. */
function commandOf(word: string): string | undefined {
  const name = word.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (commands.includes(name)) return name;
  if (Object.hasOwn(aliases, name)) return aliases[name];
  const meant = new Set(
    [...commands, ...Object.keys(aliases)].filter((known) => known.startsWith(name)).map((known) => aliases[known] ?? known),
  );
  return meant.size === 1 ? [...meant][0] : undefined;
}

function npmVariables({ url, cache, scopes, hosts }: FirewallAccess): Readonly<Record<string, string>> {
  return {
    ...proxyVariables(url, hosts),
    npm_config_registry: url,
    ...Object.fromEntries(scopes.map((scope) => [`npm_config_${scope}:registry`, url])),
    npm_config_proxy: url,
    npm_config_https_proxy: url,
    npm_config_noproxy: exceptions(hosts),
    npm_config_cache: `${cache}/npm`,
    // A lockfile's address on another host is asked for at the firewall; without it npm goes to that host.
    npm_config_replace_registry_host: 'always',
    npm_config_update_notifier: 'false',
    // An .npmrc inside a git dependency could name a program of its own.
    npm_config_git: 'git',
  };
}

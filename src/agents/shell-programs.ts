import { clients } from '../clients/detect-client.ts';

/**
 * The name of the program that a word starts: folders, `.cmd` and a version behind `@` are dropped, and the scripts that
 * package managers consist of are named after them: `node_modules/.bin/pnpm`, `npm@latest`, `.../npm-cli.js`.
 */
export function programOf(word: string): string {
  const base = word.slice(Math.max(word.lastIndexOf('/'), word.lastIndexOf('\\')) + 1).toLowerCase();
  const script = /^(npm|npx|pnpm|pnpx|yarn)(?:-cli)?(?:-\d[\w.-]{0,40})?\.(?:c|m)?js$/.exec(base)?.[1];
  return script ?? base.replace(/\.(?:cmd|exe|ps1|bat)$/, '').replace(/(?<=.)@.*$/, '');
}

/** Programs that install packages. */
export const clientPrograms: ReadonlySet<string> = new Set(clients.flatMap(({ programs }) => programs));

/** Whether a text speaks of a package manager at all. */
export function mentionsClient(text: string): boolean {
  return /(?<![\w.])(?:npm|npx|pnpm|pnpx|pnx|yarn|yarnpkg|bun|bunx|corepack)(?![\w])/i.test(text);
}

/** Words that stand where a program could, and are none. */
export const reservedWords: ReadonlySet<string> = new Set([
  '!',
  '{',
  '}',
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'while',
  'until',
  'do',
  'done',
  'esac',
  'time',
  'coproc',
]);

/** They start the program that their arguments name, so that a bare `yarn` behind them counts, too. */
export const wrappers: ReadonlySet<string> = new Set([
  'sudo',
  'doas',
  'env',
  'command',
  'builtin',
  'exec',
  'nohup',
  'time',
  'nice',
  'ionice',
  'stdbuf',
  'timeout',
  'setsid',
  'xargs',
  'parallel',
  'strace',
  'unbuffer',
  'chronic',
  'caffeinate',
  'corepack',
  'cross-env',
  'dotenv',
  'busybox',
  'volta',
  'mise',
  'asdf',
  'fnm',
  'nvm',
  'direnv',
  'watch',
  'node',
]);

/** What they are given is text to them: nothing among their arguments is started. */
export const printers: ReadonlySet<string> = new Set([
  'echo',
  'printf',
  'grep',
  'egrep',
  'fgrep',
  'rg',
  'ag',
  'ack',
  'cat',
  'bat',
  'ls',
  'less',
  'more',
  'head',
  'tail',
  'man',
  'which',
  'whereis',
  'type',
  'hash',
  'git',
  'gh',
  'glab',
  'sed',
  'jq',
  'test',
  '[',
  '[[',
  ':',
  'true',
  'false',
  'cd',
  'pushd',
  'popd',
  'pwd',
  'mkdir',
  'touch',
  'rm',
  'cp',
  'mv',
  'chmod',
  'chown',
  'export',
  'declare',
  'local',
  'readonly',
  'unset',
  'set',
  'case',
  'for',
  'select',
  'function',
  'wc',
  'sort',
  'diff',
  'tee',
  'apt',
  'apt-get',
  'apk',
  'dnf',
  'yum',
  'brew',
  'choco',
  'winget',
  'scoop',
  'pip',
  'pip3',
  'cargo',
  'go',
  'gem',
  'curl',
  'wget',
  'kill',
  'pkill',
  'pgrep',
  'killall',
  'ps',
  'docker',
  'podman',
  'kubectl',
  'ssh',
]);

export const shells: ReadonlySet<string> = new Set(['sh', 'bash', 'zsh', 'dash', 'ksh', 'ash', 'mksh', 'fish']);

/** Programs that run code given on their command line. */
export const interpreters: ReadonlySet<string> = new Set([
  'node',
  'nodejs',
  'deno',
  'python',
  'python2',
  'python3',
  'perl',
  'ruby',
  'php',
  'su',
  'script',
  'expect',
  'pwsh',
  'powershell',
  'cmd',
]);

/** They change nothing that an install goes by. */
const bystanders: ReadonlySet<string> = new Set([
  ':',
  '[',
  '[[',
  'alias',
  'case',
  'cat',
  'cd',
  'clear',
  'date',
  'declare',
  'diff',
  'done',
  'echo',
  'esac',
  'exit',
  'export',
  'false',
  'fi',
  'file',
  'for',
  'function',
  'grep',
  'head',
  'hash',
  'kill',
  'local',
  'ls',
  'mkdir',
  'popd',
  'printf',
  'pushd',
  'pwd',
  'read',
  'readonly',
  'return',
  'rg',
  'set',
  'shopt',
  'sleep',
  'sort',
  'stat',
  'tail',
  'test',
  'time',
  'tr',
  'true',
  'type',
  'ulimit',
  'umask',
  'uname',
  'unset',
  'wait',
  'wc',
  'which',
  'whoami',
]);

/** Whether a command leaves everything alone that an install behind it goes by: manifests, lockfiles, settings. */
export function isBystander(words: readonly string[]): boolean {
  const [first = '', ...rest] = words;
  const program = programOf(first);
  if (bystanders.has(program)) return true;
  if (program === 'rm')
    return rest.every((word) => word.startsWith('-') || /(?:^|\/)(?:node_modules|dist|build|coverage|\.cache)\/?$/.test(word));
  if (program === 'git') return ['status', 'log', 'diff', 'show', 'branch', 'add', 'commit', 'rev-parse', 'fetch'].includes(rest[0] ?? '');
  if (program === 'node') return rest.length === 1 && /^(?:-v|--version)$/.test(rest[0] ?? '');
  if (program === 'corepack') return rest[0] === 'enable';
  if (!clientPrograms.has(program)) return false;
  return ['init', 'view', 'info', 'ls', 'list', 'why', 'outdated', 'audit', 'ping', 'whoami', 'cache', '-v', '--version'].includes(
    rest[0] ?? '',
  );
}

/** Files that decide what an install does. */
export function isInstallFile(path: string): boolean {
  const base = path.slice(path.lastIndexOf('/') + 1);
  return /^(?:package\.json|package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|\.npmrc|\.yarnrc|\.yarnrc\.yml|bunfig\.toml|\.bunfig\.toml|pnpm-workspace\.yaml|\.pnpmfile\.c?js|lockgate\.yaml)$/.test(
    base,
  );
}

/** Environment variables that send a package manager to another registry, configuration or program. */
export function redirectsClient(name: string): boolean {
  return (
    /^(?:p?npm_config_|yarn_|bun_config_|corepack_npm_)/i.test(name) &&
    /registry|userconfig|globalconfig|script_shell|proxy|cafile|strict_ssl|prefix|_git|rc_filename|pnpmfile|plugins|npmrc/i.test(name)
  );
}

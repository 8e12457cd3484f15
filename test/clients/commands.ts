import type { InstalledClient } from './installed.ts';

/** How each client is told the same four things. */
export interface ClientCommands {
  readonly install: readonly string[];
  /** What the lockfile says, or nothing. */
  readonly frozen: readonly string[];
  readonly add: (spec: string) => readonly string[];
  /** Runs a package that is not installed; undefined where a client has no such command. */
  readonly runRemote: ((spec: string) => readonly string[]) | undefined;
  readonly remove: (name: string) => readonly string[];
  readonly lockfile: string;
  /** Variables that switch the client's own age rule off, so that it would take what the gate refuses. */
  readonly careless: Readonly<Record<string, string>>;
}

const npm: ClientCommands = {
  install: ['npm', 'install'],
  frozen: ['npm', 'ci'],
  add: (spec) => ['npm', 'install', spec],
  runRemote: (spec) => ['npx', '--yes', spec],
  remove: (name) => ['npm', 'uninstall', name],
  lockfile: 'package-lock.json',
  careless: {},
};

const pnpm: ClientCommands = {
  install: ['pnpm', 'install'],
  frozen: ['pnpm', 'install', '--frozen-lockfile'],
  add: (spec) => ['pnpm', 'add', spec],
  runRemote: (spec) => ['pnpm', 'dlx', spec],
  remove: (name) => ['pnpm', 'remove', name],
  lockfile: 'pnpm-lock.yaml',
  careless: { pnpm_config_minimum_release_age: '0', pnpm_config_frozen_lockfile: 'false', npm_config_frozen_lockfile: 'false' },
};

const yarnClassic: ClientCommands = {
  install: ['yarn', 'install'],
  frozen: ['yarn', 'install', '--frozen-lockfile'],
  add: (spec) => ['yarn', 'add', spec],
  runRemote: undefined,
  remove: (name) => ['yarn', 'remove', name],
  lockfile: 'yarn.lock',
  careless: {},
};

const yarnBerry: ClientCommands = {
  install: ['yarn', 'install'],
  frozen: ['yarn', 'install', '--immutable'],
  add: (spec) => ['yarn', 'add', spec],
  runRemote: (spec) => ['yarn', 'dlx', spec],
  remove: (name) => ['yarn', 'remove', name],
  lockfile: 'yarn.lock',
  careless: { YARN_NPM_MINIMAL_AGE_GATE: '0' },
};

const bun: ClientCommands = {
  install: ['bun', 'install'],
  frozen: ['bun', 'install', '--frozen-lockfile'],
  add: (spec) => ['bun', 'add', spec],
  runRemote: (spec) => ['bunx', spec],
  remove: (name) => ['bun', 'remove', name],
  lockfile: 'bun.lock',
  careless: {},
};

export function commandsOf(client: InstalledClient): ClientCommands {
  switch (client) {
    case 'npm10':
    case 'npm11':
    case 'npm12':
      return npm;
    case 'pnpm10':
    case 'pnpm11':
    case 'pnpm12':
      return pnpm;
    case 'yarn1':
      return yarnClassic;
    case 'yarn4':
      return yarnBerry;
    case 'bun':
      return bun;
  }
}

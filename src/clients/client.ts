/** The package managers whose commands are understood. */
export type ClientId = 'npm' | 'pnpm' | 'yarn-classic' | 'yarn-berry' | 'bun';

/** What a command asks a package manager to do, as far as packages are concerned. */
export type ClientAction =
  /** Brings what manifest and lockfile ask for. `isFrozen`: the lockfile as it is, or not at all; rebuilding what is there counts as this. */
  | { readonly kind: 'install'; readonly isFrozen: boolean }
  /** Brings further packages into the project, or, `isGlobal`, into the user's own folder. */
  | { readonly kind: 'add'; readonly specs: readonly string[]; readonly isGlobal: boolean }
  /** Downloads packages and runs them at once: npx, dlx, create. */
  | { readonly kind: 'run-remote'; readonly specs: readonly string[] }
  /** Downloads packages and leaves them somewhere: `npm pack X`, `pnpm store add X`. */
  | { readonly kind: 'fetch'; readonly specs: readonly string[] }
  /** Resolves anew, inside the ranges of the manifest or beyond them; no specs: everything. */
  | { readonly kind: 'update'; readonly specs: readonly string[] }
  | { readonly kind: 'remove'; readonly specs: readonly string[] }
  /** Runs the project's own scripts and programs. */
  | { readonly kind: 'run' }
  /** Known to bring nothing: lists, configures, publishes. */
  | { readonly kind: 'other' }
  /** A command that is in no table: it may install. */
  | { readonly kind: 'unknown'; readonly command: string };

/** A command line of a package manager, understood. */
export interface ClientCommand {
  readonly action: ClientAction;
  /** The folder that it works in, as given by `--prefix`, `-C`, `--dir` or `--cwd`; absent for the current one. */
  readonly folder?: string;
  /** Options that name another registry, proxy, configuration or cache: they would lead around a firewall. As given: `--registry`. */
  readonly detours: readonly string[];
  /** Options with which this very command writes the lockfile and nothing else; absent where it has none. */
  readonly resolveOnly?: readonly string[];
}

/** Where a client finds the firewall, and what it needs to know for that. */
export interface FirewallAccess {
  /** With trailing slash: `http://127.0.0.1:4873/`. */
  readonly url: string;
  /** Absolute path of a folder for this client's caches, which holds nothing that did not come through a firewall. */
  readonly cache: string;
  /** Of the client, e.g. `10.9.2`. */
  readonly version: string;
  /** Scopes with `@` that configuration files send to registries of their own. */
  readonly scopes: readonly string[];
  /** Hosts that are reached directly, since the policy permits a dependency that comes from there. */
  readonly hosts: readonly string[];
  /** The project keeps a store or cache that did not come through a firewall: clients refuse, or suffer, to have it moved. */
  readonly keepsStore: boolean;
}

/** One package manager: its programs, its commands, its files, and how it is led to a firewall. Pure. */
export interface ClientProfile {
  readonly id: ClientId;
  /** How people call it. */
  readonly title: string;
  readonly programs: readonly string[];
  /** Whether a `--version` is this client's: two clients are called `yarn`. */
  readonly hasVersion: (version: string) => boolean;
  /** Understands a command line. `argv[0]` is the program without its folder: `npx`. Total: what is in no table is `unknown`. */
  readonly classify: (argv: readonly string[]) => ClientCommand;
  /** Names of its lockfiles, the one that wins first. */
  readonly lockfiles: readonly string[];
  /** Environment variables that lead this version to the firewall and to nothing else. They outrank files of the project and the user. */
  readonly variables: (access: FirewallAccess) => Readonly<Record<string, string>>;
  /** The store or cache that a project keeps to, by the files in it; undefined for one that can be moved. `read` takes paths in the project. */
  readonly storeIn: (read: (path: string) => string | undefined) => string | undefined;
  /** Files that it needs beside its caches, by name; its variables name them. */
  readonly files: (access: FirewallAccess) => Readonly<Record<string, string>>;
  /** Options for what no variable can say; they follow the command's own. */
  readonly options: (access: FirewallAccess) => readonly string[];
}

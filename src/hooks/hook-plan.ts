import type { ClientId } from '../clients/client.ts';
import { bunScannerText, npmShellText, pnpmHooksText, pnpmfileText, yarnPluginText } from './client-files.ts';
import type { Insert } from './insertion.ts';
import { insertScript } from './manifest-script.ts';
import { insertBunScanner, insertScriptShell, insertYarnPlugin } from './settings-entry.ts';

/** A file of the hook's own, written whole. */
export interface HookFile {
  /** Relative to the project. */
  readonly path: string;
  readonly text: string;
  readonly isExecutable?: true;
}

/** A line or a word in a file that belongs to the user. `insert` is given the file's text, empty where there is none. */
export interface HookEdit {
  readonly path: string;
  readonly insert: (text: string) => Insert;
}

/** What a client's hook consists of and what it is worth. */
export interface HookPlan {
  readonly title: string;
  readonly files: readonly HookFile[];
  readonly edits: readonly HookEdit[];
  /** Where bytes of a refused package may be found all the same. */
  readonly lands: 'no' | 'cache' | 'project';
  /** Of a refused git dependency, where that differs. */
  readonly gitLands?: 'cache';
  /** What is stopped, and how surely. */
  readonly stops: readonly string[];
  /** What goes by. */
  readonly misses: readonly string[];
  readonly notes: readonly string[];
}

const command = 'node .lockgate/gate.cjs';
const preinstall: HookEdit = { path: 'package.json', insert: (text) => insertScript(text, 'preinstall', command) };
const ignoresScripts = '--ignore-scripts skips the hook with all other scripts; no code of a package runs then either';

/**
 * The hook that this version of a client really supports, or why there is none. Measured on npm 10, 11 and 12, pnpm 10, 11 and 12, yarn 1 and
 * 4, bun 1.4.
 */
export function planFor(client: ClientId, version: string): HookPlan | { readonly refused: string } {
  const [major = 0, minor = 0] = version.split('.').map((part) => Number.parseInt(part, 10));
  if (!(major >= 0)) return { refused: `${JSON.stringify(version)} is no version` };
  switch (client) {
    case 'npm':
      if (major >= 12) return npm12;
      return major >= 7
        ? npm7
        : { refused: `npm ${version} has nothing that runs before a dependency's code: use npm 7 or later, or lockgate exec` };
    case 'pnpm':
      return major >= 10 ? pnpm10 : { refused: `the hooks of pnpm ${version} were not measured: use pnpm 10 or later, or lockgate exec` };
    case 'yarn-classic':
      return yarn1;
    case 'yarn-berry':
      return major >= 4 ? yarn4 : { refused: `the hooks of yarn ${version} were not measured: use yarn 4, or lockgate exec` };
    case 'bun':
      return major > 1 || minor >= 3 ? bun1 : { refused: `bun ${version} has no security scanner: use bun 1.3 or later, or lockgate exec` };
  }
}

const npm12: HookPlan = {
  title: 'root preinstall script',
  lands: 'no',
  files: [],
  edits: [preinstall],
  stops: ['npm install, npm ci: before the first request; nothing runs and nothing lands'],
  misses: [
    'npm install <package> runs no script of the project: npm 12 blocks scripts of packages that allowScripts does not name, but their files land',
    ignoresScripts,
    'npx',
  ],
  notes: [],
};

const npm7: HookPlan = {
  title: 'script-shell in .npmrc, and root preinstall script',
  lands: 'project',
  files: [{ path: '.lockgate/sh', text: npmShellText, isExecutable: true }],
  edits: [{ path: '.npmrc', insert: insertScriptShell }, preinstall],
  stops: [
    'code, not files: the first script of a dependency, an implicit node-gyp build or an install inside a git dependency meets the gate; npm then rolls node_modules back',
    'a tree without scripts: when the project’s own preinstall runs, after its files have landed',
  ],
  misses: [
    'files: npm 11 and older downloads and unpacks before any script; only lockgate exec and lockgate serve stop files',
    'npm install <package> of a package without scripts: none runs, so nobody is asked',
    '--script-shell on the command line, and npm_config_script_shell in the environment',
    ignoresScripts,
    'commands started by npx',
  ],
  notes: ['in a folder below the project npm finds no shell and fails: run it from the project’s own folder'],
};

const pnpm10: HookPlan = {
  title: '.pnpmfile.cjs and pnpm:devPreinstall script',
  lands: 'cache',
  files: [
    { path: '.pnpmfile.cjs', text: pnpmfileText },
    { path: '.lockgate/pnpm.cjs', text: pnpmHooksText },
  ],
  edits: [{ path: 'package.json', insert: (text) => insertScript(text, 'pnpm:devPreinstall', command) }],
  stops: [
    'pnpm install, frozen or not, and pnpm add: nothing of a refused package runs or comes into node_modules; with a lockfile nothing is asked for either',
  ],
  misses: [
    'without a lockfile entry, the tarball of a refused package may be in pnpm’s store already',
    'pnpm dlx',
    '--ignore-pnpmfile together with --ignore-scripts',
  ],
  notes: ['a pnpmfile has its digest in pnpm-lock.yaml: run pnpm install once and commit the lockfile, frozen installs fail until then'],
};

const yarn1: HookPlan = {
  title: 'root preinstall script',
  lands: 'no',
  files: [],
  edits: [preinstall],
  stops: ['yarn install, frozen or not: before the first request; nothing runs and nothing lands'],
  misses: ['yarn add judges the lockfile as it was, not what it adds: use lockgate exec -- yarn add', ignoresScripts, 'yarn create'],
  notes: [],
};

const yarn4: HookPlan = {
  title: 'yarn plugin',
  lands: 'no',
  files: [{ path: '.lockgate/yarn-plugin.cjs', text: yarnPluginText }],
  edits: [{ path: '.yarnrc.yml', insert: insertYarnPlugin }],
  stops: [
    'yarn install, immutable or not, yarn add: the lockfile before the first request, and every other package before its tarball is asked for; nothing runs and nothing lands',
  ],
  misses: [
    'git dependencies are fetched by git itself: one that is in the lockfile is refused, one that yarn add names is not seen before',
  ],
  notes: [],
};

const bun1: HookPlan = {
  title: 'security scanner',
  lands: 'no',
  gitLands: 'cache',
  files: [{ path: '.lockgate/bun-scanner.mjs', text: bunScannerText }],
  edits: [{ path: 'bunfig.toml', insert: insertBunScanner }],
  stops: ['bun install, frozen or not, bun add: the whole tree before the first tarball; nothing runs and nothing lands'],
  misses: [
    'bunx, and bun install --global',
    'a git dependency is cloned into bun’s cache while bun resolves, before it asks; no code of it runs',
  ],
  notes: [],
};

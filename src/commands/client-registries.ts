import { join } from 'node:path';
import { type YamlMap, entriesOf, readPnpmYaml, textField } from '../lockfiles/pnpm-document.ts';
import { GateError } from '../model/gate-error.ts';
import { foldersAbove } from '../platform/ancestors.ts';
import { readOptionalText } from '../platform/files.ts';
import { homeFolder } from '../platform/home.ts';
import type { ClientRun } from './client-run.ts';
import type { Environment } from './command.ts';

/**
 * Registries that only this client's own files name (`.yarnrc.yml`, `.yarnrc`, `bunfig.toml`, `pnpm-workspace.yaml`), as npm's own
 * variables: the gate asks where the client would have asked. Followed for routing alone, so that an address which holds
 * credentials, or a variable, is left out.
 */
export function clientRegistries(
  { client, folder, root }: ClientRun,
  variables: Environment['variables'],
): Readonly<Record<string, string>> {
  const named = new Map<string, string>();
  // The outermost first: what is nearer wins.
  for (const text of filesOf(client.id, folder, root.folder))
    for (const [key, url] of readers[client.id](text)) if (isPlainAddress(url)) named.set(`npm_config_${key}`, url);
  const own = variables[variableNames[client.id] ?? ''];
  if (own !== undefined && isPlainAddress(own)) named.set('npm_config_registry', own);
  return Object.fromEntries(named);
}

type Entries = readonly (readonly [string, string])[];

const readers: Readonly<Record<ClientRun['client']['id'], (text: string) => Entries>> = {
  npm: () => [],
  pnpm: inWorkspaceFile,
  'yarn-classic': inYarnrc,
  'yarn-berry': inYarnrcYaml,
  bun: inBunfig,
};

const fileNames: Readonly<Record<ClientRun['client']['id'], string | undefined>> = {
  npm: undefined,
  pnpm: 'pnpm-workspace.yaml',
  'yarn-classic': '.yarnrc',
  'yarn-berry': '.yarnrc.yml',
  bun: 'bunfig.toml',
};

/** The variable that outranks a client's files. */
const variableNames: Readonly<Record<ClientRun['client']['id'], string | undefined>> = {
  npm: undefined,
  pnpm: 'pnpm_config_registry',
  'yarn-classic': 'YARN_REGISTRY',
  'yarn-berry': 'YARN_NPM_REGISTRY_SERVER',
  bun: 'BUN_CONFIG_REGISTRY',
};

function filesOf(id: ClientRun['client']['id'], folder: string, root: string): readonly string[] {
  const name = fileNames[id];
  if (name === undefined) return [];
  const home = join(homeFolder(), id === 'bun' ? '.bunfig.toml' : name);
  const isWalking = id === 'yarn-classic' || id === 'yarn-berry';
  const paths = [
    home,
    ...(isWalking
      ? foldersAbove(folder)
          .toReversed()
          .map((at) => join(at, name))
      : [join(root, name)]),
  ];
  return [...new Set(paths)].flatMap((path) => readOptionalText(path) ?? []);
}

function inYarnrcYaml(text: string): Entries {
  const map = yaml(text);
  const registry = textField(map, 'npmRegistryServer');
  const scopes = entriesOf(map, 'npmScopes').flatMap(([scope, settings]) => {
    const url = textField(settings, 'npmRegistryServer');
    return url === undefined ? [] : [[`@${scope}:registry`, url] as const];
  });
  return [...(registry === undefined ? [] : [['registry', registry] as const]), ...scopes];
}

function inWorkspaceFile(text: string): Entries {
  const map = yaml(text);
  const registry = textField(map, 'registry');
  const scopes = entriesOf(map, 'registries').flatMap(([scope, url]) =>
    typeof url === 'string' ? [[scope === 'default' ? 'registry' : `${scope}:registry`, url] as const] : [],
  );
  return [...(registry === undefined ? [] : [['registry', registry] as const]), ...scopes];
}

/** A file that its client could not read either stops the client by itself. */
function yaml(text: string): YamlMap | undefined {
  try {
    return readPnpmYaml(text, 'configuration');
  } catch (error) {
    if (error instanceof GateError) return undefined;
    throw error;
  }
}

function inYarnrc(text: string): Entries {
  return [...text.matchAll(/^[ \t]*"?((?:@[^\s":]+:)?registry)"?[ \t]+"?([^\s"]+)"?[ \t]*$/gm)].map((match) => [
    match[1] ?? '',
    match[2] ?? '',
  ]);
}

/** The few lines of bunfig.toml that name registries: a string, or a table with a `url`. */
function inBunfig(text: string): Entries {
  const entries: (readonly [string, string])[] = [];
  let table = '';
  for (const line of text.split(/\r?\n/)) {
    table = /^[ \t]*\[([^\]]+)\][ \t]*(?:#.*)?$/.exec(line)?.[1]?.trim() ?? table;
    const [, key = '', value = ''] = /^[ \t]*["']?(@?[\w.-]+)["']?[ \t]*=[ \t]*(.{1,2000})$/.exec(line) ?? [];
    const url = /^(?:\{[^}]*\burl[ \t]*=[ \t]*)?["']([^"']+)["']/.exec(value)?.[1];
    if (url === undefined) continue;
    if (table === 'install' && key === 'registry') entries.push(['registry', url]);
    if (table === 'install.scopes') entries.push([`${key.startsWith('@') ? key : `@${key}`}:registry`, url]);
  }
  return entries;
}

function isPlainAddress(text: string): boolean {
  if (text.includes('$') || !URL.canParse(text)) return false;
  const url = new URL(text);
  return /^https?:$/.test(url.protocol) && url.username === '' && url.password === '';
}

import type { ConnectionSettings } from '../model/http.ts';
import { environmentKey } from './environment-key.ts';
import { type Look, isUnchanged, watchLooks } from './looks.ts';
import type { NpmrcInput } from './npmrc-levels.ts';
import type { NpmConfiguration } from './npmrc.ts';
import type { SealedFiles } from './sealed-files.ts';

/** Where packages come from. How those places are reached, and with which credentials, is read when somebody is asked. */
export interface NpmRouting extends Omit<NpmConfiguration, 'connection'> {
  readonly connection: () => Promise<ConnectionSettings>;
}

interface Remembered extends Omit<NpmConfiguration, 'connection' | 'scopes'> {
  readonly scopes: readonly (readonly [string, NpmConfiguration['registry']])[];
  readonly looks: readonly Look[];
}

/**
 * npm's configuration for this project and user. Reading it takes npm's own parser, which takes longer to load than to check a
 * project where nothing is new: as long as no file that it reads changes, and no variable, what it came to is remembered. No
 * credentials are.
 * @param tool names this build of the tool
 * @throws GateError `configuration-invalid`
 */
export async function loadNpmRouting(input: NpmrcInput, files: SealedFiles, tool: string): Promise<NpmRouting> {
  const { env, ...rest } = input;
  const name = JSON.stringify([tool, environmentKey(env), rest]);
  const text = files.read(name);
  const remembered = text === undefined ? undefined : (JSON.parse(text) as Remembered); // our own text: its code has proven it
  if (remembered !== undefined && isUnchanged(remembered.looks)) {
    const { scopes, looks: _, ...routing } = remembered;
    return { ...routing, scopes: new Map(scopes), connection: async () => (await load(input)).connection };
  }
  const { value, looks } = await watchLooks(() => load(input));
  const { connection, ...routing } = value;
  if (looks !== undefined) files.write(name, JSON.stringify({ ...routing, scopes: [...routing.scopes], looks } satisfies Remembered));
  return { ...routing, connection: async () => connection };
}

async function load(input: NpmrcInput): Promise<NpmConfiguration> {
  const { loadNpmConfiguration } = await import('./npmrc.ts');
  return loadNpmConfiguration(input);
}

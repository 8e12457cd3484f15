import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { licence } from '../checks/licence.ts';
import { createCollectors } from '../collectors/index.generated.ts';
import { collect } from '../engine/collect.ts';
import { plan } from '../engine/plan.ts';
import { type DeclaredLicence, declaredLicence } from '../evidence/declared-licence.ts';
import type { AnyCheck } from '../model/check.ts';
import type { Component } from '../model/component.ts';
import type { Inventory } from '../model/inventory.ts';
import { readShipped } from '../platform/allowlists.ts';
import { cacheFolders, openCache } from '../platform/cache.ts';
import { readOptionalText } from '../platform/files.ts';
import { createHttpClient } from '../platform/http.ts';
import { loadNpmConfiguration } from '../platform/npmrc.ts';
import { defaultPolicy } from '../policy/load.ts';
import { createRegistryDirectory } from '../registries/directory.ts';
import type { Invocation } from './command.ts';

/** A component and the licence that its author declares. */
export interface LicensedComponent {
  readonly component: Component;
  readonly field?: unknown;
  readonly from: DeclaredLicence['from'] | 'installed copy';
}

/** The names of this repository's own packages have no licence to look up. */
export function isThirdParty({ source }: Component): boolean {
  return source.type !== 'workspace' && source.type !== 'file';
}

/**
 * The declared licence of every third-party component, sorted by name and version, each once. The lockfile answers first, then the
 * installed copy, then the registry, which is not asked with `--offline`.
 */
export async function declaredLicences(inventory: Inventory, root: string, invocation: Invocation): Promise<readonly LicensedComponent[]> {
  const components = [
    ...new Map([...inventory.components.values()].filter(isThirdParty).map((one) => [`${one.name}@${one.version}`, one])).entries(),
  ]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, component]) => component);
  const local = new Map(components.map((component) => [component.bomRef, localLicence(component, root)]));
  const open = components.filter((component) => local.get(component.bomRef) === undefined);
  const remote =
    open.length === 0
      ? new Map<string, DeclaredLicence>()
      : await askRegistries({ ...inventory, components: new Map(open.map((one) => [one.bomRef, one])) }, root, invocation);
  return components.map(
    (component) => local.get(component.bomRef) ?? { component, ...(remote.get(component.bomRef) ?? { from: 'nobody' }) },
  );
}

/** The folder of a component's installed copy, where the package manager keeps one at the place that the lockfile names. */
export function installedFolder(component: Component, root: string): string | undefined {
  const ways = [component.bomRef, `node_modules/${component.alias ?? component.name}`].filter(
    (way) => way.startsWith('node_modules/') && !way.split('/').includes('..'),
  );
  return ways.map((way) => join(root, way)).find((folder) => manifestOf(folder)?.['version'] === component.version);
}

function localLicence(component: Component, root: string): LicensedComponent | undefined {
  if (component.licence !== undefined) return { component, field: component.licence, from: 'lockfile' };
  const folder = installedFolder(component, root);
  const manifest = folder === undefined ? undefined : manifestOf(folder);
  const field = manifest?.['license'] ?? manifest?.['licenses'] ?? manifest?.['licence'];
  return field === undefined ? undefined : { component, field, from: 'installed copy' };
}

function manifestOf(folder: string): Readonly<Record<string, unknown>> | undefined {
  const text = readOptionalText(join(folder, 'package.json'));
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return value !== null && typeof value === 'object' ? (value as Readonly<Record<string, unknown>>) : undefined; // checked just here
  } catch (error) {
    if (error instanceof SyntaxError) return undefined; // a broken installed copy says nothing
    throw error;
  }
}

/** Plans the same evidence as the check does, without tarballs; nothing is judged. */
const wanted: AnyCheck = { ...licence, uses: {} };

async function askRegistries(inventory: Inventory, root: string, invocation: Invocation): Promise<ReadonlyMap<string, DeclaredLicence>> {
  const { environment } = invocation;
  const projectText = readOptionalText(resolve(root, '.npmrc'));
  const npm = await loadNpmConfiguration({ env: environment.variables, ...(projectText === undefined ? {} : { projectText }) });
  const scopes = new Map([...npm.scopes].map(([scope, { value }]) => [scope, value]));
  const registries = createRegistryDirectory({ registry: npm.registry.value, scopes, publicRegistry: npm.publicRegistry, additional: [] });
  const cache = openCache(cacheFolders(environment.variables, homedir()), () => {});
  const http = createHttpClient(npm.connection);
  try {
    const collectors = createCollectors({
      http,
      registries,
      cache: cache.names,
      facts: cache.facts,
      isOffline: invocation.flag('offline'),
      readShipped,
    });
    const policy = defaultPolicy({ checks: [wanted], engineRules: [], now: environment.now });
    const signal = AbortSignal.any([environment.signal, AbortSignal.timeout(120_000)]);
    const onProgress = (evidence: string, done: number, total: number): void => environment.onProgress(`${evidence}: ${done} of ${total}`);
    const collected = await collect(plan({ inventory, policy, checks: [wanted], collectors }), {
      signal,
      now: environment.now,
      onProgress,
    });
    const answers = [...inventory.components.values()].flatMap((component): [string, DeclaredLicence][] => {
      const subject = declaredLicence.subjectOf(component);
      const observation = subject === undefined ? undefined : collected.get(declaredLicence, subject);
      return observation?.state === 'known' ? [[component.bomRef, observation.value]] : [];
    });
    return new Map(answers);
  } finally {
    cache.save();
    await http.close();
  }
}

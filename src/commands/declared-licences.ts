import { join } from 'node:path';
import type { DeclaredLicence } from '../evidence/declared-licence.ts';
import { createGate } from '../gate.ts';
import type { Component } from '../model/component.ts';
import type { Inventory } from '../model/inventory.ts';
import { readOptionalText } from '../platform/files.ts';
import type { Invocation } from './command.ts';

/** A component and the licence that its author declares. */
export interface LicensedComponent {
  readonly component: Component;
  readonly field?: unknown;
  readonly from: DeclaredLicence['from'] | 'installed copy';
}

/**
 * The declared licence of every third-party component, sorted by name and version, each once. The lockfile answers first, then
 * the installed copy, then the registry, of which `--offline` asks only what is remembered.
 */
export async function declaredLicences(inventory: Inventory, root: string, invocation: Invocation): Promise<readonly LicensedComponent[]> {
  const known = thirdParty(inventory).map((component) => localLicence(component, root));
  const open = known.filter(({ from }) => from === 'nobody').map(({ component }) => component);
  if (open.length === 0) return known;
  const fields = await askRegistries({ ...inventory, components: new Map(open.map((one) => [one.bomRef, one])) }, root, invocation);
  return known.map((one) => {
    const field = fields.get(one.component.bomRef);
    return field === undefined ? one : { component: one.component, field, from: 'registry' };
  });
}

/** The folder of a component's installed copy, where the package manager keeps one at the place that the lockfile names. */
export function installedFolder(component: Component, root: string): string | undefined {
  const places = [component.bomRef, `node_modules/${component.alias ?? component.name}`].filter(
    (place) => place.startsWith('node_modules/') && !place.split('/').includes('..'),
  );
  return places.map((place) => join(root, place)).find((folder) => manifestOf(folder).get('version') === component.version);
}

/** What comes from elsewhere, each version once; this repository's own packages have no licence to look up. */
function thirdParty(inventory: Inventory): readonly Component[] {
  const others = [...inventory.components.values()].filter(({ source }) => source.type !== 'workspace' && source.type !== 'file');
  const versions = new Map(others.map((component) => [`${component.name}@${component.version}`, component]));
  return [...versions].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, component]) => component);
}

function localLicence(component: Component, root: string): LicensedComponent {
  if (component.licence !== undefined) return { component, field: component.licence, from: 'lockfile' };
  const folder = installedFolder(component, root);
  const manifest = folder === undefined ? new Map<string, unknown>() : manifestOf(folder);
  const field = manifest.get('license') ?? manifest.get('licenses') ?? manifest.get('licence');
  return field === undefined ? { component, from: 'nobody' } : { component, field, from: 'installed copy' };
}

function manifestOf(folder: string): ReadonlyMap<string, unknown> {
  const text = readOptionalText(join(folder, 'package.json'));
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    return new Map(value !== null && typeof value === 'object' ? Object.entries(value) : []);
  } catch (error) {
    if (error instanceof SyntaxError) return new Map(); // a broken installed copy says nothing
    throw error;
  }
}

/** The registries' licence fields by bom-ref. What they do not answer stays open: an overview judges nothing. */
async function askRegistries(inventory: Inventory, root: string, { flag, environment }: Invocation): Promise<ReadonlyMap<string, unknown>> {
  const npmrc = readOptionalText(join(root, '.npmrc'));
  const gate = await createGate({
    now: environment.now,
    variables: environment.variables,
    isOffline: flag('offline'),
    onProgress: (evidence, done, total) => environment.onProgress(`${evidence}: ${done} of ${total}`),
    ...(npmrc === undefined ? {} : { npmrc }),
  });
  try {
    const documents = await gate.packumentsOf(inventory, environment.signal);
    return new Map(
      [...inventory.components.values()].map(({ bomRef, name, version }) => {
        const document = documents.get(name);
        return [bomRef, document?.state === 'known' ? document.value.releases.get(version)?.licence : undefined];
      }),
    );
  } finally {
    await gate.close();
  }
}

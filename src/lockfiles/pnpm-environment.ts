import { entriesOf, field, textField, textsOf, type YamlMap } from './pnpm-document.ts';
import { propertiesOf } from './pnpm-source.ts';

/**
 * What the first of two documents pins: the package manager itself and the configuration dependencies, which run
 * before any install. They are no dependencies of the project and stay out of its graph.
 */
export function environmentProperties(environment: YamlMap | undefined): Readonly<Record<string, string>> {
  const properties: Record<string, string> = {};
  for (const [, importer] of entriesOf(environment, 'importers')) {
    for (const [group, label] of environmentGroups) {
      for (const [name, resolved] of entriesOf(importer, group)) {
        const version = typeof resolved === 'string' ? resolved : textField(resolved, 'version');
        if (version === undefined) continue;
        const entry = field(field(environment, 'packages'), `${name}@${version}`);
        const integrity = textField(field(entry, 'resolution'), 'integrity');
        properties[`pnpm:${label}:${name}`] = integrity === undefined ? version : `${version} ${integrity}`;
      }
    }
  }
  return properties;
}

/** What the lockfile says about the whole project: settings, catalogs, checksums of hooks. */
export function projectProperties(lockfile: YamlMap): Readonly<Record<string, string>> {
  const properties: Record<string, string> = { ...propertiesOf(lockfile, 'settings', 'pnpm:setting') };
  for (const [catalog, entries] of entriesOf(lockfile, 'catalogs')) {
    for (const [name, value] of entriesOf({ entries }, 'entries')) {
      const parts = [textField(value, 'specifier'), textField(value, 'version')].filter((part) => part !== undefined);
      properties[`pnpm:catalog:${catalog}:${name}`] = parts.join(' -> ');
    }
  }
  for (const key of ['registry', 'pnpmfileChecksum', 'packageExtensionsChecksum']) {
    const value = textField(lockfile, key);
    if (value !== undefined) properties[`pnpm:${key}`] = value;
  }
  for (const key of ['onlyBuiltDependencies', 'neverBuiltDependencies', 'ignoredOptionalDependencies']) {
    const names = textsOf(lockfile, key);
    if (names.length > 0) properties[`pnpm:${key}`] = names.join(',');
  }
  return properties;
}

const environmentGroups: readonly (readonly [string, string])[] = [
  ['packageManagerDependencies', 'packageManager'],
  ['configDependencies', 'configDependency'],
];

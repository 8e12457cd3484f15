import { posix } from 'node:path';
import type { Source } from '../model/component.ts';
import { parseIntegrity, type Integrity } from '../model/integrity.ts';
import { entriesOf, field, isYamlMap, textField, textsOf, type YamlMap, type YamlValue } from './pnpm-document.ts';
import type { PnpmKey } from './pnpm-key.ts';
import { remoteSource, withoutCredentials } from './yarn-source.ts';

/** Where the bytes of an entry come from, and what pins them. */
export interface PnpmOrigin {
  readonly source: Source;
  readonly integrity?: Integrity;
  /** It is no npm package: a JavaScript runtime that pnpm installs (`node@runtime:24.1.0`). */
  readonly isRuntime: boolean;
  readonly properties: Readonly<Record<string, string>>;
}

/**
 * Reads an entry's `resolution`. A version in the key means the registry, whatever tarball URL is given: a foreign URL
 * must be judged as that registry package's origin. Source: LockfileResolution of @pnpm/lockfile.types.
 */
export function originOf(resolution: YamlValue | undefined, key: PnpmKey, name: string, version: string): PnpmOrigin {
  const type = textField(resolution, 'type');
  const isRuntime = key.version.startsWith('runtime:') || type === 'variations' || type === 'binary';
  if (isRuntime) return { ...runtimeOrigin(resolution), isRuntime };
  const text = textField(resolution, 'integrity');
  const integrity = text === undefined ? undefined : parseIntegrity(text);
  const path = textField(resolution, 'path');
  return {
    source: sourceOf(resolution, key, name, version),
    ...(integrity && { integrity }),
    isRuntime,
    properties: {
      // A digest that cannot be read protects nothing: the component counts as unpinned, and this says why.
      ...(text !== undefined && integrity === undefined && { 'pnpm:unreadableIntegrity': text }),
      ...(path !== undefined && { 'pnpm:path': path }),
    },
  };
}

function sourceOf(resolution: YamlValue | undefined, key: PnpmKey, name: string, version: string): Source {
  const commit = textField(resolution, 'commit');
  const repository = textField(resolution, 'repo');
  if (repository !== undefined) return { type: 'git', url: gitUrl(repository), ...(commit !== undefined && { commit }) };
  const directory = textField(resolution, 'directory');
  if (directory !== undefined) return { type: 'file', path: posix.normalize(directory) };
  const tarball = textField(resolution, 'tarball');
  if (tarball?.startsWith('file:')) return { type: 'file', path: posix.normalize(tarball.slice('file:'.length)) };
  const address = key.version.includes(':') || key.name === undefined ? addressOf(key) : undefined;
  if (address?.startsWith('file:')) return { type: 'file', path: posix.normalize(address.slice('file:'.length)) };
  if (address !== undefined) return remoteSource(tarball ?? address);
  const url = tarball === undefined ? foreignTarball(key, name, version) : absolute(tarball, registryOf(resolution, key));
  return { type: 'registry', ...(url !== undefined && { url: withoutCredentials(url) }) };
}

/** The address that a key names instead of a version. Before 9.0 an `@` stood for the scheme of a tarball's URL. */
function addressOf(key: PnpmKey): string {
  if (key.version.includes(':')) return key.version;
  if (key.bare.startsWith('file:')) return key.bare;
  return `https://${key.bare.replace(/^[@/]/, '')}`;
}

function registryOf(resolution: YamlValue | undefined, key: PnpmKey): string | undefined {
  return textField(resolution, 'registry') ?? (key.host === undefined ? undefined : `https://${hostName(key.host)}/`);
}

/** An address in a lockfile may be relative to its registry. One that is no URL at all is kept as it stands. */
function absolute(tarball: string, registry: string | undefined): string {
  if (URL.canParse(tarball) || registry === undefined || !URL.canParse(tarball, registry)) return tarball;
  return new URL(tarball, registry).href;
}

/** The tarball of a package whose key names a foreign registry, by the registries' own convention. */
function foreignTarball(key: PnpmKey, name: string, version: string): string | undefined {
  if (key.host === undefined) return undefined;
  return `https://${hostName(key.host)}/${name}/-/${posix.basename(name)}-${version}.tgz`;
}

/** pnpm writes a port as `localhost+4873`, because a colon may not stand in a folder's name. */
function hostName(host: string): string {
  return host.replace('+', ':');
}

/** `git@host:owner/repository` is ssh's own short form. */
function gitUrl(repository: string): string {
  const [, user, path] = /^([\w.-]+@[\w.-]+):(?!\/)(.+)$/.exec(repository) ?? [];
  return withoutCredentials(user === undefined || path === undefined ? repository : `ssh://${user}/${path}`);
}

/** A runtime has one archive, or one for each platform; with several, no single digest is the component's. */
function runtimeOrigin(resolution: YamlValue | undefined): Omit<PnpmOrigin, 'isRuntime'> {
  const variants = variantsOf(resolution);
  const [first] = variants;
  const integrity = variants.length === 1 ? parseIntegrity(first?.integrity ?? '') : undefined;
  return {
    source: { type: 'tarball', url: first?.url ?? '' },
    ...(integrity && { integrity }),
    properties: Object.fromEntries(
      variants.map(({ targets, url, integrity }) => [`pnpm:variant:${targets}`, `${url} ${integrity}`.trim()]),
    ),
  };
}

interface Variant {
  readonly targets: string;
  readonly url: string;
  readonly integrity: string;
}

function variantsOf(resolution: YamlValue | undefined): readonly Variant[] {
  const listed = field(resolution, 'variants');
  const variants = Array.isArray(listed) ? (listed as readonly YamlValue[]).filter(isYamlMap) : [];
  if (variants.length === 0 && isYamlMap(resolution)) return [variantOf(resolution, 'any')];
  return variants.map((variant) => variantOf(field(variant, 'resolution'), targetsOf(variant)));
}

function variantOf(resolution: YamlValue | undefined, targets: string): Variant {
  return {
    targets,
    url: withoutCredentials(textField(resolution, 'url') ?? textField(resolution, 'tarball') ?? ''),
    integrity: textField(resolution, 'integrity') ?? '',
  };
}

function targetsOf(variant: YamlMap): string {
  const targets = field(variant, 'targets');
  const list = Array.isArray(targets) ? (targets as readonly YamlValue[]) : [];
  return list.map((target) => ['os', 'cpu', 'libc'].flatMap((part) => textsOf(target, part)).join('-')).join(',') || 'any';
}

/** The properties of a map of texts, e.g. `settings`, each under a prefix. */
export function propertiesOf(value: YamlValue | undefined, key: string, prefix: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    entriesOf(value, key).flatMap(([name, text]): readonly (readonly [string, string])[] =>
      typeof text === 'string' ? [[`${prefix}:${name}`, text]] : [],
    ),
  );
}

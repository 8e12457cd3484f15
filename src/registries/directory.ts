import type { PolicyRegistry } from '../model/policy.ts';
import type { RegistryDirectory, RegistryProfile } from '../model/registry.ts';
import { publicRegistry } from './public.ts';
import { unprofiledRegistry } from './unprofiled.ts';

/** The registries that a configuration names. URLs of http or https, without credentials. */
export interface ConfiguredRegistries {
  /** Where names without a registry of their own are looked up. */
  readonly registry: string;
  /** Scope with its `@` to registry. */
  readonly scopes: ReadonlyMap<string, string>;
  /** npm's built-in default: the public registry. */
  readonly publicRegistry: string;
  /** Registries that the policy describes. */
  readonly additional?: readonly PolicyRegistry[];
}

/**
 * Answers which registry a name belongs to and which tarball URLs are a registry's own. The configured default and the public
 * registry under all its names count as one: a lockfile written against one and installed behind the other is normal.
 * What the policy says about a registry goes over its profile.
 */
export function createRegistryDirectory(configured: ConfiguredRegistries): RegistryDirectory {
  const described = configured.additional ?? [];
  const registry = withSlash(configured.registry);
  const scopes = new Map([...configured.scopes].map(([scope, url]) => [scope, withSlash(url)]));
  const shipped = publicRegistry(new URL(configured.publicRegistry).origin);
  const profiles = new Map<string, RegistryProfile>(shipped.origins.map((origin) => [origin, shipped]));
  for (const description of described) {
    const profile = describedProfile(description, profiles.get(originOf(description.url)));
    for (const origin of profile.origins) profiles.set(origin, profile);
  }
  const urls = [registry, ...scopes.values(), ...shipped.origins, ...described.flatMap(({ url, aliases }) => [url, ...aliases])];
  const roots = urls.filter((url) => URL.canParse(url)).map((url) => new URL(withSlash(url)));

  const asked = new Map<string, RegistryProfile>();

  return {
    registryFor: (name) => scopes.get(scopeOf(name)) ?? registry,
    isConfigured: (url) => {
      const tarball = URL.canParse(url) ? new URL(url) : undefined;
      return tarball !== undefined && tarball.username === '' && tarball.password === '' && roots.some((root) => isBelow(tarball, root));
    },
    profileOf: (url) => {
      const known = asked.get(url) ?? profiles.get(originOf(url)) ?? unprofiledRegistry(originOf(url));
      if (asked.size < mostAsked) asked.set(url, known);
      return known;
    },
  };
}

/** A run asks about the same few registries for each of its packages; what a lockfile makes up beside them is not remembered. */
const mostAsked = 64;

/** What a policy says goes over what is known. Keys are believed for the whole origin, so those of several entries add up. */
function describedProfile(described: PolicyRegistry, known: RegistryProfile | undefined): RegistryProfile {
  const { url, aliases, offers, keys, requiresSignatures } = described;
  const base = known ?? unprofiledRegistry(originOf(url));
  const named = new Map([...(base.keys ?? []), ...(keys ?? [])].map((key) => [key.keyid, key]));
  return {
    ...base,
    origins: [...new Set([...base.origins, ...aliases.map(originOf)])],
    offers: { ...base.offers, ...offers },
    ...(named.size === 0 ? {} : { keys: [...named.values()] }),
    ...(requiresSignatures === undefined ? {} : { requiresSignatures }),
  };
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : url;
}

/** Same scheme, host and port, and a path below; the URL parser has resolved `..` and letter case of the host already. */
function isBelow(url: URL, root: URL): boolean {
  return (
    url.origin === root.origin &&
    url.pathname.startsWith(root.pathname) &&
    !/%2e|%2f|%5c/i.test(url.pathname.slice(0, root.pathname.length))
  );
}

function scopeOf(name: string): string {
  return name.startsWith('@') ? name.slice(0, name.indexOf('/')) : '';
}

function withSlash(url: string): string {
  return url.endsWith('/') ? url : `${url}/`;
}

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
 */
export function createRegistryDirectory(configured: ConfiguredRegistries): RegistryDirectory {
  const registry = withSlash(configured.registry);
  const scopes = new Map([...configured.scopes].map(([scope, url]) => [scope, withSlash(url)]));
  const known = publicRegistry(new URL(configured.publicRegistry).origin);
  const described = (configured.additional ?? []).map(profileFrom);
  const own = [registry, ...scopes.values(), ...known.origins, ...(configured.additional ?? []).flatMap(({ url, aliases }) => [url, ...aliases])];
  const roots = own.map((url) => new URL(withSlash(url)));
  const profiles = new Map<string, RegistryProfile>([known, ...described].flatMap((profile) => profile.origins.map((origin) => [origin, profile])));

  return {
    registryFor: (name) => scopes.get(scopeOf(name)) ?? registry,
    isConfigured: (url) => {
      const tarball = URL.canParse(url) ? new URL(url) : undefined;
      return tarball !== undefined && tarball.username === '' && tarball.password === '' && roots.some((root) => isBelow(tarball, root));
    },
    profileOf: (url) => {
      const origin = URL.canParse(url) ? new URL(url).origin : url;
      return profiles.get(origin) ?? unprofiledRegistry(origin);
    },
  };
}

/** What the policy says of a registry, over the cautious profile of one that nobody described. */
function profileFrom({ url, aliases, offers }: PolicyRegistry): RegistryProfile {
  const origins = [url, ...aliases].map((address) => new URL(address).origin);
  const unprofiled = unprofiledRegistry(new URL(url).origin);
  return { ...unprofiled, id: new URL(url).host, origins, offers: { ...unprofiled.offers, ...offers } };
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

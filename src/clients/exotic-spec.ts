/** What a spec asks for that no registry vouches for. */
export interface ExoticSpec {
  readonly rule: 'source/git-dependency' | 'source/remote-tarball' | 'source/outside-project';
  /** The spec without the name before it. */
  readonly origin: string;
  /** The host that it is fetched from, where that can be told. */
  readonly host?: string;
  /** The path on disk, for files and folders. */
  readonly path?: string;
}

const hosted: Readonly<Record<string, string>> = {
  github: 'github.com',
  gist: 'gist.github.com',
  gitlab: 'gitlab.com',
  bitbucket: 'bitbucket.org',
};

/**
 * Reads a range of a manifest, or a package as it is named on a command line (`name@range`, `range`). Undefined for what a registry
 * answers: ranges, tags, `npm:` aliases, and the protocols of workspaces and catalogs.
 */
export function exoticSpec(spec: string): ExoticSpec | undefined {
  const origin = withoutName(spec.trim());
  // One letter is a drive.
  const protocol = /^([a-z][a-z0-9+.-]+):/i.exec(origin)?.[1]?.toLowerCase();
  if (protocol !== undefined) return ofProtocol(protocol, origin);
  if (/^(?:[a-z]:)?[\\/]|^\.{1,2}(?:[\\/]|$)|^~[\\/]/i.test(origin)) return { rule: 'source/outside-project', origin, path: origin };
  // `user@host:path`, as git and scp write it.
  const scp = /^[^@\s/]+@([^:\s/]+):(?!\d+(?:\/|$)).+/.exec(origin)?.[1];
  if (scp !== undefined) return { rule: 'source/git-dependency', origin, host: scp };
  if (/^[^@\s/:#]+\/[^@\s/:#]+(?:#.*)?$/.test(origin)) return { rule: 'source/git-dependency', origin, host: 'github.com' };
  // npm takes an archive's name for a file of this folder.
  return /\.(?:tgz|tar|tar\.gz)$/i.test(origin) ? { rule: 'source/outside-project', origin, path: origin } : undefined;
}

function ofProtocol(protocol: string, origin: string): ExoticSpec | undefined {
  const rest = origin.slice(protocol.length + 1);
  switch (protocol) {
    case 'npm':
    case 'workspace':
    case 'catalog':
    case 'jsr':
      return undefined;
    // yarn's patch of a package: what is patched decides.
    case 'patch':
      return exoticSpec(decoded(rest.replace(/#.*$/s, '')));
    case 'file':
    case 'link':
    case 'portal':
    case 'exec':
      return { rule: 'source/outside-project', origin, path: rest.replace(/^\/\/(?=\/|\.)/, '') };
    case 'http':
    case 'https':
      return { rule: isRepository(origin) ? 'source/git-dependency' : 'source/remote-tarball', ...addressed(origin) };
    default: {
      const host = Object.hasOwn(hosted, protocol) ? hosted[protocol] : undefined;
      if (host !== undefined) return { rule: 'source/git-dependency', origin, host };
      // git, ssh, git+https and its kin, and every protocol that nobody here has heard of.
      return { rule: 'source/git-dependency', ...addressed(origin) };
    }
  }
}

function addressed(origin: string): { readonly origin: string; readonly host?: string } {
  const url = URL.canParse(origin.replace(/^git\+/, '')) ? new URL(origin.replace(/^git\+/, '')) : undefined;
  return url === undefined || url.hostname === '' ? { origin } : { origin, host: url.hostname };
}

/** npm clones what is named like a repository of one of the hosts that it knows. */
function isRepository(url: string): boolean {
  return (
    /\.git(?:#|$)/.test(url) || /^https?:\/\/(?:www\.)?(?:github\.com|gitlab\.com|bitbucket\.org)\/[^/]+\/[^/#]+\/?(?:#.*)?$/.test(url)
  );
}

/** `name@range` is its range; a scope's `@` is no separator, nor is the one inside an address. */
function withoutName(spec: string): string {
  // `git@host:path` is an address, no package called git.
  if (/^git@[^/\s:]+:/.test(spec)) return spec;
  return /^(?:@[^/@\s:]+\/[^/@\s:]+|[^/@\s:]+)@(.*)$/s.exec(spec)?.[1] ?? spec;
}

function decoded(text: string): string {
  return text.replaceAll(/%3a/gi, ':').replaceAll(/%2f/gi, '/').replaceAll(/%40/gi, '@');
}

/** The package's name in a spec of a command line; undefined where it has none. */
export function nameInSpec(spec: string): string | undefined {
  return /^(@[^/@\s:]+\/[^/@\s:]+|[^/@\s:.][^/@\s:]*)(?:@.*)?$/s.exec(spec.trim())?.[1];
}

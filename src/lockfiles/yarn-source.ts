import { posix } from 'node:path';
import type { Source } from '../model/component.ts';

/**
 * What a URL or git address in a yarn lockfile or range leads to: a git commit or a tarball.
 * Hosted archives that yarn 1 writes for `owner/repository` count as the git commit they are made from.
 */
export function remoteSource(address: string): Source {
  const hash = address.indexOf('#');
  const location = hash === -1 ? address : address.slice(0, hash);
  const archive = hostedArchive(location);
  if (archive !== undefined) return archive;
  if (!isGit(address)) return { type: 'tarball', url: withoutCredentials(location) };
  const commit = commitOf(hash === -1 ? '' : address.slice(hash + 1));
  return { type: 'git', url: withoutCredentials(repositoryUrl(location)), ...(commit === undefined ? {} : { commit }) };
}

/** Whether yarn clones this address. Source: gitUtils of yarn 4 and the git resolvers of yarn 1. */
export function isGit(address: string): boolean {
  if (/^(?:git|ssh)[:+]|^git@/.test(address)) return true;
  if (/^(?:github|gitlab|bitbucket|gist):/.test(address)) return true;
  if (/^https?:/.test(address)) return /^[^#]*\.git(?:#|$)/.test(address) || /#commit=/.test(address);
  return /^[\w.-]+\/[\w.-]+(?:#|$)/.test(address) && !address.startsWith('.');
}

/** A folder or archive on disk that a range names, relative to the lockfile. `from` is the folder that declares it. */
export function fileSource(path: string, from: string): Source {
  return { type: 'file', path: posix.isAbsolute(path) ? path : posix.join(from, path) };
}

/** User and password are secrets of somebody's machine; `git@` is how ssh addresses begin. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]*:\/\/)([^/]*)@/i, (_all, scheme: string, user: string) =>
    user === 'git' ? `${scheme}git@` : scheme,
  );
}

const archives: readonly { readonly pattern: RegExp; readonly origin: string }[] = [
  { pattern: /^https:\/\/codeload\.github\.com\/([^/]+\/[^/]+)\/tar\.gz\/([^/?]+)$/, origin: 'https://github.com' },
  { pattern: /^https:\/\/gitlab\.com\/([^/]+\/[^/]+)\/repository\/archive\.tar\.gz\?ref=([^/?&]+)$/, origin: 'https://gitlab.com' },
  { pattern: /^https:\/\/bitbucket\.org\/([^/]+\/[^/]+)\/get\/([^/?]+)\.tar\.gz$/, origin: 'https://bitbucket.org' },
];

function hostedArchive(url: string): Source | undefined {
  for (const { pattern, origin } of archives) {
    const [, repository, commit] = pattern.exec(url) ?? [];
    if (repository !== undefined && commit !== undefined) return { type: 'git', url: `${origin}/${repository}.git`, commit };
  }
  return undefined;
}

const hosts: Readonly<Record<string, string>> = {
  github: 'github.com',
  gitlab: 'gitlab.com',
  bitbucket: 'bitbucket.org',
  gist: 'gist.github.com',
};

function repositoryUrl(location: string): string {
  const [, host, repository] = /^(github|gitlab|bitbucket|gist):(.+)$/.exec(location) ?? [];
  if (host !== undefined && repository !== undefined) return `https://${hosts[host]}/${repository.replace(/\.git$/, '')}.git`;
  if (/^[\w.-]+\/[\w.-]+$/.test(location)) return `https://github.com/${location.replace(/\.git$/, '')}.git`;
  const [, user, path] = /^([\w.-]+@[\w.-]+):(?!\/)(.+)$/.exec(location) ?? [];
  return user === undefined || path === undefined ? location : `ssh://${user}/${path}`;
}

/** `#<commit>` of yarn 1, `#commit=<commit>` of yarn 2 and later; a branch or tag pins nothing. */
function commitOf(fragment: string): string | undefined {
  return /(?:^|[&=])([0-9a-f]{40}|[0-9a-f]{64})(?:&|$)/.exec(fragment)?.[1];
}

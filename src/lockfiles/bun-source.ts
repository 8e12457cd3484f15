import { posix } from 'node:path';
import type { Source } from '../model/component.ts';
import { parseIntegrity, type Integrity } from '../model/integrity.ts';
import type { BunEntry } from './bun-entry.ts';
import { remoteSource, withoutCredentials } from './yarn-source.ts';

/** Where the bytes of an entry come from. A version means a registry, whatever tarball URL stands beside it. */
export function bunSourceOf({ reference, texts }: BunEntry): Source {
  if (isPlainVersion(reference)) {
    // Empty for the default registry; else the URL of the tarball, or of another registry.
    const url = texts.find((text) => /^https?:\/\//i.test(text));
    return { type: 'registry', ...(url !== undefined && { url: withoutCredentials(url) }) };
  }
  const folder = /^(?:file|link|workspace):(.*)$/.exec(reference)?.[1];
  if (folder !== undefined) return { type: 'file', path: posix.normalize(folder === '' ? '.' : folder) };
  if (/^https?:\/\//i.test(reference)) return remoteSource(reference);
  if (/^(?:git[+@:]|ssh:|github:|gitlab:|bitbucket:)/.test(reference)) return gitSource(reference);
  // A local archive has no prefix: `./vendor/bread-1.0.0.tgz`.
  return { type: 'file', path: posix.normalize(reference) };
}

/** The version of an entry; empty where the lockfile has an address in its place. */
export function bunVersionOf({ reference }: BunEntry): string {
  return isPlainVersion(reference) ? reference : '';
}

/** The digest among the texts of an entry, wherever it stands: a git tag and a URL are none. */
export function bunIntegrityOf({ texts }: BunEntry): Integrity | undefined {
  for (const text of texts.toReversed()) {
    const integrity = parseIntegrity(text);
    if (integrity !== undefined) return integrity;
  }
  return undefined;
}

function isPlainVersion(reference: string): boolean {
  return /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/.test(reference);
}

/** bun resolves a branch or tag to a commit and writes that after the `#`, shortened for hosted repositories. */
function gitSource(reference: string): Source {
  const source = remoteSource(reference);
  if (source.type !== 'git' || source.commit !== undefined) return source;
  const commit = /#([0-9a-f]{7,64})$/.exec(reference)?.[1];
  return commit === undefined ? source : { ...source, commit };
}

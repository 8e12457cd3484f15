import { posix } from 'node:path';
import type { Patch, Source } from '../model/component.ts';
import { decode, splitIdent, splitReference, type BerryReference } from './yarn-berry-reference.ts';
import { fileSource, isGit, remoteSource, withoutCredentials } from './yarn-source.ts';

/** What a locator (`name@reference`) says about where a package's bytes come from. */
export interface BerryOrigin {
  /** The package whose bytes they are: inside a patch, the patched one. */
  readonly name: string;
  readonly source: Source;
  /** The version that a registry is asked for; undefined for every other source. */
  readonly registryVersion?: string;
  /** What the project changes in these bytes, innermost first. */
  readonly patches: readonly Patch[];
  /** The protocol without its colon, for the bom-ref and for protocols that only a plugin knows. */
  readonly protocol: string;
  readonly isKnownProtocol: boolean;
}

/** Deeper than any project nests patches, or local packages in local packages. */
const maxNesting = 8;
const onDisk: ReadonlySet<string> = new Set(['file:', 'portal:', 'link:', 'exec:']);

/** Reads a locator of a berry lockfile. Total: what it does not know is a tarball from an unknown origin, never a registry's. */
export function originOf(locator: string): BerryOrigin {
  const patches: Patch[] = [];
  let [name, rest] = splitIdent(locator);
  let reference = splitReference(rest);
  let isPatched = false;
  for (let depth = 0; depth < maxNesting && (reference.protocol === 'patch:' || reference.protocol === 'virtual:'); depth += 1) {
    if (reference.protocol === 'patch:') {
      isPatched = true;
      patches.unshift(...patchesOf(reference));
      [name, rest] = splitIdent(decode(reference.source));
    } else {
      rest = reference.selector ?? '';
    }
    reference = splitReference(rest);
  }
  if (reference.protocol === 'jsr:') {
    name = jsrName(name);
    reference = { ...reference, protocol: 'npm:' };
  }
  const source = sourceOf(reference, rest);
  const isRegistry = source.type === 'registry' && /^\d/.test(reference.source);
  return {
    name,
    source: source.type === 'unknown' ? { type: 'tarball', url: withoutCredentials(rest) } : source,
    ...(isRegistry ? { registryVersion: reference.source } : {}),
    patches,
    protocol: isPatched ? 'patch' : source.type === 'git' ? 'git' : reference.protocol.slice(0, -1),
    isKnownProtocol: source.type !== 'unknown',
  };
}

/**
 * The folder that a bound path starts from (`::locator=app%40workspace%3Apackages%2Fapp`), relative to the lockfile:
 * that of the workspace or of the local package which declares it, and `.` for any other parent.
 */
export function folderOf(locator: string | undefined): string {
  let folder = '.';
  let parent = locator;
  for (let depth = 0; parent !== undefined && depth < maxNesting; depth += 1) {
    const { protocol, source, params } = splitReference(splitIdent(parent)[1]);
    if (protocol !== 'workspace:' && !onDisk.has(protocol)) break;
    folder = posix.join(source, folder);
    parent = params.get('locator');
  }
  return folder;
}

/** JSR packages come from an npm registry of their own under one scope: asking for the plain name would find somebody else's. */
function jsrName(name: string): string {
  return `@jsr/${name.replace(/^@([^/]+)\//, '$1__')}`;
}

function sourceOf(reference: BerryReference, text: string): Source | { readonly type: 'unknown' } {
  const { protocol, source, selector, params } = reference;
  if (protocol === 'npm:') {
    const url = params.get('__archiveUrl');
    return url === undefined ? { type: 'registry' } : { type: 'registry', url: withoutCredentials(url) };
  }
  if (protocol === 'workspace:') return { type: 'workspace', path: posix.normalize(source) };
  if (onDisk.has(protocol)) return fileSource(source, folderOf(params.get('locator')));
  const address = `${protocol}${source}${selector === undefined ? '' : `#${selector}`}`;
  if (/^https?:$/.test(protocol) || isGit(text)) return remoteSource(address);
  return { type: 'unknown' };
}

/** `#./a.patch&~/b.patch`: `~/` and bound paths are relative to a folder of the project; `builtin<...>` is yarn's own. */
function patchesOf({ selector = '', params }: BerryReference): readonly Patch[] {
  const hash = params.get('hash');
  return selector.split('&').map((text) => {
    const path = decode(text).replace(/^(?:optional!|~(?!\/))/, '');
    const file = path.startsWith('~/') ? path.slice(2) : posix.join(folderOf(params.get('locator')), path);
    return { ...(path.startsWith('builtin<') ? {} : { path: file }), ...(hash === undefined ? {} : { hash }) };
  });
}

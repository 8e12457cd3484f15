/** What a key of `packages` or `snapshots` says, in any version of the format. */
export interface PnpmKey {
  /** Undefined where the key is an address alone: `github.com/owner/repository/<commit>`, `file:folder`. */
  readonly name: string | undefined;
  /** A version, or what stands in its place: a URL, `file:folder`, `runtime:24.1.0`; empty without a name. */
  readonly version: string;
  /** The key without the peers and patches of its end. */
  readonly bare: string;
  /** From `(patch_hash=...)`. */
  readonly patchHash: string | undefined;
  /** The host of a foreign registry, which versions before 9 put in front: `npm.example/name/1.0.0`. */
  readonly host: string | undefined;
}

/** How the keys of a lockfile are written, by its version. */
export type KeyStyle = 'slash' | 'at-after-slash' | 'at';

/** 5.x writes `/name/1.0.0_peer@1.0.0`, 6.x `/name@1.0.0(peer@1.0.0)`, 9.0 `name@1.0.0(peer@1.0.0)`. */
export function keyStyleOf(lockfileVersion: string): KeyStyle {
  const major = Number.parseInt(lockfileVersion, 10);
  if (major < 6) return 'slash';
  return major < 9 ? 'at-after-slash' : 'at';
}

/** Takes a key apart. Linear in its length. */
export function parsePnpmKey(key: string, style: KeyStyle): PnpmKey {
  const end = style === 'slash' ? -1 : startOfSuffix(key);
  const suffix = end === -1 ? '' : key.slice(end);
  const bare = end === -1 ? key : key.slice(0, end);
  const patchHash = /\(patch_hash=([^()]*)\)/.exec(suffix)?.[1];
  const isOwnRegistry = bare.startsWith('/') || style === 'at';
  const place = nameAndVersion(bare.startsWith('/') ? bare.slice(1) : bare, style);
  if (place !== undefined && (style === 'at' || (isOwnRegistry && semver.test(place.version))))
    return { ...place, bare, patchHash, host: undefined };
  const foreign = isOwnRegistry ? undefined : foreignPlace(bare, style);
  return { name: foreign?.name, version: foreign?.version ?? '', bare, patchHash, host: foreign?.host };
}

/**
 * The key that a dependency's value stands for, given the name it is asked for by: the value is a version, or a whole
 * key (an alias, a git commit, a tarball). `link:` is for the caller. Source: refToRelative of @pnpm/dependency-path 2, 3 and 5.
 * Where the rule's answer does not exist and the other reading does, the other one is meant.
 */
export function keyOfReference(reference: string, name: string, style: KeyStyle, exists: (key: string) => boolean): string {
  const joined = style === 'at' ? `${name}@${reference}` : `/${name}${style === 'slash' ? '/' : '@'}${reference}`;
  const [first, second] = isWholeKey(reference, style) ? [reference, joined] : [joined, reference];
  return exists(first) || !exists(second) ? first : second;
}

function isWholeKey(reference: string, style: KeyStyle): boolean {
  if (style !== 'at') {
    if (reference.startsWith('file:')) return true;
    const open = reference.indexOf('(');
    return (style === 'slash' || open === -1 ? reference : reference.slice(0, open)).includes('/');
  }
  if (reference.startsWith('@')) return true;
  const at = reference.indexOf('@');
  if (at === -1) return false;
  return isBefore(at, reference.indexOf(':')) && isBefore(at, reference.indexOf('('));
}

function isBefore(at: number, other: number): boolean {
  return other === -1 || at < other;
}

/** Where the groups in parentheses at the end begin, -1 without any: a path before them may hold parentheses of its own. */
function startOfSuffix(key: string): number {
  let start = -1;
  let depth = 0;
  for (let at = key.length - 1; at >= 0; at -= 1) {
    const char = key[at];
    if (char === ')') depth += 1;
    else if (depth === 0) break;
    else if (char === '(') {
      depth -= 1;
      if (depth === 0) start = at;
    }
  }
  return depth === 0 ? start : -1;
}

function nameAndVersion(text: string, style: KeyStyle): { readonly name: string; readonly version: string } | undefined {
  const scopeEnd = text.startsWith('@') ? text.indexOf('/') : -1;
  if (text.startsWith('@') && scopeEnd === -1) return undefined;
  const separator = style === 'slash' ? '/' : '@';
  const end = text.indexOf(separator, scopeEnd + 1);
  if (end <= scopeEnd + 1) return undefined;
  const name = text.slice(0, end);
  // Another slash in the name: an address, not a package.
  if (name.slice(scopeEnd + 1).includes('/')) return undefined;
  const rest = text.slice(end + 1);
  if (style !== 'slash') return { name, version: rest };
  // `1.0.0_peer@1.0.0`, and `1.0.0/peer@1.0.0` in the first 5.0 files.
  return { name, version: rest.split(/[_/]/, 1)[0] ?? '' };
}

/** A version as registries accept it: no other text follows the name in a key before 9.0, an address does. */
const semver = /^\d+\.\d+\.\d+(?:[-+][0-9A-Za-z.+-]+)?$/;

/** `host/name/1.0.0` and `host/name@1.0.0`: only with a plain version, because git and tarball addresses look alike. */
function foreignPlace(bare: string, style: KeyStyle): { name: string; version: string; host: string } | undefined {
  const slash = bare.indexOf('/');
  const host = bare.slice(0, slash);
  if (slash === -1 || !/^[\w.-]+(?::\d+|\+\d+)?$/.test(host)) return undefined;
  const place = nameAndVersion(bare.slice(slash + 1), style);
  return place !== undefined && semver.test(place.version) ? { ...place, host } : undefined;
}

/** What a request asks for, proven: names and versions in it are well-formed, and nothing of the target's own text remains. */
export type Route =
  | { readonly type: 'packument'; readonly name: string }
  /** `selector` is an exact version or a dist-tag. */
  | { readonly type: 'manifest'; readonly name: string; readonly selector: string }
  | { readonly type: 'tarball'; readonly name: string; readonly version: string }
  | { readonly type: 'dist-tags'; readonly name: string }
  | { readonly type: 'attestations'; readonly name: string; readonly version: string }
  | { readonly type: 'advisories'; readonly endpoint: 'advisories/bulk' | 'audits' | 'audits/quick' }
  | { readonly type: 'keys' }
  | { readonly type: 'ping' | 'whoami' | 'health' | 'metrics' }
  /** Understood, and not done here. */
  | { readonly type: 'refused'; readonly why: string }
  | { readonly type: 'malformed'; readonly why: string }
  | { readonly type: 'unknown' };

const longestTarget = 2_048;
const longestName = 214;
const longestVersion = 256;

/**
 * Reads a request line. Each segment of the path is decoded once and only once: what is still encoded then, climbs, is empty or holds
 * control characters is malformed and goes nowhere, so that no name can leave its place in an upstream's address.
 */
export function routeOf(method: string, target: string): Route {
  if (!target.startsWith('/')) return { type: 'refused', why: 'it answers for itself alone and is no proxy for other hosts' };
  if (target.length > longestTarget) return malformed('the address is too long');
  const path = segmentsOf(target);
  if (path === undefined) return malformed('the address is not one that a registry has');
  if (method === 'POST') return questionAt(path.join('/')) ?? writing;
  if (method !== 'GET' && method !== 'HEAD') return writing;
  return path[0] === '-' ? serviceAt(path.slice(1)) : packageAt(path);
}

/** The version that a range is not: digits, and what may follow them. Whether it exists is the registry's word. */
export function isExactVersion(text: string): boolean {
  return text.length <= longestVersion && /^\d{1,16}\.\d{1,16}\.\d{1,16}(?:[-+][0-9A-Za-z.+-]+)?$/.test(text);
}

/** A name that can stand in a registry's path and means nothing else there: npm's own rules, with its old names. */
export function isPackageName(text: string): boolean {
  return (
    text.length <= longestName && /^(?:@[A-Za-z0-9~_!'()*-][A-Za-z0-9~_.!'()*-]*\/)?[A-Za-z0-9~!'()*-][A-Za-z0-9~_.!'()*-]*$/.test(text)
  );
}

const writing: Route = { type: 'refused', why: 'it only reads: publish, log in and change packages at the registry itself' };

function malformed(why: string): Route {
  return { type: 'malformed', why };
}

/** Decoded segments; the slash of an encoded scope stays inside its segment. Undefined for anything out of the ordinary. */
function segmentsOf(target: string): readonly string[] | undefined {
  const query = target.indexOf('?');
  const path = query === -1 ? target : target.slice(0, query);
  if (!/^\/[\x21-\x7e]*$/.test(path) || path.includes('#') || path.includes('\\')) return undefined;
  const segments: string[] = [];
  for (const raw of path.slice(1).split('/')) {
    const segment = decoded(raw);
    if (segment === undefined || segment === '' || /^\.+$/.test(segment) || !/^[^%\\\s\p{Cc}]+$/u.test(segment)) return undefined;
    // A scope's slash, in a name or in `name@version`, is the only one that may be written so.
    if (segment.includes('/') && !isPackageName(segment.replace(/(?<=.)@[^@/]*$/, ''))) return undefined;
    segments.push(segment);
  }
  return segments;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch (error) {
    if (error instanceof URIError) return undefined;
    throw error;
  }
}

function questionAt(path: string): Route | undefined {
  const match = /^-\/npm\/v1\/security\/(advisories\/bulk|audits|audits\/quick)$/.exec(path);
  // The pattern names the three of them.
  return match === null ? undefined : { type: 'advisories', endpoint: match[1] as 'advisories/bulk' | 'audits' | 'audits/quick' };
}

function serviceAt(path: readonly string[]): Route {
  switch (path.join('/')) {
    case 'ping':
      return { type: 'ping' };
    case 'whoami':
      return { type: 'whoami' };
    case 'npm/v1/keys':
      return { type: 'keys' };
    case 'lockgate/health':
      return { type: 'health' };
    case 'lockgate/metrics':
      return { type: 'metrics' };
  }
  const [area, ...rest] = path;
  if (area === 'package' && rest.at(-1) === 'dist-tags') return named(rest.slice(0, -1), (name) => ({ type: 'dist-tags', name }));
  if (path.slice(0, 3).join('/') === 'npm/v1/attestations') return attestationsAt(path.slice(3).join('/'));
  return { type: 'unknown' };
}

function attestationsAt(spec: string): Route {
  const at = spec.lastIndexOf('@');
  const [name, version] = [spec.slice(0, Math.max(at, 0)), spec.slice(at + 1)];
  return isPackageName(name) && isExactVersion(version) ? { type: 'attestations', name, version } : { type: 'unknown' };
}

function packageAt(path: readonly string[]): Route {
  if (path.at(-2) === '-') return tarballAt(path.slice(0, -2), path.at(-1) ?? '');
  if (path.includes('-')) return { type: 'unknown' };
  const [first = '', second, ...further] = path;
  const isSplitScope = first.startsWith('@') && !first.includes('/');
  if (isSplitScope && second === undefined) return malformed('a scope is no package');
  const name = isSplitScope ? `${first}/${second}` : first;
  const [selector, ...beyond] = isSplitScope ? further : [...(second === undefined ? [] : [second]), ...further];
  if (beyond.length > 0 || !isPackageName(name)) return { type: 'unknown' };
  if (selector === undefined) return { type: 'packument', name };
  return isExactVersion(selector) || /^[A-Za-z0-9._~-]{1,214}$/.test(selector) ? { type: 'manifest', name, selector } : { type: 'unknown' };
}

/**
 * `<name>/-/<base>-<version>.tgz`, behind any prefix: npm sets the host of a lockfile's address to this registry and keeps the path
 * that another registry had. Name and version alone decide what is judged and sent, so that a prefix cannot mean anything.
 */
function tarballAt(path: readonly string[], file: string): Route {
  const last = path.at(-1) ?? '';
  const scope = path.at(-2);
  const name = last.includes('/') || scope?.startsWith('@') !== true || scope.includes('/') ? last : `${scope}/${last}`;
  if (!isPackageName(name) || path.includes('-')) return { type: 'unknown' };
  const base = name.slice(name.lastIndexOf('/') + 1);
  const version = file.startsWith(`${base}-`) && file.endsWith('.tgz') ? file.slice(base.length + 1, -'.tgz'.length) : '';
  return isExactVersion(version) ? { type: 'tarball', name, version } : { type: 'unknown' };
}

function named(path: readonly string[], route: (name: string) => Route): Route {
  const name = path.join('/');
  return isPackageName(name) ? route(name) : { type: 'unknown' };
}

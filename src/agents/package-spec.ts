import semver from 'semver';

/** A package as a command line or a manifest asks for it. */
export type PackageSpec =
  /** `range` is a version, a semver range or a dist-tag; empty for none. */
  | { readonly type: 'registry'; readonly name: string; readonly range: string }
  /** A member of this repository. */
  | { readonly type: 'workspace' }
  /** Something that no registry vouches for, or no spec at all. */
  | { readonly type: 'refused'; readonly spec: string; readonly why: string };

/** Reads `name`, `name@range`, `alias@npm:name@range`; git, URL, file and folder specs are refused, each with its reason. */
export function parseSpec(spec: string): PackageSpec {
  const match = /^((?:@[^/@\s]{1,214}\/)?[^/@\s]{1,214})(?:@(.*))?$/s.exec(spec);
  const [, name, range = ''] = match ?? [];
  if (name !== undefined && isName(name) && !/^\.{1,2}$/.test(name))
    return range === '' && /\.(?:tgz|tar\.gz|tar)$/.test(name) ? refused(spec, 'a file') : parseRequest(name, range);
  return refused(spec, kindOf(spec) ?? 'nothing that can be read safely');
}

/** Reads a dependency of a manifest: a name and what is asked for under it. */
export function parseRequest(name: string, asked: string): PackageSpec {
  const request = asked.trim();
  if (request.startsWith('workspace:')) return { type: 'workspace' };
  if (request.startsWith('npm:')) {
    const target = request.slice(4);
    const at = target.indexOf('@', 1);
    const [aliased, range] = at === -1 ? [target, ''] : [target.slice(0, at), target.slice(at + 1)];
    // berry writes `npm:^1.0.0` for a range of the package itself.
    if (semver.validRange(target) !== null) return { type: 'registry', name, range: target };
    return isName(aliased) && isRange(range)
      ? { type: 'registry', name: aliased, range }
      : refused(`${name}@${asked}`, 'an alias that cannot be read');
  }
  if (isRange(request)) return { type: 'registry', name, range: request };
  return refused(`${name}@${asked}`, kindOf(request) ?? 'nothing that can be read safely');
}

/** A range, or a tag: a tag is a word that needs no encoding, as npm takes it. */
function isRange(text: string): boolean {
  return semver.validRange(text, { loose: true }) !== null || (/^[A-Za-z][\w.-]{0,100}$/.test(text) && !/^\.{1,2}$/.test(text));
}

function isName(text: string): boolean {
  return text.length <= 214 && /^(?:@[a-z0-9~_-][a-z0-9~._-]*\/)?[a-z0-9~_-][a-z0-9~._-]*$/i.test(text);
}

function kindOf(spec: string): string | undefined {
  if (/^(?:git\b|git[+@:]|(?:github|gitlab|bitbucket|gist):|ssh:)|\.git(?:#|$)/i.test(spec)) return 'a git repository';
  if (/^[a-z]+:\/\//i.test(spec)) return /^https?:\/\/(?:[^/]+@)?(?:github|gitlab|bitbucket)\./i.test(spec) ? 'a git repository' : 'a URL';
  if (/^(?:file|link|portal|patch|exec):/i.test(spec)) return 'a file or folder';
  if (/^(?:\.{0,2}\/|~\/|\.{1,2}$|[a-z]:[\\/])|\.(?:tgz|tar\.gz|tar)$/i.test(spec)) return 'a file or folder';
  // npm takes `owner/repository` for GitHub.
  if (/^[^@\s/]+\/[^@\s/]+$/.test(spec)) return 'a git repository';
  if (/^(?:catalog|jsr):/i.test(spec)) return `a ${spec.slice(0, spec.indexOf(':'))} reference`;
  return undefined;
}

function refused(spec: string, why: string): PackageSpec {
  return { type: 'refused', spec, why };
}

/**
 * The version that a client takes for a range or tag today: the tag's, else `latest` where the range allows it, else the
 * highest that the range allows. Undefined where there is none. Source: npm-pick-manifest.
 */
export function pickVersion(versions: readonly string[], distTags: Readonly<Record<string, string>>, range: string): string | undefined {
  const asked = range === '' ? 'latest' : range;
  const tagged = Object.hasOwn(distTags, asked) ? distTags[asked] : undefined;
  if (tagged !== undefined) return versions.includes(tagged) ? tagged : undefined;
  if (semver.validRange(asked, { loose: true }) === null)
    return asked === 'latest' ? (semver.maxSatisfying([...versions], '*') ?? undefined) : undefined;
  const latest = Object.hasOwn(distTags, 'latest') ? distTags['latest'] : undefined;
  if (latest !== undefined && versions.includes(latest) && semver.satisfies(latest, asked, { loose: true })) return latest;
  return semver.maxSatisfying([...versions], asked, { loose: true }) ?? undefined;
}

/** A source repository in its normal form: what two ways of writing it have in common. */
export interface Repository {
  /** Lower-case host name with its port, e.g. `github.com`. */
  readonly host: string;
  /** Path without slashes at its ends and without `.git`; case kept. */
  readonly path: string;
  /** The folder of a monorepo, where the address names one. */
  readonly directory?: string;
}

const shorthandHosts: Readonly<Record<string, string>> = { github: 'github.com', gitlab: 'gitlab.com', bitbucket: 'bitbucket.org' };
/** Hosts on which the case of a path makes no difference; everywhere else it may. */
const caseInsensitiveHosts: ReadonlySet<string> = new Set(['github.com', 'gitlab.com', 'bitbucket.org']);
const maxLength = 1024;

/**
 * Reads a repository as package.json and provenance write it: `git+https://…`, `git://…`, `ssh://git@…`, the scp form
 * `git@host:path`, the shorthands `github:owner/name` and `owner/name`, with `.git`, a fragment, or a browser's
 * `/tree/<ref>/<folder>`. Undefined when it is none of these, or not printable ASCII.
 */
export function readRepository(text: string): Repository | undefined {
  if (text.length > maxLength || !/^[!-[\]-~]+$/.test(text.trim())) return undefined;
  const plain = text.trim();
  const shorthand = /^(?:(github|gitlab|bitbucket):)?([A-Za-z0-9._-]+\/[A-Za-z0-9._-]+)(?:#.*)?$/.exec(plain);
  if (shorthand !== null) return repository(shorthandHosts[shorthand[1] ?? 'github'] ?? '', shorthand[2] ?? '');
  const scp = /^(?:[A-Za-z0-9._-]+@)?([A-Za-z0-9.-]+):(?!\/\/)\/?([^:#?]+)(?:#.*)?$/.exec(plain);
  if (scp !== null) return repository(scp[1] ?? '', scp[2] ?? '');
  const url = parseUrl(plain.replace(/^git\+/, ''));
  if (url === undefined || !['https:', 'http:', 'git:', 'ssh:', 'git+ssh:'].includes(url.protocol)) return undefined;
  return repository(url.host, decode(url.pathname));
}

/** Whether two normal forms name one repository. Folders do not matter. */
export function isSameRepository(a: Repository, b: Repository): boolean {
  if (a.host !== b.host) return false;
  return caseInsensitiveHosts.has(a.host) ? a.path.toLowerCase() === b.path.toLowerCase() : a.path === b.path;
}

/** `host/path`, for people. */
export function formatRepository({ host, path }: Repository): string {
  return `${host}/${path}`;
}

function repository(host: string, path: string): Repository | undefined {
  const name = host.toLowerCase().replace(/^www\./, '');
  const parts = path.split('/').filter((part) => part !== '');
  const browsed = parts.findIndex((part, index) => index >= 2 && ['tree', 'blob', '-'].includes(part));
  const own = browsed === -1 ? parts : parts.slice(0, browsed);
  if (own.length < 2 || own.some((part) => part === '.' || part === '..')) return undefined;
  const folder = browsed === -1 ? [] : parts.slice(browsed + (parts[browsed] === '-' ? 3 : 2));
  const normal = { host: name, path: own.join('/').replace(/\.git$/, '') };
  return folder.length === 0 ? normal : { ...normal, directory: folder.join('/') };
}

function parseUrl(text: string): URL | undefined {
  return URL.canParse(text) ? new URL(text) : undefined;
}

function decode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path; // a stray percent sign stays what it is, and then equals nothing
  }
}

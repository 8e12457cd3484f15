import { GateError } from '../model/gate-error.ts';
import { inertLine } from '../model/inert.ts';
import { type PolicyNode, entriesOf, isEmpty, itemsOf, parsePolicyDocument, scalarOf, textOf, wrong } from '../policy/document.ts';

/** A `repos.yaml`: which repositories belong together, and what holds for all of them. Paths are as they are written. */
export interface RepositoryList {
  /** What the audits of this list are called: they are compared with each other, wherever the file lies. Absent: the file's own place. */
  readonly name?: string;
  /** Policy file that no repository may go below. */
  readonly floor?: string;
  /** An `.npmrc` that takes the place of the repositories' own: none of them can send the questions elsewhere. */
  readonly npmrc?: string;
  readonly repositories: readonly ListedRepository[];
}

export interface ListedRepository {
  readonly name: string;
  readonly at: { readonly path: string } | { readonly url: string };
  readonly revision?: string;
  readonly tags: readonly string[];
  /** Folders whose lockfiles are not audited. */
  readonly ignore: readonly string[];
  /** Policy file in place of the repository's own. */
  readonly policy?: string;
  /** Policy file for a repository that has none. */
  readonly fallbackPolicy?: string;
  readonly line: number;
}

const topKeys = ['version', 'name', 'floor', 'npmrc', 'defaults', 'repositories'];
const defaultKeys = ['revision', 'tags', 'ignore', 'policy'];
const repositoryKeys = ['name', 'path', 'url', 'revision', 'tags', 'ignore', 'policy'];
const mostRepositories = 100_000;
/** A name is stored, shown, and part of file names. */
const longestName = 200;

/**
 * Reads a `repos.yaml`. Nothing in it is ignored: unknown keys, names that are given twice and addresses that git may not be sent to are
 * refused with their place. Throws `GateError` (`configuration-invalid`).
 */
export function readRepositoryList(text: string, path: string): RepositoryList {
  try {
    return readList(parsePolicyDocument(text, path, 'the list of repositories'));
  } catch (error) {
    if (!(error instanceof GateError)) throw error;
    const { message, location, hint } = error;
    throw new GateError('configuration-invalid', message, {
      ...(location === undefined ? {} : { location }),
      ...(hint === undefined ? {} : { hint }),
      cause: error,
    });
  }
}

function readList(root: PolicyNode): RepositoryList {
  const entries = entriesOf(root, topKeys);
  const version = entries.get('version');
  if (version === undefined) throw wrong(root, 'does not say its version', 'start it with: version: 1');
  if (scalarOf(version) !== 1) throw wrong(version, 'must be 1', 'this Lockgate knows version 1 of the list');
  const defaults = readDefaults(entries.get('defaults'));
  const list = entries.get('repositories');
  const items = list === undefined ? [] : itemsOf(list);
  if (items.length === 0) throw wrong(list ?? root, 'names no repository', 'repositories: [{ path: ../shop }]');
  if (items.length > mostRepositories) throw wrong(list ?? root, `names more than ${mostRepositories} repositories`);
  const repositories = items.map((item) => readRepository(item, defaults));
  refuseDoubles(repositories, items);
  const [name, floor, npmrc] = ['name', 'floor', 'npmrc'].map((key) => plainText(entries.get(key), 200));
  return {
    ...(name === undefined ? {} : { name }),
    ...(floor === undefined ? {} : { floor }),
    ...(npmrc === undefined ? {} : { npmrc }),
    repositories,
  };
}

interface Defaults {
  readonly revision?: string;
  readonly tags: readonly string[];
  readonly ignore: readonly string[];
  readonly fallbackPolicy?: string;
}

function readDefaults(node: PolicyNode | undefined): Defaults {
  const entries = node === undefined ? new Map<string, PolicyNode>() : entriesOf(node, defaultKeys);
  const revision = plainText(entries.get('revision'), 255);
  const fallbackPolicy = plainText(entries.get('policy'), 1000);
  return {
    tags: textsOf(entries.get('tags'), 100),
    ignore: foldersOf(entries.get('ignore')),
    ...(revision === undefined ? {} : { revision }),
    ...(fallbackPolicy === undefined ? {} : { fallbackPolicy }),
  };
}

function readRepository(item: PolicyNode, defaults: Defaults): ListedRepository {
  const entries = entriesOf(item, repositoryKeys);
  const path = plainText(entries.get('path'), 4000);
  const urlNode = entries.get('url');
  const url = urlNode === undefined ? undefined : gitUrl(urlNode);
  if ((path === undefined) === (url === undefined)) throw wrong(item, 'needs either path or url', 'path: ../shop, or url: https://…');
  const revision = plainText(entries.get('revision'), 255) ?? defaults.revision;
  if (revision?.startsWith('-') === true) throw wrong(entries.get('revision') ?? item, 'must not begin with a dash');
  const policy = plainText(entries.get('policy'), 1000);
  const at = url === undefined ? { path: path ?? '' } : { url };
  const name = plainText(entries.get('name'), longestName) ?? nameOf(at);
  if (name === '') throw wrong(item, 'needs a name', 'name: shop');
  if (name.length > longestName) throw wrong(item, `needs a name of at most ${longestName} characters`, 'name: shop');
  return {
    name,
    at,
    tags: [...new Set([...defaults.tags, ...textsOf(entries.get('tags'), 100)])],
    ignore: [...new Set([...defaults.ignore, ...foldersOf(entries.get('ignore'))])],
    ...(revision === undefined ? {} : { revision }),
    ...(policy === undefined ? {} : { policy }),
    ...(defaults.fallbackPolicy === undefined ? {} : { fallbackPolicy: defaults.fallbackPolicy }),
    line: item.location.line,
  };
}

/** The last part of an address, as people call a repository. */
function nameOf(at: ListedRepository['at']): string {
  const address = 'url' in at ? at.url : at.path;
  const last = address.split(/[/\\:]/).findLast((part) => part !== '' && part !== '.' && part !== '..') ?? '';
  return last.replace(/\.git$/, '');
}

function refuseDoubles(repositories: readonly ListedRepository[], items: readonly PolicyNode[]): void {
  const lines = new Map<string, number>();
  for (const [index, { name, line }] of repositories.entries()) {
    const first = lines.get(name);
    const item = items[index];
    if (first !== undefined && item !== undefined)
      throw wrong(item, `is called ${JSON.stringify(name)}, as the one in line ${first}`, 'give one of them another name');
    lines.set(name, line);
  }
}

function textsOf(node: PolicyNode | undefined, limit: number): readonly string[] {
  if (node === undefined) return [];
  return itemsOf(node).flatMap((item) => plainText(item, limit) ?? []);
}

/** Folders inside a repository; its top would leave nothing of it. */
function foldersOf(node: PolicyNode | undefined): readonly string[] {
  return textsOf(node, 1000).map((text) => {
    const steps = text.split('/').filter((step, index) => step !== '.' && !(step === '' && index > 0));
    if (node !== undefined && (steps.length === 0 || steps[0] === '' || steps.includes('..')))
      throw wrong(node, `names no folder inside the repository: ${JSON.stringify(text.slice(0, 100))}`, 'ignore: [test/fixtures]');
    return steps.join('/');
  });
}

/** One line of text without control characters; undefined where nothing is written. */
function plainText(node: PolicyNode | undefined, limit: number): string | undefined {
  if (node === undefined || isEmpty(node)) return undefined;
  const text = textOf(node);
  if (text.length > limit) throw wrong(node, `must be at most ${limit} characters`);
  if (inertLine(text, limit * 12) !== text) throw wrong(node, 'must be one line without control characters');
  return text;
}

/**
 * An address that git may be sent to: https, ssh (also as `git@host:path`), or file. Commands (`ext::`), unencrypted transports, options
 * in disguise, and passwords or queries with tokens, which would end up in reports, are refused.
 */
function gitUrl(node: PolicyNode): string {
  const text = plainText(node, 2000) ?? '';
  const how = 'https://git.example/acme/shop.git, or git@git.example:acme/shop.git';
  if (/^[A-Za-z0-9._]+@[A-Za-z0-9.-]+:(?!\/\/)[^-\s][^\s]*$/.test(text) && !text.includes('::')) return text;
  if (!URL.canParse(text) || /\s/.test(text)) throw wrong(node, 'must be the address of a git repository', how);
  const { protocol, password, username, hostname, search, hash } = new URL(text);
  const isLoopback = hostname === '127.0.0.1' || hostname === 'localhost';
  if (!(['https:', 'ssh:', 'file:'].includes(protocol) || (protocol === 'http:' && isLoopback)))
    throw wrong(node, `must be https, ssh or file, not ${protocol.slice(0, 20)}`, how);
  if (password !== '' || (protocol === 'https:' && username !== ''))
    throw wrong(node, 'must not hold a user or a password', "git's credential helper, or an SSH key, keeps it out of the file");
  if (search !== '' || hash !== '')
    throw wrong(node, 'must not have a query or a fragment', "a token belongs into git's credential helper, a branch into revision");
  if (hostname.startsWith('-')) throw wrong(node, 'must not have a host that begins with a dash');
  return text;
}

import type { BomRef, Source } from '../model/component.ts';
import { hashFromHex, integrityOf, parseIntegrity, type Integrity } from '../model/integrity.ts';
import { purlOf } from '../model/purl.ts';
import { assertPackageName, childrenOf, invalidLockfile, textOf, type YarnNode } from './yarn-document.ts';
import type { UnscopedComponent } from './yarn-inventory.ts';
import { bomRefNamer } from './yarn-inventory.ts';
import { fileSource, isGit, remoteSource, withoutCredentials } from './yarn-source.ts';

/** One package of a yarn 1 lockfile, with the patterns (`name@range`) that lead to it. */
export interface ClassicEntry {
  readonly component: UnscopedComponent;
  readonly node: YarnNode;
}

/** What a yarn 1 pattern asks for: `name@range`, with the real name where it is an alias (`a@npm:real@range`). */
interface ClassicPattern {
  readonly name: string;
  readonly range: string;
  /** The name that the registry knows; undefined where the pattern names no package of a registry. */
  readonly registryName?: string;
}

/**
 * Turns the entries into components, found by each of their patterns. Patterns of one entry that stand for different
 * packages become components of their own: none of them is judged by another one's name.
 * None of them takes the bom-ref of a workspace (`own`).
 * @throws GateError for an entry without a version, or with a name that no package can have
 */
export function readClassicEntries(
  nodes: ReadonlyMap<string, YarnNode>,
  file: string,
  own: Iterable<BomRef>,
): ReadonlyMap<string, ClassicEntry> {
  const patternsOfNode = new Map<YarnNode, ClassicPattern[]>();
  for (const [key, node] of nodes) {
    const patterns = patternsOfNode.get(node) ?? [];
    patterns.push(parsePattern(key));
    patternsOfNode.set(node, patterns);
  }
  const nameRef = bomRefNamer(own);
  const entries = new Map<string, ClassicEntry>();
  for (const [node, patterns] of patternsOfNode) {
    const version = textOf(node, 'version');
    if (version === undefined) throw invalidLockfile(file, node.line, 'starts an entry without a version');
    for (const [name, group] of groupByName(patterns, node)) {
      for (const { name: asked } of group) assertPackageName(asked, file, node.line);
      assertPackageName(name, file, node.line);
      const source = sourceOf(group, node);
      const integrity = integrityIn(node, source);
      const alias = aliasOf(name, group);
      const component: UnscopedComponent = {
        bomRef: nameRef(`${name}@${version}`),
        purl: purlOf(name, version, source),
        name,
        version,
        source,
        location: { file, line: node.line },
        ...(integrity === undefined ? {} : { integrity }),
        ...(alias === undefined ? {} : { alias }),
      };
      for (const { name: asked, range } of group) entries.set(`${asked}@${range}`, { component, node });
    }
  }
  return entries;
}

/** The dependencies of an entry: name, node with the range as text, and whether yarn may leave it out. */
export function* dependenciesOf(node: YarnNode): Generator<{ name: string; range: string; line: number; isOptional: boolean }> {
  const optional = childrenOf(node, 'optionalDependencies');
  for (const [name, { text: range = '', line }] of childrenOf(node, 'dependencies')) {
    if (!optional.has(name)) yield { name, range, line, isOptional: false };
  }
  for (const [name, { text: range = '', line }] of optional) yield { name, range, line, isOptional: true };
}

function parsePattern(key: string): ClassicPattern {
  const [name, range] = splitAtRange(key);
  if (range.startsWith('npm:')) {
    const [inner] = splitAtRange(range.slice('npm:'.length));
    return { name, range, registryName: /^[\d^~<>=*]/.test(inner) ? name : inner };
  }
  return /[:/]/.test(range) ? { name, range } : { name, range, registryName: name };
}

/** Cuts at the `@` that does not start a scope. */
function splitAtRange(pattern: string): readonly [name: string, range: string] {
  const at = pattern.indexOf('@', 1);
  return at === -1 ? [pattern, ''] : [pattern.slice(0, at), pattern.slice(at + 1)];
}

/**
 * The patterns by the package that they get. What an alias of the entry stands for, every pattern of that name gets: a
 * `resolutions` entry has replaced it. A URL, git or file pattern takes the name of its entry: another pattern's, or the
 * `name` field.
 */
function groupByName(patterns: readonly ClassicPattern[], node: YarnNode): ReadonlyMap<string, readonly ClassicPattern[]> {
  const aliases = new Map<string, string>();
  for (const { name, range, registryName } of patterns) {
    if (registryName !== undefined && range.startsWith('npm:') && !aliases.has(name)) aliases.set(name, registryName);
  }
  const shared = patterns.find(({ registryName }) => registryName !== undefined)?.registryName ?? textOf(node, 'name');
  const groups = new Map<string, ClassicPattern[]>();
  for (const pattern of patterns) {
    const own = pattern.range.startsWith('npm:') ? pattern.registryName : aliases.get(pattern.name);
    const name = own ?? pattern.registryName ?? shared ?? pattern.name;
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [pattern]);
    else group.push(pattern);
  }
  return groups;
}

/** The name it is imported under, where all patterns agree on one that is not its own. */
function aliasOf(name: string, patterns: readonly ClassicPattern[]): string | undefined {
  const [asked, ...others] = new Set(patterns.map((pattern) => pattern.name));
  return others.length === 0 && asked !== name ? asked : undefined;
}

function sourceOf(patterns: readonly ClassicPattern[], node: YarnNode): Source {
  const resolved = textOf(node, 'resolved');
  const exotic = patterns.find(({ registryName }) => registryName === undefined);
  if (exotic === undefined || patterns.some(({ registryName }) => registryName !== undefined)) {
    if (resolved === undefined || !/^[a-z][a-z0-9+.-]*:|^git@/i.test(resolved)) return { type: 'registry' };
    // A registry serves archives over http: anything else was put there by hand.
    if (!/^https?:/i.test(resolved) || isGit(resolved)) return exoticSource(resolved);
    return { type: 'registry', url: withoutCredentials(withoutFragment(resolved)) };
  }
  return isOnDisk(exotic.range) ? exoticSource(exotic.range) : exoticSource(resolved ?? exotic.range);
}

function exoticSource(address: string): Source {
  // Yarn 1 writes all paths relative to the lockfile, whichever member declares them.
  return isOnDisk(address) ? fileSource(withoutFragment(address).replace(/^(?:file|link):/, ''), '.') : remoteSource(address);
}

function isOnDisk(address: string): boolean {
  return /^(?:file:|link:|\.{0,2}\/)/.test(address);
}

/** The hashes of `integrity`, and the SHA-1 that yarn 1 writes behind the URL. */
function integrityIn(node: YarnNode, source: Source): Integrity | undefined {
  const resolved = textOf(node, 'resolved') ?? '';
  const sha1 = hashFromHex('sha1', resolved.slice(withoutFragment(resolved).length + 1));
  const written = parseIntegrity(textOf(node, 'integrity') ?? '') ?? [];
  // Behind the address of a git repository it is the commit, no digest of an archive.
  return integrityOf(sha1 === undefined || source.type === 'git' ? written : [...written, sha1]);
}

function withoutFragment(address: string): string {
  const hash = address.indexOf('#');
  return hash === -1 ? address : address.slice(0, hash);
}

import { bomRef, type BomRef } from '../model/component.ts';
import type { Edge, EdgeKind, LockfileFact } from '../model/inventory.ts';
import { namesIn, type BunEntry } from './bun-entry.ts';
import type { BunWorkspace } from './bun-workspaces.ts';
import { isJsonObject, member, type JsonObject, type JsonValue } from './json-document.ts';
import { rootRef } from './npm-components.ts';

export interface BunEdges {
  readonly edges: ReadonlyMap<BomRef, readonly Edge[]>;
  readonly unresolved: readonly LockfileFact[];
}

/** The bom-ref of a project: the root's path is empty. */
export function workspaceRef(path: string): BomRef {
  return path === '' ? rootRef : bomRef(`workspace:${path}`);
}

/**
 * Resolves every dependency as bun's own reader does: below the asking entry first, then one name further up each time.
 * The root leads to every other project, because bun installs them all together.
 */
export function bunEdgesOf(workspaces: readonly BunWorkspace[], entries: ReadonlyMap<string, BunEntry>): BunEdges {
  const edges = new Map<BomRef, readonly Edge[]>();
  const unresolved: LockfileFact[] = [];
  const projects = new Map(workspaces.map(({ path }) => [path === '' ? 'root:' : `workspace:${path}`, workspaceRef(path)]));

  const refOf = (entry: BunEntry): BomRef => projects.get(entry.reference) ?? bomRef(entry.key);
  const resolve = (above: readonly string[], name: string): BomRef | undefined => {
    for (let depth = above.length; depth >= 0; depth -= 1) {
      const entry = entries.get([...above.slice(0, depth), name].join('/'));
      if (entry !== undefined) return refOf(entry);
    }
    return undefined;
  };
  const add = (from: BomRef, above: readonly string[], value: JsonObject, location: BunEntry['location']): void => {
    const list: Edge[] = [];
    for (const { name, range, kind, mayBeAbsent } of bunWants(value)) {
      const to = resolve(above, name);
      if (to !== undefined) list.push({ to, kind, name, range });
      else if (!mayBeAbsent) unresolved.push({ type: 'unresolved-dependency', from, name, range, location });
    }
    if (list.length > 0 || from === rootRef) edges.set(from, list);
  };

  for (const { path, name, value, location } of workspaces) add(workspaceRef(path), path === '' ? [] : [name], value, location);
  for (const entry of entries.values()) {
    if (!projects.has(entry.reference)) add(bomRef(entry.key), namesIn(entry.key), entry.meta, entry.location);
  }
  const direct = edges.get(rootRef) ?? [];
  const known = new Set(direct.filter(({ kind }) => kind === 'prod').map(({ to }) => to));
  const members = workspaces.filter(({ path }) => path !== '' && !known.has(workspaceRef(path)));
  edges.set(rootRef, [...direct, ...members.map(({ path, name }): Edge => ({ to: workspaceRef(path), kind: 'prod', name }))]);
  return { edges, unresolved };
}

interface BunWanted {
  readonly name: string;
  readonly range: string;
  readonly kind: EdgeKind;
  readonly mayBeAbsent: boolean;
}

/** What an entry or a project asks for: a name in several groups counts in the first of them. */
export function bunWants(value: JsonObject): readonly BunWanted[] {
  const listed = member(value, 'optionalPeers');
  const optionalPeers = new Set<JsonValue>(Array.isArray(listed) ? listed : []);
  const wants = new Map<string, BunWanted>();
  for (const [group, kind] of groups) {
    const ranges = member(value, group);
    for (const [name, range] of isJsonObject(ranges) ? Object.entries(ranges) : []) {
      if (wants.has(name) || typeof range !== 'string') continue;
      wants.set(name, { name, range, kind, mayBeAbsent: kind === 'optional' || (kind === 'peer' && optionalPeers.has(name)) });
    }
  }
  return [...wants.values()];
}

const groups: readonly (readonly [string, EdgeKind])[] = [
  ['optionalDependencies', 'optional'],
  ['dependencies', 'prod'],
  ['devDependencies', 'dev'],
  ['peerDependencies', 'peer'],
];

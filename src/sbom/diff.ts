import semver from 'semver';
import type { Component } from '../model/component.ts';
import { compareIntegrity } from '../model/integrity.ts';
import type { Inventory } from '../model/inventory.ts';
import { compareText } from './contents.ts';

/** One difference between two SBOMs, by package name. */
export type SbomChange =
  | { readonly type: 'added'; readonly after: Component }
  | { readonly type: 'removed'; readonly before: Component }
  | { readonly type: 'upgraded' | 'downgraded' | 'version-changed'; readonly before: Component; readonly after: Component }
  /** The same package with another licence; the versions may differ, too. */
  | { readonly type: 'licence-changed'; readonly before: Component; readonly after: Component; readonly from: string; readonly to: string }
  /** The same name and version from somewhere else: a repository, a URL or a folder instead of the registry, or another one of these. */
  | { readonly type: 'source-changed'; readonly before: Component; readonly after: Component }
  /** The alarm: one name and version, other bytes. Registries promise that this never happens. */
  | { readonly type: 'hash-changed'; readonly before: Component; readonly after: Component };

export interface SbomDiff {
  /** Alarms first, then by name; nothing else decides the order. */
  readonly changes: readonly SbomChange[];
  /** Whether any of them is a `hash-changed`. */
  readonly isAlarming: boolean;
}

const order: readonly SbomChange['type'][] = [
  'hash-changed',
  'source-changed',
  'licence-changed',
  'added',
  'upgraded',
  'version-changed',
  'downgraded',
  'removed',
];

/**
 * Compares what two inventories contain, wherever they were read from. Copies of one version count once; of several
 * versions of one package those that both sides have are matched first, then the nearest of the others.
 */
export function diffSboms(before: Inventory, after: Inventory): SbomDiff {
  const old = versionsByName(before);
  const young = versionsByName(after);
  const changes: SbomChange[] = [];
  for (const name of new Set([...old.keys(), ...young.keys()])) {
    changes.push(...changesOf(old.get(name) ?? new Map(), young.get(name) ?? new Map()));
  }
  changes.sort((a, b) => order.indexOf(a.type) - order.indexOf(b.type) || compareText(sortKey(a), sortKey(b)));
  return { changes, isAlarming: changes.some(({ type }) => type === 'hash-changed') };
}

type Versions = ReadonlyMap<string, readonly Component[]>;

function versionsByName({ components }: Inventory): ReadonlyMap<string, Versions> {
  const names = new Map<string, Map<string, Component[]>>();
  for (const component of components.values()) {
    const versions = names.get(component.name) ?? new Map<string, Component[]>();
    names.set(component.name, versions);
    const copies = versions.get(component.version) ?? [];
    versions.set(component.version, copies);
    copies.push(component);
  }
  return names;
}

function changesOf(before: Versions, after: Versions): readonly SbomChange[] {
  const changes: SbomChange[] = [];
  for (const [version, copies] of after) changes.push(...changesInside(before.get(version) ?? [], copies));
  const gone = firstCopies(before, after);
  const arrived = firstCopies(after, before);
  for (const [from, to] of pairs(gone, arrived)) {
    if (from === undefined) changes.push({ type: 'added', after: to });
    else if (to === undefined) changes.push({ type: 'removed', before: from });
    else changes.push({ type: direction(from.version, to.version), before: from, after: to }, ...licenceChange(from, to));
  }
  return changes;
}

/** What can change while name and version stay: the bytes, and what is said about the licence. */
function changesInside(before: readonly Component[], after: readonly Component[]): readonly SbomChange[] {
  const [old] = before;
  const [young] = after;
  if (old === undefined || young === undefined) return [];
  const swapped = after.find(({ integrity }) => integrity !== undefined && !before.some((copy) => mayBeSame(copy, integrity)));
  const moved = after.find((copy) => !before.some((other) => originOf(other) === originOf(copy)));
  return [
    ...(swapped === undefined ? [] : [{ type: 'hash-changed' as const, before: old, after: swapped }]),
    ...(moved === undefined ? [] : [{ type: 'source-changed' as const, before: old, after: moved }]),
    ...licenceChange(old, young),
  ];
}

/** Every registry counts as one: which of them a lockfile names is a setting of the machine that wrote it. */
function originOf({ source }: Component): string {
  switch (source.type) {
    case 'registry':
      return source.type;
    case 'git':
      return `${source.type} ${source.url} ${source.commit ?? ''}`;
    case 'tarball':
      return `${source.type} ${source.url}`;
    case 'file':
    case 'workspace':
      return `${source.type} ${source.path}`;
  }
}

function mayBeSame({ integrity }: Component, other: NonNullable<Component['integrity']>): boolean {
  return integrity === undefined || compareIntegrity(integrity, other) !== 'different';
}

/** A licence that one side does not know is no change: lockfiles of most package managers name none. */
function licenceChange(before: Component, after: Component): readonly SbomChange[] {
  const { licence: from } = before;
  const { licence: to } = after;
  if (from === undefined || to === undefined || from === to) return [];
  return [{ type: 'licence-changed', before, after, from, to }];
}

/** One copy of every version that the other side lacks. */
function firstCopies(versions: Versions, other: Versions): readonly Component[] {
  return [...versions].flatMap(([version, [first]]) => (other.has(version) || first === undefined ? [] : [first]));
}

/** Pairs versions of one major line first, the rest by order; what is left over was added or removed. */
function* pairs(
  gone: readonly Component[],
  arrived: readonly Component[],
): Generator<readonly [Component, Component | undefined] | readonly [undefined, Component]> {
  const byMajor = new Map<number, Component[]>();
  for (const from of [...gone].sort(byVersion)) byMajor.set(majorOf(from), [...(byMajor.get(majorOf(from)) ?? []), from]);
  const unmatched: Component[] = [];
  for (const to of [...arrived].sort(byVersion)) {
    const from = byMajor.get(majorOf(to))?.shift();
    if (from === undefined) unmatched.push(to);
    else yield [from, to];
  }
  const left = [...byMajor.values()].flat().sort(byVersion);
  for (const from of left) yield [from, unmatched.shift()];
  for (const to of unmatched) yield [undefined, to];
}

function direction(from: string, to: string): 'upgraded' | 'downgraded' | 'version-changed' {
  if (semver.valid(from) === null || semver.valid(to) === null) return 'version-changed';
  const order = semver.compare(from, to);
  return order < 0 ? 'upgraded' : order > 0 ? 'downgraded' : 'version-changed';
}

function majorOf({ version }: Component): number {
  return semver.valid(version) === null ? -1 : semver.major(version);
}

/** Semantic versions in their order, then everything else by code unit. */
function byVersion(a: Component, b: Component): number {
  const isSemantic = [a, b].map(({ version }) => semver.valid(version) !== null);
  if (isSemantic[0] !== isSemantic[1]) return isSemantic[0] === true ? -1 : 1;
  return (isSemantic[0] === true ? semver.compare(a.version, b.version) : 0) || compareText(a.version, b.version);
}

function sortKey(change: SbomChange): string {
  const component = change.type === 'removed' ? change.before : change.after;
  return `${component.name}\u0000${component.version}`;
}

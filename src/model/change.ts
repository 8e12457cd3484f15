import { type Component, labelOf } from './component.ts';
import { compareIntegrity } from './integrity.ts';
import type { Inventory } from './inventory.ts';
import { compareVersions } from './version-order.ts';

/** A difference between two inventories, for one package. */
export type Change =
  | { readonly type: 'added'; readonly after: Component }
  | { readonly type: 'removed'; readonly before: Component }
  /** Another version, or the same version from elsewhere or with other bytes. */
  | { readonly type: 'changed'; readonly before: Component; readonly after: Component };

/**
 * What changed from one inventory to another, across package managers too: packages are matched by name, copies of one
 * version count once, workspace members are left out. Sorted by name, then version. A digest or tarball URL that only one
 * side knows is no change; one that differs is.
 */
export function changesBetween(before: Inventory, after: Inventory): readonly Change[] {
  const old = byName(before);
  const fresh = byName(after);
  const names = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  return names.flatMap((name) => changesOf(old.get(name) ?? [], fresh.get(name) ?? []));
}

/** Whether a change keeps the version and yet is one: other bytes, or another origin. */
export function isSameVersion(change: Change): boolean {
  return change.type === 'changed' && change.before.version === change.after.version;
}

/** Distinct packages of one name: copies that agree in version, origin and bytes count once. */
function byName(inventory: Inventory): ReadonlyMap<string, readonly Component[]> {
  const names = new Map<string, Component[]>();
  const seen = new Set<string>();
  for (const component of inventory.components.values()) {
    const identity = JSON.stringify([labelOf(component), component.source, component.integrity ?? []]);
    if (component.source.type === 'workspace' || seen.has(identity)) continue;
    seen.add(identity);
    const known = names.get(component.name);
    if (known === undefined) names.set(component.name, [component]);
    else known.push(component);
  }
  return names;
}

function changesOf(before: readonly Component[], after: readonly Component[]): readonly Change[] {
  const added = after.filter((one) => !before.some((other) => isSame(other, one)));
  const removed = before.filter((one) => !after.some((other) => isSame(one, other)));
  const changes: Change[] = [];
  const open = new Set(removed);
  for (const one of [...added].sort(byVersion)) {
    const partner = partnerOf(one, [...open]);
    if (partner === undefined) {
      changes.push({ type: 'added', after: one });
    } else {
      open.delete(partner);
      changes.push({ type: 'changed', before: partner, after: one });
    }
  }
  return [...changes, ...[...open].sort(byVersion).map((one): Change => ({ type: 'removed', before: one }))];
}

/** The version that a new one replaces: the same version first, then the same place in the tree, then the nearest below, then any. */
function partnerOf(one: Component, candidates: readonly Component[]): Component | undefined {
  const sorted = [...candidates].sort(byVersion);
  return (
    sorted.find((other) => other.version === one.version) ??
    sorted.find((other) => other.bomRef === one.bomRef) ??
    sorted.findLast((other) => compareVersions(other.version, one.version) < 0) ??
    sorted[0]
  );
}

function isSame(before: Component, after: Component): boolean {
  if (before.version !== after.version || before.source.type !== after.source.type) return false;
  if (
    before.integrity !== undefined &&
    after.integrity !== undefined &&
    compareIntegrity(before.integrity, after.integrity) === 'different'
  )
    return false;
  return originOf(before) === undefined || originOf(after) === undefined || originOf(before) === originOf(after);
}

/** What says where the bytes come from; undefined where the lockfile does not say. */
function originOf({ source }: Component): string | undefined {
  switch (source.type) {
    case 'registry':
      return source.url === undefined || !URL.canParse(source.url) ? source.url : new URL(source.url).origin;
    case 'tarball':
      return source.url;
    case 'git':
      return `${source.url}#${source.commit ?? ''}`;
    case 'file':
    case 'workspace':
      return source.path;
  }
}

function byVersion(a: Component, b: Component): number {
  return compareVersions(a.version, b.version) || (a.bomRef < b.bomRef ? -1 : 1);
}

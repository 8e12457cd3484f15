import { type Component, labelOf } from './component.ts';
import type { Integrity } from './integrity.ts';
import { type Inventory, ownComponents } from './inventory.ts';
import { compareVersions } from './version-order.ts';

/** A difference between two inventories, for one package. */
export type Change =
  /** `isTransitive`: no manifest of this repository asks for that version, it came with another package. */
  | { readonly type: 'added'; readonly after: Component; readonly isTransitive?: true }
  | { readonly type: 'removed'; readonly before: Component }
  /** Another version, or the same version from elsewhere or with other bytes. */
  | { readonly type: 'changed'; readonly before: Component; readonly after: Component };

/**
 * What changed from one inventory to another, across package managers too: packages are matched by name, copies of one
 * version count once, workspace members are left out. Sorted by name, then version. A tarball URL that only one
 * side knows is no change; one that differs is, and so is a digest that differs, came or went. Between two package managers a strong digest settles it: each has its own
 * habit of naming hosts.
 */
export function changesBetween(before: Inventory, after: Inventory): readonly Change[] {
  const old = byName(before);
  const fresh = byName(after);
  const names = [...new Set([...old.keys(), ...fresh.keys()])].sort();
  const isSame = managerOf(before) === managerOf(after) ? isSameContent : isSameBytes;
  const direct = directLabels(after);
  return names.flatMap((name) =>
    changesOf(old.get(name) ?? [], fresh.get(name) ?? [], isSame).map((change) =>
      change.type === 'added' && !direct.has(labelOf(change.after)) ? { ...change, isTransitive: true as const } : change,
    ),
  );
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
    const identity = JSON.stringify([labelOf(component), component.alias ?? '', component.source, component.integrity ?? []]);
    if (component.source.type === 'workspace' || seen.has(identity)) continue;
    seen.add(identity);
    const known = names.get(component.name);
    if (known === undefined) names.set(component.name, [component]);
    else known.push(component);
  }
  return names;
}

/** `npm`, `yarn`, `pnpm` or `bun`. */
function managerOf({ origin }: Inventory): string {
  return /^[a-z]+/.exec(origin.format)?.[0] ?? origin.format;
}

/** `name@version` of what this repository's own manifests ask for. */
function directLabels(inventory: Inventory): ReadonlySet<string> {
  const labels = new Set<string>();
  for (const own of ownComponents(inventory)) {
    for (const { to } of inventory.edges.get(own.bomRef) ?? []) {
      const component = inventory.components.get(to);
      if (component !== undefined) labels.add(labelOf(component));
    }
  }
  return labels;
}

type Sameness = (before: Component, after: Component) => boolean;

function changesOf(before: readonly Component[], after: readonly Component[], isSame: Sameness): readonly Change[] {
  const [old, fresh] = [byVersionText(before), byVersionText(after)];
  const added = after.filter((one) => !old.get(one.version)?.some((other) => isSame(other, one))).sort(byVersion);
  const removed = before.filter((one) => !fresh.get(one.version)?.some((other) => isSame(one, other))).sort(byVersion);
  const partners = pair(added, removed);
  const taken = new Set(partners.values());
  return [
    ...added.map((one): Change => {
      const partner = partners.get(one);
      return partner === undefined ? { type: 'added', after: one } : { type: 'changed', before: partner, after: one };
    }),
    ...removed.filter((one) => !taken.has(one)).map((one): Change => ({ type: 'removed', before: one })),
  ];
}

/** More contents of one name and version than any honest lockfile has; the rest of a hostile one counts as changed. */
const mostContents = 64;

function byVersionText(components: readonly Component[]): ReadonlyMap<string, readonly Component[]> {
  const versions = new Map<string, Component[]>();
  for (const component of components) {
    const known = versions.get(component.version);
    if (known === undefined) versions.set(component.version, [component]);
    else if (known.length < mostContents) known.push(component);
  }
  return versions;
}

/**
 * Which version each new one replaces: the same version first, then the same place in the tree, then the nearest below, then
 * any. The surer ties come first, over all of them: another version must not take the partner of a package whose bytes changed
 * under the same version, and so hide it among the additions. Both lists are sorted; linear in both.
 */
function pair(added: readonly Component[], removed: readonly Component[]): ReadonlyMap<Component, Component> {
  const partners = new Map<Component, Component>();
  const open = new Set(removed);
  const join = (one: Component, partner: Component | undefined): void => {
    if (partner === undefined || !open.delete(partner)) return;
    partners.set(one, partner);
  };
  const lonely = (): readonly Component[] => added.filter((one) => !partners.has(one));
  for (const key of [(one: Component) => one.version, (one: Component) => one.bomRef]) {
    const candidates = new Map([...open].reverse().map((one) => [key(one), one]));
    for (const one of lonely()) join(one, candidates.get(key(one)));
  }
  const below: Component[] = [];
  const ascending = [...open];
  let next = 0;
  for (const one of lonely()) {
    for (let other = ascending[next]; other !== undefined && compareVersions(other.version, one.version) < 0; other = ascending[++next])
      below.push(other);
    join(one, below.pop());
  }
  const rest = [...open];
  for (const [index, one] of lonely().entries()) join(one, rest[index]);
  return partners;
}

/** Nothing that an installer goes by has changed. Where no digest speaks for the bytes, the whole address must. */
function isSameContent(before: Component, after: Component): boolean {
  if (before.version !== after.version || before.source.type !== after.source.type || before.alias !== after.alias) return false;
  if (!isPinnedAlike(before, after)) return false;
  const [from, to] = [originOf(before), originOf(after)];
  return from === undefined || to === undefined || from === to;
}

function isSameBytes(before: Component, after: Component): boolean {
  if (before.version !== after.version || before.source.type !== after.source.type) return false;
  if (isSameContent(before, after) || (isStrong(before.integrity) && isPinnedAlike(before, after))) return true;
  return isNamedAlone(before) || isNamedAlone(after);
}

/** Installers verify the strongest algorithm alone and take any digest of it: the same ones, or none at all on both sides. */
function isPinnedAlike({ integrity: before }: Component, { integrity: after }: Component): boolean {
  if (before === undefined || after === undefined) return before === after;
  // An inventory keeps them sorted, the strongest algorithm first.
  const { algorithm } = before[0];
  for (let index = 0; ; index += 1) {
    const [one, other] = [before[index], after[index]].map((hash) => (hash?.algorithm === algorithm ? hash.digest : undefined));
    if (one !== other) return false;
    if (one === undefined) return true;
  }
}

/** SHA-2: collisions of SHA-1 and MD5 can be made. */
function isStrong(integrity: Integrity | undefined): boolean {
  return integrity !== undefined && integrity[0].algorithm !== 'sha1' && integrity[0].algorithm !== 'md5';
}

/** Yarn's lockfiles name neither digest nor address of a registry's tarball: the name and version are all there is. */
function isNamedAlone({ source, integrity }: Component): boolean {
  return source.type === 'registry' && source.url === undefined && integrity === undefined;
}

/** What says where the bytes come from, of a pinned package its host alone; undefined where the lockfile does not say. */
function originOf({ source, integrity }: Component): string | undefined {
  switch (source.type) {
    case 'registry':
      return source.url !== undefined && integrity !== undefined && URL.canParse(source.url) ? new URL(source.url).origin : source.url;
    case 'tarball':
      return source.url;
    case 'git':
      // npm and bun write `git+https:` for the same address that others write without.
      return `${source.url.replace(/^git\+/, '')}#${source.commit ?? ''}`;
    case 'file':
    case 'workspace':
      return source.path;
  }
}

function byVersion(a: Component, b: Component): number {
  return compareVersions(a.version, b.version) || (a.bomRef < b.bomRef ? -1 : 1);
}

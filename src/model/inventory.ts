import type { BomRef, Component, Location } from './component.ts';

export type EdgeKind = 'prod' | 'dev' | 'optional' | 'peer';

/** One resolved dependency: what `from` asked for and which copy it gets. */
export interface Edge {
  readonly to: BomRef;
  readonly kind: EdgeKind;
  /** The name it was asked for by (an alias stays an alias). */
  readonly name: string;
  /** The range as declared, where the lockfile keeps it. */
  readonly range?: string;
}

/** A dependency that a manifest of this repository declares. */
export interface DeclaredDependency {
  readonly name: string;
  readonly range: string;
  readonly kind: EdgeKind;
  readonly location: Location;
  /** What it resolves to, or undefined where the lockfile has no entry for it. */
  readonly to?: BomRef;
}

/** Something the parser noticed that is not part of the graph. Checks turn these into findings. */
export type LockfileFact =
  /** The lockfile is newer than anything this reader was tested on; its shape fitted. */
  | { readonly type: 'unknown-version'; readonly version: string; readonly newestKnown: string; readonly location: Location }
  /** The manifest declares something that the lockfile does not hold, or holds with another range. */
  | {
      readonly type: 'manifest-drift';
      readonly manifest: string;
      readonly name: string;
      readonly declared?: string;
      readonly locked?: string;
      readonly location: Location;
    }
  /** A name of this repository's own workspace was resolved from a registry instead of being linked. */
  | { readonly type: 'workspace-from-registry'; readonly name: string; readonly component: BomRef; readonly location: Location }
  /** A `resolutions` or `overrides` entry that the lockfile does not follow. */
  | {
      readonly type: 'override-ignored';
      readonly selector: string;
      readonly wanted: string;
      readonly locked: string;
      readonly location: Location;
    }
  /** A dependency that the lockfile declares and does not resolve. */
  | {
      readonly type: 'unresolved-dependency';
      readonly from: BomRef;
      readonly name: string;
      readonly range: string;
      readonly location: Location;
    }
  /** The file describes a package twice, with different bytes: one reader installs what another never sees. */
  | { readonly type: 'contradictory-halves'; readonly path: string; readonly location: Location }
  /** The file holds git conflict markers; both sides were read. */
  | { readonly type: 'conflict-markers'; readonly location: Location };

/** Which file an inventory was read from. */
export interface InventoryOrigin {
  /** Path relative to the project, posix separators. */
  readonly path: string;
  /** Format and version, e.g. `npm-lock-v3`, `yarn-classic`, `yarn-berry-8`, `pnpm-9.0`, `bun-1`. */
  readonly format: string;
  /** SHA-256 of the lockfile's bytes, hexadecimal. */
  readonly digest: string;
}

/** The exact graph of one lockfile. */
export interface Inventory {
  /** The project itself; not in `components`. */
  readonly root: Component;
  /** Every installed copy and every workspace member except the root, in code-unit order of the bom-ref. */
  readonly components: ReadonlyMap<BomRef, Component>;
  /** Outgoing edges, the root's included; a component without dependencies may be missing. */
  readonly edges: ReadonlyMap<BomRef, readonly Edge[]>;
  readonly origin: InventoryOrigin;
  /** What the manifests of this repository declare: the root's and the workspace members'. */
  readonly declared: readonly DeclaredDependency[];
  readonly facts: readonly LockfileFact[];
  /** `overrides` / `resolutions` in force, selector to replacement, for the SBOM. */
  readonly overrides: ReadonlyMap<string, string>;
}

/** The project and its workspace members: the components that this repository itself holds, the root first. */
export function ownComponents(inventory: Inventory): readonly Component[] {
  return [inventory.root, ...[...inventory.components.values()].filter((component) => component.source.type === 'workspace')];
}

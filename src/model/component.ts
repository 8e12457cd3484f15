import type { Integrity } from './integrity.ts';

/** Identifies one installed copy inside an inventory: unique, stable for the same lockfile. Never shown as a path of this machine. */
export type BomRef = string & { readonly __brand: 'BomRef' };

/** A package URL as the purl specification of 2026 writes npm names: case kept, scope percent-encoded. */
export type Purl = string & { readonly __brand: 'Purl' };

/** Names a bom-ref; the only place where a string becomes one. */
export function bomRef(text: string): BomRef {
  return text as BomRef; // the brand is the whole conversion
}

/** Where the bytes of a component come from. */
export type Source =
  /** `url` is the tarball URL that the lockfile names; absent where the lockfile omits it, which is normal. */
  | { readonly type: 'registry'; readonly url?: string }
  /** `url` without credentials or fragment; `commit` absent when the lockfile pins none. */
  | { readonly type: 'git'; readonly url: string; readonly commit?: string }
  | { readonly type: 'tarball'; readonly url: string }
  /** A folder or archive on disk, relative to the lockfile, posix separators. May point outside the project: `../x`. */
  | { readonly type: 'file'; readonly path: string }
  /** A member of this repository. `path` is relative to the lockfile; `.` is the root. */
  | { readonly type: 'workspace'; readonly path: string };

/**
 * How a component is reached from the root, computed by reachability and never taken from the lockfile:
 * `required` through production edges alone, `peer` and `optional` once such an edge is needed, `dev` otherwise.
 */
export type Scope = 'required' | 'optional' | 'dev' | 'peer';

/** A place in a file that was read. `file` is relative to the project, posix separators; `line` and `column` count from 1. */
export interface Location {
  readonly file: string;
  readonly line: number;
  readonly column?: number;
}

/** A change to the published bytes that the project applies itself (`yarn patch`, `pnpm patch`, bun patchedDependencies). */
export interface Patch {
  /** Path of the patch file relative to the lockfile; absent for a package manager's built-in patch. */
  readonly path?: string;
  /** The digest the lockfile gives for the patch, in the lockfile's own form. */
  readonly hash?: string;
}

/** One installed copy of a package, as the lockfile states it. */
export interface Component {
  readonly bomRef: BomRef;
  readonly purl: Purl;
  /** The package's own name, as published: an alias is resolved to it. Case is kept. */
  readonly name: string;
  /** The exact version; empty where the lockfile has none (a linked folder without a version). */
  readonly version: string;
  readonly source: Source;
  /** Digests of the distributed tarball. Never a checksum of anything else. */
  readonly integrity?: Integrity;
  readonly scope: Scope;
  readonly location: Location;
  /** The name it is imported under, where that differs from `name`. */
  readonly alias?: string;
  /** It travels inside another component's tarball and has no tarball of its own. */
  readonly isBundled?: true;
  /** No edge leads to it from the root. */
  readonly isExtraneous?: true;
  /** The lockfile says that it has an install script. Absent where the lockfile does not say. */
  readonly hasInstallScript?: boolean;
  /** The deprecation message that the lockfile records. */
  readonly deprecated?: string;
  /** The raw licence field that the lockfile records. */
  readonly licence?: string;
  /** Platforms that it is restricted to, in the package manager's words (`!win32` excludes). */
  readonly platform?: PlatformConstraint;
  readonly engines?: Readonly<Record<string, string>>;
  readonly isPrivate?: true;
  readonly patches?: readonly Patch[];
  /** Values that only one package manager knows, kept for the SBOM, e.g. `yarn:cacheChecksum`. */
  readonly properties?: Readonly<Record<string, string>>;
}

export interface PlatformConstraint {
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
  readonly libc?: readonly string[];
}

/** `name@version`, or the name alone where the lockfile has no version. */
export function labelOf(component: Component): string {
  return component.version === '' ? component.name : `${component.name}@${component.version}`;
}

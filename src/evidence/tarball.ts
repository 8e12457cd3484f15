import * as v from 'valibot';
import { type Component, labelOf } from '../model/component.ts';
import type { EvidenceKey } from '../model/evidence.ts';
import { type Integrity, formatHash, formatIntegrity, hashAlgorithms } from '../model/integrity.ts';

/** What the bytes of a version's tarball are. */
export type Tarball =
  | TarballContent
  /** The registry gave other bytes than the lockfile names, or than its own document does where the lockfile is silent; they were not looked into. */
  | (TarballOrigin & { readonly status: 'different' })
  /** These are the locked bytes, and they are no archive that extractors agree on. */
  | (TarballOrigin & { readonly status: 'damaged'; readonly problem: string });

/** Which bytes came, and from where. */
export interface TarballOrigin {
  /** Where it was read, without credentials or query. */
  readonly url: string;
  /** sha512, sha1, and whatever else is wanted; of the bytes as they came. */
  readonly digests: Integrity;
  /** What the registry's own document names; absent where it names none. */
  readonly published?: Integrity;
  /** Bytes as downloaded. */
  readonly size: number;
}

/** The content of an archive that was read to its end, in memory. */
export interface TarballContent extends TarballOrigin {
  readonly status: 'read';
  readonly unpackedSize: number;
  /** Every file that npm would write, sorted by path. */
  readonly files: readonly TarballFile[];
  /** Texts of binding.gyp, licence files, tools' files, and the files that install scripts start; sorted by path. */
  readonly texts: readonly TarballText[];
  /** The tarball's own package.json; absent where it has none that can be read. */
  readonly manifest?: TarballManifest;
  /** Files that its install scripts start. */
  readonly scriptTargets: readonly string[];
  /** Packages inside it that run something when they are installed along with it; sorted by path. */
  readonly bundled: readonly BundledScripts[];
  readonly oddities: readonly TarballOddity[];
}

/** What a package below `node_modules` of a tarball runs: package managers install it like any other, without asking a registry. */
export interface BundledScripts {
  /** `node_modules/inner` */
  readonly path: string;
  /** Install event to command; the implicit build of a binding.gyp counts as `install`. */
  readonly scripts: Readonly<Record<string, string>>;
}

export interface TarballFile {
  /** Relative to the package, posix separators. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Permission bits. */
  readonly mode: number;
  /** Native code, told by its first bytes. */
  readonly binary?: 'elf' | 'mach-o' | 'pe' | 'node-addon';
}

export interface TarballText {
  readonly path: string;
  /** Of the whole file, hexadecimal. */
  readonly sha256: string;
  readonly text: string;
  /** The text is longer than what was kept. */
  readonly isCut?: true;
}

export interface TarballManifest {
  readonly name?: string;
  readonly version?: string;
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly optionalDependencies: Readonly<Record<string, string>>;
  /** Commands with the files that they start. */
  readonly bin: Readonly<Record<string, string>>;
  /** False where the implicit build of a binding.gyp is switched off. */
  readonly gypfile?: boolean;
  readonly licence?: unknown;
}

/** What extractors treat differently, or what has no business in a package. */
export interface TarballOddity {
  readonly type: 'absolute' | 'parent' | 'link' | 'special' | 'duplicate' | 'case' | 'trailing-data';
  /** As written in the archive. */
  readonly path: string;
}

const strings = v.record(v.string(), v.string());
const sha256 = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/));
const integrity = v.pipe(
  v.array(v.object({ algorithm: v.picklist(hashAlgorithms), digest: v.pipe(v.string(), v.regex(/^[0-9a-f]{32,128}$/)) })),
  v.minLength(1),
);
const origin = { url: v.string(), digests: integrity, published: v.optional(integrity), size: v.number() };

const shape = v.variant('status', [
  v.object({
    status: v.literal('read'),
    ...origin,
    unpackedSize: v.number(),
    // By hand: a run may read a hundred thousand files.
    files: v.custom<readonly TarballFile[]>((value) => Array.isArray(value) && value.every(isFile)),
    texts: v.array(v.object({ path: v.string(), sha256, text: v.string(), isCut: v.optional(v.literal(true)) })),
    manifest: v.optional(
      v.object({
        name: v.optional(v.string()),
        version: v.optional(v.string()),
        scripts: strings,
        dependencies: strings,
        optionalDependencies: strings,
        bin: strings,
        gypfile: v.optional(v.boolean()),
        licence: v.optional(v.unknown()),
      }),
    ),
    scriptTargets: v.array(v.string()),
    bundled: v.array(v.object({ path: v.string(), scripts: strings })),
    oddities: v.array(
      v.object({
        type: v.picklist(['absolute', 'parent', 'link', 'special', 'duplicate', 'case', 'trailing-data']),
        path: v.string(),
      }),
    ),
  }),
  v.object({ status: v.literal('different'), ...origin }),
  v.object({ status: v.literal('damaged'), ...origin, problem: v.string() }),
]);

function isFile(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || !('path' in value) || !('size' in value) || !('mode' in value)) return false;
  const binary = 'binary' in value ? value.binary : undefined;
  return (
    typeof value.path === 'string' &&
    typeof value.size === 'number' &&
    typeof value.mode === 'number' &&
    (binary === undefined || binary === 'elf' || binary === 'mach-o' || binary === 'pe' || binary === 'node-addon')
  );
}

/** Proves a value that a collector or a cache gives. */
export function isTarball(value: unknown): value is Tarball {
  return v.is(shape, value);
}

/** The tarball of a version: one per `name@version` and locked digest, so that a swapped copy is its own subject. */
export const tarball: EvidenceKey<Tarball> = {
  id: 'tarball',
  shape: isTarball,
  subjectOf: tarballSubject,
};

/** `name@version`, with the strongest digest that the lockfile names. What travels inside another tarball has none of its own. */
export function tarballSubject(component: Component): string | undefined {
  if (component.source.type !== 'registry' || component.isBundled === true || component.version === '') return undefined;
  const { integrity } = component;
  if (integrity === undefined) return labelOf(component);
  // What is alone is written already.
  return `${labelOf(component)} ${integrity.length === 1 ? formatIntegrity(integrity) : formatHash(integrity[0])}`;
}

import { createHash } from 'node:crypto';
import type { TarEntry } from './tarball.ts';
import { packTarball } from './tarball.ts';

export interface RegistryPerson {
  readonly name: string;
  readonly email?: string;
}

/** One version of a package, as a test describes it. What is left out has an ordinary value. */
export interface ReleaseOptions {
  readonly name: string;
  readonly version: string;
  /** ISO 8601; 2020-01-01 where it does not matter. */
  readonly publishedAt?: string;
  readonly scripts?: Readonly<Record<string, string>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly bin?: Readonly<Record<string, string>>;
  readonly license?: unknown;
  readonly repository?: unknown;
  readonly deprecated?: string;
  /** Of the package as this version saw it; the newest version's are the document's. */
  readonly maintainers?: readonly RegistryPerson[];
  readonly publisher?: RegistryPerson;
  /** Identity provider of trusted publishing, e.g. `github`. */
  readonly trustedPublisher?: string;
  /** Dist-tags that point here; the last release of a name is `latest` by itself. */
  readonly tags?: readonly string[];
  /** Files beside package.json, by path inside the package. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
  /** Further fields of the manifest, in the registry and in the tarball. */
  readonly manifest?: Readonly<Record<string, unknown>>;
  /** Fields of the tarball's package.json that differ from the registry's (manifest confusion); undefined removes one. */
  readonly tarballManifest?: Readonly<Record<string, unknown>>;
  /** The archive's entries, in place of package.json and `files`: for hostile archives. */
  readonly entries?: readonly TarEntry[];
  /** Fields of `dist` that differ from the truth; undefined removes one. */
  readonly dist?: Readonly<Record<string, unknown>>;
}

/** One built version: its manifest as the registry lists it, without what only a running registry knows, and its bytes. */
export interface BuiltRelease {
  readonly options: ReleaseOptions;
  readonly manifest: Readonly<Record<string, unknown>>;
  readonly tarball: Buffer;
  readonly integrity: string;
  readonly shasum: string;
  readonly fileCount: number;
  readonly unpackedSize: number;
}

/** Builds a version and packs its tarball. */
export function release(options: ReleaseOptions): BuiltRelease {
  const { name, version, scripts, dependencies, optionalDependencies, bin, license = 'MIT', repository, deprecated } = options;
  const manifest = definedOnly({
    name,
    version,
    license,
    repository,
    scripts,
    dependencies,
    optionalDependencies,
    bin,
    ...options.manifest,
    deprecated,
  });
  const packed = definedOnly({ ...manifest, deprecated: undefined, ...options.tarballManifest });
  const entries = options.entries ?? [
    { path: 'package/package.json', content: `${JSON.stringify(packed, undefined, 2)}\n` },
    ...Object.entries(options.files ?? { 'index.js': 'module.exports = {};\n' }).map(([path, content]) => ({
      path: `package/${path}`,
      content,
    })),
  ];
  const tarball = packTarball(entries);
  return {
    options,
    manifest,
    tarball,
    integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    shasum: createHash('sha1').update(tarball).digest('hex'),
    fileCount: entries.length,
    unpackedSize: entries.reduce((size, entry) => size + Buffer.byteLength(entry.content ?? ''), 0),
  };
}

/** JSON leaves out what is undefined; so do we, before the manifest is compared or packed. */
export function definedOnly(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined));
}

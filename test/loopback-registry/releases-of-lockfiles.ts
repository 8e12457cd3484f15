import { createHash } from 'node:crypto';
import semver from 'semver';
import type { Component } from '../../src/model/component.ts';
import { type HashAlgorithm, formatHash } from '../../src/model/integrity.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { type BuiltRelease, type ReleaseOptions, definedOnly } from './release.ts';

/** What lockfiles say of one published version, all of them together. */
interface LockedVersion {
  readonly name: string;
  readonly version: string;
  /** The digest of each algorithm, in hexadecimal. */
  readonly digests: ReadonlyMap<HashAlgorithm, string>;
  readonly runsScripts: boolean;
  readonly deprecated: string | undefined;
}

/**
 * A release for every version that these lockfiles take from a registry: with the digests that they name, an install script where they
 * say that it has one, two maintainers, and a date between 2019 and 2025 that grows with the version. Nothing is packed: a registry of
 * them has documents and no tarballs. Sorted by name and version.
 */
export function releasesOfLockfiles(inventories: Iterable<Inventory>): readonly BuiltRelease[] {
  const byName = new Map<string, LockedVersion[]>();
  for (const locked of lockedVersions(inventories)) {
    const versions = byName.get(locked.name);
    if (versions === undefined) byName.set(locked.name, [locked]);
    else versions.push(locked);
  }
  return [...byName.keys()].sort().flatMap((name) => {
    const versions = (byName.get(name) ?? []).sort((a, b) => semver.compare(a.version, b.version));
    return versions.map((one, at) => releaseOf(one, dateOf(at, versions.length)));
  });
}

/** The same release with something else said of it. */
export function changed(release: BuiltRelease, options: Partial<ReleaseOptions>): BuiltRelease {
  return { ...release, options: { ...release.options, ...options } };
}

/** Whether a registry knows this copy: a version of a package, from no other place. */
export function isFromRegistry({ source, version }: Component): boolean {
  return source.type === 'registry' && semver.valid(version) !== null;
}

function lockedVersions(inventories: Iterable<Inventory>): Iterable<LockedVersion> {
  const locked = new Map<string, LockedVersion>();
  for (const { components } of inventories) {
    for (const component of components.values()) {
      if (!isFromRegistry(component)) continue;
      const { name, version, integrity = [], hasInstallScript, deprecated } = component;
      const known = locked.get(`${name}@${version}`);
      locked.set(`${name}@${version}`, {
        name,
        version,
        digests: new Map([...(known?.digests ?? []), ...integrity.map(({ algorithm, digest }) => [algorithm, digest] as const)]),
        runsScripts: known?.runsScripts === true || hasInstallScript === true,
        deprecated: known?.deprecated ?? deprecated,
      });
    }
  }
  return locked.values();
}

function releaseOf({ name, version, digests, runsScripts, deprecated }: LockedVersion, date: Date): BuiltRelease {
  const short = name.slice(name.lastIndexOf('/') + 1);
  const publisher = { name: `${short}-owner`, email: 'owner@people.example' };
  const digestOf = (algorithm: HashAlgorithm): string =>
    digests.get(algorithm) ?? createHash(algorithm).update(`${name}@${version}`).digest('hex');
  return {
    options: {
      name,
      version,
      publishedAt: date.toISOString(),
      publisher,
      maintainers: [publisher, { name: `${short}-second`, email: 'second@people.example' }],
    },
    manifest: definedOnly({
      name,
      version,
      license: 'MIT',
      repository: { type: 'git', url: `git+https://git.example/${short}/${short}.git` },
      scripts: runsScripts ? { install: 'node install.js' } : undefined,
      deprecated,
    }),
    tarball: Buffer.alloc(0),
    integrity: formatHash({ algorithm: 'sha512', digest: digestOf('sha512') }),
    shasum: digestOf('sha1'),
    fileCount: 12,
    unpackedSize: 34_567,
  };
}

/** Evenly from 2019 to 2025. */
function dateOf(at: number, count: number): Date {
  const [first, last] = [Date.UTC(2019, 0, 1), Date.UTC(2025, 5, 1)];
  return new Date(first + ((last - first) * (at + 1)) / count);
}

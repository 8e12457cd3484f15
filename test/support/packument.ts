import type { Packument, Release } from '../../src/evidence/packument.ts';
import { integrityOf } from './inventory.ts';
import { PublishedVersions } from '../../src/evidence/published-versions.ts';

/** A release as a full registry document might describe it; every field can be replaced. */
export function release(version: string, over: Partial<Release> = {}): Release {
  return {
    version,
    integrity: integrityOf(1),
    installScripts: {},
    dependencies: {},
    optionalDependencies: {},
    bin: [],
    ...((over.signatures ?? []).length > 0 ? { isSigned: true as const } : {}),
    ...over,
  };
}

/** A full registry document that holds these releases, in ascending order. */
export function packumentOf(name: string, releases: readonly Release[], over: Partial<Packument> = {}): Packument {
  const latest = releases.at(-1)?.version;
  return {
    name,
    status: 'published',
    registry: 'https://registry.example/',
    representation: 'full',
    distTags: latest === undefined ? {} : { latest },
    versions: PublishedVersions.of(releases),
    releases: new Map(releases.map((one) => [one.version, one])),
    ...over,
  };
}

/** A document that says only what became of the name. */
export function packumentWithStatus(name: string, status: Packument['status'], over: Partial<Packument> = {}): Packument {
  return { ...packumentOf(name, []), status, ...over };
}

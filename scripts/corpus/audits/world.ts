import semver from 'semver';
import type { LoopbackRegistry } from '../../../test/loopback-registry/registry.ts';
import type { BuiltRelease } from '../../../test/loopback-registry/release.ts';
import { changed } from '../../../test/loopback-registry/releases-of-lockfiles.ts';
import type { Holders } from './fleet.ts';

/** Something that happens in the world between two audits, and what the second one must say of it. */
export interface PlantedChange {
  readonly what: string;
  readonly rule: string;
  /** What a lockfile that records no licence is told in addition: nobody else says it of a version that is gone. */
  readonly withoutLicence?: string;
  readonly name: string;
  /** The versions that it is about; others are held, too. */
  readonly versions: readonly string[];
  /** A range with these versions alone, for a search. */
  readonly range: string;
}

/** What the registry says before and after; the changes are what lies between. */
export interface World {
  readonly before: readonly BuiltRelease[];
  readonly after: readonly BuiltRelease[];
  readonly advisoriesAfter: Readonly<Record<string, readonly unknown[]>>;
  readonly changes: readonly PlantedChange[];
}

const day = 86_400_000;

/**
 * Plants three changes, each in a package that many repositories hold, some of them in versions that it is not about: a flaw becomes
 * known, a version is unpublished, and the maintainers of a recent release are all replaced.
 */
export function plantChanges(
  releases: readonly BuiltRelease[],
  holders: Holders,
  { questionable, now }: { readonly questionable: ReadonlySet<string>; readonly now: number },
): World {
  const isPlain = ({ manifest }: BuiltRelease): boolean => manifest['scripts'] === undefined && manifest['deprecated'] === undefined;
  // Of two findings about one package each makes the other worse, which would be news, too.
  const plain = new Set(releases.filter(isPlain).map(({ options }) => options.name));
  for (const name of questionable) plain.delete(name);
  for (const one of releases) if (!isPlain(one)) plain.delete(one.options.name);
  const [flawed, withdrawn, ...others] = mostHeld(holders, plain);
  const heldNewest = (name: string): number => holders.get(name)?.get(sorted(name, holders).at(-1) ?? '')?.size ?? 0;
  const [taken] = others.sort((a, b) => heldNewest(b) - heldNewest(a));
  if (flawed === undefined || withdrawn === undefined || taken === undefined) throw new Error('the corpus has too few packages in common');

  const flawedVersions = sorted(flawed, holders);
  const firstSound = flawedVersions[Math.ceil(flawedVersions.length / 2)] ?? '';
  const withdrawnVersion = mostHeldVersion(withdrawn, holders);
  const [takenBefore, takenVersion = ''] = sorted(taken, holders).slice(-2);
  const advisory = {
    id: 1,
    url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
    title: `A flaw of ${flawed}`,
    severity: 'high',
    vulnerable_versions: `<${firstSound}`,
    cwe: ['CWE-400'],
  };
  const is = ({ options }: BuiltRelease, name: string, version: string): boolean => options.name === name && options.version === version;
  const before = releases.map((one) => {
    const daysAgo = is(one, taken, takenVersion) ? 10 : is(one, taken, takenBefore ?? '') ? 100 : undefined;
    return daysAgo === undefined ? one : changed(one, { publishedAt: new Date(now - daysAgo * day).toISOString() });
  });
  return {
    before,
    after: before
      .filter((one) => !is(one, withdrawn, withdrawnVersion))
      .map((one) => (is(one, taken, takenVersion) ? changed(one, { maintainers: [{ name: 'stranger' }] }) : one)),
    advisoriesAfter: { [flawed]: [advisory] },
    changes: [
      {
        what: 'an advisory',
        rule: 'advisory/high',
        name: flawed,
        versions: flawedVersions.filter((version) => semver.lt(version, firstSound)),
        range: `<${firstSound}`,
      },
      {
        what: 'an unpublished version',
        rule: 'existence/version-missing',
        name: withdrawn,
        versions: [withdrawnVersion],
        range: withdrawnVersion,
        withoutLicence: 'licence/unknown',
      },
      { what: 'a change of maintainers', rule: 'maintainers/replaced', name: taken, versions: [takenVersion], range: takenVersion },
    ],
  };
}

/** Lets a running registry, and its advisories, say what is so after the changes, or before. */
export function show(
  world: World,
  when: 'before' | 'after',
  registry: LoopbackRegistry,
  advisories: Record<string, readonly unknown[]>,
): void {
  registry.setPackages(world[when]);
  for (const [name, entries] of Object.entries(world.advisoriesAfter)) {
    if (when === 'after') advisories[name] = entries;
    else delete advisories[name];
  }
}

/** Packages of at least three versions, those of most repositories first. */
function mostHeld(holders: Holders, plain: ReadonlySet<string>): readonly string[] {
  return [...holders]
    .filter(([name, versions]) => versions.size >= 3 && plain.has(name) && [...versions.keys()].every((one) => !one.includes('-')))
    .map(([name, versions]) => ({ name, repositories: new Set([...versions.values()].flatMap((set) => [...set])).size }))
    .sort((a, b) => b.repositories - a.repositories || (a.name < b.name ? -1 : 1))
    .map(({ name }) => name);
}

function sorted(name: string, holders: Holders): readonly string[] {
  return [...(holders.get(name)?.keys() ?? [])].sort(semver.compare);
}

/** Not the newest, so that the document keeps its `latest`. */
function mostHeldVersion(name: string, holders: Holders): string {
  const held = (version: string): number => holders.get(name)?.get(version)?.size ?? 0;
  return [...sorted(name, holders)].slice(0, -1).sort((a, b) => held(b) - held(a))[0] ?? '';
}

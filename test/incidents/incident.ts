import type { RuleId } from '../../src/model/finding.ts';
import type { RegistryPerson, ReleaseOptions } from '../loopback-registry/release.ts';

/** One incident as a registry showed it: what was there before, and what the attack added. Bytes and people's addresses are ours. */
export interface Incident {
  readonly title: string;
  /** The day on which it began, or the month where no report says. */
  readonly date: string;
  readonly carrier: string;
  /** How long it could be installed. */
  readonly live: string;
  /** Somebody installs then: an instant while it was live. */
  readonly installedAt: string;
  readonly before: readonly ReleaseOptions[];
  readonly attack: readonly ReleaseOptions[];
  /** Lockfile entries of git repositories that the attack brought along: name to address with commit. */
  readonly fromGit?: Readonly<Record<string, string>>;
  /** Rules that see it although all rules about age are off. */
  readonly seenBy: readonly RuleId[];
  /** `refused`: at least one of them is an error. `warned`: none is. `missed`: nothing sees it; only the age rules help. */
  readonly outcome: 'refused' | 'warned' | 'missed';
  /** Names of the attack that nothing is said about. */
  readonly unseen?: readonly string[];
  /** What a reader must know to believe the row. */
  readonly remark?: string;
}

/** Honest releases of one package, a month apart, the last one a month before `until`; alike but for the version. */
export function releasesUntil(
  until: string,
  versions: readonly string[],
  alike: Omit<ReleaseOptions, 'version'>,
): readonly ReleaseOptions[] {
  const month = 30 * 86_400_000;
  return versions.map((version, index) => ({
    repository: `github:${alike.name.replace(/^@/, '').replace(/\/.*/, '')}/${alike.name.replace(/^.*\//, '')}`,
    ...alike,
    version,
    publishedAt: new Date(Date.parse(until) - (versions.length - index) * month).toISOString(),
  }));
}

/** The release before with some fields changed: what an attack that keeps up appearances looks like. */
export function after(
  releases: readonly ReleaseOptions[],
  changes: Partial<ReleaseOptions> & Pick<ReleaseOptions, 'version' | 'publishedAt'>,
): ReleaseOptions {
  const last = releases.at(-1);
  if (last === undefined) throw new Error('an attack comes after something');
  return { ...last, ...changes };
}

/** Who publishes and who may: the first name is the publisher's. */
export function people(...names: readonly [string, ...string[]]): {
  readonly publisher: RegistryPerson;
  readonly maintainers: readonly RegistryPerson[];
} {
  const persons = names.map((name) => ({ name, email: `${name}@mail.example` }));
  return { publisher: persons[0] ?? { name: names[0] }, maintainers: persons };
}

/** The registry's own words for a release that a pipeline published. */
export function pipeline(...maintainers: readonly string[]): Pick<ReleaseOptions, 'publisher' | 'maintainers' | 'trustedPublisher'> {
  return {
    publisher: { name: 'GitHub Actions', email: 'npm-oidc@mail.example' },
    trustedPublisher: 'github',
    maintainers: maintainers.map((name) => ({ name, email: `${name}@mail.example` })),
  };
}

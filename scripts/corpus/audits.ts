import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type MeasuredProcess, measuredProcess } from '../../bench/fleet/measured-process.ts';
import { type LoopbackRegistry, startRegistry } from '../../test/loopback-registry/registry.ts';
import { isFromRegistry, releasesOfLockfiles } from '../../test/loopback-registry/releases-of-lockfiles.ts';
import { type CorpusFleet, type Holders, holdersIn, withoutDigest, writeCorpusFleet } from './audits/fleet.ts';
import { type PlantedChange, plantChanges, show } from './audits/world.ts';
import type { PartOptions, PartResult } from './part.ts';

/** What is read of `lockgate audit --format json`. */
interface AuditJson {
  readonly changes: readonly {
    readonly repository: string;
    readonly appeared: readonly ShownFinding[];
    readonly resolved: readonly ShownFinding[];
  }[];
  readonly failures: readonly { readonly repository: string; readonly message: string }[];
  readonly repositories: readonly {
    readonly repository: string;
    readonly state: string;
    readonly counts?: { readonly inconclusive: number };
  }[];
}

interface ShownFinding {
  readonly rule: string;
  readonly subject: string;
}

/** One thing that must hold; `problems` is empty where it does. */
interface Expectation {
  readonly what: string;
  readonly problems: readonly string[];
}

const program = resolve(process.env['LOCKGATE_BIN'] ?? 'bin/lockgate.js');
/** Of what a world in which nothing is wrong has none: the registry is made of these very lockfiles. */
const impossible = /^(?:existence|registry-integrity|registry-signature|advisory|malware|maintainers)\//;
const shownProblems = 10;

/**
 * Audits all projects of the corpus as one fleet, with the built command and a registry that serves what their lockfiles name; changes
 * the world, audits again, and once more when it is as before. What is new and resolved must be what was planted, in the repositories
 * that hold it by their lockfiles, and nothing else; a search must name the same ones.
 */
export async function run({ directory }: PartOptions): Promise<PartResult> {
  const folder = mkdtempSync(join(tmpdir(), 'lockgate-corpus-'));
  const advisories: Record<string, readonly unknown[]> = {};
  const registry = await startRegistry([], { advisories });
  try {
    const fleet = writeCorpusFleet(join(directory, 'lockfiles'), folder, new URL(registry.url).origin);
    const releases = releasesOfLockfiles(fleet.inventories.values());
    const holders = holdersIn(fleet);
    const world = plantChanges(releases, holders, { questionable: withoutDigest(fleet), now: Date.now() });
    const audits: Audited[] = [];
    const searches: Expectation[] = [];
    for (const when of ['before', 'after', 'before'] as const) {
      show(world, when, registry, advisories);
      audits.push(await auditOnce(fleet, registry, folder));
      if (when === 'after') for (const change of world.changes) searches.push(await searched(change, holders, folder, registry));
    }
    const expectations = [...expectationsOf(audits, world.changes, fleet), ...searches];
    const failed = expectations.filter(({ problems }) => problems.length > 0);
    return {
      name: 'audits',
      passed: expectations.length - failed.length,
      failed: failed.length,
      lines: [
        `  ${fleet.inventories.size} repositories, ${releases.length} versions of ${holders.size} packages`,
        ...audits.map((audited, at) => `  audit ${at + 1}: ${costOf(audited, fleet)}`),
        ...expectations.flatMap(linesOf),
        `  ${expectations.length - failed.length} of ${expectations.length}`,
      ],
      details: expectations,
    };
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

function expectationsOf(audits: readonly Audited[], changes: readonly PlantedChange[], fleet: CorpusFleet): readonly Expectation[] {
  const [first = [], second = [], third = []] = audits.map((audited) => findingsOf(audited, 'appeared'));
  const [, secondGone = [], thirdGone = []] = audits.map((audited) => findingsOf(audited, 'resolved'));
  const planted = changes.flatMap((change) => expectedOf(change, fleet));
  return [
    ...audits.map((audited, at) => complete(`audit ${at + 1}`, audited, fleet)),
    same(
      'audit 1: nothing that a sound world does not have',
      first.filter((one) => impossible.test(one.split(' ')[1] ?? '')),
      [],
    ),
    ...changes.map((change) => {
      const expected = expectedOf(change, fleet);
      const isOfIt = (one: string): boolean => one.includes(` ${change.name}@`);
      return same(
        `audit 2: ${change.what} of ${change.name}@${change.range}: ${expected.length} findings`,
        second.filter(isOfIt),
        expected,
      );
    }),
    same('audit 2: nothing else is new', second, planted),
    same('audit 2: nothing is resolved', secondGone, []),
    same('audit 3: all of it is resolved, and nothing else', thirdGone, planted),
    same('audit 3: nothing is new', third, []),
  ];
}

function costOf({ process: { seconds, cpuSeconds, peak }, requests }: Audited, { inventories }: CorpusFleet): string {
  const each = (cpuSeconds * 1000) / inventories.size;
  return `${seconds.toFixed(1)} s, CPU ${cpuSeconds.toFixed(1)} s (${each.toFixed(0)} ms for a repository), peak ${peak.toFixed(0)} MiB, ${requests} requests`;
}

/** The findings of one change, by what the lockfiles hold. */
function expectedOf({ name, versions, rule, withoutLicence }: PlantedChange, { inventories }: CorpusFleet): readonly string[] {
  return [...inventories].flatMap(([repository, { components }]) =>
    [...components.values()]
      .filter((one) => one.name === name && versions.includes(one.version) && isFromRegistry(one))
      .flatMap(({ version, licence }) => {
        const rules = [rule, ...(withoutLicence !== undefined && licence === undefined ? [withoutLicence] : [])];
        return rules.map((each) => `${repository}: ${each} ${name}@${version}`);
      }),
  );
}

interface Audited {
  readonly data: AuditJson;
  readonly process: MeasuredProcess;
  /** Asked of the registry. */
  readonly requests: number;
}

/** One night's audit: the store is that of the night before, and what was learned then is too old. */
async function auditOnce({ list }: CorpusFleet, registry: LoopbackRegistry, folder: string): Promise<Audited> {
  registry.requests.length = 0;
  const ended = await lockgate(['audit', '--format', 'json', '--store', join(folder, 'audits.db'), list], folder, registry);
  if (!ended.stdout.startsWith('{')) throw new Error(`lockgate audit ended with ${ended.code}: ${ended.stderr}`);
  return { data: JSON.parse(ended.stdout) as AuditJson, process: ended, requests: registry.requests.length };
}

async function searched(
  { name, versions, range }: PlantedChange,
  holders: Holders,
  folder: string,
  registry: LoopbackRegistry,
): Promise<Expectation> {
  const expected = [...new Set(versions.flatMap((version) => [...(holders.get(name)?.get(version) ?? [])]))].sort();
  const query = `${name}@${range}`;
  const { stdout, stderr } = await lockgate(
    ['audit', 'search', query, '--format', 'json', '--store', join(folder, 'audits.db')],
    folder,
    registry,
  );
  if (!stdout.startsWith('{')) throw new Error(`lockgate audit search ${query}: ${stderr}`);
  const { hits } = JSON.parse(stdout) as { readonly hits: readonly { readonly repository: string }[] }; // our own output
  return same(`search ${query}: ${expected.length} repositories`, [...new Set(hits.map(({ repository }) => repository))], expected);
}

/** The built command, as a user would run it, with a home of its own. */
function lockgate(args: readonly string[], folder: string, registry: LoopbackRegistry): Promise<MeasuredProcess> {
  if (!existsSync(program)) throw new Error(`${program} is not there`);
  const home = mkdtempSync(join(folder, '.home-'));
  return measuredProcess([program, ...args], {
    cwd: folder,
    env: { HOME: home, CI: 'true', NO_COLOR: '1', npm_config_registry: registry.url },
  });
}

/** Every repository was read, and nothing about any package remained unknown. */
function complete(audit: string, { data }: Audited, { inventories }: CorpusFleet): Expectation {
  const read = same(
    '',
    data.repositories.map(({ repository }) => repository),
    [...inventories.keys()],
  );
  return {
    what: `${audit}: all ${inventories.size} repositories are judged`,
    problems: [
      ...read.problems,
      ...data.failures.map(({ repository, message }) => `${repository}: ${message}`),
      ...data.repositories.flatMap(({ repository, state }) => (state === 'failed' ? [`${repository}: ${state}`] : [])),
    ],
  };
}

function findingsOf({ data }: Audited, side: 'appeared' | 'resolved'): readonly string[] {
  return data.changes.flatMap((change) => change[side].map(({ rule, subject }) => `${change.repository}: ${rule} ${subject}`));
}

/** Both as sets. */
function same(what: string, actual: readonly string[], expected: readonly string[]): Expectation {
  const [is, must] = [new Set(actual), new Set(expected)];
  return {
    what,
    problems: [
      ...[...must].filter((one) => !is.has(one)).map((one) => `missing: ${one}`),
      ...[...is].filter((one) => !must.has(one)).map((one) => `not expected: ${one}`),
    ],
  };
}

function linesOf({ what, problems }: Expectation): readonly string[] {
  const more = problems.length > shownProblems ? [`      ... and ${problems.length - shownProblems} more`] : [];
  return [
    `  ${problems.length === 0 ? 'ok  ' : 'FAIL'}  ${what}`,
    ...problems.slice(0, shownProblems).map((one) => `      ${one}`),
    ...more,
  ];
}

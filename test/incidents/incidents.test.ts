import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createGate } from '../../src/gate.ts';
import { readLockfile } from '../../src/index.ts';
import { changesBetween } from '../../src/model/change.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import type { Report } from '../../src/model/report.ts';
import { milliseconds } from '../../src/model/units.ts';
import { packageLock } from '../e2e/lockgate.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import type { Incident } from './incident.ts';
import { incidents } from './incidents.ts';

const withoutAge = `version: 1
rules:
  release-age/too-new: off
  release-age/recent: off
  new-package/too-new: off
  new-package/recent: off
`;
const open: LoopbackRegistry[] = [];
afterAll(async () => {
  await Promise.all(open.map((registry) => registry.close()));
});

describe.each(incidents.map((incident) => [incident.title, incident] as const))('%s', (_, incident) => {
  it(`is ${incident.outcome} with the age checks off`, async () => {
    const report = await judgeAttack(incident, withoutAge);
    const seen = report.findings.filter(({ severity }) => severity !== 'note');
    expect(seen.map(({ rule }) => rule)).toEqual(expect.arrayContaining([...incident.seenBy]));
    const unseen = incident.attack.map(({ name }) => name).filter((name) => !seen.some(({ subject }) => subject.name === name));
    if (incident.unseen !== undefined) expect(unseen).toEqual(incident.unseen);
    const isRefused = seen.some(({ rule, severity }) => severity === 'error' && incident.seenBy.includes(rule));
    const isWarned = seen.length > 0;
    expect(isRefused ? 'refused' : isWarned ? 'warned' : 'missed').toBe(incident.outcome);
    expect(report.verdict).toBe(incident.outcome === 'refused' ? 'fail' : 'pass');
  });

  it('is refused by the built-in policy', async () => {
    expect((await judgeAttack(incident)).verdict).toBe('fail');
  });

  it('was passed before, the last honest update included', async () => {
    const report = await judgeLastUpdate(incident);
    expect(report.findings.filter(({ severity }) => severity !== 'note')).toEqual([]);
    expect(report.verdict).toBe('pass');
  });
});

/** What a pull request would be told that brings the attack along. */
async function judgeAttack(incident: Incident, policy?: string): Promise<Report> {
  const before = incident.before.map(release);
  const attack = incident.attack.map(release);
  return judge(newest(before), newest([...before, ...attack]), {
    published: [...before, ...attack],
    incident,
    at: incident.installedAt,
    policy,
  });
}

/** The update before: from the releases but the last of each package to the last ones, a day after the newest of these. */
async function judgeLastUpdate(incident: Incident): Promise<Report> {
  const published = incident.before.map(release);
  const last = newest(published);
  const old = newest(published.filter((one) => !last.includes(one)));
  const times = last.map(({ options }) => Date.parse(options.publishedAt ?? ''));
  const at = new Date(Math.max(...times) + 86_400_000).toISOString();
  return judge(old, last, { published, incident: { ...incident, fromGit: {} }, at, policy: withoutAge });
}

async function judge(
  from: readonly BuiltRelease[],
  to: readonly BuiltRelease[],
  run: {
    readonly published: readonly BuiltRelease[];
    readonly incident: Incident;
    readonly at: string;
    readonly policy: string | undefined;
  },
): Promise<Report> {
  const registry = await startRegistry(run.published);
  open.push(registry);
  const home = mkdtempSync(join(tmpdir(), 'lockgate-incident-'));
  const gate = await createGate({
    now: milliseconds(Date.parse(run.at)),
    variables: {
      HOME: home,
      XDG_CACHE_HOME: join(home, 'cache'),
      XDG_CONFIG_HOME: join(home, 'config'),
      npm_config_registry: registry.url,
    },
    ...(run.policy === undefined ? {} : { policy: { text: run.policy, path: 'lockgate.yaml' } }),
  });
  const before = inventoryOf(from, {});
  const after = inventoryOf(to, run.incident.fromGit ?? {});
  try {
    return await gate.assess(after, { changes: changesBetween(before, after), before });
  } finally {
    await gate.close();
  }
}

/** The lockfile that a project would have: the newest of each package, asked for by name unless another brings it, and whatever is from git. */
function inventoryOf(releases: readonly BuiltRelease[], fromGit: Readonly<Record<string, string>>): Inventory {
  const lock: Lockfile = JSON.parse(packageLock(releases)['package-lock.json'] ?? '');
  const packages = new Map(Object.entries(lock.packages));
  const brought = new Set(releases.flatMap(({ options }) => Object.keys(options.dependencies ?? {})));
  const asked = Object.entries(packages.get('')?.dependencies ?? {}).filter(([name]) => !brought.has(name));
  packages.set('', { ...packages.get(''), dependencies: Object.fromEntries(asked) });
  for (const { options } of releases) {
    const path = `node_modules/${options.name}`;
    const { optionalDependencies } = options;
    if (optionalDependencies !== undefined) packages.set(path, { ...packages.get(path), optionalDependencies });
  }
  for (const [name, resolved] of Object.entries(fromGit))
    packages.set(`node_modules/${name}`, { version: '1.0.0', resolved, optional: true });
  return readLockfile({ path: 'package-lock.json', text: JSON.stringify({ ...lock, packages: Object.fromEntries(packages) }) });
}

interface Lockfile {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

interface LockEntry {
  readonly version?: string;
  readonly resolved?: string;
  readonly optional?: boolean;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

function newest(releases: readonly BuiltRelease[]): readonly BuiltRelease[] {
  return [...new Map(releases.map((one) => [one.options.name, one])).values()];
}

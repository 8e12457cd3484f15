/**
 * The store alone, at the size of a large fleet: what lockfiles of `../shared/corpus` hold, mixed into any number of repositories, put
 * into SQLite as an audit would, twice, with a changed world in between; then searched, compared and listed. Judging is not part of it.
 *   npm run -s tools && node .tools/bench/fleet-store.js [--repositories 10000] [--distinct 2600] [--file FILE]
 */
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { FindingRecord, LockfileRecord, PackageRecord } from '../src/fleet/audit-record.ts';
import { createFleetStore } from '../src/fleet/store.ts';
import { digestOf } from '../src/fleet/storable.ts';
import { lockfileFormats } from '../src/lockfiles/index.generated.ts';
import { lockfileNames, readLockfileText } from '../src/lockfiles/read-lockfile.ts';
import { milliseconds } from '../src/model/units.ts';
import { openSqlite } from '../src/platform/sqlite.ts';
import { openProjectFolder } from '../scripts/corpus/project-folder.ts';

const { values } = parseArgs({
  options: { repositories: { type: 'string', default: '10000' }, distinct: { type: 'string', default: '2600' }, file: { type: 'string' } },
});
const count = Number(values.repositories);
/** Repositories that are like no other; the rest has the lockfile of one of them, as projects from one template have. */
const distinct = Number(values.distinct);
const corpus = '../shared/corpus/lockfiles';
const folder = mkdtempSync(join(tmpdir(), 'lockgate-fleet-store-'));
const file = values.file ?? join(folder, 'audits.db');
const names = Array.from({ length: count }, (_, index) => `repository-${String(index).padStart(6, '0')}`);
const models = readdirSync(corpus)
  .map((project) => packagesOf(join(corpus, project)))
  .filter((packages) => packages.length > 0);

const store = await createFleetStore(await openSqlite(file, { mode: 'exclusive' }));
const first = await fill(1);
const second = await fill(2);
console.log(
  `size of the file: ${(statSync(file).size / 1_048_576).toFixed(0)} MiB (log ${(sizeOf(`${file}-wal`) / 1_048_576).toFixed(0)} MiB)`,
);

for (const query of ['semver', 'lodash', '@types/node', 'left-pad-that-nobody-has']) {
  const times: number[] = [];
  let hits = 0;
  for (let round = 0; round < 5; round += 1) {
    const begun = performance.now();
    hits = (await store.search(query, () => true)).hits.length;
    times.push(performance.now() - begun);
  }
  console.log(`search ${query}: ${hits} copies, median ${times.sort((a, b) => a - b)[2]?.toFixed(0)} ms`);
}
await timed('changes between the two audits', async () => {
  let changes = 0;
  for await (const { appeared } of store.changes(second, first)) changes += appeared.length;
  return `${changes} new findings`;
});
await timed('all repositories with their numbers', async () => {
  let listed = 0;
  for await (const _ of store.repositories(second)) listed += 1;
  return `${listed} repositories`;
});
await timed('totals of both audits', async () => `${(await store.totals('acme')).length} audits`);
await timed('export of an audit', async () => {
  let bytes = 0;
  for await (const line of store.export(second)) bytes += line.length;
  return `${(bytes / 1_048_576).toFixed(0)} MiB`;
});
await timed('deleting the first audit', async () => `${await store.prune({ newest: 1 })} audit`);
await timed('closing', async () => {
  await store.close();
  return '';
});
await timed('opening with a look at every page', async () => {
  await (await openSqlite(file, { mode: 'exclusive' })).close();
  return '';
});
console.log(`peak memory: ${(process.resourceUsage().maxRSS / 1024).toFixed(0)} MiB`);
rmSync(folder, { recursive: true, force: true });

/** One audit of all repositories; the second one knows an advisory more and has one in ten lockfiles changed. */
async function fill(night: 1 | 2): Promise<number> {
  const audit = await store.begin({
    scope: 'acme',
    configuration: 'bench',
    tool: 'lockgate bench',
    startedAt: milliseconds(Date.UTC(2026, 10, night)),
    repositories: names.map((name) => ({ name, tags: [] })),
  });
  const begun = performance.now();
  let packages = 0;
  let making = 0;
  for (const [index, name] of names.entries()) {
    const start = performance.now();
    const record = recordOf(name, index, night);
    making += performance.now() - start;
    packages += record.packages.length;
    await store.put(audit.id, { repository: name, records: [record] });
  }
  const seconds = (performance.now() - begun - making) / 1000;
  await store.finish(audit.id, milliseconds(Date.UTC(2026, 10, night, 1)));
  console.log(
    `audit ${night}: ${count} repositories, ${packages} installed copies put in ${seconds.toFixed(1)} s (${(count / seconds).toFixed(0)} repositories/s)`,
  );
  return audit.id;
}

/** Two in five repositories hold a real lockfile as it is; the others lack some of its packages and have some in another version. */
function recordOf(repository: string, number: number, night: 1 | 2): LockfileRecord {
  const index = number % distinct;
  const model = models[index % models.length] ?? [];
  const seed = index % 10 === 0 ? index + night * 1_000_003 : index;
  const packages =
    index % 5 < 2
      ? model
      : model.flatMap((one, at) => {
          const draw = ((at + 1) * 2_654_435_761 + seed * 40_503) % 1000;
          if (draw < 150) return [];
          return draw < 200 ? [{ ...one, version: `${one.version.split('.')[0]}.99.${draw % 7}` }] : [one];
        });
  const findings = packages
    .filter((_, at) => at % 40 === 0)
    .map((one) => finding('age/unmaintained', 'note', one))
    .concat(night === 2 ? packages.filter(({ name }) => name === 'semver').map((one) => finding('advisory/known', 'error', one)) : []);
  const errors = findings.filter(({ severity }) => severity === 'error').length;
  return {
    repository,
    lockfile: 'package-lock.json',
    format: 'npm-lock-v3',
    digest: digestOf([index, seed]).padEnd(64, '0'),
    policyDigest: 'b'.repeat(64),
    verdict: errors > 0 ? 'fail' : 'pass',
    counts: {
      components: packages.length,
      checks: 30,
      expected: packages.length * 30,
      pass: packages.length * 30 - findings.length,
      fail: findings.length,
      inconclusive: 0,
      notApplicable: 0,
      errors,
      warnings: 0,
      notes: findings.length - errors,
      waived: 0,
    },
    findings,
    inconclusive: [],
    packages,
  };
}

function finding(rule: string, severity: FindingRecord['severity'], { name, version, path }: PackageRecord): FindingRecord {
  const subject = `${name}@${version}`;
  return {
    fingerprint: digestOf([rule, subject]),
    rule,
    severity,
    subject,
    message: `${subject} is what the rule ${rule} speaks about`,
    path,
    line: 100,
    help: [`take another version of ${name}`],
  };
}

function packagesOf(project: string): readonly PackageRecord[] {
  const files = openProjectFolder(project);
  const path = lockfileNames(lockfileFormats).find((name) => files.paths.includes(name));
  const text = path === undefined ? undefined : files.read(path);
  if (path === undefined || text === undefined) return [];
  const inventory = readLockfileText(lockfileFormats, { path, text, digest: '', files });
  const parents = new Map([[inventory.root.bomRef, undefined as string | undefined]]);
  const queue = [inventory.root.bomRef];
  for (let at = 0; at < queue.length; at += 1) {
    const from = queue[at];
    for (const { to } of from === undefined ? [] : (inventory.edges.get(from) ?? [])) {
      if (parents.has(to)) continue;
      parents.set(to, from);
      queue.push(to);
    }
  }
  return [...inventory.components.values()]
    .filter(({ source }) => source.type !== 'workspace')
    .map((component) => {
      const way: string[] = [];
      for (let ref: string | undefined = component.bomRef; ref !== undefined; ref = parents.get(ref as typeof component.bomRef))
        way.push(inventory.components.get(ref as typeof component.bomRef)?.name ?? inventory.root.name);
      return {
        name: component.name,
        version: component.version,
        isDirect: way.length === 2,
        scope: component.scope,
        path: way.reverse(),
        licence: 'MIT',
        publishedAt: milliseconds(Date.UTC(2021, 0, 1)),
      };
    });
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

async function timed(what: string, work: () => Promise<string>): Promise<void> {
  const begun = performance.now();
  const result = await work();
  console.log(`${what}: ${(performance.now() - begun).toFixed(0)} ms ${result}`);
}

import { mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { malwareRecord, osvRecord } from '../support/advisories.ts';
import { zipOf } from '../support/zip.ts';
import { lockgate, packageLock, project } from './lockgate.ts';

const honest = [release({ name: 'left-pad', version: '1.3.0' }), release({ name: '@acme/ui', version: '2.0.0' })];
const today = new Date(Date.now() - 3_600_000).toISOString();
const open: LoopbackRegistry[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
});

function home(): string {
  return mkdtempSync(join(tmpdir(), 'lockgate-home-'));
}

function archiveOf(records: readonly Readonly<Record<string, unknown>>[]): string {
  const path = join(mkdtempSync(join(tmpdir(), 'lockgate-osv-')), 'all.zip');
  writeFileSync(path, zipOf(Object.fromEntries(records.map((record) => [`${String(record['id'])}.json`, JSON.stringify(record)]))));
  return path;
}

async function registryWith(...args: Parameters<typeof startRegistry>): Promise<LoopbackRegistry> {
  const registry = await startRegistry(...args);
  open.push(registry);
  return registry;
}

interface Judged {
  readonly code: number | null;
  /** Of the two checks that these tests are about, those that could not decide. */
  readonly inconclusive: readonly string[];
  readonly rules: readonly string[];
}

async function judged(
  options: { readonly cwd: string; readonly registry: string; readonly home: string },
  ...flags: readonly string[]
): Promise<Judged> {
  const { code, stdout } = await lockgate(['check', '--format', 'json', ...flags], options);
  const report: { readonly inconclusive: readonly { readonly check: string }[]; readonly findings: readonly { readonly rule: string }[] } =
    JSON.parse(stdout);
  const ours = report.inconclusive.map(({ check }) => check).filter((check) => check === 'advisory' || check === 'malware');
  return {
    code,
    inconclusive: [...new Set(ours)].sort(),
    rules: report.findings.map(({ rule }) => rule).filter((rule) => /^(advisory|malware|waiver)\//.test(rule)),
  };
}

describe('lockgate advisories', { timeout: 90_000 }, () => {
  it('imports an archive, says what it holds, and check uses it without the network', async () => {
    const registry = await registryWith(honest);
    const options = { cwd: project(packageLock(honest)), registry: registry.url, home: home() };
    await lockgate(['check'], options); // what the offline run remembers
    const archive = archiveOf([
      osvRecord('left-pad', { modified: today }),
      malwareRecord('right-pad'),
      osvRecord('left-pad', { id: 'GHSA-dddd-eeee-ffff', withdrawn: today }),
      { id: 'PYSEC-1', affected: [{ package: { ecosystem: 'PyPI', name: 'left-pad' } }] },
    ]);
    const imported = await lockgate(['advisories', 'import', archive], options);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect(imported.stdout).toMatch(
      /^imported 2 records about 2 npm packages, 1 of malware\nleft out: 1 withdrawn, 1 about other ecosystems\nnewest change: /,
    );
    expect(await lockgate(['advisories', 'status'], options)).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('2 records about 2 npm packages'),
    });
    const asked = registry.requests.length;
    expect(await judged(options, '--offline')).toMatchObject({ code: 1, inconclusive: [], rules: ['advisory/high'] });
    expect(registry.requests.length).toBe(asked);
    const text = await lockgate(['check', '--offline'], options);
    expect(text.stdout).toMatch(
      /error\[advisory\/high\]: left-pad@1\.3\.0 has a known flaw: Pads with the wrong character \(GHSA-aaaa-bbbb-cccc\)/,
    );
    expect(text.stdout).toMatch(/help: update to 1\.3\.1 or later/);
  });

  it('imports a folder of records', async () => {
    const folder = project({
      'npm/left-pad.json': JSON.stringify(osvRecord('left-pad', { modified: today })),
      'README.md': 'not a record',
    });
    const outcome = await lockgate(['advisories', 'import', folder], { cwd: folder, home: home() });
    expect(outcome).toMatchObject({ code: 0, stdout: expect.stringContaining('1 record about 1 npm package,') });
  });

  it('refuses what is no database of advisories, and keeps what was imported before', async () => {
    const where = { cwd: project({ 'broken/a.json': '{"id":', 'empty/README.md': '', 'linked/README.md': '' }), home: home() };
    const archive = archiveOf([osvRecord('left-pad', { modified: today })]);
    await lockgate(['advisories', 'import', archive], where);
    symlinkSync('/etc/hostname', join(where.cwd, 'linked', 'a.json'));
    const hostile = join(where.cwd, 'evil.zip');
    writeFileSync(hostile, zipOf({ '../../evil.json': '{}' }));
    for (const path of [hostile, 'broken', 'empty', 'linked', 'nothing', archiveOf([osvRecord('left-pad', { schema_version: '9.0.0' })])]) {
      const outcome = await lockgate(['advisories', 'import', path], where);
      expect(outcome).toMatchObject({ code: 2, stdout: '' });
      expect(outcome.stderr).toMatch(/^error/);
      expect(outcome.stderr).not.toMatch(/\n\s+at /);
    }
    expect(await lockgate(['advisories', 'status'], where)).toMatchObject({ code: 0, stdout: expect.stringContaining('1 record ') });
    expect(readdirSync(join(where.home, '.local/share/lockgate/advisories'))).toHaveLength(3);
  });

  it('says with exit code 3 that nothing usable is imported', async () => {
    const where = { cwd: project({}), home: home() };
    expect(await lockgate(['advisories', 'status'], where)).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('nothing is imported'),
    });
    await lockgate(['advisories', 'import', archiveOf([osvRecord('left-pad', { modified: '2020-01-01T00:00:00Z' })])], where);
    expect(await lockgate(['advisories', 'status'], where)).toMatchObject({
      code: 3,
      stdout: expect.stringContaining('older than 7 days'),
    });
  });
});

describe('lockgate check with advisories', { timeout: 90_000 }, () => {
  it('refuses known malware, whatever a waiver says', async () => {
    const registry = await registryWith(honest, {
      advisories: {
        'left-pad': [{ id: 1, title: 'Malware in left-pad', severity: 'critical', vulnerable_versions: '>=0', url: '', cwe: ['CWE-506'] }],
      },
    });
    const waiver = [
      'version: 1',
      'waivers:',
      '  - rule: malware/known',
      '    package: left-pad',
      '    versions: 1.3.0',
      '    reason: we looked at it and it is fine',
      '    owner: ada@acme.example',
      `    expires: ${new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10)}`,
    ];
    const cwd = project({ ...packageLock(honest), 'lockgate.yaml': `${waiver.join('\n')}\n` });
    expect(await judged({ cwd, registry: registry.url, home: home() })).toMatchObject({
      code: 1,
      rules: ['malware/known', 'waiver/refused'],
    });
  });

  it('is inconclusive where a registry that promises advisories has none, in one line with the way out', async () => {
    const registry = await registryWith(honest, { faults: [{ path: /advisories/, type: 'status', status: 404 }] });
    const policy = (more = ''): string =>
      `version: 1\nregistries:\n  - { url: "${registry.url}", offers: { advisories: offered } }\n${more}`;
    const host = new URL(registry.url).host;
    const files = packageLock(honest);
    const options = { cwd: project({ ...files, 'lockgate.yaml': policy() }), registry: registry.url, home: home() };
    const outcome = await lockgate(['check'], options);
    expect(outcome.code).toBe(3);
    expect(outcome.stdout.match(/^inconclusive/gm)).toHaveLength(1);
    expect(outcome.stdout).toMatch(/lockgate advisories import FILE/);
    const accept = ['advisory', 'malware'].map(
      (check) => `    - { check: ${check}, registry: "${host}", reason: our mirror has no advisories }`,
    );
    writeFileSync(join(options.cwd, 'lockgate.yaml'), policy(`inconclusive:\n  accept:\n${accept.join('\n')}\n`));
    expect(await lockgate(['check'], options)).toMatchObject({ code: 0 });
    writeFileSync(join(options.cwd, 'lockgate.yaml'), policy());
    await lockgate(['advisories', 'import', archiveOf([osvRecord('right-pad', { modified: today })])], options);
    expect(await judged(options)).toMatchObject({ code: 0, inconclusive: [] });
    rmSync(join(options.home, '.config'), { recursive: true });
    expect(await judged(options)).toMatchObject({ code: 3, inconclusive: ['advisory', 'malware'] });
  });

  it('lets a young fix of a known flaw pass with a note that says why', async () => {
    const [hour, day] = [3_600_000, 86_400_000];
    const at = (age: number): string => new Date(Date.now() - age).toISOString();
    const fix = release({ name: 'left-pad', version: '1.3.1', publishedAt: at(2 * hour) });
    const before = release({ name: 'left-pad', version: '1.3.0', publishedAt: at(400 * day) });
    const flaw = {
      id: 7,
      title: 'Pads wrongly',
      severity: 'high',
      url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc',
      vulnerable_versions: '<1.3.1',
    };
    const files = project(packageLock([fix]));
    const without = await registryWith([before, fix]);
    expect(await lockgate(['check'], { cwd: files, registry: without.url })).toMatchObject({ code: 1 });
    const knowing = await registryWith([before, fix], { advisories: { 'left-pad': [flaw] } });
    const outcome = await lockgate(['check'], { cwd: files, registry: knowing.url });
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(
      /note\[release-age\/too-new\][\s\S]*fixes: GHSA-aaaa-bbbb-cccc \(high\), which hits 1\.3\.0: Pads wrongly/,
    );
  });
});

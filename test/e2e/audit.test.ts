import { existsSync, mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { release } from '../loopback-registry/release.ts';
import { runGit } from '../platform/git-repository.ts';
import { type Outcome, lockgate, packageLock, project } from './lockgate.ts';
import { type World, dataOf, fleet, hash, leftPad, malware, mid, old, repository, startWorld, ui } from './audited-world.ts';

describe('lockgate audit', { timeout: 120_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.registry.close());

  it('reads working trees, bare repositories, remotes and projects without git, and names each by itself', async () => {
    const tree = repository(packageLock([leftPad]));
    const bare = join(mkdtempSync(join(tmpdir(), 'lockgate-bare-')), 'web.git');
    runGit(tree.root, ['clone', '-q', '--bare', repository({ ...packageLock([mid, leftPad]), 'docs/readme.md': 'x' }).root, bare]);
    const remote = repository({ ...packageLock([hash]), 'docs/package.json': '{}', 'large.bin': 'x'.repeat(100_000) });
    remote.git('config', 'uploadpack.allowFilter', 'true');
    remote.git('config', 'uploadpack.allowAnySHA1InWant', 'true');
    const plain = project(packageLock([ui]));
    const { run } = fleet(
      `version: 1
name: acme
repositories:
  - { name: shop, path: ${tree.root} }
  - { path: ${bare}, tags: [web] }
  - { name: remote, url: "file://${remote.root}", revision: main }
  - { name: plain, path: ${plain} }
`,
      world,
    );
    const outcome = await run(['audit', '--format', 'json']);
    expect(outcome.stderr).toBe('');
    const data = dataOf(outcome);
    expect(data.repositories.map(({ repository: name, state, lockfiles }) => [name, state, lockfiles])).toEqual([
      ['plain', 'pass', 1],
      ['remote', 'pass', 1],
      ['shop', 'pass', 1],
      ['web', 'pass', 1],
    ]);
    expect(outcome.code).toBe(0);
  });

  it('reports exactly what the world has changed between two audits', async () => {
    const sara = { name: 'sara', email: 'sara@people.example' };
    const base = [leftPad, ui, hash, mid];
    const now = await startWorld(base);
    const names = ['shop', 'web', 'docs'] as const;
    const [shop, web, docs] = [packageLock([mid, leftPad]), packageLock([hash]), packageLock([ui])].map((files) => project(files));
    const { run, store } = fleet(
      `version: 1
repositories:
${[shop, web, docs].map((path, index) => `  - { name: ${names[index]}, path: ${path} }`).join('\n')}
`,
      now,
    );
    try {
      const first = await run(['audit', '--format', 'json']);
      expect(first.code).toBe(0);
      const second = await run(['audit', '--format', 'json']);
      expect(dataOf(second)).toMatchObject({ changes: [], failures: [], vanished: [] });

      now.advisories['left-pad'] = [malware];
      now.registry.setPackages([
        leftPad,
        mid,
        // The version that everybody has is gone, and another one is there.
        release({ name: 'fast-hash', version: '3.0.0', ...old }),
        ui,
        release({
          name: '@acme/ui',
          version: '2.0.1',
          ...old,
          maintainers: [sara],
          publisher: sara,
          publishedAt: new Date(Date.now() - 3_600_000).toISOString(),
        }),
      ]);
      const third = await run(['audit', '--format', 'json']);
      expect(third.code).toBe(1);
      const { changes } = dataOf(third);
      expect(Object.fromEntries(changes.map(({ repository: name, appeared }) => [name, appeared.map(({ rule }) => rule)]))).toMatchObject({
        shop: expect.arrayContaining(['malware/known']),
        web: expect.arrayContaining(['existence/version-missing']),
      });
      const pad = changes.find(({ repository: name }) => name === 'shop')?.appeared.find(({ rule }) => rule === 'malware/known');
      expect(pad).toMatchObject({ subject: 'left-pad@1.3.0', path: ['shop', 'left-pad'] });

      delete now.advisories['left-pad'];
      now.registry.setPackages(base);
      const fourth = dataOf(await run(['audit', '--format', 'json']));
      expect(fourth.changes.flatMap(({ appeared }) => appeared)).toEqual([]);
      expect(fourth.changes.map(({ repository: name, before, verdict }) => [name, before, verdict])).toContainEqual([
        'shop',
        'fail',
        'pass',
      ]);
      expect(readFileSync(store).subarray(0, 15).toString()).toBe('SQLite format 3');
    } finally {
      await now.registry.close();
    }
  });

  it('calls a repository that cannot be read what it is, judges the others, and does not pass', async () => {
    const broken = project({ 'package.json': '{}', 'package-lock.json': '{"lockfileVersion": 3, "packages": ' });
    const { run } = fleet(
      `version: 1
repositories:
  - { name: gone, path: /nowhere/at/all }
  - { name: broken, path: ${broken} }
  - { name: empty, path: ${project({ 'readme.md': 'x' })} }
  - { name: no-branch, path: ${repository(packageLock([leftPad])).root}, revision: elsewhere }
  - { name: no-remote, url: "file:///nowhere/at/all" }
  - { name: odd-policy, path: ${project({ ...packageLock([leftPad]), 'lockgate.yaml': 'version: 1\nruels: {}\n' })} }
  - { name: good, path: ${project(packageLock([leftPad]))} }
`,
      world,
    );
    const outcome = await run(['audit', '--format', 'json']);
    expect(outcome.code).toBe(3);
    const { failures, states } = dataOf(outcome);
    expect(states).toEqual({ pass: 1, fail: 0, inconclusive: 0, failed: 6 });
    expect(failures.map(({ repository: name, code }) => [name, code])).toEqual([
      ['broken', 'lockfile-invalid'],
      ['empty', 'lockfile-missing'],
      ['gone', 'input-invalid'],
      ['no-branch', 'git'],
      ['no-remote', 'git'],
      ['odd-policy', 'policy-invalid'],
    ]);
    const text = await run(['audit', '--no-color']);
    expect(text.stdout).toMatch(/Could not be audited:\n {2}broken: .*package-lock\.json/);
    expect(text.stdout).toMatch(/NOT AUDITED {2}audit 2 of repos\.yaml [0-9a-f]{8}: 7 repositories \(6 NOT AUDITED, 1 PASS\)/);
  });

  it('lets no repository below the floor: neither with a policy of its own nor with a waiver', async () => {
    const scripted = release({ name: 'scripted', version: '1.0.0', scripts: { install: 'node build.js' }, ...old });
    const now = await startWorld([scripted]);
    try {
      const lax = 'version: 1\nrules: { install-scripts/unlisted: "off", malware/known: "off" }\n';
      const folder = project({ ...packageLock([scripted]), 'lockgate.yaml': lax });
      const { run, folder: home } = fleet(`version: 1\nrepositories: [{ name: lax, path: ${folder} }]\n`, now);
      expect((await run(['audit'])).code).toBe(0);

      writeFileSync(join(home, 'floor.yaml'), 'version: 1\nrules: { install-scripts/unlisted: error }\n');
      writeFileSync(join(home, 'repos.yaml'), `version: 1\nfloor: floor.yaml\nrepositories: [{ name: lax, path: ${folder} }]\n`);
      const strict = await run(['audit', '--format', 'json']);
      expect(strict.code).toBe(1);
      expect(JSON.stringify(dataOf(strict))).toContain('the floor policy floor.yaml decides here');

      // Without a floor known malware is found all the same.
      writeFileSync(join(home, 'repos.yaml'), `version: 1\nrepositories: [{ name: lax, path: ${folder} }]\n`);
      now.advisories['scripted'] = [{ ...malware, title: 'Malware in scripted' }];
      const found = await run(['audit', '--format', 'json']);
      expect(found.code).toBe(1);
      expect(dataOf(found).changes.flatMap(({ appeared }) => appeared.map(({ rule }) => rule))).toContain('malware/known');
    } finally {
      await now.registry.close();
    }
  });

  it.each([[''], ['floor: floor.yaml\n']])('lets no .npmrc of a repository ask somebody who knows of no malware: %j', async (floor) => {
    const [now, elsewhere] = [await startWorld(), await startWorld()];
    now.advisories['left-pad'] = [malware];
    try {
      const shop = project({ ...packageLock([leftPad]), '.npmrc': `registry=${elsewhere.registry.url}\n` });
      const folder = project({
        'repos.yaml': `version: 1\n${floor}repositories: [{ name: shop, path: ${shop} }]\n`,
        'floor.yaml': 'version: 1\n',
        'machine.npmrc': `registry=${now.registry.url}\n`,
      });
      const outcome = await lockgate(['audit', '--format', 'json', '--store', join(folder, 'audits.db')], {
        cwd: folder,
        // The environment would outrank the repository's own file.
        env: { NPM_CONFIG_USERCONFIG: join(folder, 'machine.npmrc') },
      });
      expect(outcome.code).toBe(1);
      expect(dataOf(outcome).changes[0]?.appeared).toMatchObject([{ rule: 'malware/known', subject: 'left-pad@1.3.0' }]);
    } finally {
      await now.registry.close();
      await elsewhere.registry.close();
    }
  });

  it('fails on news alone when it is told so', async () => {
    const now = await startWorld();
    now.advisories['left-pad'] = [malware];
    try {
      const { run } = fleet(`version: 1\nrepositories: [{ name: shop, path: ${project(packageLock([leftPad]))} }]\n`, now);
      expect((await run(['audit', '--fail-on', 'new'])).code).toBe(1);
      expect((await run(['audit', '--fail-on', 'new'])).code).toBe(0);
      expect((await run(['audit'])).code).toBe(1);
    } finally {
      await now.registry.close();
    }
  });

  it('never passes over a repository that cannot be read, nor one that is gone, however quiet it is told to be', async () => {
    const good = project(packageLock([leftPad]));
    const { run, folder } = fleet(
      `version: 1\nrepositories: [{ name: shop, path: ${good} }, { name: web, path: ${good} }, { name: gone, path: /nowhere/at/all }]\n`,
      world,
    );
    for (let night = 0; night < 2; night += 1) {
      const outcome = await run(['audit', '--quiet', '--fail-on', 'new', '--report', 'sarif=reports']);
      expect(outcome.code).toBe(3);
      expect(outcome.stdout).toContain('gone: there is no such folder');
    }
    writeFileSync(
      join(folder, 'repos.yaml'),
      `version: 1\nrepositories: [{ name: shop, path: ${good} }, { name: web, path: /nowhere/at/all }]\n`,
    );
    expect((await run(['audit', '--report', 'sarif=reports'])).code).toBe(3);
    // Yesterday's report of it would be taken for today's.
    expect(readdirSync(join(folder, 'reports'))).toEqual(['shop.sarif']);
    writeFileSync(join(folder, 'repos.yaml'), `version: 1\nrepositories: [{ name: shop, path: ${good} }]\n`);
    const last = await run(['audit', '--quiet']);
    expect(last.stdout).toContain('No longer audited: web');
    expect(last.code).toBe(0);
    expect((await run(['audit', '--quiet'])).stdout).toBe('');
  });

  it('begins no audit whose news could be written nowhere: the next one would not call them new', async () => {
    const { run, store } = fleet(`version: 1\nrepositories: [{ name: shop, path: ${project(packageLock([leftPad]))} }]\n`, world);
    const outcome = await run(['audit', '--report', 'json=nowhere/audit.json']);
    expect(outcome).toMatchObject({ code: 2, stderr: expect.stringContaining('a folder that is not there') });
    expect(existsSync(store)).toBe(false);
  });

  it('writes reports: SARIF for each repository, a digest, data and everything that is stored', async () => {
    const { run, folder } = fleet(
      `version: 1
repositories:
  - { name: ../../evil, path: ${project(packageLock([leftPad]))} }
  - { name: shop, path: ${project(packageLock([leftPad, hash]))} }
`,
      world,
    );
    const reports = ['sarif=out/sarif', 'markdown=out.md', 'json=out.json', 'ndjson=out.ndjson'].flatMap((one) => ['--report', one]);
    expect((await run(['audit', ...reports])).code).toBe(0);
    const files = readdirSync(join(folder, 'out/sarif'));
    expect(files).toEqual([expect.stringMatching(/^_\._.._evil-[0-9a-f]{8}\.sarif$/), 'shop.sarif']);
    expect(JSON.parse(readFileSync(join(folder, 'out/sarif/shop.sarif'), 'utf8'))).toMatchObject({ version: '2.1.0' });
    expect(readFileSync(join(folder, 'out.md'), 'utf8')).toContain('## ✅ Lockgate audit of ');
    expect(readFileSync(join(folder, 'out.ndjson'), 'utf8').trim().split('\n').at(-1)).toBe(
      '{"type":"end","repositories":2,"lockfiles":2}',
    );
  });

  it('audits folders by name without a list, and tells one set of them from another', async () => {
    const parent = project({
      ...Object.fromEntries(Object.entries(packageLock([leftPad])).map(([path, text]) => [`a/app/${path}`, text])),
      ...Object.fromEntries(Object.entries(packageLock([hash])).map(([path, text]) => [`b/app/${path}`, text])),
    });
    const run = (args: readonly string[]): Promise<Outcome> =>
      lockgate(['audit', '--format', 'json', '--store', join(parent, 'audits.db'), ...args], { cwd: parent, registry: world.registry.url });
    expect(dataOf(await run(['a/app', 'b/app'])).repositories.map(({ repository: name }) => name)).toEqual(['a/app', 'b/app']);
    expect(dataOf(await run(['a/app'])).vanished).toEqual([]);
  });
});

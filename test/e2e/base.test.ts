import { mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';
import { type Scratch, runGit, scratchRepository } from '../platform/git-repository.ts';
import { lockgate, packageLock } from './lockgate.ts';

const repository = 'https://git.example/acme/tools.git';
const old = { publishedAt: '2021-01-01T00:00:00.000Z', repository };
const leftPad = release({ name: 'left-pad', version: '1.3.0', ...old });
const ui = release({ name: '@acme/ui', version: '2.0.0', ...old });
const scripted = release({ name: 'fast-hash', version: '2.0.0', scripts: { install: 'node build.js' }, ...old });

let registry: LoopbackRegistry;
beforeAll(async () => {
  registry = await startRegistry([leftPad, ui, scripted]);
});
afterAll(() => registry.close());

/** A repository whose main holds a project, and a branch `work` that is checked out. */
function shop(files: Readonly<Record<string, string>> = packageLock([leftPad])): Scratch {
  const scratch = scratchRepository();
  for (const [path, text] of Object.entries(files)) scratch.write(path, text);
  scratch.commit();
  scratch.git('checkout', '-q', '-b', 'work');
  return scratch;
}

function below(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [`${folder}/${path}`, text]));
}

function write(scratch: Scratch, files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) scratch.write(path, text);
}

const run = (args: readonly string[], cwd: string): ReturnType<typeof lockgate> =>
  lockgate(['check', ...args], { cwd, registry: registry.url });

describe('lockgate check --base', { timeout: 120_000 }, () => {
  it('asks about what changed and not about two thousand packages', async () => {
    const many = Array.from({ length: 2000 }, (_, index) => release({ name: `part-${index}`, version: '1.0.0', ...old }));
    const fresh = ['a', 'b', 'c'].map((letter) => release({ name: `added-${letter}`, version: '1.0.0', ...old }));
    const big = await startRegistry([...many, ...fresh]);
    try {
      const scratch = shop(packageLock(many));
      write(scratch, packageLock([...many, ...fresh]));
      const outcome = await lockgate(['check', '--base', 'main'], { cwd: scratch.root, registry: big.url });
      expect(outcome.stdout).toMatch(/3 of 2003 packages differ from main/);
      const asked = big.requests.filter(({ path }) => !path.startsWith('/-/'));
      const names = new Set(asked.map(({ path }) => path.split('/')[1]));
      expect(names).toEqual(new Set(['added-a', 'added-b', 'added-c']));
      // A document and a tarball for each.
      expect(asked.length).toBeLessThanOrEqual(2 * 3);
      // Known malware is judged on all: in bulk, a thousand names to a question, and the keys once.
      const service = big.requests.filter(({ path }) => path.startsWith('/-/'));
      expect(service.length).toBeLessThanOrEqual(4);
    } finally {
      await big.close();
    }
  });

  it('judges a PATH below the top, relative or absolute, a folder or a lockfile', async () => {
    const scratch = shop({ ...packageLock([leftPad]), ...below('packages/app', packageLock([ui])) });
    write(scratch, below('packages/app', packageLock([ui, scripted])));
    for (const [args, cwd] of [
      [['packages/app'], scratch.root],
      [['packages/app/package-lock.json'], scratch.root],
      [[join(scratch.root, 'packages/app')], tmpdir()],
      [['.'], join(scratch.root, 'packages/app')],
      [['../app/'], join(scratch.root, 'packages/app')],
    ] as const) {
      const outcome = await run([...args, '--base', 'main'], cwd);
      expect(outcome.stderr).toBe('');
      expect(outcome.stdout.match(/^(?:PASS|FAIL|INCONCLUSIVE) .*$/gm)).toHaveLength(1);
      expect(outcome.stdout).toMatch(/install-scripts\/unlisted\]: fast-hash@2\.0\.0/);
      expect(outcome.stdout).toMatch(/packages\/app\/package-lock\.json/);
    }
    expect((await run(['--base', 'main'], scratch.root)).stdout.match(/^(?:PASS|FAIL|INCONCLUSIVE) .*$/gm)).toHaveLength(2);
  });

  it('works through a symbolic link to the repository', async () => {
    const scratch = shop();
    write(scratch, packageLock([leftPad, ui]));
    const link = join(mkdtempSync(join(tmpdir(), 'lockgate-link-')), 'shop');
    symlinkSync(scratch.root, link);
    expect((await run(['--base', 'main'], link)).stdout).toMatch(/1 of 2 packages differ/);
  });

  it('judges a new lockfile as a whole, and says of one that went that it is gone', async () => {
    const scratch = shop();
    write(scratch, below('tools', packageLock([scripted])));
    scratch.git('rm', '-q', 'package-lock.json', 'package.json');
    const outcome = await run(['--base', 'main'], scratch.root);
    expect(outcome.stdout).toMatch(/package-lock\.json is gone: nothing to judge in it/);
    expect(outcome.stdout).toMatch(/1 of 1 packages differ from main/);
    const away = shop({ ...packageLock([leftPad]), ...below('old', packageLock([ui])) });
    away.git('rm', '-q', '-r', 'old');
    expect((await run(['old', '--base', 'main'], away.root)).stdout).toMatch(/old\/package-lock\.json is gone/);
  });

  it('judges everything as new where the base holds a lockfile that cannot be read, so that a branch can repair it', async () => {
    const scratch = shop({ ...packageLock([leftPad]), 'package-lock.json': '{"lockfileVersion":3,' });
    write(scratch, packageLock([leftPad]));
    const outcome = await run(['--base', 'main'], scratch.root);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).toMatch(/cannot be read, so everything counts as new/);
    expect(outcome.stdout).toMatch(/1 of 1 packages differ/);
  });

  it('cannot be run on a branch whose own lockfile is broken', async () => {
    const scratch = shop();
    write(scratch, { 'package-lock.json': '{"lockfileVersion":3,' });
    expect(await run(['--base', 'main'], scratch.root)).toMatchObject({ code: 2 });
  });

  it('leaves submodules, nested repositories and ignored folders alone', async () => {
    const scratch = shop({ ...packageLock([leftPad]), '.gitignore': 'scratch/\n' });
    write(scratch, { ...below('scratch', packageLock([scripted])), ...below('vendored', packageLock([scripted])) });
    runGit(join(scratch.root, 'vendored'), ['init', '-q']);
    const outcome = await run(['--base', 'main'], scratch.root);
    expect(outcome.code).toBe(0);
    expect(outcome.stdout).not.toMatch(/fast-hash/);
  });

  it('follows the tip of the base: a branch from before a rule is judged by the rule', async () => {
    const scratch = shop();
    write(scratch, packageLock([leftPad, scripted]));
    scratch.commit();
    scratch.git('checkout', '-q', 'main');
    write(scratch, { 'lockgate.yaml': 'version: 1\nrules:\n  install-scripts/unlisted: error\n' });
    scratch.commit();
    scratch.git('checkout', '-q', 'work');
    const outcome = await run(['--base', 'main'], scratch.root);
    expect(outcome.code).toBe(1);
    expect(outcome.stdout).toMatch(/error\[install-scripts\/unlisted\]/);
    expect(outcome.stdout).not.toMatch(/configuration-change/);
  });

  it('uses the defaults where the base has no policy, and reports the first one as a change', async () => {
    const scratch = shop();
    write(scratch, { ...packageLock([leftPad, scripted]), 'lockgate.yaml': 'version: 1\nrules:\n  install-scripts/unlisted: off\n' });
    const outcome = await run(['--base', 'main'], scratch.root);
    expect(outcome.stdout).toMatch(/configuration-change\/policy/);
    expect(outcome.stdout).toMatch(/install-scripts\/unlisted\]: fast-hash/);
  });

  it('reads a policy that --policy names from the base, too, unless it lies outside', async () => {
    const strict = 'version: 1\nrules:\n  install-scripts/unlisted: error\n';
    const scratch = shop({ ...packageLock([leftPad]), 'ci/gate.yaml': strict });
    write(scratch, { ...packageLock([leftPad, scripted]), 'ci/gate.yaml': 'version: 1\nrules:\n  install-scripts/unlisted: off\n' });
    const inside = await run(['--base', 'main', '--policy', 'ci/gate.yaml'], scratch.root);
    expect(inside.code).toBe(1);
    expect(inside.stdout).toMatch(/configuration-change\/policy\]: ci\/gate\.yaml is altered/);
    const outside = join(mkdtempSync(join(tmpdir(), 'lockgate-policy-')), 'gate.yaml');
    writeFileSync(outside, strict);
    expect((await run(['--base', 'main', '--policy', outside], scratch.root)).code).toBe(1);
    const missing = await run(['--base', 'main', '--policy', 'ci/none.yaml'], scratch.root);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/there is no policy file ci\/none\.yaml in main[\s\S]*read from the base/);
  });

  it('compares two commits with --head, whatever is checked out', async () => {
    const scratch = shop();
    write(scratch, packageLock([leftPad, scripted]));
    scratch.commit();
    scratch.git('checkout', '-q', 'main');
    expect((await run(['--base', 'main', '--head', 'work'], scratch.root)).stdout).toMatch(/1 of 2 packages differ from main/);
  });

  it('says loudly in a pull request that the base was forgotten', async () => {
    const scratch = shop();
    const outcome = await lockgate(['check'], { cwd: scratch.root, registry: registry.url, env: { GITHUB_BASE_REF: 'main' } });
    expect(outcome.stdout).toMatch(/use --base origin\/main/);
  });
});

describe('lockgate check --base without its base', () => {
  async function refused(args: readonly string[], cwd: string): Promise<string> {
    const outcome = await run(args, cwd);
    expect(outcome).toMatchObject({ code: 2, stdout: '' });
    expect(outcome.stderr).not.toMatch(/^\s+at /m);
    return outcome.stderr;
  }

  it('names the command that fetches what a shallow clone lacks', async () => {
    const origin = shop();
    write(origin, packageLock([leftPad, ui]));
    origin.commit();
    const clone = join(mkdtempSync(join(tmpdir(), 'lockgate-clone-')), 'shop');
    runGit(tmpdir(), ['clone', '-q', '--depth', '1', '--branch', 'work', `file://${origin.root}`, clone]);
    expect(await refused(['--base', 'main'], clone)).toMatch(/git fetch --unshallow, or fetch-depth: 0/);
    runGit(clone, ['fetch', '-q', '--depth', '1', 'origin', 'main']);
    expect(await refused(['--base', 'FETCH_HEAD'], clone)).toMatch(/git fetch --unshallow, or fetch-depth: 0/);
  });

  it('names the branch of the remote where only that is known', async () => {
    const origin = shop();
    const clone = join(mkdtempSync(join(tmpdir(), 'lockgate-clone-')), 'shop');
    runGit(tmpdir(), ['clone', '-q', '--branch', 'work', `file://${origin.root}`, clone]);
    expect(await refused(['--base', 'main'], clone)).toMatch(/--base origin\/main/);
  });

  it('says what is missing: the revision, a first commit, a repository, a lockfile', async () => {
    expect(await refused(['--base', 'nowhere'], shop().root)).toMatch(/git knows no commit nowhere[\s\S]*git fetch origin nowhere/);
    expect(await refused(['--base', '--upload-pack=x'], shop().root)).toMatch(/is no revision/);
    const unborn = scratchRepository();
    write(unborn, packageLock([leftPad]));
    expect(await refused(['--base', 'HEAD'], unborn.root)).toMatch(/no commit yet/);
    const folder = mkdtempSync(join(tmpdir(), 'lockgate-none-'));
    mkdirSync(join(folder, 'below'));
    expect(await refused(['--base', 'main'], folder)).toMatch(/in no git repository/);
    expect(await refused(['--base', 'main'], shop({ 'README.md': 'shop\n' }).root)).toMatch(/there is no lockfile/);
  });
});

describe('lockgate check --sarif-in', { timeout: 120_000 }, () => {
  const log = (lines: readonly number[]): string =>
    JSON.stringify({
      version: '2.1.0',
      runs: [
        {
          tool: { driver: { name: 'semgrep' } },
          results: lines.map((startLine) => ({
            ruleId: 'eval',
            level: 'error',
            message: { text: `eval in line ${startLine}` },
            locations: [{ physicalLocation: { artifactLocation: { uri: 'src/run.js' }, region: { startLine } } }],
          })),
        },
      ],
    });

  it("counts another tool's errors, and in a change those on its lines", async () => {
    const scratch = shop({ ...packageLock([leftPad]), 'src/run.js': 'eval(a)\nrun()\n' });
    write(scratch, { 'src/run.js': 'eval(a)\nrun()\neval(b)\n' });
    const file = join(mkdtempSync(join(tmpdir(), 'lockgate-sarif-')), 'semgrep.sarif');
    writeFileSync(file, log([1, 3]));
    const whole = await run(['--sarif-in', file], scratch.root);
    expect(whole.code).toBe(1);
    expect(whole.stdout.match(/error\[external-result\/error\]: semgrep: eval in line/g)).toHaveLength(2);
    const change = await run(['--base', 'main', '--sarif-in', file], scratch.root);
    expect(change.code).toBe(1);
    expect(change.stdout).toMatch(/semgrep: eval in line 3 \(eval\)\n {2}--> src\/run\.js:3/);
    expect(change.stdout).not.toMatch(/eval in line 1/);
    expect(change.stdout).toMatch(/1 result is outside of the change/);
    writeFileSync(file, log([1]));
    expect((await run(['--base', 'main', '--sarif-in', file], scratch.root)).code).toBe(0);
  });

  it('never takes a log that is torn or missing for a clean one', async () => {
    const scratch = shop();
    const file = join(scratch.root, '..', 'torn.sarif');
    writeFileSync(file, '{"version":"2.1.0","runs":[');
    expect((await run(['--sarif-in', file], scratch.root)).code).toBe(1);
    expect((await run(['--sarif-in', 'none.sarif'], scratch.root)).code).toBe(2);
  });
});

import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { type Scratch, scratchRepository } from '../platform/git-repository.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { type Outcome, lockgate, packageLock } from './lockgate.ts';

/**
 * The walk through a shop's repository: main is clean, and each branch does one thing that a reviewer must hear of, or must not
 * be troubled with. Every step writes a file of every format, and all of them must tell the same story.
 */
const repository = 'https://git.example/acme/tools.git';
const year = '2021-01-01T00:00:00.000Z';
const leftPad = release({ name: 'left-pad', version: '1.3.0', publishedAt: year, repository });
const ui = release({ name: '@acme/ui', version: '2.0.0', publishedAt: year, repository });
const imitation = release({ name: 'expresss', version: '1.0.0', publishedAt: new Date(Date.now() - 3 * 86_400_000).toISOString() });

const fromPipeline = { trustedPublisher: 'github', publisher: { name: 'GitHub Actions' } };
const built = ['1.0.0', '1.1.0', '1.2.0'].map((version, index) =>
  release({ name: 'pipelined', version, publishedAt: `2023-0${index + 1}-01T00:00:00.000Z`, repository, ...fromPipeline }),
);
const [, , newest = leftPad] = built;
const byHand = release({
  name: 'pipelined',
  version: '1.2.1',
  publishedAt: '2024-01-01T00:00:00.000Z',
  repository,
  publisher: { name: 'mallory' },
});

const policy = 'version: 1\nchecks:\n  release-age:\n    error-below: 2d\n';
const mainFiles: Readonly<Record<string, string>> = {
  ...packageLock([leftPad, ui, newest]),
  'lockgate.yaml': policy,
  '.npmrc': 'fund=false\n',
};

const formats = ['text', 'json', 'sarif', 'junit', 'github', 'gitlab-codequality', 'gitlab-dependency-scanning', 'markdown', 'cyclonedx'];

let registry: LoopbackRegistry;
let shop: Scratch;

beforeAll(async () => {
  registry = await startRegistry([leftPad, ui, ...built, byHand, imitation]);
  shop = scratchRepository();
  for (const [path, text] of Object.entries(mainFiles)) shop.write(path, text);
  shop.commit('main');
});
afterAll(() => registry.close());

interface Step {
  readonly outcome: Outcome;
  readonly files: Readonly<Record<string, string>>;
  readonly rules: readonly string[];
}

/** Makes a branch of main with these files, checks it, and reads the files of all formats. */
async function step(name: string, files: Readonly<Record<string, string>>, remove: readonly string[] = []): Promise<Step> {
  shop.git('checkout', '-q', '-B', name, 'main');
  for (const [path, text] of Object.entries(files)) shop.write(path, text);
  for (const path of remove) shop.git('rm', '-q', path);
  shop.commit(name);
  const folder = join(shop.root, '..', name);
  const reports = formats.flatMap((format) => ['--report', `${format}=${join(folder, format)}`]);
  mkdirSync(folder);
  const outcome = await lockgate(['check', '--base', 'main', '--all', ...reports], { cwd: shop.root, registry: registry.url });
  const read = Object.fromEntries(formats.map((format) => [format, readFileSync(join(folder, format), 'utf8')]));
  const report: { findings: { rule: string; severity: string }[] } = JSON.parse(read['json'] ?? '');
  return { outcome, files: read, rules: report.findings.map(({ rule, severity }) => `${severity} ${rule}`) };
}

/** What each format says the verdict is; all must agree. */
function verdictsIn(files: Readonly<Record<string, string>>): ReadonlySet<string | undefined> {
  const of = (format: string): string => files[format] ?? '';
  return new Set([
    /^(PASS|FAIL|INCONCLUSIVE) {2}/m.exec(of('text'))?.[1],
    (JSON.parse(of('json')).verdict as string).toUpperCase(),
    (JSON.parse(of('sarif')).runs[0].properties.verdict as string).toUpperCase(),
    /<property name="verdict" value="(\w+)"/.exec(of('junit'))?.[1]?.toUpperCase(),
    /title=lockgate%3A (\w+)::/.exec(of('github'))?.[1]?.toUpperCase(),
    /^[A-Z]+/.exec(JSON.parse(of('gitlab-codequality'))[0].description)?.[0],
    /^[A-Z]+/.exec(JSON.parse(of('gitlab-dependency-scanning')).scan.messages[0].value)?.[0],
    /Lockgate: ([A-Z]+)$/m.exec(of('markdown'))?.[1],
    /"lockgate:verdict",\s+"value": "(\w+)"/.exec(of('cyclonedx'))?.[1]?.toUpperCase(),
  ]);
}

async function expectStep({ outcome, files }: Step, verdict: 'PASS' | 'FAIL'): Promise<void> {
  expect(outcome.stderr).toBe('');
  expect([...verdictsIn(files)]).toEqual([verdict]);
  expect(outcome.code).toBe(verdict === 'PASS' ? 0 : 1);
  expect(validateCycloneDX(files['cyclonedx'] ?? '')).toEqual([]);
  expect((await validateXML({ xml: [{ fileName: 'junit.xml', contents: files['junit'] ?? '' }], schema: [anyXml] })).errors).toEqual([]);
}

const anyXml = {
  fileName: 'any.xsd',
  contents:
    '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"><xs:element name="testsuites"><xs:complexType mixed="true"><xs:sequence><xs:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/></xs:sequence><xs:anyAttribute processContents="skip"/></xs:complexType></xs:element></xs:schema>',
};

describe('a walk through the branches of a shop', { timeout: 120_000 }, () => {
  it('main is clean', async () => {
    const whole = await lockgate(['check'], { cwd: shop.root, registry: registry.url });
    expect(whole.stdout).toMatch(/^PASS/m);
    const nothing = await step('nothing', {});
    await expectStep(nothing, 'PASS');
    expect(nothing.rules).toEqual([]);
    expect(nothing.outcome.stdout).toMatch(/0 of 3 packages differ from main and were judged/);
  });

  it('a typosquat is refused, at its line, in every format', async () => {
    const branch = await step('typosquat', packageLock([leftPad, ui, newest, imitation]));
    await expectStep(branch, 'FAIL');
    expect(branch.rules).toContain('error typosquat/imitates');
    for (const format of formats) expect(branch.files[format]).toContain('expresss');
    expect(branch.rules.join()).not.toMatch(/left-pad/);
  });

  it('a version without the trusted publisher of its predecessors is refused', async () => {
    const branch = await step('by-hand', packageLock([leftPad, ui, byHand]));
    await expectStep(branch, 'FAIL');
    expect(branch.rules).toContain('error provenance-history/downgrade');
  });

  it('a looser policy is a finding, and does not judge the branch that brings it', async () => {
    const loose = 'version: 1\nrules:\n  typosquat/imitates: off\n  typosquat/resembles: off\n  recent-release/young: off\n';
    const branch = await step('loose', { ...packageLock([leftPad, ui, newest, imitation]), 'lockgate.yaml': loose });
    await expectStep(branch, 'FAIL');
    expect(branch.rules).toEqual(expect.arrayContaining(['warning configuration-change/policy', 'error typosquat/imitates']));
  });

  it('a waiver is a finding, and covers nothing before it is in the base', async () => {
    const soon = new Date(Date.now() + 20 * 86_400_000).toISOString().slice(0, 10);
    const waiver = `waivers:\n  - rule: typosquat/imitates\n    package: expresss\n    versions: 1.0.0\n    reason: we know it and have read all of it\n    owner: mallory@shop.example\n    expires: ${soon}\n`;
    const branch = await step('waiver', { ...packageLock([leftPad, ui, newest, imitation]), 'lockgate.yaml': `${policy}${waiver}` });
    await expectStep(branch, 'FAIL');
    expect(branch.rules).toEqual(
      expect.arrayContaining(['warning configuration-change/waiver', 'warning configuration-change/policy', 'error typosquat/imitates']),
    );
  });

  it('a changed .npmrc is a finding, and redirects no question', async () => {
    const elsewhere = await startRegistry([leftPad, ui, ...built]);
    try {
      const branch = await step('npmrc', { '.npmrc': `registry=${elsewhere.url}\nignore-scripts=false\n` });
      await expectStep(branch, 'FAIL');
      expect(branch.rules).toEqual(expect.arrayContaining(['error configuration-change/registry', 'error configuration-change/execution']));
      expect(elsewhere.requests).toEqual([]);
    } finally {
      await elsewhere.close();
    }
  });

  it('a lockfile in another order passes without a question about packages', async () => {
    const lock: { packages: Record<string, unknown> } = JSON.parse(mainFiles['package-lock.json'] ?? '');
    const reordered = JSON.stringify({ ...lock, packages: Object.fromEntries(Object.entries(lock.packages).reverse()) }, null, 4);
    registry.requests.length = 0;
    const branch = await step('reordered', { 'package-lock.json': reordered });
    await expectStep(branch, 'PASS');
    expect(branch.rules).toEqual([]);
    expect(registry.requests.filter(({ method }) => method === 'GET').map(({ path }) => path)).toEqual([]);
  });

  it('a lockfile that moves, or becomes a shrinkwrap, brings nothing new', async () => {
    const moved = Object.fromEntries(
      ['package.json', 'package-lock.json'].map((path) => [`app/${path}`, packageLock([leftPad, ui, newest])[path] ?? '']),
    );
    const branch = await step('moved', moved, ['package.json', 'package-lock.json']);
    await expectStep(branch, 'PASS');
    expect(branch.outcome.stdout).toMatch(/the lockfile was moved: package-lock\.json in main/);
    expect(branch.outcome.stdout).toMatch(/0 of 3 packages differ/);
    const renamed = await step('renamed', { 'npm-shrinkwrap.json': mainFiles['package-lock.json'] ?? '' }, ['package-lock.json']);
    await expectStep(renamed, 'PASS');
    expect(renamed.outcome.stdout).toMatch(/0 of 3 packages differ/);
  });

  it('another package manager with the same packages passes; what it changes on the way is judged', async () => {
    const yarn = await step('yarn', { 'yarn.lock': yarnLock([leftPad, ui, newest]) }, ['package-lock.json']);
    await expectStep(yarn, 'PASS');
    expect(yarn.outcome.stdout).toMatch(/0 of 3 packages differ/);
    const manifest = JSON.parse(packageLock([leftPad, ui, newest, imitation])['package.json'] ?? '');
    const squat = await step(
      'yarn-squat',
      { 'yarn.lock': yarnLock([leftPad, ui, newest, imitation]), 'package.json': JSON.stringify(manifest) },
      ['package-lock.json'],
    );
    await expectStep(squat, 'FAIL');
    expect(squat.rules).toContain('error typosquat/imitates');
  });

  it('observing reports the same and exits with 0; an emergency is allowed once and said loudly', async () => {
    shop.git('checkout', '-q', 'typosquat');
    const observed = await lockgate(['check', '--base', 'main', '--observe'], { cwd: shop.root, registry: registry.url });
    expect(observed.code).toBe(0);
    expect(observed.stdout).toMatch(/OBSERVING[^\n]*verdict is fail[\s\S]*FAIL {2}/);
    const report = JSON.parse(
      (await lockgate(['check', '--base', 'main', '--format', 'json'], { cwd: shop.root, registry: registry.url })).stdout,
    ) as { findings: { rule: string; severity: string; subject: { label: string } }[] };
    const allowed = report.findings
      .filter(({ severity }) => severity === 'error')
      .flatMap(({ rule, subject }) => ['--allow-once', `${rule}:${subject.label}`]);
    const once = await lockgate(
      [
        'check',
        '--base',
        'main',
        ...allowed,
        '--reason',
        'the shop is down without it',
        '--owner',
        'ada@shop.example',
        '--format',
        'markdown',
      ],
      { cwd: shop.root, registry: registry.url },
    );
    expect(once.code).toBe(0);
    expect(once.stdout).toMatch(/ALLOWED ONCE by ada/);
    expect(once.stdout).toMatch(/### Waived/);
  });
});

/** A yarn classic lockfile whose root asks for each release. */
function yarnLock(releases: readonly BuiltRelease[]): string {
  const entries = releases.map(({ options: { name, version }, integrity }) => {
    const key = `${name}@${version}`;
    return `${key.startsWith('@') ? `"${key}"` : key}:\n  version "${version}"\n  integrity ${integrity}\n`;
  });
  return `# yarn lockfile v1\n\n\n${entries.join('\n')}`;
}

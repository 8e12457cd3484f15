import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { lockgate, project } from './lockgate.ts';

/** What the report says of one lockfile. */
interface Report {
  readonly lockfile: { readonly path: string };
  readonly findings: readonly {
    readonly rule: string;
    readonly severity: string;
    readonly message: string;
    readonly locations: readonly { readonly file: string; readonly line: number }[];
  }[];
}

const lockfiles = {
  npm: 'package-lock.json',
  'yarn-classic': 'yarn.lock',
  'yarn-berry': 'yarn.lock',
  pnpm: 'pnpm-lock.yaml',
  bun: 'bun.lock',
};
type Manager = keyof typeof lockfiles;
const managers = Object.keys(lockfiles) as readonly Manager[]; // the keys are the managers
type Files = Readonly<Record<string, string>>;

/** Every case is a folder of one project; all are judged in one run, offline: nothing here needs a registry. */
const cases: Readonly<Record<string, Files>> = {
  ...each('healthy', (files) => files),
  ...each('overridden', (files) =>
    edited(edited(files, 'package.json', /"ms": "2\.1\.3"/g, '"ms": "2.1.1"'), 'pnpm-workspace.yaml', 'ms: 2.1.3', 'ms: 2.1.1'),
  ),
  ...each('drifted', (files) => edited(files, 'package.json', '"once": "1.4.0"', '"once": "1.3.0", "left-pad": "1.0.0"')),
  'future-npm': edited(overrides('npm'), 'package-lock.json', '"lockfileVersion": 3', '"lockfileVersion": 4'),
  'future-yarn-berry': edited(overrides('yarn-berry'), 'yarn.lock', /version: \d+\n/, 'version: 99\n'),
  'future-pnpm': edited(overrides('pnpm'), 'pnpm-lock.yaml', "lockfileVersion: '9.0'", "lockfileVersion: '11.0'"),
  'future-bun': edited(overrides('bun'), 'bun.lock', /"lockfileVersion": \d+/, '"lockfileVersion": 9'),
  confused: filesBelow('fixtures/pnpm-workspace-name-from-registry'),
  conflicting: edited(overrides('yarn-classic'), 'yarn.lock', /\n(once@[^]*?\n\n)/, '\n<<<<<<< HEAD\n$1=======\n$1>>>>>>> main\n'),
  incomplete: edited(overrides('npm'), 'package-lock.json', /,\s*"node_modules\/wrappy": \{[^}]*\}/, ''),
  doubled: { ...overrides('npm'), ...overrides('yarn-classic') },
};

let reports: ReadonlyMap<string, Report>;

beforeAll(async () => {
  const files = Object.entries(cases).flatMap(([folder, own]) => Object.entries(own).map(([path, text]) => [`${folder}/${path}`, text]));
  const outcome = await lockgate(['check', '--recursive', '--offline', '--format', 'json'], { cwd: project(Object.fromEntries(files)) });
  expect(outcome).toMatchObject({ stderr: '' });
  const all = JSON.parse(outcome.stdout) as readonly Report[]; // our own report
  reports = new Map(all.map((report) => [report.lockfile.path.slice(0, report.lockfile.path.indexOf('/')), report]));
}, 60_000);

describe('what a lockfile itself gives away reaches the report', () => {
  it.each(managers)('of %s: nothing, where nothing is wrong', (manager) => {
    expect(found(`healthy-${manager}`)).toEqual([]);
  });

  it.each(managers)('of %s: a manifest that moved on, at its line', (manager) => {
    expect(rules(`drifted-${manager}`)).toEqual(['lockfile/manifest-drift', 'lockfile/manifest-drift']);
    const messages = found(`drifted-${manager}`).map(({ message }) => message);
    expect(messages.sort()).toEqual([expect.stringMatching(/left-pad 1\.0\.0/), expect.stringMatching(/once 1\.3\.0/)]);
    expect(places(`drifted-${manager}`)).toEqual([`drifted-${manager}/package.json`, `drifted-${manager}/package.json`]);
  });

  it.each(managers)('of %s: an override that it does not follow', (manager) => {
    // yarn 4 looks an overridden dependency up by the override: it finds no entry, where the others find another version.
    expect(rules(`overridden-${manager}`)).toEqual([
      manager === 'yarn-berry' ? 'lockfile/unresolved-dependency' : 'lockfile/override-ignored',
    ]);
  });

  it.each(['npm', 'yarn-berry', 'pnpm', 'bun'])('of %s: a version that nobody knows yet', (manager) => {
    expect(rules(`future-${manager}`)).toEqual(['lockfile/unknown-version']);
  });

  it('a workspace name that was taken from a registry, as an error', () => {
    expect(found('confused')).toMatchObject([{ rule: 'lockfile/workspace-from-registry', severity: 'error' }]);
    expect(places('confused')).toEqual(['confused/pnpm-lock.yaml']);
  });

  it('conflict markers, as an error', () => {
    expect(rules('conflicting')).toContain('lockfile/conflict-markers');
  });

  it('a dependency without an entry', () => {
    expect(rules('incomplete')).toEqual(['lockfile/unresolved-dependency']);
  });

  it('a second package manager', () => {
    expect(rules('doubled')).toEqual(['lockfile/second-package-manager']);
  });
});

function found(folder: string): Report['findings'] {
  return reports.get(folder)?.findings.filter(({ rule }) => rule.startsWith('lockfile/')) ?? [];
}

function rules(folder: string): readonly string[] {
  return found(folder).map(({ rule }) => rule);
}

function places(folder: string): readonly string[] {
  return found(folder).map(({ locations }) => locations[0]?.file ?? 'nowhere');
}

function each(name: string, change: (files: Files) => Files): Readonly<Record<string, Files>> {
  return Object.fromEntries(managers.map((manager) => [`${name}-${manager}`, change(overrides(manager))]));
}

/** The project of fixtures/differential with overrides, as a package manager left it. */
function overrides(manager: Manager): Files {
  const folder = 'fixtures/differential/overrides';
  return { ...filesBelow(join(folder, 'manifest')), ...filesBelow(join(folder, manager)) };
}

function edited(files: Files, path: string, from: string | RegExp, to: string): Files {
  const text = files[path] ?? '';
  if (text.replace(from, to) === text) throw new Error(`${path} does not hold ${from}`);
  return { ...files, [path]: text.replace(from, to) };
}

function filesBelow(folder: string): Files {
  const paths = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    paths.map((entry) => join(entry.parentPath, entry.name)).map((path) => [path.slice(folder.length + 1), readFileSync(path, 'utf8')]),
  );
}

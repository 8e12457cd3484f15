import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openProjectFolder } from '../../scripts/corpus/project-folder.ts';
import { parseLockfile } from '../../src/commands/lockfiles.ts';
import { changesBetween } from '../../src/model/change.ts';
import type { BomRef, Component } from '../../src/model/component.ts';
import { type Edge, type Inventory, ownComponents } from '../../src/model/inventory.ts';
import { barePurl } from '../../src/model/purl.ts';
import { shortestPathTree } from '../../src/model/reachability.ts';

/** Lockfiles of npm 11, yarn 1, yarn 4, pnpm 10 and bun 1.4, made by scripts/build-differential-fixtures.ts from one manifest each. */
const fixtures = 'fixtures/differential';
const others = ['yarn-classic', 'yarn-berry', 'pnpm', 'bun'] as const;
type Manager = 'npm' | (typeof others)[number];

/** Where a package manager cannot agree with npm, and why. */
interface Exception {
  readonly reason: string;
  readonly isIgnored?: (edge: Edge, isFromRoot: boolean) => boolean;
  /** What npm calls a package, and what this one records of it. */
  readonly renamed?: Readonly<Record<string, string>>;
}

const exceptions: Readonly<Record<(typeof others)[number], readonly Exception[]>> = {
  'yarn-classic': [
    { reason: 'the file does not say which peers a package asks for', isIgnored: ({ kind }) => kind === 'peer' },
    {
      reason: 'a tarball has the name that it is asked for by: its own is not recorded',
      renamed: { 'pkg:npm/is-number@7.0.0': 'pkg:npm/number-by-address@7.0.0' },
    },
  ],
  'yarn-berry': [
    { reason: 'the file does not say which copy a peer gets', isIgnored: ({ kind }) => kind === 'peer' },
    {
      reason: 'the root does not depend on the members of its workspace',
      isIgnored: ({ name }, isFromRoot) => isFromRoot && name.startsWith('@workbench/'),
    },
    { reason: 'a package with a gyp script gets an implicit node-gyp', isIgnored: ({ name }) => name === 'node-gyp' },
    {
      reason: 'a tarball has the name that it is asked for by: its own is not recorded',
      renamed: { 'pkg:npm/is-number@7.0.0': 'pkg:npm/number-by-address@7.0.0' },
    },
  ],
  pnpm: [
    { reason: 'no version is recorded for a folder', renamed: { 'pkg:npm/hinge@3.2.1': 'pkg:npm/hinge' } },
    {
      reason: "a tarball of the configured registry is taken for that registry's package",
      renamed: { 'pkg:npm/is-number@7.0.0': 'pkg:npm/is-number@7.0.0' },
    },
  ],
  bun: [
    {
      reason: 'no version is recorded for folders, tarballs and git',
      renamed: {
        'pkg:npm/hinge@3.2.1': 'pkg:npm/hinge',
        'pkg:npm/is-number@7.0.0': 'pkg:npm/is-number',
        'pkg:npm/shelf@1.0.0': 'pkg:npm/shelf',
      },
    },
  ],
};
/** Only there do packages come from elsewhere than a registry. */
const projectWithRenames = 'cabinet';

describe.each(readdirSync(fixtures).sort())('%s', (project) => {
  const npm = read(project, 'npm');

  test.each(others)('%s names the same packages and the same edges as npm', (manager) => {
    const known = exceptions[manager];
    const renamed = project === projectWithRenames ? Object.assign({}, ...known.map((one) => one.renamed ?? {})) : {};
    const other = read(project, manager);
    expect(packages(other, known)).toEqual(packages(npm, known, renamed));
    expect(edges(other, known)).toEqual(edges(npm, known, renamed));
  });

  test.each(others)('a move from npm to %s changes nothing that is not documented above', (manager) => {
    const known = exceptions[manager];
    const other = read(project, manager);
    const excused = new Set([...known.flatMap((one) => Object.entries(one.renamed ?? {}).flat()), ...onlyThroughIgnored(other, known)]);
    const changed = changesBetween(npm, other).flatMap((change) => [
      ...(change.type === 'added' ? [] : [change.before]),
      ...(change.type === 'removed' ? [] : [change.after]),
    ]);
    expect(changed.map((one) => barePurl(one.purl)).filter((purl) => !excused.has(purl))).toEqual([]);
  });

  test.each<Manager>(['npm', ...others])('%s leaves nothing unresolved, extraneous or out of step with its manifest', (manager) => {
    const { facts, components } = read(project, manager);
    expect(facts).toEqual([]);
    expect([...components.values()].filter((one) => one.isExtraneous === true)).toEqual([]);
  });
});

test('the five together cover aliases, members, peers, platforms, folders, tarballs, git and overrides', () => {
  const all = readdirSync(fixtures).map((project) => read(project, 'npm'));
  const components = all.flatMap((one) => [...one.components.values()]);
  expect([...new Set(components.map(({ source }) => source.type))].sort()).toEqual(['file', 'git', 'registry', 'tarball', 'workspace']);
  expect(components.filter(({ alias }) => alias !== undefined).length).toBeGreaterThanOrEqual(2);
  expect(components.filter(({ platform }) => platform !== undefined).length).toBeGreaterThanOrEqual(20);
  expect(all.some(({ overrides }) => overrides.size > 0)).toBe(true);
  expect(all.flatMap((one) => [...one.edges.values()].flat()).filter(({ kind }) => kind === 'peer').length).toBeGreaterThanOrEqual(2);
});

function read(project: string, manager: Manager): Inventory {
  const [name = ''] = readdirSync(join(fixtures, project, manager));
  const files = openProjectFolder(join(fixtures, project, 'manifest'));
  const text = openProjectFolder(join(fixtures, project, manager)).read(name) ?? '';
  return parseLockfile(name, Buffer.from(text), files);
}

function packages(inventory: Inventory, known: readonly Exception[], renamed: Readonly<Record<string, string>> = {}): readonly string[] {
  const ignored = onlyThroughIgnored(inventory, known);
  const purls = [...inventory.components.values()].map(({ purl }) => barePurl(purl)).filter((purl) => !ignored.has(purl));
  return [...new Set(purls.map((purl) => renamed[purl] ?? purl))].sort();
}

function edges(inventory: Inventory, known: readonly Exception[], renamed: Readonly<Record<string, string>> = {}): readonly string[] {
  const ignored = onlyThroughIgnored(inventory, known);
  const label = (ref: BomRef): string => barePurl((inventory.components.get(ref) ?? inventory.root).purl);
  const lines = [...inventory.edges].flatMap(([from, targets]) =>
    targets
      .filter((edge) => !isIgnored(edge, from === inventory.root.bomRef, known) && !ignored.has(label(from)))
      .map(({ to, name }) => `${renamed[label(from)] ?? label(from)} asks for ${name}: ${renamed[label(to)] ?? label(to)}`),
  );
  return [...new Set(lines)].sort();
}

/** Packages that nothing but ignored edges leads to. */
function onlyThroughIgnored(inventory: Inventory, known: readonly Exception[]): ReadonlySet<string> {
  const kept = new Map(
    [...inventory.edges].map(([from, targets]) => [
      from,
      targets.filter((edge) => !isIgnored(edge, from === inventory.root.bomRef, known)),
    ]),
  );
  const members = ownComponents(inventory).map(({ bomRef }) => bomRef);
  const reached = shortestPathTree(inventory.root.bomRef, kept, members);
  const isKept = (one: Component): boolean => reached.has(one.bomRef);
  const purls = [...inventory.components.values()].filter(isKept).map(({ purl }) => barePurl(purl));
  const lost = [...inventory.components.values()].filter((one) => !isKept(one)).map(({ purl }) => barePurl(purl));
  return new Set(lost.filter((purl) => !purls.includes(purl)));
}

function isIgnored(edge: Edge, isFromRoot: boolean, known: readonly Exception[]): boolean {
  return known.some((one) => one.isIgnored?.(edge, isFromRoot) === true);
}

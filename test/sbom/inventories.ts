import { bomRef } from '../../src/model/component.ts';
import type { BomRef, Component, Source } from '../../src/model/component.ts';
import type { Integrity } from '../../src/model/integrity.ts';
import type { DeclaredDependency, Edge, EdgeKind, Inventory, LockfileFact } from '../../src/model/inventory.ts';
import { purlOf } from '../../src/model/purl.ts';

/** What a test says about a component; the rest is filled in. */
export type ComponentSketch = Partial<Omit<Component, 'purl' | 'bomRef'>> & { readonly name: string };

/** `from` and `to` are keys of the sketch; `.` is the root. */
export type EdgeSketch = readonly [from: string, to: string, kind?: EdgeKind];

export interface InventorySketch {
  readonly root?: ComponentSketch;
  readonly components: Readonly<Record<string, ComponentSketch>>;
  readonly edges: readonly EdgeSketch[];
  readonly facts?: readonly LockfileFact[];
  readonly overrides?: ReadonlyMap<string, string>;
  readonly format?: string;
  /** No component gets a digest by itself. */
  readonly isUnpinned?: true;
}

export function sha512(fill: string): Integrity {
  return [{ algorithm: 'sha512', digest: fill.repeat(128).slice(0, 128) }];
}

/** A small inventory from a sketch: keys become bom-refs, lines are counted from 10. */
export function inventoryOf(sketch: InventorySketch): Inventory {
  const root = componentOf('.', sketch.root ?? { name: 'tool-shed', version: '1.0.0', source: { type: 'workspace', path: '.' } }, 1);
  const components = new Map<BomRef, Component>();
  for (const [index, key] of Object.keys(sketch.components).sort().entries()) {
    const component = sketch.components[key];
    if (component !== undefined)
      components.set(bomRef(key), componentOf(key, { ...(sketch.isUnpinned === true ? {} : pinned(component)), ...component }, 10 + index));
  }
  const edges = new Map<BomRef, Edge[]>();
  for (const [from, to, kind = 'prod'] of sketch.edges) {
    const list = edges.get(bomRef(from)) ?? [];
    list.push({ to: bomRef(to), kind, name: sketch.components[to]?.name ?? to });
    edges.set(bomRef(from), list);
  }
  return {
    root,
    components,
    edges,
    origin: { path: 'package-lock.json', format: sketch.format ?? 'npm-lock-v3', digest: 'ab'.repeat(32) },
    declared: [] satisfies DeclaredDependency[],
    facts: sketch.facts ?? [],
    overrides: sketch.overrides ?? new Map(),
  };
}

function componentOf(key: string, sketch: ComponentSketch, line: number): Component {
  const { name, version = '1.0.0' } = sketch;
  const source: Source = sketch.source ?? { type: 'registry', url: `https://registry.example/${name}/-/${version}.tgz` };
  return {
    scope: 'required',
    location: { file: 'package-lock.json', line },
    ...sketch,
    bomRef: bomRef(key),
    purl: purlOf(name, version, source),
    version,
    source,
  };
}

function pinned({ source, isBundled }: ComponentSketch): { readonly integrity?: Integrity } {
  return isBundled === true || (source !== undefined && source.type !== 'registry') ? {} : { integrity: sha512('a1') };
}

/** One of everything that a lockfile can hold. */
export const workshop: Inventory = inventoryOf({
  root: { name: 'tool-shed', version: '1.0.0', source: { type: 'workspace', path: '.' }, isPrivate: true, licence: 'Apache-2.0' },
  components: {
    'node_modules/JSONStream': { name: 'JSONStream', version: '1.3.5', licence: '(MIT OR Apache-2.0)', engines: { node: '*' } },
    'node_modules/jsonstream': { name: 'jsonstream', version: '1.0.3', licence: 'MIT', scope: 'optional' },
    'node_modules/constructor': { name: 'constructor', version: '1.0.0', licence: 'free as in beer' },
    'node_modules/hasownproperty': { name: 'hasownproperty', version: '2.0.0', hasInstallScript: true, deprecated: 'use Object.hasOwn' },
    'node_modules/__proto__': { name: '__proto__', version: '0.0.1' },
    'node_modules/@smithy/anvil': { name: '@smithy/anvil', version: '3.2.1-rc.1+build.5', licence: 'GPL-2.0+' },
    'node_modules/old-hammer': { name: 'hammer', version: '1.0.0', alias: 'old-hammer' },
    'node_modules/hammer': { name: 'hammer', version: '2.0.0' },
    'node_modules/@smithy/anvil/node_modules/hammer': { name: 'hammer', version: '1.0.0', scope: 'dev' },
    'node_modules/git-bellows': {
      name: 'git-bellows',
      version: '0.1.0',
      source: { type: 'git', url: 'ssh://git@git.example/smithy/bellows.git', commit: '0123456789abcdef0123456789abcdef01234567' },
    },
    'node_modules/remote-tongs': {
      name: 'remote-tongs',
      version: '4.0.0',
      source: { type: 'tarball', url: 'https://bob:hunter2@tarballs.example/tongs.tgz?token=s3cret&v=4' },
      integrity: [
        { algorithm: 'sha512', digest: 'b2'.repeat(64) },
        { algorithm: 'sha512', digest: 'c3'.repeat(64) },
        { algorithm: 'sha1', digest: 'd4'.repeat(20) },
        { algorithm: 'md5', digest: 'e5'.repeat(16) },
      ],
    },
    'node_modules/local-vice': { name: 'local-vice', version: '', source: { type: 'file', path: '../vice' } },
    'node_modules/carrier': { name: 'carrier', version: '1.0.0', platform: { os: ['darwin', '!win32'], cpu: ['arm64'], libc: ['musl'] } },
    'node_modules/carrier/node_modules/cargo': {
      name: 'cargo',
      version: '1.0.0',
      source: { type: 'registry' },
      isBundled: true,
    },
    'node_modules/patched-plane': {
      name: 'patched-plane',
      version: '5.0.0',
      patches: [{ path: 'patches/plane fix.patch', hash: '9f' }, {}],
      properties: { 'yarn:cacheChecksum': '10c0/abcdef' },
    },
    'node_modules/private-nails': {
      name: 'private-nails',
      version: '7.0.0',
      source: { type: 'registry', url: 'https://npm.smithy.example/private-nails/-/private-nails-7.0.0.tgz' },
    },
    'node_modules/stray': { name: 'stray', version: '1.0.0', isExtraneous: true, scope: 'optional' },
    'node_modules/peer-glue': { name: 'peer-glue', version: '1.0.0', scope: 'peer' },
    'packages/bench': {
      name: '@tool-shed/bench',
      version: '1.0.0',
      source: { type: 'workspace', path: 'packages/bench' },
      isPrivate: true,
    },
    'packages/lathe': { name: 'lathe', version: '', source: { type: 'workspace', path: 'packages/lathe' } },
  },
  edges: [
    ['.', 'packages/bench'],
    ['.', 'packages/lathe'],
    ['.', 'node_modules/JSONStream'],
    ['.', 'node_modules/jsonstream', 'optional'],
    ['.', 'node_modules/old-hammer'],
    ['.', 'node_modules/@smithy/anvil', 'dev'],
    ['packages/bench', 'node_modules/constructor'],
    ['packages/bench', 'node_modules/hasownproperty'],
    ['packages/bench', 'node_modules/__proto__'],
    ['packages/bench', 'packages/lathe'],
    ['packages/bench', '.'],
    ['packages/lathe', 'packages/bench', 'dev'],
    ['packages/lathe', 'packages/lathe'],
    ['node_modules/@smithy/anvil', 'node_modules/@smithy/anvil/node_modules/hammer'],
    ['packages/lathe', 'node_modules/git-bellows'],
    ['node_modules/git-bellows', 'node_modules/remote-tongs'],
    ['node_modules/remote-tongs', 'node_modules/local-vice'],
    ['node_modules/local-vice', 'node_modules/carrier'],
    ['node_modules/carrier', 'node_modules/carrier/node_modules/cargo'],
    ['node_modules/carrier', 'node_modules/patched-plane'],
    ['node_modules/carrier', 'node_modules/private-nails'],
    ['node_modules/private-nails', 'node_modules/hammer'],
    ['node_modules/patched-plane', 'node_modules/peer-glue', 'peer'],
    ['node_modules/hammer', 'node_modules/nowhere'],
  ],
  overrides: new Map([['cargo', 'https://bob:hunter2@tarballs.example/cargo.tgz']]),
});

export const tool = { name: 'lockgate', version: '0.1.0' };

import { type BomRef, type Component, type Source, bomRef } from '../../src/model/component.ts';
import type { DeclaredDependency, Edge, Inventory, LockfileFact } from '../../src/model/inventory.ts';
import { type Integrity, parseIntegrity } from '../../src/model/integrity.ts';
import { purlOf } from '../../src/model/purl.ts';

/** A valid SRI string whose digest is made from one byte: easy to tell apart, never a real package's. */
export function sha512(byte: number): string {
  return `sha512-${Buffer.alloc(64, byte).toString('base64')}`;
}

/** The integrity of `sha512(byte)`. */
export function integrityOf(byte: number): Integrity {
  const integrity = parseIntegrity(sha512(byte));
  if (integrity === undefined) throw new Error('not an SRI string');
  return integrity;
}

/** A component as a lockfile might state it; everything but name and version has a sensible default. */
export function component(name: string, version: string, over: Partial<Component> = {}): Component {
  const source: Source = over.source ?? { type: 'registry' };
  return {
    bomRef: bomRef(`node_modules/${name}`),
    purl: purlOf(name, version, source),
    name,
    version,
    source,
    integrity: integrityOf(1),
    scope: 'required',
    location: { file: 'package-lock.json', line: 10 },
    ...over,
  };
}

/** A component without any digest. */
export function withoutIntegrity(from: Component): Component {
  const { integrity: _, ...rest } = from;
  return rest;
}

/** An inventory whose root asks for every component, unless `edges` says otherwise. */
export function inventory(
  components: readonly Component[],
  over: {
    readonly edges?: Readonly<Record<string, readonly string[]>>;
    readonly facts?: readonly LockfileFact[];
    readonly declared?: readonly DeclaredDependency[];
  } = {},
): Inventory {
  const root: Component = {
    ...withoutIntegrity(component('app', '1.0.0')),
    bomRef: bomRef('.'),
    source: { type: 'workspace', path: '.' },
    location: { file: 'package-lock.json', line: 1 },
  };
  const byRef = new Map(components.map((one) => [one.bomRef, one]));
  const edgeTo = (ref: string): Edge => ({ to: bomRef(ref), kind: 'prod', name: byRef.get(bomRef(ref))?.name ?? ref });
  const edges: ReadonlyMap<BomRef, readonly Edge[]> = new Map(
    over.edges === undefined
      ? [[root.bomRef, components.map((one) => edgeTo(one.bomRef))]]
      : Object.entries(over.edges).map(([from, to]) => [bomRef(from), to.map(edgeTo)]),
  );
  return {
    root,
    components: byRef,
    edges,
    origin: { path: 'package-lock.json', format: 'npm-lock-v3', digest: '0'.repeat(64) },
    declared: over.declared ?? [],
    facts: over.facts ?? [],
    overrides: new Map(),
  };
}

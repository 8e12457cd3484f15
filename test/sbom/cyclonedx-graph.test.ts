import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Scope } from '../../src/model/component.ts';
import type { EdgeKind } from '../../src/model/inventory.ts';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { inventoryOf, tool, workshop } from './inventories.ts';
import { type Bom, type BomComponent, bomOf, propertyOf } from './written-bom.ts';

const anyEdge = fc.record({
  from: fc.integer({ min: -1, max: 9 }),
  to: fc.integer({ min: -1, max: 11 }),
  kind: fc.constantFrom<EdgeKind>('prod', 'dev', 'optional', 'peer'),
});
const anyComponent = fc.record({
  name: fc.constantFrom('a', 'b', '@c/d', 'constructor', 'A'),
  version: fc.constantFrom('1.0.0', '2.0.0', ''),
  scope: fc.constantFrom<Scope>('required', 'dev', 'peer', 'optional'),
  isExtraneous: fc.constant(true as const),
});

describe('the graph', () => {
  test('has an entry for the root and for every component, and no edge leads out of the document', async () => {
    const bom = await bomOf(workshop);
    const refs = [bom.metadata.component, ...bom.components].map((component) => component['bom-ref']);
    expect(bom.dependencies.map(({ ref }) => ref).sort()).toEqual(refs.sort());
    for (const { dependsOn = [] } of bom.dependencies) for (const to of dependsOn) expect(refs).toContain(to);
  });

  test('an edge that leads nowhere makes its component incomplete, with the reason', async () => {
    const bom = await bomOf(workshop);
    expect(bom.compositions.find(({ aggregate }) => aggregate === 'incomplete')?.dependencies).toEqual(['pkg:npm/hammer@2.0.0']);
    const hammer = bom.components.find(({ purl }) => purl === 'pkg:npm/hammer@2.0.0') as BomComponent;
    expect(propertyOf(hammer, 'lockgate:dependencies:incomplete')).toEqual(['unresolved: node_modules/nowhere']);
  });

  test('a lockfile of an unknown version leaves the whole graph unknown', async () => {
    const inventory = inventoryOf({
      components: {},
      edges: [],
      facts: [{ type: 'unknown-version', version: '9', newestKnown: '3', location: { file: 'package-lock.json', line: 3 } }],
    });
    expect((await bomOf(inventory)).compositions.map(({ aggregate }) => aggregate)).toEqual(['unknown']);
  });

  test('omitting a scope takes along what only it leads to and says so', async () => {
    const inventory = inventoryOf({
      components: {
        a: { name: 'a', scope: 'required' },
        p: { name: 'p', scope: 'peer' },
        q: { name: 'q', scope: 'optional' },
      },
      edges: [
        ['.', 'a'],
        ['a', 'p', 'peer'],
        ['p', 'q', 'optional'],
      ],
    });
    const bom = await bomOf(inventory, { tool, omit: new Set<Scope>(['peer']) });
    expect(bom.components.map(({ name }) => name)).toEqual(['a']);
    expect(propertyOf(bom.components[0] as BomComponent, 'lockgate:dependencies:incomplete')).toEqual(['peer dependency left out: p']);
  });

  test('what hangs below a workspace member stays, though the root does not depend on the member', async () => {
    const inventory = inventoryOf({
      components: { m: { name: 'm', source: { type: 'workspace', path: 'm' } }, a: { name: 'a' } },
      edges: [['m', 'a']],
    });
    const text = await toCycloneDX(inventory, { tool, omit: new Set<Scope>(['dev']) });
    expect((JSON.parse(text) as Bom).components.map(({ name }) => name)).toEqual(['a', 'm']);
    expect(validateCycloneDX(text)).toEqual([]);
  });

  test('whatever the graph, no reference dangles and every document is valid', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anyEdge, { maxLength: 30 }),
        fc.array(anyComponent, { maxLength: 10 }),
        fc.constantFrom('purl', 'path'),
        fc.subarray<Scope>(['dev', 'optional', 'peer']),
        async (edges, components, by, omit) => {
          const inventory = inventoryOf({
            root: { name: 'a', version: '1.0.0', source: { type: 'workspace', path: '.' } },
            components: Object.fromEntries(components.map((component, index) => [`n${index}`, component])),
            edges: edges.map(({ from, to, kind }) => [from < 0 ? '.' : `n${from}`, to < 0 ? '.' : `n${to}`, kind] as const),
          });
          expect(validateCycloneDX(await toCycloneDX(inventory, { by, omit: new Set(omit), tool }))).toEqual([]);
        },
      ),
      { numRuns: 150 },
    );
  });
});

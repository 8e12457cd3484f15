import { describe, expect, test } from 'vitest';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { cyclonedxVersions } from '../../src/sbom/cyclonedx-terms.ts';
import { mergeCycloneDX } from '../../src/sbom/merge.ts';
import { readCycloneDX } from '../../src/sbom/read.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { inventoryOf, sha512, tool, workshop } from './inventories.ts';

const options = { name: 'village', version: '2026', tool };
const forge = inventoryOf({
  root: { name: 'forge', version: '3.0.0', source: { type: 'workspace', path: '.' } },
  components: {
    'node_modules/hammer': { name: 'hammer', version: '2.0.0' },
    'node_modules/nail': { name: 'nail' },
    'node_modules/jsonstream': { name: 'jsonstream', version: '1.0.3', licence: 'MIT' },
  },
  edges: [
    ['.', 'node_modules/hammer'],
    ['.', 'node_modules/jsonstream'],
    ['node_modules/hammer', 'node_modules/nail'],
  ],
});

interface Merged {
  readonly specVersion: string;
  readonly components: readonly {
    readonly 'bom-ref': string;
    readonly scope?: string;
    readonly evidence?: { readonly occurrences: readonly unknown[] };
  }[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

async function merged(by: 'purl' | 'path' = 'purl'): Promise<{ readonly text: string; readonly bom: Merged }> {
  const documents = [
    { name: 'shed.json', text: await toCycloneDX(workshop, { tool, by }) },
    { name: 'forge.json', text: await toCycloneDX(forge, { tool, by }) },
  ];
  const text = mergeCycloneDX(documents, options);
  return { text, bom: JSON.parse(text) as Merged };
}

describe('two projects', () => {
  test.each(['purl', 'path'] as const)('listed by %s make one valid document', async (by) => {
    expect(validateCycloneDX((await merged(by)).text)).toEqual([]);
  });

  test('hang below one new root', async () => {
    const { bom } = await merged();
    expect(bom.dependencies.find(({ ref }) => ref === 'village@2026')?.dependsOn).toEqual([
      'pkg:npm/forge@3.0.0',
      'pkg:npm/tool-shed@1.0.0',
    ]);
  });

  test('share a package that both have, with the edges of both and the stronger scope', async () => {
    const { bom } = await merged();
    expect(bom.components.filter((component) => component['bom-ref'].startsWith('pkg:npm/hammer@2'))).toHaveLength(1);
    expect(bom.dependencies.find(({ ref }) => ref === 'pkg:npm/hammer@2.0.0')?.dependsOn).toEqual(['pkg:npm/nail@1.0.0']);
    expect(bom.components.find((component) => component['bom-ref'] === 'pkg:npm/jsonstream@1.0.3')?.scope).toBe('required');
  });

  test('keep apart what has one ref and is not the same', async () => {
    const { bom } = await merged('path');
    expect(bom.components.map((component) => component['bom-ref']).filter((ref) => ref === '.' || ref.startsWith('.#'))).toEqual([
      '.',
      '.#2',
    ]);
    const swapped = inventoryOf({ components: { a: { name: 'nail', integrity: sha512('0e') } }, edges: [['.', 'a']] });
    const documents = [forge, swapped].map(async (inventory) => ({ name: 'x', text: await toCycloneDX(inventory, { tool }) }));
    const refs = (JSON.parse(mergeCycloneDX(await Promise.all(documents), options)) as Merged).components.map(
      (component) => component['bom-ref'],
    );
    expect(refs).toContain('pkg:npm/nail@1.0.0');
    expect(refs).toContain('pkg:npm/nail@1.0.0#2');
  });
});

test.each(cyclonedxVersions)('a document of %s merges with one of 1.4 into its own version', async (spec) => {
  const documents = [
    { name: 'old.json', text: await toCycloneDX(forge, { tool, spec: '1.4' }) },
    { name: 'new.json', text: await toCycloneDX(workshop, { tool, spec }) },
  ];
  const text = mergeCycloneDX(documents, options);
  expect((JSON.parse(text) as Merged).specVersion).toBe(spec);
  expect(validateCycloneDX(text)).toEqual([]);
});

test('merging is reproducible, and what was merged can be read as an inventory', async () => {
  const { text } = await merged();
  expect((await merged()).text).toBe(text);
  const { inventory } = readCycloneDX({ path: 'village.json', text, digest: '' });
  expect(inventory.root.name).toBe('village');
  expect([...inventory.components.values()].filter(({ isExtraneous }) => isExtraneous === true).map(({ name }) => name)).toEqual(['stray']);
});

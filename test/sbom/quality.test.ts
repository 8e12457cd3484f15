import { expect, test } from 'vitest';
import { milliseconds } from '../../src/model/units.ts';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import type { CycloneDxOptions } from '../../src/sbom/cyclonedx.ts';
import type { FieldResult, QualityProfile } from '../../src/sbom/quality.ts';
import { qualityProfiles, sbomQuality } from '../../src/sbom/quality.ts';
import { inventoryOf, tool } from './inventories.ts';

const bench = inventoryOf({
  root: { name: 'bench', version: '1.0.0', source: { type: 'workspace', path: '.' }, licence: 'MIT' },
  components: { a: { name: 'anvil', licence: 'MIT' }, b: { name: 'bellows', licence: 'own terms' } },
  edges: [['.', 'a'], ['a', 'b']],
}); // prettier-ignore

const party = { name: 'Smithy', email: 'smith@smithy.example', url: 'https://smithy.example' };
const known = {
  supplier: { value: party, from: 'registry' },
  author: { value: party, from: 'registry' },
  licence: { value: 'MIT', from: 'registry' },
  repository: { value: 'https://git.example/x.git', from: 'registry' },
};
const complete: CycloneDxOptions = {
  tool,
  authors: [party],
  supplier: party,
  timestamp: milliseconds(1_700_000_000_000),
  enrichment: new Map([bench.root, ...bench.components.values()].map(({ bomRef }) => [bomRef, known])),
};

function field(fields: readonly FieldResult[], name: string): FieldResult | undefined {
  return fields.find((result) => result.field === name);
}

async function quality(profile: QualityProfile, options: CycloneDxOptions): Promise<ReturnType<typeof sbomQuality>> {
  return sbomQuality(await toCycloneDX(bench, options), profile, 'bom.json');
}

test.each(qualityProfiles)('a bare SBOM lacks something for %s and says where', async (profile) => {
  const { score, fields } = await quality(profile, { tool });
  expect(score).toBeLessThan(100);
  expect(field(fields, 'timestamp')).toMatchObject({ present: 0, total: 1, missing: [{ pointer: '', label: 'bom.json' }] });
  expect(field(fields, 'component name')).toMatchObject({ present: 3, total: 3, missing: [] });
});

test('an SBOM with everything that NTIA and CISA ask for scores 100', async () => {
  for (const profile of ['ntia', 'cisa'] as const) {
    const { score, fields } = await quality(profile, complete);
    expect(fields.filter(({ missing }) => missing.length > 0)).toEqual([]);
    expect(score).toBe(100);
  }
});

test('BSI wants licences as SPDX and 1.6', async () => {
  const { fields } = await quality('bsi', complete);
  expect(field(fields, 'licence as SPDX')?.missing).toEqual([{ pointer: '/components/1', label: 'bellows@1.0.0' }]);
  expect(field(fields, 'specification version')?.present).toBe(1);
  expect(field((await quality('bsi', { ...complete, spec: '1.5' })).fields, 'specification version')?.present).toBe(0);
});

test('a supplier that is known for one of three is a third of the field', async () => {
  const { fields } = await quality('ntia', { ...complete, enrichment: new Map([[bench.root.bomRef, known]]) });
  expect(field(fields, 'component supplier')).toMatchObject({ present: 1, total: 3 });
});

import { readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import addFormats from 'ajv-formats';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import type { Scope } from '../../src/model/component.ts';
import { milliseconds } from '../../src/model/units.ts';
import { toCycloneDX, writeCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { cyclonedxVersions } from '../../src/sbom/cyclonedx-terms.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { inventoryOf, sha512, tool, workshop } from './inventories.ts';
import { type BomComponent, bomOf, componentOf, propertyOf } from './written-bom.ts';

const schemaFolder = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';

describe('every version of the specification', () => {
  test.each(cyclonedxVersions)('JSON %s satisfies the official schema, judged by ajv', async (spec) => {
    const ajv = new Ajv({ strict: false, allErrors: true });
    addFormats.default(ajv);
    for (const format of ['iri-reference', 'idn-email']) ajv.addFormat(format, true);
    for (const file of ['spdx', 'jsf-0.82', 'cryptography-defs']) {
      const schema = readSchema(`${file}.SNAPSHOT.schema.json`);
      ajv.addSchema({ ...schema, $id: `http://cyclonedx.org/schema/${file}.SNAPSHOT.schema.json` });
    }
    const validate = ajv.compile(readSchema(`bom-${spec}.SNAPSHOT.schema.json`));
    for (const by of ['purl', 'path'] as const) {
      const document: unknown = JSON.parse(await toCycloneDX(workshop, { spec, by, tool, enrichment, authors: [{ name: 'Ann' }] }));
      expect(validate(document), JSON.stringify(validate.errors)).toBe(true);
    }
  });

  test.each(cyclonedxVersions)('JSON %s passes our own schema and semantic checks', async (spec) => {
    for (const by of ['purl', 'path'] as const) {
      expect(validateCycloneDX(await toCycloneDX(workshop, { spec, by, tool, enrichment }))).toEqual([]);
    }
  });

  test.each(cyclonedxVersions)('XML %s satisfies the official schema, judged by libxml2', async (spec) => {
    const hostile = inventoryOf({
      root: { name: 'a<b>&"\u0000\u001b]]>', version: '1\n2', source: { type: 'workspace', path: '.' } },
      components: {
        'node_modules/x': { name: 'x', version: '1.0.0', deprecated: '</property><component>\uFFFE\uD800', licence: '<&"\'>' },
      },
      edges: [['.', 'node_modules/x']],
    });
    for (const inventory of [workshop, hostile]) {
      const xml = await toCycloneDX(inventory, { spec, format: 'xml', tool, enrichment, timestamp: milliseconds(1_700_000_000_000) });
      const result = await validateXML({
        xml: [{ fileName: 'bom.xml', contents: xml }],
        schema: [readText(`bom-${spec}.SNAPSHOT.xsd`)],
        preload: [{ fileName: 'spdx.SNAPSHOT.xsd', contents: readText('spdx.SNAPSHOT.xsd') }],
      });
      expect(result.errors).toEqual([]);
      expect(result.valid).toBe(true);
    }
  });

  test('the XML check is able to fail', async () => {
    const xml = (await toCycloneDX(workshop, { format: 'xml', tool })).replace('<component type="library"', '<component type="bicycle"');
    const result = await validateXML({
      xml: [{ fileName: 'bom.xml', contents: xml }],
      schema: [readText('bom-1.6.SNAPSHOT.xsd')],
      preload: [{ fileName: 'spdx.SNAPSHOT.xsd', contents: readText('spdx.SNAPSHOT.xsd') }],
    });
    expect(result.valid).toBe(false);
  });
});

describe('components', () => {
  test('names keep their case, and two that differ only by case stay two', async () => {
    expect((await componentOf('JSONStream')).purl).toBe('pkg:npm/JSONStream@1.3.5');
    expect((await componentOf('jsonstream')).purl).toBe('pkg:npm/jsonstream@1.0.3');
  });

  test('names that JavaScript objects inherit are ordinary names', async () => {
    for (const name of ['constructor', 'hasownproperty', '__proto__']) expect((await componentOf(name)).name).toBe(name);
  });

  test('copies of one package are one component whose edges are united and whose scope is the strongest', async () => {
    const bom = await bomOf(workshop);
    const hammers = bom.components.filter(({ purl }) => purl === 'pkg:npm/hammer@1.0.0');
    expect(hammers).toHaveLength(1);
    expect(hammers[0]?.scope).toBe('required');
    expect(hammers[0]?.evidence?.occurrences).toHaveLength(2);
    expect(propertyOf(hammers[0] as BomComponent, 'lockgate:alias')).toEqual(['old-hammer']);
  });

  test('by path every copy is a component of its own', async () => {
    const bom = await bomOf(workshop, { tool, by: 'path' });
    expect(bom.components.map((component) => component['bom-ref'])).toEqual([...workshop.components.keys()].sort());
  });

  test('one name and version with other bytes is another component', async () => {
    const forked = inventoryOf({
      components: {
        'node_modules/nail': { name: 'nail', integrity: sha512('01') },
        'node_modules/x/node_modules/nail': { name: 'nail', integrity: sha512('02') },
        'packages/nail': { name: 'nail', source: { type: 'workspace', path: 'packages/nail' } },
      },
      edges: [],
    });
    const refs = (await bomOf(forked)).components.map((component) => component['bom-ref']);
    expect(refs).toEqual(['pkg:npm/nail@1.0.0', 'pkg:npm/nail@1.0.0#2', 'pkg:npm/nail@1.0.0#3']);
  });

  test('all digests are listed, several of one algorithm too, on the component and on its distribution', async () => {
    const { hashes, externalReferences } = await componentOf('remote-tongs');
    expect(hashes?.map(({ alg }) => alg)).toEqual(['SHA-512', 'SHA-512', 'SHA-1', 'MD5']);
    expect(externalReferences?.find(({ type }) => type === 'distribution')?.hashes).toEqual(hashes);
  });

  test('a credential in a URL reaches neither reference nor purl nor override', async () => {
    const text = await toCycloneDX(workshop, { tool });
    expect(text).not.toContain('hunter2');
    expect(text).not.toContain('s3cret');
    expect((await componentOf('remote-tongs')).purl).toContain('tarballs.example/tongs.tgz');
  });

  test("yarn's cache checksum is a property and never a hash", async () => {
    const plane = await componentOf('patched-plane');
    expect(propertyOf(plane, 'lockgate:yarn:cacheChecksum')).toEqual(['10c0/abcdef']);
    expect(plane.hashes?.map(({ content }) => content)).not.toContain('abcdef');
  });

  test('a patch is pedigree', async () => {
    expect((await componentOf('patched-plane')).pedigree).toEqual({
      patches: [{ type: 'unofficial' }, { type: 'unofficial', diff: { url: 'patches/plane%20fix.patch' } }],
      notes: 'digest of the patch in the lockfile: 9f',
    });
  });

  test('a git dependency names its commit', async () => {
    const { externalReferences, purl } = await componentOf('git-bellows');
    expect(externalReferences).toMatchObject([{ type: 'vcs', url: 'ssh://git@git.example/smithy/bellows.git#0123456789abcdef0123456789abcdef01234567' }]); // prettier-ignore
    expect(purl).toContain('vcs_url=');
  });

  test('scopes follow the words of the specification, and the official property marks development', async () => {
    const anvil = inventoryOf({ components: { anvil: { name: 'anvil', scope: 'dev' } }, edges: [['.', 'anvil', 'dev']] });
    const [dev] = (await bomOf(anvil)).components;
    expect(dev?.scope).toBe('excluded');
    expect(propertyOf(dev as BomComponent, 'cdx:npm:package:development')).toEqual(['true']);
    expect((await componentOf('peer-glue')).scope).toBe('required');
    expect((await componentOf('jsonstream')).scope).toBe('optional');
  });

  test('content that nothing pins is said to be so; a bundled package has no tarball to pin', async () => {
    const inventory = inventoryOf({
      components: { a: { name: 'a', source: { type: 'registry' } }, b: { name: 'b', isBundled: true, source: { type: 'registry' } } },
      edges: [],
      isUnpinned: true,
    });
    expect(propertyOf((await bomOf(inventory)).components[0] as BomComponent, 'lockgate:integrity')).toEqual(['missing']);
    expect(propertyOf(await componentOf('cargo'), 'cdx:npm:package:bundled')).toEqual(['true']);
    expect(propertyOf((await bomOf(inventory)).components[1] as BomComponent, 'lockgate:integrity')).toEqual([]);
  });

  test('only official names stand below cdx:', async () => {
    const official = /^cdx:(reproducible|npm:package:(bundled|development|extraneous|private|path|constraint:engine:.+))$/;
    const bom = await bomOf(workshop, { tool, isReproducible: true });
    const names = [bom.metadata.component, ...bom.components].flatMap(({ properties = [] }) => properties.map(({ name }) => name));
    for (const name of [...names, ...bom.metadata.properties.map((property) => property.name)]) {
      expect(name).toMatch(name.startsWith('cdx:') ? official : /^lockgate:/);
    }
  });
});

describe('licences', () => {
  test.each([
    ['jsonstream', { license: { id: 'MIT', acknowledgement: 'declared' } }],
    ['JSONStream', { expression: '(MIT OR Apache-2.0)', acknowledgement: 'declared' }],
    ['constructor', { license: { name: 'free as in beer', acknowledgement: 'declared' } }],
  ])('%s', async (name, licence) => {
    expect((await componentOf(name)).licenses).toEqual([licence]);
  });
});

const enrichment = new Map([
  [
    [...workshop.components.values()].find(({ name }) => name === 'hasownproperty')?.purl ?? ('' as never),
    {
      licence: { value: 'ISC', from: 'registry' },
      integrity: { value: sha512('ff'), from: 'registry' },
      author: { value: { name: 'Ann Vill', email: 'ann@smithy.example' }, from: 'registry' },
      publisher: { value: { name: 'annvill' }, from: 'registry' },
      supplier: { value: { name: 'Smithy', url: 'https://smithy.example' }, from: 'registry' },
      repository: { value: 'git+https://user:token@git.example/has.git', from: 'registry' },
      homepage: { value: 'not a url', from: 'registry' },
      attestations: { value: 'https://registry.example/-/attestations/hasownproperty', from: 'registry' },
    },
  ],
]);

describe('enrichment', () => {
  test('what was learned elsewhere is listed with its source; what the lockfile says stays', async () => {
    const component = await componentOf('hasownproperty', { enrichment });
    expect(component.authors).toEqual([{ name: 'Ann Vill', email: 'ann@smithy.example' }]);
    expect(component.licenses).toEqual([{ license: { id: 'ISC', acknowledgement: 'declared' } }]);
    expect(component.hashes?.[0]?.content).toBe(sha512('a1')[0].digest);
    expect(propertyOf(component, 'lockgate:from:licence')).toEqual(['registry']);
    expect(propertyOf(component, 'lockgate:from:integrity')).toEqual([]);
    expect(component.externalReferences?.map(({ type, url }) => `${type} ${url}`)).toEqual([
      'attestation https://registry.example/-/attestations/hasownproperty',
      'distribution https://registry.example/hasownproperty/-/2.0.0.tgz',
      'vcs git+https://git.example/has.git',
    ]);
  });

  test('the registry adds digests to those of the lockfile, and a contradiction is said to be one', async () => {
    const sha1 = [{ algorithm: 'sha1', digest: 'ab'.repeat(20) }] as const;
    const inventory = inventoryOf({
      components: { a: { name: 'a', integrity: sha1 }, b: { name: 'b', integrity: sha512('01') } },
      edges: [],
    });
    const learned = { integrity: { value: sha512('02'), from: 'registry' } };
    const refs = [...inventory.components.keys()];
    const [weak, swapped] = (await bomOf(inventory, { tool, enrichment: new Map(refs.map((ref) => [ref, learned])) })).components;
    expect(weak?.hashes?.map(({ alg }) => alg)).toEqual(['SHA-512', 'SHA-1']);
    expect(propertyOf(weak as BomComponent, 'lockgate:from:integrity')).toEqual(['lockfile, registry']);
    expect(swapped?.hashes?.map(({ content }) => content)).toEqual([sha512('01')[0].digest]);
    expect(propertyOf(swapped as BomComponent, 'lockgate:integrity')).toEqual(['contradicted by the registry']);
  });

  test('before 1.6 a component has one author as text', async () => {
    expect((await componentOf('hasownproperty', { enrichment, spec: '1.5' })).author).toBe('Ann Vill');
  });
});

describe('the same bytes every time', () => {
  test.each(['json', 'xml'] as const)('the whole document, as %s', async (format) => {
    await expect(await toCycloneDX(workshop, { format, tool })).toMatchFileSnapshot(`../../fixtures/sbom-workshop/cyclonedx-1.6.${format}`);
  });

  test.each(['json', 'xml'] as const)('two runs give one %s document', async (format) => {
    expect(await toCycloneDX(workshop, { format, tool })).toBe(await toCycloneDX(workshop, { format, tool }));
  });

  test.each(cyclonedxVersions)('what is validated of a document of %s is what is written', (spec) => {
    const { text, bom } = writeCycloneDX(workshop, { spec, tool, enrichment, authors: [{ name: 'Ann' }], timestamp: milliseconds(0) });
    expect(JSON.parse(text)).toStrictEqual(bom);
  });

  test('the order in which a reader lists components and edges does not matter', async () => {
    const reversed = {
      ...workshop,
      components: new Map([...workshop.components].toReversed()),
      edges: new Map([...workshop.edges].toReversed().map(([from, edges]) => [from, edges.toReversed()])),
    };
    expect(await toCycloneDX(reversed, { tool })).toBe(await toCycloneDX(workshop, { tool }));
  });

  test('the serial number follows the content of the document', async () => {
    const { serialNumber } = await bomOf(workshop);
    expect(serialNumber).toMatch(/^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect((await bomOf(workshop, { tool, omit: new Set<Scope>(['optional']) })).serialNumber).not.toBe(serialNumber);
  });

  test('the timestamp is the one that was given', async () => {
    expect((await bomOf(workshop, { tool, timestamp: milliseconds(0) })).metadata.timestamp).toBe('1970-01-01T00:00:00.000Z');
    expect((await bomOf(workshop)).metadata.timestamp).toBeUndefined();
  });

  test('a reproducible document has neither serial number nor timestamp, and says that it is one', async () => {
    const bom = await bomOf(workshop, { tool, isReproducible: true, timestamp: milliseconds(0) });
    expect(bom.serialNumber).toBeUndefined();
    expect(bom.metadata.timestamp).toBeUndefined();
    expect(bom.metadata.properties).toContainEqual({ name: 'cdx:reproducible', value: 'true' });
  });
});

function readText(file: string): string {
  return readFileSync(`${schemaFolder}/${file}`, 'utf8');
}

function readSchema(file: string): Record<string, unknown> {
  return JSON.parse(readText(file)) as Record<string, unknown>;
}

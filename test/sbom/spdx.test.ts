import { describe, expect, test } from 'vitest';
import { milliseconds } from '../../src/model/units.ts';
import { toSpdx } from '../../src/sbom/spdx.ts';
import { inventoryOf, tool, workshop } from './inventories.ts';

interface Spdx {
  readonly SPDXID: string;
  readonly documentNamespace: string;
  readonly creationInfo: { readonly created: string; readonly creators: readonly string[] };
  readonly packages: readonly SpdxPackage[];
  readonly relationships: readonly {
    readonly spdxElementId: string;
    readonly relationshipType: string;
    readonly relatedSpdxElement: string;
  }[];
  readonly hasExtractedLicensingInfos: readonly { readonly licenseId: string; readonly extractedText: string }[];
}
interface SpdxPackage {
  readonly SPDXID: string;
  readonly name: string;
  readonly downloadLocation: string;
  readonly licenseDeclared: string;
  readonly checksums?: readonly { readonly algorithm: string }[];
  readonly externalRefs: readonly { readonly referenceLocator: string }[];
}

const document = JSON.parse(toSpdx(workshop, { tool })) as Spdx;

function packageOf(name: string): SpdxPackage {
  const found = document.packages.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no package ${name}`);
  return found;
}

describe('the document', () => {
  test('in full', async () => {
    await expect(toSpdx(workshop, { tool })).toMatchFileSnapshot('../../fixtures/sbom-workshop/spdx-2.3.json');
  });

  test('ids are unique and well-formed, and every relationship ends at one', () => {
    const ids = document.packages.map(({ SPDXID }) => SPDXID);
    expect(new Set(ids).size).toBe(ids.length);
    for (const id of ids) expect(id).toMatch(/^SPDXRef-[A-Za-z0-9.-]+$/);
    for (const { spdxElementId, relatedSpdxElement } of document.relationships) {
      expect(['SPDXRef-DOCUMENT', ...ids]).toContain(spdxElementId);
      expect(['NONE', 'NOASSERTION', ...ids]).toContain(relatedSpdxElement);
    }
  });

  test('names that differ only in what an id cannot hold stay apart', () => {
    const components = { a: { name: '@x/y' }, b: { name: '-x-y' }, c: { name: 'x_y' }, d: { name: 'x+y' } };
    const { packages } = JSON.parse(toSpdx(inventoryOf({ components, edges: [] }), { tool })) as Spdx;
    expect(new Set(packages.map(({ SPDXID }) => SPDXID)).size).toBe(5);
  });

  test('describes the root, and every package says what it depends on, or that it is nothing', () => {
    const roots = document.relationships.filter(({ relationshipType }) => relationshipType === 'DESCRIBES');
    expect(roots.map(({ relatedSpdxElement }) => relatedSpdxElement)).toEqual([packageOf('tool-shed').SPDXID]);
    const speakers = new Set(document.relationships.map(({ spdxElementId }) => spdxElementId));
    for (const { SPDXID } of document.packages) expect(speakers).toContain(SPDXID);
  });

  test('what the lockfile leaves open is NOASSERTION', () => {
    const hammer = document.packages.find(({ externalRefs }) => externalRefs[0]?.referenceLocator === 'pkg:npm/hammer@2.0.0');
    const from = document.relationships.filter(({ spdxElementId }) => spdxElementId === hammer?.SPDXID);
    expect(from.map(({ relatedSpdxElement }) => relatedSpdxElement)).toEqual(['NOASSERTION']);
  });

  test('the namespace is derived from the content and the time is the one that was given', () => {
    expect(document.documentNamespace).toMatch(/^https:\/\/spdx\.org\/spdxdocs\/tool-shed-[0-9a-f]{8}-[0-9a-f]{4}-5/);
    expect(document.creationInfo.created).toBe('1970-01-01T00:00:00Z');
    const later = JSON.parse(toSpdx(workshop, { tool, timestamp: milliseconds(86_400_500) })) as Spdx;
    expect(later.creationInfo.created).toBe('1970-01-02T00:00:00Z');
    expect(toSpdx(workshop, { tool })).toBe(toSpdx(workshop, { tool }));
  });
});

describe('packages', () => {
  test('where they come from', () => {
    expect(packageOf('git-bellows').downloadLocation).toBe(
      'git+ssh://git@git.example/smithy/bellows.git@0123456789abcdef0123456789abcdef01234567',
    );
    expect(packageOf('remote-tongs').downloadLocation).toBe('https://tarballs.example/tongs.tgz?v=4');
    expect(packageOf('local-vice').downloadLocation).toBe('NOASSERTION');
    expect(packageOf('remote-tongs').checksums?.map(({ algorithm }) => algorithm)).toEqual(['SHA512', 'SHA512', 'SHA1', 'MD5']);
  });

  test('a licence is an expression of SPDX, or a reference to the text that the package gives', () => {
    expect(packageOf('JSONStream').licenseDeclared).toBe('(MIT OR Apache-2.0)');
    expect(packageOf('stray').licenseDeclared).toBe('NOASSERTION');
    const free = packageOf('constructor').licenseDeclared;
    expect(document.hasExtractedLicensingInfos.find(({ licenseId }) => licenseId === free)?.extractedText).toBe('free as in beer');
  });

  test('a reference that the package itself names is explained, too', () => {
    const inventory = inventoryOf({ components: { a: { name: 'a', licence: 'LicenseRef-Smithy OR MIT' } }, edges: [] });
    const { hasExtractedLicensingInfos } = JSON.parse(toSpdx(inventory, { tool })) as Spdx;
    expect(hasExtractedLicensingInfos.map(({ licenseId }) => licenseId)).toEqual(['LicenseRef-Smithy']);
  });
});

import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { openProjectFolder } from '../../scripts/corpus/project-folder.ts';
import { lockfileFormats } from '../../src/lockfiles/index.generated.ts';
import { lockfileNames, readLockfileText } from '../../src/lockfiles/read-lockfile.ts';
import type { Inventory } from '../../src/model/inventory.ts';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { diffSboms } from '../../src/sbom/diff.ts';
import { readCycloneDX } from '../../src/sbom/read.ts';
import { toSpdx } from '../../src/sbom/spdx.ts';
import { validateCycloneDX } from '../../src/sbom/validate.ts';
import { isCampaign } from '../support/campaign.ts';
import { tool } from './inventories.ts';

const corpus = join('..', 'shared', 'corpus', 'lockfiles');
const projects = existsSync(corpus) ? readdirSync(corpus).sort() : [];
const skipped = projects.length > 0 ? '' : ` (skipped: there is no ${corpus})`;
/** One of each package manager: libxml2 takes seconds for the large ones. */
const projectsForXml = new Set(['knip-v3', 'hono-yarn1', 'secretlint-berry8', 'taze-pnpm54', 'knip-bun']);
/** All of them in a campaign (`npm run test:full`), else the ones above: twenty seconds against five. */
const judged = isCampaign ? projects : projects.filter((project) => projectsForXml.has(project));
const schemas = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';

describe.skipIf(projects.length === 0)(`real lockfiles${skipped}`, () => {
  test.each(judged)('%s', { timeout: 120_000 }, async (project) => {
    const inventory = inventoryOf(project);
    const text = await toCycloneDX(inventory, { tool });
    expect(validateCycloneDX(text).slice(0, 10)).toEqual([]);
    expect(await toCycloneDX(inventoryOf(project), { tool })).toBe(text);

    const { inventory: read, skipped: foreign } = readCycloneDX({ path: 'bom.json', text, digest: '' });
    expect(foreign.filter(({ label }) => label.startsWith('pkg:npm/'))).toEqual([]);
    expect(edgesByPurl(read)).toEqual(edgesByPurl(inventory));
    expect(diffSboms(inventory, read).isAlarming).toBe(false);

    expect(
      validateCycloneDX(await toCycloneDX(inventory, { tool, by: 'path', omit: new Set(['dev', 'optional', 'peer']) })).slice(0, 10),
    ).toEqual([]);
    expect(JSON.parse(toSpdx(inventory, { tool }))).toMatchObject({ spdxVersion: 'SPDX-2.3' });

    if (!projectsForXml.has(project)) return;
    const xml = await validateXML({
      xml: [{ fileName: 'bom.xml', contents: await toCycloneDX(inventory, { tool, format: 'xml' }) }],
      schema: [readFileSync(join(schemas, 'bom-1.6.SNAPSHOT.xsd'), 'utf8')],
      preload: [{ fileName: 'spdx.SNAPSHOT.xsd', contents: readFileSync(join(schemas, 'spdx.SNAPSHOT.xsd'), 'utf8') }],
      initialMemoryPages: 1024,
      maxMemoryPages: 16_384,
    });
    expect(xml.errors.slice(0, 5)).toEqual([]);
  });
});

function inventoryOf(project: string): Inventory {
  const files = openProjectFolder(join(corpus, project));
  const path = lockfileNames(lockfileFormats).find((name) => files.paths.includes(name));
  const text = path === undefined ? undefined : files.read(path);
  if (path === undefined || text === undefined) throw new Error(`${project} has no lockfile`);
  return readLockfileText(lockfileFormats, { path, text, digest: 'ef'.repeat(32), files });
}

/** The graph by purl, copies united, self edges dropped: what every form of it must have in common. */
function edgesByPurl({ root, components, edges }: Inventory): readonly string[] {
  const found = new Set<string>();
  for (const [from, list] of edges) {
    const source = from === root.bomRef ? 'ROOT' : components.get(from)?.purl;
    for (const { to } of list) {
      const target = to === root.bomRef ? 'ROOT' : components.get(to)?.purl;
      if (source !== target) found.add(`${source} > ${target}`);
    }
  }
  return [...found].sort();
}

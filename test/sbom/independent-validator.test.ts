import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { cyclonedxVersions } from '../../src/sbom/cyclonedx-terms.ts';
import { tool, workshop } from './inventories.ts';

const hasPython = spawnSync('python3', ['-c', 'import jsonschema']).status === 0;
const skipped = hasPython ? '' : ' (skipped: python3 with jsonschema is not installed)';

describe.skipIf(!hasPython)(`python3-jsonschema, a validator of other people${skipped}`, () => {
  let folder = '';
  beforeAll(() => (folder = mkdtempSync(join(tmpdir(), 'lockgate-sbom-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  function judge(documents: readonly string[]): { readonly status: number | null; readonly lines: readonly string[] } {
    const files = documents.map((text, index) => {
      const file = join(folder, `${index}.json`);
      writeFileSync(file, text);
      return file;
    });
    const schemas = 'node_modules/@cyclonedx/cyclonedx-library/res/schema';
    const { status, stdout, stderr } = spawnSync('python3', ['test/sbom/jsonschema-validator.py', schemas, ...files], { encoding: 'utf8' });
    return { status, lines: `${stdout}${stderr}`.trim().split('\n') };
  }

  test('accepts every version that is written', async () => {
    const documents = cyclonedxVersions.flatMap((spec) =>
      (['purl', 'path'] as const).map(async (by) => toCycloneDX(workshop, { spec, by, tool })),
    );
    expect(judge(await Promise.all(documents))).toEqual({ status: 0, lines: documents.map(() => 'valid') });
  });

  test('refuses what is planted', async () => {
    const text = await toCycloneDX(workshop, { tool });
    const { status, lines } = judge([
      text.replace('"type": "library"', '"type": "bicycle"'),
      text.replace('"alg": "SHA-512"', '"alg": "SHA-0"'),
    ]);
    expect(status).toBe(1);
    expect(lines).toHaveLength(2);
    expect(lines).not.toContain('valid');
  });
});

/** `lockgate sbom --enrich` over real HTTP: who built what, and only where it was proven. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { sbom } from '../../src/commands/sbom.ts';
import { packageLock } from '../e2e/lockgate.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import type { Build } from '../provenance/ecosystem.ts';
import { createEcosystem, type Ecosystem } from '../provenance/ecosystem.ts';
import { type AttestingRegistry, startAttestingRegistry } from '../provenance/attesting-registry.ts';
import { invocation } from './invocation.ts';

const widget = release({
  name: '@acme/widget',
  version: '1.2.3',
  repository: 'github:acme/widget',
  publishedAt: '2026-01-01T00:00:00.000Z',
});
const plain = release({ name: 'left-pad', version: '1.3.0' });
let ecosystem: Ecosystem;
let folder = '';
const open: AttestingRegistry[] = [];

beforeAll(async () => {
  ecosystem = await createEcosystem();
});
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lockgate-sbom-'));
  mkdirSync(join(folder, 'lockgate'));
  writeFileSync(join(folder, 'lockgate', 'trust.json'), ecosystem.trustData);
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((registry) => registry.close()));
  rmSync(folder, { recursive: true });
});

interface WrittenComponent {
  readonly name: string;
  readonly externalReferences?: readonly { readonly type: string; readonly url: string }[];
  readonly properties?: readonly { readonly name: string; readonly value: string }[];
  readonly evidence?: {
    readonly identity: readonly { readonly methods: readonly { readonly technique: string; readonly value: string }[] }[];
  };
}

async function enriched(
  build: Partial<Build>,
  options: Readonly<Record<string, string>> = {},
  locked: readonly BuiltRelease[] = [widget, plain],
) {
  const registry = await startAttestingRegistry(ecosystem, [widget, plain], { '@acme/widget@1.2.3': { build } });
  open.push(registry);
  for (const [path, text] of Object.entries(packageLock(locked))) writeFileSync(join(folder, path), text);
  const variables = {
    HOME: folder,
    XDG_CONFIG_HOME: folder,
    XDG_CACHE_HOME: mkdtempSync(join(folder, 'cache-')),
    npm_config_registry: registry.url,
    npm_config_userconfig: join(folder, 'npmrc'),
    npm_config_globalconfig: join(folder, 'global-npmrc'),
  };
  const { stdout = '' } = await sbom.run(invocation([], { enrich: '', ...options }, { cwd: folder, variables }));
  return { registry, stdout };
}

async function widgetIn(...args: Parameters<typeof enriched>): Promise<WrittenComponent | undefined> {
  const { stdout } = await enriched(...args);
  const bom: { readonly components: readonly WrittenComponent[] } = JSON.parse(stdout);
  return bom.components.find(({ name }) => name === 'widget');
}

const propertiesOf = (component: WrittenComponent | undefined) =>
  Object.fromEntries((component?.properties ?? []).map(({ name, value }) => [name, value]));

describe('an enriched SBOM', () => {
  it('says who built a package, from what and by which workflow, and where that was learned', async () => {
    const component = await widgetIn({});
    expect(propertiesOf(component)).toMatchObject({
      'lockgate:build:repository': 'https://github.com/acme/widget',
      'lockgate:build:commit': '5f3c'.repeat(10),
      'lockgate:build:workflow': '.github/workflows/release.yml',
      'lockgate:build:trigger': 'push',
      'lockgate:build:issuer': 'https://token.actions.githubusercontent.com',
      'lockgate:from:build': 'verified provenance',
    });
    expect(component?.evidence?.identity[0]?.methods.map(({ technique }) => technique)).toEqual(['manifest-analysis', 'attestation']);
    expect(component?.externalReferences).toContainEqual({
      type: 'attestation',
      url: expect.stringMatching(/\/-\/npm\/v1\/attestations\/@acme%2fwidget@1\.2\.3$/),
    });
  });

  it('says nothing about a build that is not believed', async () => {
    const component = await widgetIn({ repository: 'https://github.com/evil/fork' });
    expect(JSON.stringify(component)).not.toMatch(/build:|"attestation"/);
  });

  it('says nothing about bytes that the provenance is not about', async () => {
    const other = { ...widget, integrity: plain.integrity };
    expect(JSON.stringify(await widgetIn({}, {}, [other]))).not.toMatch(/build:|"attestation"/);
  });

  it.each(['1.4', '1.5', '1.6', '1.7'])('is valid CycloneDX %s, with the reference where that version knows it', async (spec) => {
    const component = await widgetIn({}, { spec });
    expect(propertiesOf(component)).toHaveProperty('lockgate:build:commit');
    expect(component?.externalReferences?.some(({ type }) => type === 'attestation')).toBe(spec !== '1.4');
  });

  it('says it in SPDX as well', async () => {
    const { stdout } = await enriched({}, { format: 'spdx-json' });
    expect(stdout).toMatch(
      /"referenceType": "attestation"[\s\S]*verified provenance: built from https:\/\/github\.com\/acme\/widget at 5f3c/,
    );
  });
});

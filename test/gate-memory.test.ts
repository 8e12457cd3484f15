import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createGate } from '../src/gate.ts';
import type { Component } from '../src/model/component.ts';
import { bomRef } from '../src/model/component.ts';
import { parseIntegrity } from '../src/model/integrity.ts';
import type { Report } from '../src/model/report.ts';
import { milliseconds, type Milliseconds } from '../src/model/units.ts';
import { htmlReport } from '../src/reporters/html.ts';
import { json } from '../src/reporters/json.ts';
import { type LoopbackRegistry, startRegistry } from './loopback-registry/registry.ts';
import { type BuiltRelease, type ReleaseOptions, release } from './loopback-registry/release.ts';
import { runs } from './support/campaign.ts';
import { component, inventory } from './support/inventory.ts';

const now = milliseconds(Date.parse('2026-11-25T12:00:00Z'));
const ago = (days: number, minutes = 0): string => new Date(now - days * 86_400_000 - minutes * 60_000).toISOString();
const [ada, eve] = [{ name: 'ada' }, { name: 'eve' }];

/** What the registry holds: settled packages, and all kinds of young ones that checks compare with each other. */
const published: readonly BuiltRelease[] = [
  { name: 'left-pad', version: '1.3.0', publishedAt: ago(2000) },
  { name: 'left-pad', version: '1.2.0', publishedAt: ago(2100), license: 'ISC' },
  { name: 'kind-of', version: '6.0.3', publishedAt: ago(1500), publisher: ada },
  { name: 'is-odd', version: '3.0.1', publishedAt: ago(1400), deprecated: 'use is-even' },
  { name: 'hasown', version: '2.0.0', publishedAt: ago(900), license: 'UNLICENSED' },
  { name: 'node-gyp-build', version: '4.8.0', publishedAt: ago(800), scripts: { install: 'node build.js' } },
  // One person's packages, all released within minutes.
  ...['burst-a', 'burst-b', 'burst-c'].flatMap((name, index): readonly ReleaseOptions[] => [
    ...[1000, 900, 800, 700].map((day, at) => ({ name, version: `1.${at}.0`, publishedAt: ago(day + 30 * index), publisher: ada })),
    { name, version: '2.0.0', publishedAt: ago(20, index), publisher: ada },
  ]),
  // A recent release that gained a dependency, which an old one has under another name.
  { name: 'gains', version: '1.0.0', publishedAt: ago(400), publisher: ada },
  { name: 'gains', version: '1.0.1', publishedAt: ago(15), publisher: eve, dependencies: { 'kind-of': '^6.0.0', fresh: '*' } },
  { name: 'fresh', version: '0.0.1', publishedAt: ago(16), publisher: eve, scripts: { postinstall: 'node x.js' } },
  { name: 'new-today', version: '1.0.0', publishedAt: ago(0, 30) },
  { name: '@scope/tool', version: '4.0.0', publishedAt: ago(1200) },
].map((options) => release(options));

const pool = published.map(({ options: { name, version }, integrity }): Component => {
  const parsed = parseIntegrity(integrity);
  if (parsed === undefined) throw new Error('a release without a digest');
  return component(name, version, { integrity: parsed, bomRef: bomRef(`node_modules/${name}-${version}`) });
});

let registry: LoopbackRegistry;
let home: string;

beforeAll(async () => {
  registry = await startRegistry(published);
});
afterAll(() => registry.close());
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'lockgate-memory-'));
  registry.requests.length = 0;
  registry.setFaults([]);
  return () => rmSync(home, { recursive: true, force: true });
});

interface World {
  readonly at?: Milliseconds;
  readonly folder?: string;
  readonly policy?: string;
}

async function judge(components: readonly Component[], { at = now, folder = home, policy }: World = {}): Promise<Report> {
  const gate = await createGate({
    now: at,
    variables: {
      HOME: folder,
      XDG_CACHE_HOME: join(folder, 'cache'),
      XDG_CONFIG_HOME: join(folder, 'config'),
      npm_config_registry: registry.url,
    },
    ...(policy === undefined ? {} : { policy: { text: policy, path: 'lockgate.yaml' } }),
  });
  try {
    return await gate.assess(inventory(components));
  } finally {
    await gate.close();
  }
}

const plain = { isColoured: false, width: 0, isExpanded: true };
const shown = (report: Report): readonly string[] => [json.render(report, plain), htmlReport.render(report, plain)];
const settled = pool.filter(({ name }) => ['left-pad', 'kind-of'].includes(name));
const memoryFiles = (folder = home): readonly string[] =>
  readdirSync(join(folder, 'cache', 'lockgate', 'judgements')).map((name) => join(folder, 'cache', 'lockgate', 'judgements', name));

describe('what a gate remembers of packages', () => {
  it('writes the same reports, byte for byte, as a gate that remembers nothing', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.subarray(pool, { minLength: 1 }),
        fc.subarray(pool, { minLength: 1 }),
        fc.boolean(),
        async (first, second, isStrict) => {
          const [own, other] = [mkdtempSync(join(home, 'own-')), mkdtempSync(join(home, 'other-'))];
          const policy = isStrict ? 'version: 1\nrules:\n  new-package/recent: error\n' : 'version: 1\n';
          await judge(first, { folder: own, policy });
          const remembering = await judge(second, { folder: own, policy });
          const fresh = await judge(second, { folder: other, policy });
          expect(shown(remembering)).toEqual(shown(fresh));
          expect(
            remembering.counts.pass + remembering.counts.fail + remembering.counts.notApplicable + remembering.counts.inconclusive,
          ).toBe(remembering.counts.expected);
        },
      ),
      { numRuns: runs(6) },
    );
  }, 120_000);

  it('asks for nothing that it knows', async () => {
    await judge(settled);
    registry.requests.length = 0;
    const report = await judge(settled);
    expect(report.verdict).toBe('pass');
    expect(registry.requests).toEqual([]);
  });

  it('asks a registry once in five minutes for its keys, and for an endpoint that it does not have', async () => {
    const young = pool.filter(({ name }) => name === 'burst-a');
    registry.setFaults([{ path: '/-/npm/v1/security/advisories/bulk', type: 'status', status: 404 }]);
    const asked = async (at: Milliseconds): Promise<readonly string[]> => {
      registry.requests.length = 0;
      await judge(young, { at });
      return registry.requests
        .map(({ path }) => path)
        .filter((path) => path.startsWith('/-/'))
        .sort();
    };
    const both = ['/-/npm/v1/keys', '/-/npm/v1/security/advisories/bulk'];
    expect(await asked(now)).toEqual(both);
    expect(await asked(milliseconds(now + 299_999))).toEqual([]);
    expect(await asked(milliseconds(now + 300_000))).toEqual(both);
    // A clock that was set back makes nothing fresh.
    expect(await asked(milliseconds(now - 1))).toEqual(both);
  });

  it('asks again when the evidence has had its five minutes, and by another policy', async () => {
    await judge(settled);
    for (const world of [{ at: milliseconds(now + 5 * 60_000) }, { policy: 'version: 1\nrules:\n  licence/not-allowed: note\n' }]) {
      registry.requests.length = 0;
      await judge(settled, world);
      expect(registry.requests.map(({ path }) => path)).toContain('/-/npm/v1/security/advisories/bulk');
    }
  });

  it.each([
    ['a flipped bit', (text: Buffer) => text.fill((text.at(-9) ?? 0) ^ 1, text.length - 9, text.length - 8)],
    ['a torn file', (text: Buffer) => text.subarray(0, text.length - 7)],
    ['an empty file', () => Buffer.alloc(0)],
    ['a text without its code', (text: Buffer) => text.subarray(text.indexOf('\n') + 1)],
    ['a planted text', () => Buffer.from(`${'A'.repeat(43)}\n{"patterns":[[]],"licences":[],"notes":[[]],"packages":[]}`)],
  ])('judges for itself beside %s', async (_what, spoil) => {
    await judge(settled);
    for (const file of memoryFiles()) writeFileSync(file, spoil(readFileSync(file)));
    rmSync(join(home, 'cache', 'lockgate', 'names.ndjson'));
    registry.requests.length = 0;
    const report = await judge(settled);
    expect(report.verdict).toBe('pass');
    expect(registry.requests.map(({ path }) => path)).toContain('/left-pad');
  });

  it('believes nothing that was written under another key, or for another question', async () => {
    const elsewhere = mkdtempSync(join(home, 'elsewhere-'));
    await judge(settled);
    await judge(settled, { folder: elsewhere, policy: 'version: 1\n' });
    // The same question, answered under somebody else's key; then this user's own answer to another question.
    const [own] = memoryFiles();
    const [foreign] = memoryFiles(elsewhere);
    await judge(settled, { policy: 'version: 1\nrules:\n  licence/not-allowed: note\n' });
    const [other] = memoryFiles().filter((file) => file !== own);
    for (const source of [foreign, other]) {
      if (own === undefined || source === undefined) throw new Error('nothing was remembered');
      writeFileSync(own, readFileSync(source));
      rmSync(join(home, 'cache', 'lockgate', 'names.ndjson'));
      registry.requests.length = 0;
      await judge(settled);
      expect(registry.requests.map(({ path }) => path)).toContain('/left-pad');
    }
  });
});

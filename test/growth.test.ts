import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { parseLockfile } from '../src/commands/lockfiles.ts';
import { createGate, type Gate } from '../src/gate.ts';
import type { Inventory } from '../src/model/inventory.ts';
import type { Report } from '../src/model/report.ts';
import { milliseconds } from '../src/model/units.ts';
import { readBaseline } from '../src/policy/baseline.ts';
import { reporters } from '../src/reporters/index.generated.ts';
import { isCampaign } from './support/campaign.ts';
import { growthPerItem } from './support/growth.ts';

/** A package among ten times as many may cost this much more; a quadratic step makes it about ten. */
const most = 3.5;
const sizes = isCampaign ? { few: 400, many: 4000 } : { few: 100, many: 1000 };
const home = mkdtempSync(join(tmpdir(), 'lockgate-growth-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

/** Which packages a package depends on, of so many. */
type Shape = (index: number, packages: number) => readonly number[];

const shapes: Readonly<Record<string, Shape>> = {
  'a tree': (index, packages) => Array.from({ length: 8 }, (_, at) => (index + 1) * 8 + at).filter((child) => child < packages),
  'one chain': (index, packages) => (index + 1 < packages ? [index + 1] : []),
  'a dense graph': (index, packages) =>
    Array.from({ length: 12 }, (_, at) => (index * 7 + at * 31 + 1) % packages).filter((one) => one !== index),
};

function lockfile(packages: number, shape: Shape): Buffer {
  const named = (indexes: readonly number[]): Record<string, string> =>
    Object.fromEntries(indexes.map((index) => [`thing-${index}`, '^1.0.0']));
  const root = { name: 'shop', version: '1.0.0', dependencies: named(Array.from({ length: 8 }, (_, index) => index)) };
  const entries = Array.from({ length: packages }, (_, index) => [
    `node_modules/thing-${index}`,
    {
      version: '1.0.0',
      integrity: `sha512-${createHash('sha512').update(String(index)).digest('base64')}`,
      dependencies: named(shape(index, packages)),
    },
  ]);
  return Buffer.from(
    JSON.stringify(
      { name: 'shop', version: '1.0.0', lockfileVersion: 3, packages: { '': root, ...Object.fromEntries(entries) } },
      undefined,
      1,
    ),
  );
}

function parse(bytes: Buffer): Inventory {
  return parseLockfile('package-lock.json', bytes, { read: () => undefined, workspaces: () => [] });
}

/** Judges with nothing known, which takes every check and every subject through the whole engine. */
async function offlineGate(): Promise<Gate> {
  return createGate({
    now: milliseconds(Date.UTC(2026, 10, 25)),
    isOffline: true,
    variables: { HOME: home, LOCKGATE_NO_CACHE: '1', npm_config_registry: 'http://127.0.0.1:9/' },
  });
}

describe('the cost of a package does not grow with their number', { timeout: 120_000 }, () => {
  it.each(Object.entries(shapes))('when a lockfile of %s is read', async (_, shape) => {
    expect(await growthPerItem((packages) => lockfile(packages, shape), parse, sizes)).toBeLessThan(most);
  });

  it.each(Object.entries(shapes))('when %s is judged', async (_, shape) => {
    const gate = await offlineGate();
    expect(
      await growthPerItem(
        (packages) => parse(lockfile(packages, shape)),
        (inventory) => gate.assess(inventory),
        sizes,
      ),
    ).toBeLessThan(most);
    await gate.close();
  });

  it('when the report is written, in every format', async () => {
    const gate = await offlineGate();
    const shape = shapes['a tree'] ?? ((): readonly number[] => []);
    const reports = new Map<number, Report>();
    for (const packages of Object.values(sizes)) reports.set(packages, await gate.assess(parse(lockfile(packages, shape))));
    await gate.close();
    for (const reporter of reporters) {
      const growth = await growthPerItem(
        (packages) => reports.get(packages),
        (report) => (report === undefined ? '' : reporter.render(report, { isColoured: false, width: 0, isExpanded: true })),
        sizes,
      );
      expect(growth, reporter.id).toBeLessThan(most);
    }
  });

  it('when a baseline is read', async () => {
    const fingerprint = (index: number): string => createHash('sha256').update(String(index)).digest('hex').slice(0, 32);
    const baseline = (findings: number): string =>
      JSON.stringify(
        {
          version: 1,
          created: '2026-11-01',
          findings: Array.from({ length: findings }, (_, index) => ({
            fingerprint: fingerprint(index),
            rule: 'standing/low',
            subject: 'thing',
          })),
        },
        undefined,
        2,
      );
    expect(await growthPerItem(baseline, (text) => readBaseline(text, 'lockgate-baseline.json'), { few: 2000, many: 20_000 })).toBeLessThan(
      most,
    );
  });
});

import { readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { packageLock, project } from './lockgate.ts';
import { type World, dataOf, fleet, hash, leftPad, malware, mid, startWorld } from './audited-world.ts';

describe('the store of audits', { timeout: 120_000 }, () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld();
  });
  afterAll(() => world.registry.close());

  it('compares before it forgets: who keeps one audit alone still learns what is new', async () => {
    const now = await startWorld();
    now.advisories['left-pad'] = [malware];
    try {
      const { run } = fleet(`version: 1\nrepositories: [{ name: shop, path: ${project(packageLock([leftPad]))} }]\n`, now);
      expect((await run(['audit', '--keep', '1', '--fail-on', 'new'])).code).toBe(1);
      const second = await run(['audit', '--keep', '1', '--fail-on', 'new', '--format', 'json']);
      expect(second.code).toBe(0);
      expect(dataOf(second)).toMatchObject({ previous: { id: 1 }, changes: [] });
      expect((await run(['audit', 'history'])).stdout).not.toMatch(/^\s*1\b/m);
    } finally {
      await now.registry.close();
    }
  });

  it('keeps a damaged store and begins a new one only when it is told so', async () => {
    const { run, store, folder } = fleet(`version: 1\nrepositories: [{ name: shop, path: ${project(packageLock([leftPad]))} }]\n`, world);
    expect((await run(['audit'])).code).toBe(0);
    rmSync(`${store}-wal`, { force: true });
    rmSync(`${store}-shm`, { force: true });
    const damages: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
      ['is no database', () => Buffer.from('<html>'.repeat(1000))],
      ['is cut off', (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2))],
      ['has flipped bits', (bytes) => Buffer.from(bytes.map((byte, index) => (index > 4096 && index % 512 < 64 ? byte ^ 0xff : byte)))],
    ];
    const sound = readFileSync(store);
    for (const [, damage] of damages) {
      writeFileSync(store, damage(sound));
      const refused = await run(['audit']);
      expect(refused.code).toBe(2);
      expect(refused.stderr).toMatch(/the store audits\.db is damaged: .*\n {3}= help: lockgate audit --rebuild-store/);
      const rebuilt = await run(['audit', '--rebuild-store']);
      expect(rebuilt.stderr).toMatch(/it is kept as audits\.db\.corrupt-\d{4}-\d{2}-\d{2}T\d{6}/);
      expect(rebuilt.code).toBe(0);
    }
    expect(readdirSync(folder).filter((name) => /corrupt-[^-]+-[^-]+-[^-]+$|corrupt-.*-\d$/.test(name))).toHaveLength(3);
  });
});

describe('what is asked of the store', { timeout: 120_000 }, () => {
  it('is who holds a package, what earlier audits came to, and all of one audit', async () => {
    const world = await startWorld();
    try {
      const { run, folder } = fleet(
        `version: 1
name: acme
repositories:
  - { name: shop, path: ${project(packageLock([mid, leftPad]))} }
  - { name: web, path: ${project(packageLock([hash]))} }
`,
        world,
      );
      const early = await run(['audit', 'search', 'left-pad']);
      expect([early.code, early.stderr]).toEqual([2, expect.stringContaining('there is no store audits.db yet')]);
      expect((await run(['audit'])).code).toBe(0);
      const found = await run(['audit', 'search', 'left-pad@^1.0.0']);
      expect(found.code).toBe(1);
      expect(found.stdout).toMatch(
        /^shop {2}package-lock\.json {2}1\.3\.0 {2}required, direct {2}shop › left-pad {2}\(read \d{4}-\d{2}-\d{2}\)\n\n/,
      );
      expect(found.stdout).toContain('left-pad@^1.0.0: 1 of 2 repositories, 1 installed copy, 1 version (1 known to the store)');
      expect((await run(['audit', 'search', 'left-pad@>=2'])).code).toBe(0);
      expect(JSON.parse((await run(['audit', 'search', '@acme/ui', '--format', 'json'])).stdout)).toMatchObject({ holding: 0, hits: [] });
      expect((await run(['audit', 'search', 'left-pad@not a range'])).code).toBe(2);
      const history = await run(['audit', 'history']);
      expect(history.stdout).toMatch(/^1 {2}\d{4}-\d{2}-\d{2} {2}acme {2}2 repositories: 2 pass; 0 errors\n$/);
      expect((await run(['audit', 'export', '-o', 'all.ndjson'])).stdout).toBe('audit 1: 6 lines in all.ndjson\n');
      expect(readFileSync(join(folder, 'all.ndjson'), 'utf8').split('\n').filter(Boolean)).toHaveLength(6);
    } finally {
      await world.registry.close();
    }
  });
});

import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { check } from '../../src/commands/check.ts';
import type { CommandResult } from '../../src/commands/command.ts';
import { milliseconds } from '../../src/model/units.ts';
import { invocation } from '../commands/invocation.ts';
import { startRegistry } from '../loopback-registry/registry.ts';
import { type BuiltRelease, release } from '../loopback-registry/release.ts';
import { renderFaultTable, worldFaults } from './fault-table.ts';
import { packageLock, project } from './lockgate.ts';

const leftPad = release({ name: 'left-pad', version: '1.3.0' });
const ui = release({ name: '@acme/ui', version: '2.0.0' });
const fresh = release({ name: 'left-pad', version: '1.3.1', publishedAt: new Date(Date.now() - 3_600_000).toISOString() });
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

interface Run {
  readonly home: string;
  readonly registry: string;
  readonly locked: readonly BuiltRelease[];
  readonly clock?: number;
  readonly timeout?: string;
}

/** The command as `cli.ts` runs it, over real HTTP, with a home and a clock of its own. */
async function run({ home, registry, locked, clock = 0, timeout = '20' }: Run): Promise<CommandResult> {
  const cwd = project(packageLock(locked));
  folders.push(cwd);
  const variables = { HOME: home, XDG_CACHE_HOME: home, XDG_CONFIG_HOME: home, XDG_DATA_HOME: home, npm_config_registry: registry };
  const asked = invocation([], { timeout }, { cwd, variables });
  return check.run({ ...asked, environment: { ...asked.environment, now: milliseconds(Date.now() + clock) } });
}

test.concurrent.for(worldFaults)('$fault', async ({ faults = [], sees, exit, ...how }) => {
  const home = mkdtempSync(join(tmpdir(), 'lockgate-faults-'));
  folders.push(home);
  const registry = await startRegistry([leftPad, ui], { hasDate: true });
  try {
    const locked = how.isAfterHonestRun === undefined ? [leftPad, ui] : [fresh, ui];
    if (how.isAfterHonestRun !== undefined) {
      expect((await run({ home, registry: registry.url, locked: [leftPad, ui] })).exitCode).toBe(0);
      registry.setPackages([leftPad, fresh, ui]);
    }
    registry.setFaults(faults);
    const address = how.registry === 'https' ? registry.url.replace('http:', 'https:') : (how.registry ?? registry.url);
    const outcome = await run({
      home,
      registry: address,
      locked,
      ...(how.clock === undefined ? {} : { clock: how.clock }),
      ...(how.timeout === undefined ? {} : { timeout: how.timeout }),
    });
    const seen = `${outcome.stderr ?? ''}${outcome.stdout ?? ''}`.replaceAll(new URL(registry.url).host, 'registry.example');
    expect(seen).toContain(sees);
    expect(outcome.exitCode).toBe(exit);
    // No failure is remembered, a lie for no longer than any document, and nothing is left lying about.
    registry.setFaults([]);
    expect((await run({ home, registry: registry.url, locked: [leftPad, ui], clock: 10 * 60_000 })).exitCode).toBe(0);
    expect(readdirSync(join(home, 'lockgate')).filter((name) => name.endsWith('.new'))).toEqual([]);
  } finally {
    await registry.close();
  }
});

test('the table in docs/faults.md is this one', async () => {
  await expect(renderFaultTable()).toMatchFileSnapshot('../../docs/faults.md');
});

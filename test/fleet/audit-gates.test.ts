import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type AuditGates, createAuditGates } from '../../src/fleet/audit-gates.ts';
import { inventoryOf } from '../../src/fleet/held-versions.ts';
import { milliseconds } from '../../src/model/units.ts';
import { type LoopbackRegistry, startRegistry } from '../loopback-registry/registry.ts';
import { release } from '../loopback-registry/release.ts';

let registry: LoopbackRegistry;
let gates: AuditGates;
let cache = '';
const versions = Array.from({ length: 20 }, (_, at) => `1.${at}.0`);

beforeEach(async () => {
  registry = await startRegistry(versions.map((version) => release({ name: 'left-pad', version })));
  const home = mkdtempSync(join(tmpdir(), 'lockgate-home-'));
  cache = join(home, '.cache', 'lockgate', 'names.ndjson');
  gates = createAuditGates({
    now: milliseconds(Date.UTC(2026, 10, 25)),
    variables: {
      HOME: home,
      XDG_CACHE_HOME: join(home, '.cache'),
      XDG_CONFIG_HOME: join(home, '.config'),
      npm_config_registry: registry.url,
    },
    isOffline: false,
    isDeep: false,
    deadline: 20_000,
  });
});

afterEach(async () => {
  await gates.close();
  await registry.close();
});

/** Judges a lockfile that holds these versions of left-pad, as a project does that has settings of its own. */
async function judge(held: readonly string[], settings: { readonly npmrc?: string } = {}): Promise<void> {
  const inventory = inventoryOf(held.map((version) => ({ name: 'left-pad', version })));
  for (const { assess } of await gates.of(settings)) await assess(inventory, { signal: new AbortController().signal });
}

function documentsAsked(): number {
  return registry.requests.filter(({ path }) => path === '/left-pad').length;
}

describe('the gates of an audit', { timeout: 60_000 }, () => {
  it('ask once about a package, however many settings it is judged under', async () => {
    await judge(['1.0.0']);
    await judge(['1.0.0'], { npmrc: 'save-exact=true\n' });
    await judge(['1.0.0'], { npmrc: 'fund=false\n' });
    expect(documentsAsked()).toBe(1);
  });

  it('ask once for each version that is new, and not again for what another repository has asked', async () => {
    for (const held of [['1.0.0'], ['1.5.0'], ['1.0.0'], ['1.5.0'], ['1.0.0', '1.5.0']]) await judge(held);
    expect(documentsAsked()).toBe(2);
  });

  it('write down what they learned while they work, for whom a kill stops them', async () => {
    for (const version of versions.slice(0, 15)) await judge([version]);
    expect(() => readFileSync(cache)).toThrow(/ENOENT/);
    await judge(['1.15.0']);
    expect(readFileSync(cache, 'utf8')).toContain('1.15.0');
    await judge(['1.0.0']);
    expect(documentsAsked()).toBe(16);
  });
});

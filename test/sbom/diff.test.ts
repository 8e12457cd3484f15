import { describe, expect, test } from 'vitest';
import type { Inventory } from '../../src/model/inventory.ts';
import { toCycloneDX } from '../../src/sbom/cyclonedx.ts';
import { diffSboms } from '../../src/sbom/diff.ts';
import { readCycloneDX } from '../../src/sbom/read.ts';
import type { ComponentSketch } from './inventories.ts';
import { inventoryOf, sha512, tool, workshop } from './inventories.ts';

function shelf(...components: readonly ComponentSketch[]): Inventory {
  return inventoryOf({ components: Object.fromEntries(components.map((component, index) => [`n${index}`, component])), edges: [] });
}

function words(before: Inventory, after: Inventory): readonly string[] {
  return diffSboms(before, after).changes.map((change) => {
    if (change.type === 'added') return `added ${change.after.name}@${change.after.version}`;
    if (change.type === 'removed') return `removed ${change.before.name}@${change.before.version}`;
    return `${change.type} ${change.before.name}@${change.before.version} ${change.after.version}`;
  });
}

test('nothing changed', () => {
  expect(diffSboms(workshop, workshop)).toEqual({ changes: [], isAlarming: false });
});

test('added, removed, upgraded, downgraded', () => {
  const before = shelf({ name: 'a', version: '1.0.0' }, { name: 'b', version: '2.0.0' }, { name: 'c', version: '1.9.0' }, { name: 'd' });
  const after = shelf({ name: 'b', version: '1.0.0' }, { name: 'c', version: '1.10.0' }, { name: 'd' }, { name: 'e' });
  expect(words(before, after)).toEqual(['added e@1.0.0', 'upgraded c@1.9.0 1.10.0', 'downgraded b@2.0.0 1.0.0', 'removed a@1.0.0']);
});

test('of several versions each is compared with its own major line', () => {
  const before = shelf({ name: 'a', version: '1.0.0' }, { name: 'a', version: '2.0.0' }, { name: 'a', version: '3.0.0' });
  const after = shelf(
    { name: 'a', version: '1.1.0' },
    { name: 'a', version: '2.0.0' },
    { name: 'a', version: '4.0.0' },
    { name: 'a', version: '5.0.0' },
  );
  expect(words(before, after)).toEqual(['added a@5.0.0', 'upgraded a@1.0.0 1.1.0', 'upgraded a@3.0.0 4.0.0']);
});

test('a version that is no semantic version has no direction', () => {
  expect(words(shelf({ name: 'a', version: 'nightly' }), shelf({ name: 'a', version: 'weekly' }))).toEqual([
    'version-changed a@nightly weekly',
  ]);
});

describe('the same version', () => {
  test('with other bytes is the alarm, and stands first', () => {
    const before = shelf({ name: 'z', integrity: sha512('01') }, { name: 'a', version: '1.0.0' });
    const after = shelf({ name: 'z', integrity: sha512('02') }, { name: 'a', version: '2.0.0' });
    expect(words(before, after)).toEqual(['hash-changed z@1.0.0 1.0.0', 'upgraded a@1.0.0 2.0.0']);
    expect(diffSboms(before, after).isAlarming).toBe(true);
  });

  test('with a digest of another algorithm, or without one, is no alarm', () => {
    const sha1 = [{ algorithm: 'sha1', digest: 'aa'.repeat(20) }] as const;
    expect(words(shelf({ name: 'a', integrity: sha512('01') }), shelf({ name: 'a', integrity: sha1 }))).toEqual([]);
  });

  test('one swapped copy among honest ones is found', () => {
    const before = shelf({ name: 'a', integrity: sha512('01') }, { name: 'a', integrity: sha512('01') });
    const after = shelf({ name: 'a', integrity: sha512('01') }, { name: 'a', integrity: sha512('02') });
    expect(words(before, after)).toEqual(['hash-changed a@1.0.0 1.0.0']);
  });

  test('from a repository instead of the registry', () => {
    const after = shelf({ name: 'a', source: { type: 'git', url: 'https://git.example/a.git' } });
    expect(words(shelf({ name: 'a' }), after)).toEqual(['source-changed a@1.0.0 1.0.0']);
  });

  test('with another licence', () => {
    expect(words(shelf({ name: 'a', licence: 'MIT' }), shelf({ name: 'a', licence: 'BUSL-1.1' }))).toEqual([
      'licence-changed a@1.0.0 1.0.0',
    ]);
    expect(words(shelf({ name: 'a', licence: 'MIT' }), shelf({ name: 'a' }))).toEqual([]);
  });
});

test('a new version under another licence is both', () => {
  const before = shelf({ name: 'a', version: '1.0.0', licence: 'MIT' });
  const after = shelf({ name: 'a', version: '2.0.0', licence: 'BUSL-1.1' });
  expect(words(before, after)).toEqual(['licence-changed a@1.0.0 2.0.0', 'upgraded a@1.0.0 2.0.0']);
});

test('a lockfile and its own SBOM do not differ', async () => {
  const text = await toCycloneDX(workshop, { tool });
  const { inventory } = readCycloneDX({ path: 'bom.json', text, digest: '' });
  expect(words(workshop, inventory).filter((word) => !word.startsWith('source-changed remote-tongs'))).toEqual([]); // its URL held a password
});

test('thousands of versions of one package are no burden', () => {
  const many = (offset: number): Inventory =>
    shelf(...Array.from({ length: 5000 }, (_, index) => ({ name: 'a', version: `${index + offset}.0.0` })));
  expect(diffSboms(many(0), many(5000)).changes).toHaveLength(5000);
});

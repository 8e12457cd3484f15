import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ListedVersion, PublishedVersions } from '../../src/evidence/published-versions.ts';

const version = fc
  .tuple(fc.nat(12), fc.nat(12), fc.constantFrom('', '-rc.1', '+b'))
  .map(([minor, patch, suffix]) => `1.${minor}.${patch}${suffix}`);
const listed = fc.uniqueArray(
  fc.record({ version, publishedAt: fc.integer({ min: 1, max: 2e12 }) }, { requiredKeys: ['version'] }) as fc.Arbitrary<ListedVersion>,
  { selector: (one) => one.version, maxLength: 40 },
);

describe('the versions of a package', () => {
  it('are what they were made of, all together and one by one', () => {
    fc.assert(
      fc.property(listed, (list) => {
        const versions = PublishedVersions.of(list);
        expect([...versions]).toEqual(list);
        expect(versions.count).toBe(list.length);
        for (const [index, one] of list.entries()) {
          expect(versions.indexOf(one.version)).toBe(index);
          expect(versions.versionAt(index)).toBe(one.version);
          expect(versions.instantAt(index)).toBe(one.publishedAt);
        }
        const instants = list.flatMap(({ publishedAt }) => publishedAt ?? []);
        expect(versions.firstPublishedAt).toBe(instants.length === 0 ? undefined : Math.min(...instants));
      }),
    );
  });

  it.each(['', ' ', '1.0', '1.0.0 1.0.1', '.0.0', '1.0.1 ', '1.0.2'])('do not hold %j because it stands in their text', (other) => {
    const versions = PublishedVersions.of([{ version: '1.0.0' }, { version: '1.0.1' }, { version: '1.0.21' }]);
    expect(versions.has(other)).toBe(false);
    expect(versions.indexOf(other)).toBe(-1);
  });

  it('have nothing beyond their ends', () => {
    const versions = PublishedVersions.of([{ version: '1.0.0', publishedAt: 1 }]);
    for (const index of [-1, 1]) expect([versions.versionAt(index), versions.instantAt(index)]).toStrictEqual(['', undefined]);
    expect(PublishedVersions.of([]).versionAt(0)).toBe('');
  });
});

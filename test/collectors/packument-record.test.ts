import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeRecord, encodeRecord } from '../../src/collectors/packument-record.ts';
import type { Packument, Release } from '../../src/evidence/packument.ts';
import { packument as key } from '../../src/evidence/packument.ts';
import { PublishedVersions } from '../../src/evidence/published-versions.ts';

const strings = fc.dictionary(fc.constantFrom('a', 'constructor', '__proto__', 'toString'), fc.constantFrom('1', '2'), {
  noNullPrototype: false,
});
const people = fc.array(fc.constantFrom('ann', 'bob'), { maxLength: 2 });

/** Releases with few different values, so that neighbours have some in common and some not. */
const release = fc.record(
  {
    publishedAt: fc.constantFrom(1, 1_700_000_000_000),
    installScripts: strings,
    hasGypfile: fc.boolean(),
    dependencies: strings,
    optionalDependencies: strings,
    peerDependencies: strings,
    bin: people,
    licence: fc.constantFrom('MIT', { type: 'MIT' }),
    deprecated: fc.constantFrom('old', 'older'),
    maintainers: people,
    repository: fc.constantFrom('x', 'y'),
  },
  { requiredKeys: ['installScripts', 'dependencies', 'optionalDependencies', 'bin'] },
);

function packumentOf(releases: readonly Omit<Release, 'version'>[]): Packument {
  const listed = releases.map((one, index) => ({ ...one, version: `1.0.${index}` }));
  return {
    name: 'a',
    status: 'published',
    registry: 'https://registry.example/',
    representation: 'full',
    distTags: { latest: '1.0.0' },
    versions: PublishedVersions.of(listed),
    releases: new Map(listed.map((one) => [one.version, one])),
  };
}

/** Members that several releases hold are one object, as the reader of documents makes them. */
function withSharedMembers(releases: readonly Omit<Release, 'version'>[]): readonly Omit<Release, 'version'>[] {
  const known = new Map<string, unknown>();
  return releases.map(
    (one) =>
      Object.fromEntries(
        Object.entries(one).map(([member, value]) => {
          const text = JSON.stringify(value);
          if (!known.has(text)) known.set(text, value);
          return [member, known.get(text)];
        }),
      ) as unknown as Omit<Release, 'version'>,
  );
}

describe('the record of a registry document', () => {
  it('says again what was written, whatever neighbouring releases have in common', () => {
    fc.assert(
      fc.property(fc.array(release, { maxLength: 6 }), fc.boolean(), (releases, isShared) => {
        const packument = packumentOf(isShared ? withSharedMembers(releases) : releases);
        const record = { packument, locked: [...packument.releases.keys()], etag: '"1"' };
        const read = decodeRecord(encodeRecord(record));
        expect(read).toEqual(record);
        expect(key.shape(read?.packument)).toBe(true);
      }),
    );
  });

  it('has no dependency that nobody wrote', () => {
    const plain = { installScripts: {}, dependencies: {}, optionalDependencies: {}, bin: [] };
    const read = decodeRecord(encodeRecord({ packument: packumentOf([plain, plain]), locked: [] }));
    for (const one of read?.packument.releases.values() ?? []) expect('constructor' in one.dependencies).toBe(false);
  });
});

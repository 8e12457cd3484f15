import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { milliseconds } from '../../src/model/units.ts';
import { openPopularNames } from '../../src/names/popular-names.ts';
import { isStale, readPopularityManifest } from '../../src/names/popularity-manifest.ts';

const read = (path: string): Uint8Array => readFileSync(`allowlists/${path}`);
const manifestText = readFileSync('allowlists/popular-names/manifest.json', 'utf8');

describe('the shipped list', () => {
  it('is the file that its manifest describes, under two megabytes and of two hundred thousand names or more', () => {
    const { table, top, licence } = readPopularityManifest(manifestText);
    for (const { path, sha256 } of [table, top])
      expect(
        createHash('sha256')
          .update(read(`popular-names/${path}`))
          .digest('hex'),
      ).toBe(sha256);
    expect(statSync('allowlists/popular-names/table.deflate').size).toBeLessThan(2e6);
    expect(table.names).toBeGreaterThanOrEqual(200_000);
    expect(licence).toBe('MIT');
  });

  it('opens the large table only for a name outside the top', () => {
    const opened: string[] = [];
    const names = openPopularNames((path) => {
      opened.push(path);
      return read(path);
    });
    expect(names.assess('lodash')).toMatchObject({ tier: 'none', relations: [] });
    expect(names.conflation('lodash')).toEqual([]);
    expect(opened).toEqual(['popular-names/manifest.json', 'popular-names/top.deflate']);
    expect(names.assess('lodahs').tier).toBe('block');
    expect(opened).toContain('popular-names/table.deflate');
  });

  it('is refused when a file is not the one of the manifest', () => {
    const names = openPopularNames((path) => (path.endsWith('top.deflate') ? Buffer.concat([read(path), Buffer.from('x')]) : read(path)));
    expect(() => names.assess('lodash')).toThrow('top.deflate is not the file of its manifest');
  });
});

describe('the age of a list', () => {
  const day = 86_400_000;
  const manifest = readPopularityManifest(manifestText);
  it('is stale after 120 days', () => {
    expect(isStale(manifest, milliseconds(manifest.measuredAt + 120 * day))).toBe(false);
    expect(isStale(manifest, milliseconds(manifest.measuredAt + 121 * day))).toBe(true);
  });
  it('is stale when nobody knows what time it is', () => expect(isStale(manifest, milliseconds(Number.NaN))).toBe(true));
});

describe('a manifest', () => {
  it.each([
    '[]',
    'null',
    '{"version":2}',
    '{"version":1,"measured":"soon"}',
    '{"version":1,"measured":"2026-03-01","licence":"MIT","sources":[],"files":{}}',
  ])('that reads %s is refused', (text) => expect(() => readPopularityManifest(text)).toThrow(RangeError));
});

describe('a name put together from others', () => {
  const names = openPopularNames(read);
  const parts = (name: string): readonly string[] => names.conflation(name).map((popular) => popular.name);
  it.each([
    ['react-mongoose-query', ['react', 'mongoose']],
    ['express-mongodb-connector', ['express', 'mongodb']],
    ['react-codeshift', ['react', 'jscodeshift']],
    ['jwt-helper-utils', []],
    ['react', []],
  ])('%s has the parts %j', (name, expected) => expect(parts(name)).toEqual(expected));
});

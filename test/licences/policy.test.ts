import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { categoryOf, idsOfCategory, licenceCategories } from '../../src/licences/categories.ts';
import { readLicencePolicy } from '../../src/licences/policy.ts';
import { licencePresets } from '../../src/licences/presets.ts';
import { findLicence, licenceIds } from '../../src/licences/spdx-list.ts';

function problems(...allow: readonly string[]): readonly (readonly [number, readonly string[]])[] {
  const read = readLicencePolicy({ allow });
  return read.ok ? [] : read.problems.map(({ index, suggestions }) => [index, suggestions]);
}

describe('readLicencePolicy', () => {
  it('takes ids, ranges, pairs, references, categories and presets', () => {
    const allow = ['mit', 'GPL-2.0+', 'GPL-2.0-only WITH Classpath-exception-2.0', 'LicenseRef-acme', 'category:permissive', 'preset:osi'];
    expect(readLicencePolicy({ allow, deny: ['category:non-commercial'] }).ok).toBe(true);
  });

  it('refuses a misspelt entry and says what may have been meant', () => {
    expect(problems('MIT', 'GPLv3')).toEqual([[1, ['GPL-3.0-only', 'GPL-3.0-or-later']]]);
    expect(problems('MIT', 'MTI')).toEqual([[1, ['MIT']]]);
    expect(problems('BSD')).toEqual([[0, ['BSD-2-Clause', 'BSD-3-Clause', 'BSD-4-Clause', '0BSD']]]);
    expect(problems('Apache 2.0')).toEqual([[0, ['Apache-2.0']]]);
  });

  it('refuses an expression: which of its licences are meant is not said', () => {
    expect(problems('MIT AND ISC')).toEqual([[0, ['MIT', 'ISC']]]);
    expect(problems('MIT OR ISC')).toEqual([[0, ['MIT', 'ISC']]]);
  });

  it('refuses words that grant nothing, and empty entries', () => {
    for (const entry of ['UNLICENSED', 'NONE', 'NOASSERTION', 'SEE LICENSE IN LICENSE', '', '  ']) expect(problems(entry)).toHaveLength(1);
  });

  it('names every category and preset when one is unknown', () => {
    expect(problems('category:permisive')[0]?.[1]).toContain('category:permissive');
    expect(problems('preset:all')[0]?.[1]).toContain('preset:osi');
  });

  it('reports every bad entry of both lists at once', () => {
    const read = readLicencePolicy({ allow: ['MIT', 'nope'], deny: ['GPLv3'] });
    expect(read.ok ? [] : read.problems.map(({ list, index }) => `${list} ${index}`)).toEqual(['allow 1', 'deny 0']);
  });
});

describe('presets', () => {
  it('are what allowlists/licences says', () => {
    for (const [name, entries] of licencePresets) {
      const file = JSON.parse(readFileSync(`allowlists/licences/${name}.json`, 'utf8')) as {
        readonly allow: unknown;
        readonly date: string;
        readonly source: string;
      };
      expect(file.allow).toEqual(entries);
      expect(file.date).toMatch(/^\d{4}-\d{2}-\d{2}$/);
      expect(file.source.length).toBeGreaterThan(20);
    }
  });

  it('hold only entries that a policy accepts', () => {
    for (const name of licencePresets.keys()) expect(problems(`preset:${name}`)).toEqual([]);
  });
});

describe('categories', () => {
  it('hold only ids of the SPDX list, each once', () => {
    const all = licenceCategories.flatMap(idsOfCategory);
    expect(new Set(all).size).toBe(all.length);
    for (const id of all) expect([id, findLicence(id) !== undefined || findLicence(`${id}-only`) !== undefined]).toEqual([id, true]);
  });

  it.each([
    ['MIT', 'permissive'],
    ['Unlicense', 'public-domain'],
    ['LGPL-2.1-or-later', 'weak-copyleft'],
    ['GPL-3.0-only', 'strong-copyleft'],
    ['AGPL-3.0-or-later', 'network-copyleft'],
    ['BUSL-1.1', 'source-available'],
    ['CC-BY-NC-4.0', 'non-commercial'],
    ['CC-BY-4.0', 'content'],
  ])('put %s under %s', (id, category) => expect(categoryOf(id)).toBe(category));

  it('cover four of five licences of the list, and leave the rest to a person', () => {
    const known = licenceIds.filter((id) => categoryOf(id) !== undefined);
    expect(known.length / licenceIds.length).toBeGreaterThan(0.8);
    expect(categoryOf('LicenseRef-acme')).toBeUndefined();
  });
});

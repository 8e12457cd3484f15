import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { beforeAll, describe, expect, it } from 'vitest';
import { describeLicenceFile, isLicenceFile } from '../../src/licences/licence-file.ts';
import { detectLicences } from '../../src/licences/text.ts';
import { type TextIndex, loadTextIndex } from '../../src/licences/text-index.ts';
import { textWords } from '../../src/licences/text-words.ts';

const require = createRequire(import.meta.url);
const list = require('spdx-license-list/full') as Readonly<Record<string, { readonly licenseText: string }>>;

/** The text of a licence with somebody's name in it. */
function textOf(id: string): string {
  return (list[id]?.licenseText ?? '')
    .replaceAll(/<year>|\[yyyy\]/g, '2024')
    .replaceAll(/<copyright holders?>|<owner>|\[name of copyright owner\]/g, 'Ada Lovelace');
}

let index: TextIndex;
beforeAll(async () => {
  index = await loadTextIndex();
});

function detect(text: string): string {
  return detectLicences(text, index)
    .licences.filter(({ band }) => band !== 'review')
    .map(({ id }) => id)
    .sort()
    .join(', ');
}

describe('one licence', () => {
  it.each([
    'MIT',
    'MIT-0',
    'ISC',
    '0BSD',
    'BSD-2-Clause',
    'BSD-3-Clause',
    'BSD-4-Clause',
    'Apache-2.0',
    'MPL-2.0',
    'Unlicense',
    'CC0-1.0',
    'CC-BY-4.0',
    'BlueOak-1.0.0',
    'BUSL-1.1',
    'Zlib',
    'WTFPL',
    'JSON',
  ])('finds %s in its own text', (id) => expect(detect(textOf(id))).toBe(id));

  it.each([
    ['GPL-2.0-only', 'GPL-2.0'],
    ['LGPL-2.1-or-later', 'LGPL-2.1'],
    ['AGPL-3.0-only', 'AGPL-3.0'],
  ])('finds %s as %s, because the text does not say "or later"', (id, base) => expect(detect(textOf(id))).toBe(base));

  it('does not mind wrapping, case, bullets, titles or who holds the copyright', () => {
    const narrow = textOf('BSD-3-Clause').replaceAll(/(.{30,40}) /g, '$1\n');
    expect(detect(`# LICENCE\n\nPortions Copyright (c) 2010 Somebody\n\n${narrow.toUpperCase()}`)).toBe('BSD-3-Clause');
  });

  it('knows the third BSD clause in the words that name one person', () => {
    const named = textOf('BSD-3-Clause').replace(
      /Neither the name[\s\S]*?permission\./,
      'The name Ada Lovelace may not be used to endorse or promote products derived from this software without specific prior written permission.',
    );
    expect(detect(named)).toBe('BSD-3-Clause');
  });

  it('finds Apache-2.0 without its appendix, and not the variant that has none', () => {
    expect(detect(textOf('Apache-2.0').replace(/APPENDIX:[\s\S]*$/i, ''))).toBe('Apache-2.0');
  });

  it('tells the licence whose condition is missing', () => {
    expect(detect(textOf('MIT').replace(/The above copyright notice[\s\S]*?Software\.\s/, ''))).toBe('MIT-0');
    expect(detect(textOf('ISC').replace(/, provided that[\s\S]*?copies\./, '.'))).toBe('0BSD');
  });
});

describe('the index', () => {
  it('was built from the spdx-license-list that is installed', () => {
    const { version } = require('spdx-license-list/package.json') as { readonly version: string };
    for (const file of ['text-index.json', 'spdx-names.json']) {
      expect(JSON.parse(readFileSync(`src/licences/${file}`, 'utf8'))).toMatchObject({
        source: 'spdx-license-list',
        version,
        licence: 'CC0-1.0',
      });
    }
  });

  it('finds exactly one licence in each text of the list: its own', () => {
    // Every seventh, to stay quick; the words are normalised as they were when the index was built, or coverage would not be whole.
    const sample = index.texts.filter((_, place) => place % 7 === 0);
    expect(sample.length).toBeGreaterThan(90);
    for (const { ids } of sample) {
      const text = (list[ids[0]] ?? list[`${ids[0]}-only`])?.licenseText ?? '';
      expect(detectLicences(text, index).licences).toMatchObject([{ id: ids[0], band: 'same' }]);
    }
  });
});

describe('several licences in one file', () => {
  it('finds each whose terms stand there', () => {
    expect(detect(`${textOf('ISC')}\n\n----\n\nParts are from Node.js:\n\n${textOf('MIT')}`)).toBe('ISC, MIT');
    expect(detect(`${textOf('BSD-3-Clause')}\n\n${textOf('GPL-2.0-only')}`)).toBe('BSD-3-Clause, GPL-2.0');
  });

  it('counts two copies of one licence once', () => expect(detect(`${textOf('MIT')}\n\n${textOf('MIT')}`)).toBe('MIT'));
});

describe('what is no known licence', () => {
  it('reports nothing for other texts', () => {
    expect(detect('All rights reserved. No part of this package may be copied without written permission of ACME Inc.')).toBe('');
    expect(detect('')).toBe('');
    expect(detect('MIT')).toBe('');
  });

  it('only names what is only named', () => {
    const found = detectLicences(
      'You may choose between the MIT License (https://opensource.org/licenses/MIT) and the Apache License, Version 2.0.',
      index,
    );
    expect(found.licences).toEqual([]);
    expect(found.references).toEqual(['Apache-2.0', 'MIT']);
  });

  it('shows what was added to a licence, and that it has conditions', () => {
    const clause = 'The license granted hereby does not include the right to sell. You must not provide the product for a fee.';
    const text = `${textOf('MIT')}\n\n${clause}`;
    const found = detectLicences(text, index);
    expect(found.hasOwnConditions).toBe(true);
    expect(found.residual.map(({ start, end }) => text.slice(start, end)).join(' ')).toContain('provide the product for a fee');
    expect(detectLicences(textOf('MIT'), index).hasOwnConditions).toBe(false);
  });
});

describe('bounds', () => {
  it('reads a hostile file in bounded time', () => {
    const startedAt = performance.now();
    for (const text of [
      textOf('GPL-3.0-only').repeat(40),
      'copyright '.repeat(200_000),
      '((('.repeat(400_000),
      'a.b/c-'.repeat(300_000),
      `${'1.'.repeat(300_000)} x`,
    ]) {
      detectLicences(text, index);
    }
    expect(performance.now() - startedAt).toBeLessThan(8000);
  });
});

describe('textWords', () => {
  it('keeps a wrapped line of a clause that begins with the word copyright', () => {
    const words = textWords('provided that the above\ncopyright notice and this permission appear\nCopyright (c) 2020 Ada\n').map(
      ({ word }) => word,
    );
    expect(words.join(' ')).toBe('provided that above copyright notice and this permission appear');
  });
});

describe('licence files', () => {
  it.each([
    ['LICENSE', true],
    ['license.md', true],
    ['LICENCE-MIT.txt', true],
    ['COPYING', true],
    ['UNLICENSE', true],
    ['NOTICE.txt', true],
    ['LICENSES/MIT.txt', true],
    ['lib/license.js', false],
    ['license-checker.js', false],
    ['README.md', false],
  ])('%s: %s', (path, expected) => expect(isLicenceFile(path)).toBe(expected));

  it('takes the file that the licence field names', () => {
    expect(isLicenceFile('docs/terms.txt', 'SEE LICENSE IN docs/terms.txt')).toBe(true);
    expect(isLicenceFile('docs/terms.txt', 'MIT')).toBe(false);
  });

  it('pins the bytes', () => {
    const file = describeLicenceFile('LICENSE', Buffer.from('abc'), index);
    expect(file.sha256).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  });
});

import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readLicenceField } from '../../src/licences/field.ts';
import { parseExpression } from '../../src/licences/expression.ts';

function read(value: unknown): string {
  const { kind, resolution } = readLicenceField(value);
  return 'expression' in resolution ? `${kind}, ${resolution.state}: ${resolution.expression}` : kind;
}

describe('names of one licence', () => {
  it.each([
    ['  mit\t', 'MIT'],
    ['"ISC"', 'ISC'],
    ['The MIT License (MIT)', 'MIT'],
    ['M.I.T.', 'MIT'],
    ['MIT/X11', 'MIT'],
    ['Apache License, Version 2.0', 'Apache-2.0'],
    ['APACHEv2', 'Apache-2.0'],
    ['ASL 2.0', 'Apache-2.0'],
    ['3-clause BSD', 'BSD-3-Clause'],
    ['BSD License (2 clause)', 'BSD-2-Clause'],
    ['New BSD License', 'BSD-3-Clause'],
    ['GPLv2', 'GPL-2.0-only'],
    ['GPLv2+', 'GPL-2.0-or-later'],
    ['GPL (>= 2)', 'GPL-2.0-or-later'],
    ['GNU General Public License v3 or later', 'GPL-3.0-or-later'],
    ['GNU GENERAL PUBLIC LICENSE Version 3, 29 June 2007', 'GPL-3.0-only'],
    ['LGPL v2.1', 'LGPL-2.1-only'],
    ['Mozilla Public License, version 2.0', 'MPL-2.0'],
    ['CC BY-NC-SA 4.0', 'CC-BY-NC-SA-4.0'],
    ['Creative Commons Attribution Share Alike 3.0', 'CC-BY-SA-3.0'],
    ['CC-SA-BY-3.0', 'CC-BY-SA-3.0'],
    ['CC0 1.0 Universal', 'CC0-1.0'],
    ['WTFPL v2', 'WTFPL'],
    ['Unlicense <http://unlicense.org/>', 'Unlicense'],
    ['SPDX-License-Identifier: MIT', 'MIT'],
    ['Released under the MIT license', 'MIT'],
    ['(MIT OR GPLv2)', 'MIT OR GPL-2.0-only'],
  ])('%s is %s', (text, expression) => expect(read(text)).toBe(`spdx, resolved: ${expression}`));
});

describe('what is never resolved', () => {
  it.each([
    ['BSD', 'ambiguous'],
    ['BSD 2.0', 'ambiguous'],
    ['Apache', 'ambiguous'],
    ['CC-BY', 'ambiguous'],
    ['AGPL', 'ambiguous'],
    ['BSL', 'ambiguous'],
    ['GNUv3', 'ambiguous'],
    ['UNLICENSED', 'unlicensed'],
    ['unliscened', 'unlicensed'],
    ['Unlicence', 'unlicensed'],
    ['No License', 'unlicensed'],
    ['PUBLIC DOMAIN (UNLICENSED)', 'ambiguous'],
    ['public domain', 'public-domain'],
    ['Proprietary', 'proprietary'],
    ['Copyright 2018 Emu Analytics Limited', 'proprietary'],
    ['MIT with Commons Clause', 'modified'],
    ['BSD 3-Clause + PATENTS', 'modified'],
    ['GPL-3.0 with exceptions', 'modified'],
    ['MIC', 'typo'],
    ['Apcahe-2.0', 'typo'],
    ['SEE LICENSE', 'unknown'],
    ['unlimited', 'unknown'],
    ['Summit', 'unknown'],
    ['MIT "onclick=alert"()', 'unknown'],
    ['MIT\u202e', 'unknown'],
    ['M\u200bIT', 'unknown'],
    ['https://opensource.example/licenses/MIT', 'url'],
    ['https://user@opensource.org/licenses/MIT', 'unknown'],
    [42, 'unknown'],
    [null, 'empty'],
    [[], 'empty'],
    [[{}], 'empty'],
    [{ type: ['MIT'] }, 'unknown'],
    [[['MIT']], 'unknown'],
  ])('%j is %s', (value, kind) => expect(read(value)).toBe(kind));

  it('suggests without applying', () => {
    expect(readLicenceField('MTI').suggestions).toEqual(['MIT']);
    expect(readLicenceField('BSL 1.1').suggestions).toEqual(['BUSL-1.1']);
  });

  it('knows a category that is certain although the licence is not', () =>
    expect(readLicenceField('AGPL').category).toBe('network-copyleft'));
});

describe('several licences', () => {
  it.each([
    ['MIT / Apache-2.0', 'resolved: MIT OR Apache-2.0'],
    ['MPL 1.1/GPL 2.0/LGPL 2.1', 'resolved: MPL-1.1 OR GPL-2.0-only OR LGPL-2.1-only'],
    ['zlib and Boost', 'resolved: Zlib AND BSL-1.0'],
    ['MIT, ISC', 'partial: MIT AND ISC'],
    ['MIT/BSD', 'partial: MIT OR LicenseRef-unknown-2'],
    ['MIT and BSD', 'partial: MIT AND LicenseRef-unknown-2'],
    ['Dual licensed under MIT and GPLv3', 'partial: MIT AND GPL-3.0-only'],
  ])('%s is %s', (text, expected) => expect(read(text)).toBe(`ambiguous, ${expected}`));

  it.each([['MIT or proprietary'], ['LGPL v3+, Apache, or MIT, for friends'], ['MIT OR 1=1; DROP TABLE']])(
    'grants nothing by %s',
    (text) => {
      expect(read(text)).not.toMatch(/resolved: |partial: .*OR/);
    },
  );
});

describe('legacy shapes', () => {
  it.each([
    [{ type: 'MIT', url: 'https://example.org/LICENSE' }, 'spdx, resolved: MIT'],
    [[{ type: 'BSD', url: 'http://opensource.org/licenses/BSD-3-Clause' }], 'spdx, resolved: BSD-3-Clause'],
    [['MIT', 'Apache2'], 'spdx, resolved: MIT OR Apache-2.0'],
    [['MIT', 'ISC AND 0BSD'], 'spdx, resolved: MIT OR ISC AND 0BSD'],
    [['BSD', 'MIT'], 'ambiguous, partial: LicenseRef-unknown-1 OR MIT'],
    [{ type: 'LGPL', MIT: 'http://opensource.org/licenses/MIT' }, 'ambiguous'],
  ])('%j is %s', (value, expected) => expect(read(value)).toBe(expected));

  it('leaves an array to a person when the policy says so', () => {
    expect(readLicenceField(['MIT', 'ISC'], { legacyArrays: 'review' }).resolution.state).toBe('unresolved');
  });
});

describe('pointers', () => {
  it.each([
    ['SEE LICENSE IN LICENSE.md', 'LICENSE.md'],
    ["SEE LICENSE IN 'LICENSE' FILE", 'LICENSE'],
    ['See license in license.md', 'license.md'],
    ['LICENSE', 'LICENSE'],
    ['See LICENSE.md', 'LICENSE.md'],
    ['SEE LICENSE IN ../../etc/passwd', undefined],
    ['SEE LICENSE IN /etc/passwd', undefined],
  ])('%s names %s', (text, file) => expect([readLicenceField(text).kind, readLicenceField(text).file]).toEqual(['see-file', file]));
});

describe('properties', () => {
  it('never throws, and every expression that it gives can be parsed', () => {
    const words = fc.constantFrom(
      'MIT',
      'GPL',
      'v3',
      'or',
      'and',
      ',',
      '/',
      '(',
      ')',
      'with',
      'UNLICENSED',
      'later',
      '+',
      'see',
      'LICENSE',
      'BSD',
      '2',
      'clause',
      '\u0000',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(words, { maxLength: 12 }).map((parts) => parts.join(' ')),
    );
    fc.assert(
      fc.property(fc.oneof(text, fc.jsonValue()), (value) => {
        const { resolution } = readLicenceField(value);
        return !('expression' in resolution) || parseExpression(resolution.expression).ok;
      }),
    );
  });

  it('reads hostile lengths in bounded time', () => {
    const startedAt = performance.now();
    for (const piece of ['see ', 'MIT/', 'a.', '+ ', 'or later ', '((', 'limited', '  ,  ']) readLicenceField(piece.repeat(200_000));
    for (const piece of ['see ', 'MIT/', 'a.', '+ ', 'or later ', '((', 'limited', '  ,  '])
      readLicenceField(piece.repeat(999 / piece.length));
    expect(performance.now() - startedAt).toBeLessThan(3000);
  });
});

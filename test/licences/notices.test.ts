import { describe, expect, it } from 'vitest';
import { collectNotices, renderNoticesHtml, renderNoticesText } from '../../src/licences/notices.ts';
import { summariseLicence } from '../../src/licences/summary.ts';

describe('collectNotices', () => {
  const notices = collectNotices([
    { name: 'b', version: '1.0.0', licence: 'MIT', texts: [{ path: 'LICENSE', text: 'terms\n of  b' }] },
    {
      name: 'a',
      version: '1.0.0',
      licence: 'MIT',
      texts: [
        { path: 'LICENSE', text: 'terms of b\r\n' },
        { path: 'NOTICE', text: 'thanks' },
      ],
    },
    { name: 'b', version: '1.0.0', licence: 'MIT', texts: [{ path: 'LICENSE', text: 'terms\n of  b' }] },
    { name: 'c', version: '1.0.0', licence: 'ISC', texts: [] },
  ]);

  it('lists each version once, sorted, with the numbers of its texts', () => {
    expect(notices.packages).toEqual([
      { label: 'a@1.0.0', licence: 'MIT', texts: [1, 2] },
      { label: 'b@1.0.0', licence: 'MIT', texts: [1] },
      { label: 'c@1.0.0', licence: 'ISC', texts: [] },
    ]);
  });

  it('keeps one of texts that differ in blanks and line breaks only', () => {
    expect(notices.texts).toEqual([
      { text: 'terms of b', packages: ['a@1.0.0', 'b@1.0.0'] },
      { text: 'thanks', packages: ['a@1.0.0'] },
    ]);
  });

  it('names the packages without a text', () => expect(notices.withoutText).toEqual(['c@1.0.0']));

  it('makes hostile text harmless in both formats', () => {
    const hostile = collectNotices([
      { name: '<b>', version: '1.0.0', licence: '\u001b[2J', texts: [{ path: 'LICENSE', text: '</pre><script>alert(1)</script>\u202e' }] },
    ]);
    expect(renderNoticesHtml(hostile, '<title>')).not.toMatch(/<script|<b>|<title><|\u202e/);
    expect(renderNoticesText(hostile, 'x')).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('summariseLicence', () => {
  it.each([
    ['MIT', 'permissive'],
    ['MIT OR GPL-3.0-only', 'permissive'],
    ['MIT AND GPL-3.0-only', 'strong-copyleft'],
    ['(MIT OR AGPL-3.0-only) AND MPL-2.0', 'weak-copyleft'],
    ['LicenseRef-acme', 'other'],
    ['UNLICENSED', 'no-rights'],
    ['MIT, ISC', 'unknown'],
    [undefined, 'unknown'],
  ])('puts %s under %s', (field, group) => expect(summariseLicence(field).group).toBe(group));
});

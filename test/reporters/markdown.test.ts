import { describe, expect, it } from 'vitest';
import { markdown, stickyMarker } from '../../src/reporters/markdown.ts';
import { markdownCode, markdownText } from '../../src/reporters/markdown-text.ts';
import { reportWithEverything, tooNew } from './report.ts';

const plain = { isColoured: false, width: 0, isExpanded: true };

describe('the Markdown report', () => {
  it('is a comment that reads well', () => {
    expect(markdown.render(reportWithEverything, plain)).toMatchSnapshot();
  });

  it('begins with the marker by which the next run finds it', () => {
    expect(markdown.renderAll?.([reportWithEverything, reportWithEverything], plain).split('\n')[0]).toBe(stickyMarker);
  });

  it('stays below what GitHub takes and says what is missing', () => {
    const many = Array.from({ length: 2000 }, (_, index) => ({
      ...tooNew,
      message: `${'é'.repeat(200)}${index}`,
      fingerprint: `${index}`,
    }));
    const text = markdown.render({ ...reportWithEverything, findings: many }, plain);
    expect(Buffer.byteLength(text)).toBeLessThan(65_536);
    expect(text).toMatch(/\*\*\d+ blocks more did not fit here\*\*/);
    expect(text).toContain('FAIL');
  });

  it.each([
    ['a link', '[x](https://evil.example)', /(?<!\\)[[\](]/],
    ['an image', '![x](y)', /(?<!\\)!\[/],
    ['HTML', '<img src=x onerror=alert(1)>', /</],
    ['a mention', '@acme/everyone', /@acme/],
    ['a reference', 'fixes #1', /#1/],
    ['an address', 'https://evil.example www.evil.example', /:\/\/|www\./],
    ['a table cell', 'a|b', /(?<!\\)\|/],
    ['an entity', '&lt;img&gt;', /&lt;img/],
    ['formatting', '**bold** _it_ `code` ~~gone~~', /(?<!\\)[*_`~]/],
    ['a formula', '$x$', /\$/],
    ['a line break', 'a\n# b', /\n/],
  ])('makes no markup of %s', (_, text, markup) => {
    expect(markdownText(text)).not.toMatch(markup);
  });

  it('keeps backticks inside their code span', () => {
    expect(markdownCode('a``b`')).toBe('``` a``b` ```');
    expect(markdownCode('left-pad@1.3.1')).toBe('`left-pad@1.3.1`');
  });
});

import { inertLine } from '../model/inert.ts';

/**
 * Text from outside as Markdown text: no markup, link, image, HTML, mention or reference comes out of it. GitHub and GitLab find
 * mentions, references and bare addresses after the Markdown is read, so that an escape alone does not stop them: a zero-width
 * space does.
 */
export function markdownText(text: string, limit = 500): string {
  return inertLine(text, limit).replaceAll(/[\\`*_{}[\]()<>#+!|~$&@]|:(?=\/\/)|\bwww\./gi, (found) => {
    switch (found) {
      case '&':
        return '&amp;';
      case '<':
        return '&lt;';
      case '>':
        return '&gt;';
      case '$':
        return '&#36;';
      case '@':
      case '#':
      case ':':
        return `${found === ':' ? ':' : `\\${found}`}${zeroWidthSpace}`;
      default:
        return /^www\.$/i.test(found) ? `${found.slice(0, 3)}${zeroWidthSpace}.` : `\\${found}`;
    }
  });
}

const zeroWidthSpace = '&#8203;';

/** Text from outside as a code span: nothing in it is read as markup. Longer runs of backticks around it than within (CommonMark 6.1). */
export function markdownCode(text: string, limit = 200): string {
  const safe = inertLine(text, limit);
  const longest = Math.max(0, ...[...safe.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || safe.trim() !== safe || safe === '' ? ' ' : '';
  return `${fence}${pad}${safe}${pad}${fence}`;
}
